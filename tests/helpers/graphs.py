"""Templates for the graph: the one of the mockup, and chains of any length."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from studio.contract.editing.document import INPUTS, Document
from studio.library.templates import StoredTemplate
from studio.viewmodels.desk import Desk
from studio.viewmodels.templates.editor import EditorModel


def album() -> Document:
    """Return the living album cover: a batch, a question, a condition, a checkpoint, and something to fix."""
    spots = {
        INPUTS: (16, 96), "prompts": (208, 32), "variations": (416, 112), "animate": (624, 80), "assemble": (832, 240),
        "score": (208, 400), "listen": (416, 400),
    }  # fmt: skip
    stages: list[dict[str, Any]] = [
        {"id": "prompts", "type": "fixed", "label": "Prompts", "produces": ["words"], "tool": "analyze_image",
         "args": {"query": "Describe $inputs.idea in the manner of $inputs.style.",
                  "sourceImageIndex": "$inputs.reference"}},
        {"id": "variations", "type": "batch", "label": "Variations", "produces": ["images"],
         "requiredArtifactsIn": ["words"], "overBinding": "$inputs.hours", "itemName": "hour", "concurrency": 2,
         "partialExecutionEnabled": True, "checkpointRequired": True,
         "itemStage": {"id": "variation", "type": "fixed", "tool": "edit_image",
                       "args": {"prompt": "$artifacts.words[0].selectedVersion.content",
                                "sourceImageIndex": "$inputs.reference"}}},
        {"id": "animate", "type": "batch", "label": "Animate", "produces": ["clips"], "requiredArtifactsIn": ["images"],
         "overBinding": "$artifacts.images.items[*].selectedVersion.url", "itemName": "still",
         "partialExecutionEnabled": True,
         "itemStage": {"id": "animate_one", "type": "fixed", "tool": "animate_photo",
                       "args": {"prompt": "Slow push in, fog drifting left to right.",
                                "sourceImageIndex": "$item.value"}}},
        {"id": "score", "type": "fixed", "label": "Score", "produces": ["audio"], "tool": "generate_music",
         "args": {"prompt": "Music for $inputs.idea."},
         "condition": {"type": "expr", "expression": "$inputs.music == true"}},
        {"id": "listen", "type": "interactive", "label": "Listen", "produces": ["kept"], "systemPrompt": "Keep it?",
         "allowedTools": [], "requiredArtifactsIn": ["audio"]},
        {"id": "assemble", "type": "fixed", "label": "Assemble", "produces": ["film"],
         "requiredArtifactsIn": ["clips", "audio"], "tool": "stitch_video",
         "args": {"videoIndices": "$artifacts.clips.items[*].selectedVersion.url",
                  "audioIndex": "$artifacts.audio[0].selectedVersion.url"}},
    ]  # fmt: skip
    inputs = [
        {"name": "idea", "type": "text", "required": True, "description": "What it shows"},
        {"name": "style", "type": "text", "required": False, "description": "Its manner"},
        {"name": "reference", "type": "image", "required": True, "description": "A picture"},
        {"name": "hours", "type": "text", "required": False, "description": "Times of day",
         "multiple": {"min": 1, "max": 4}, "default": ["dawn", "noon", "dusk", "night"]},
        {"name": "music", "type": "boolean", "required": False, "description": "With music"},
    ]  # fmt: skip
    nodes = [{"stageId": node, "x": x, "y": y} for node, (x, y) in spots.items()]
    return Document(
        {"name": "Living album cover", "description": "", "inputs": inputs, "stages": stages, "graph": {"nodes": nodes}}
    )


def chain(stages: int, *, placed: bool = True) -> Document:
    """Return a template of many stages: rows of paint, edit, animate and join, wired along and across."""
    inputs = [{"name": "idea", "type": "text", "required": True, "description": ""}]
    made: list[dict[str, Any]] = []
    nodes = [{"stageId": INPUTS, "x": -224, "y": 0}]
    per_row = 10
    for number in range(stages):
        row, column = divmod(number, per_row)
        if column == 0:
            body: dict[str, Any] = {"tool": "generate_image", "args": {"prompt": f"Scene {row} of $inputs.idea."}}
        else:
            source = f"$artifacts.a{number - 1}[0].selectedVersion.url"
            above = f"$artifacts.a{number - per_row}[0].selectedVersion.url" if row else source
            args = {"prompt": "Softer light.", "sourceImageIndex": source}
            body = {"tool": "edit_image", "args": args, "requiredArtifactsIn": [f"a{number - 1}"]}
            if row and above != source:
                body["args"]["referenceImageIndices"] = [above]
                body["requiredArtifactsIn"] = [f"a{number - 1}", f"a{number - per_row}"]
        made.append(
            {"id": f"s{number}", "type": "fixed", "label": f"Stage {number}", "produces": [f"a{number}"], **body}
        )
        nodes.append({"stageId": f"s{number}", "x": column * 208, "y": row * 208})
    content: dict[str, Any] = {"name": "Long", "description": "", "inputs": inputs, "stages": made}
    return Document({**content, "graph": {"nodes": nodes}} if placed else content)


def editor_of(document: Document, folder: Path, *, read_only: str = "") -> EditorModel:
    """Return an editor of a document, without a loop: what it would keep waits in the desk."""
    desk = Desk(folder)
    return EditorModel(desk, StoredTemplate("t1", dict(document.content), 0, 0), read_only=read_only)


def picture(path: Path, hue: float) -> Path:
    """Paint a small picture and return its file."""
    image = QImage(320, 200, QImage.Format.Format_RGB32)
    ramp = QLinearGradient(QPointF(0, 0), QPointF(0, 200))
    ramp.setColorAt(0.0, QColor.fromHsvF(hue, 0.55, 0.45))
    ramp.setColorAt(0.6, QColor.fromHsvF((hue + 0.12) % 1, 0.5, 0.9))
    ramp.setColorAt(1.0, QColor.fromHsvF((hue + 0.5) % 1, 0.3, 0.5))
    painter = QPainter(image)
    painter.fillRect(image.rect(), ramp)
    painter.setBrush(QColor.fromHsvF(0.12, 0.2, 1.0))
    painter.drawEllipse(QPointF(220, 70), 26, 26)
    painter.end()
    image.save(str(path))
    return path

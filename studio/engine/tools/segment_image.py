"""``segment_image``: masks or cut-outs of what is clicked, framed or named."""

import json
import re
from dataclasses import replace
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers import jobs
from studio.engine.renderers.segment import prompts
from studio.engine.renderers.segment.prompts import Box, Prompt
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, name_of, path_text, picture_or_address

RENDERER = "onnx"
MODEL = "U2-Net-p and GrabCut"
_GROUNDING: Final = (
    'You find things in pictures. Answer only with JSON: a list of objects {"box": [x0, y0, x1, y1]} for every '
    "instance of the named thing, with coordinates from 0 to 1000 across the picture's width and height. "
    "An empty list when the thing is not there."
)
_BY_WORDS: Final = "No network here links words to places; rules, face, text and label networks did what they can."


class SegmentImage:
    """Cuts out by colour and by what the subject network sees around a click or in a box.

    Words reach as far as ``renderers.segment.concepts`` says; a connected vision model is
    asked where other things are.
    """

    name = "segment_image"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        prompt = prompts.parse(arguments)
        source = await picture_or_address(context, arguments)
        prompt, asked = await self._grounded(prompt, source, context)
        apply_mask = bool(arguments.get("applyMask", False))
        texts = about(self.name, prompt=str(arguments.get("text") or ""), renderer=RENDERER, model=MODEL)
        files = await context.render(
            jobs.segment_picture, path_text(source), prompt, apply_mask, str(context.folders.packs), texts
        )
        rows = [{key: file.notes[key] for key in ("label", "score", "box", "share", "how")} for file in files]
        what = "cut-out" if apply_mask else "mask"
        counted = f"one {what}" if len(files) == 1 else f"{len(files)} {what}s"
        listed = "; ".join(
            f"{row['label']} ({row['share']:.0%} of the picture, score {row['score']:.2f})" for row in rows
        )
        return ToolOutcome(
            message=f"Made {counted} from {name_of(source, arguments)}: {listed}.",
            renderer=RENDERER,
            model=f"{MODEL}, places by the connected vision model" if asked else MODEL,
            reason=_BY_WORDS if prompt.text else "Clicks and boxes are followed by colour and by the subject network.",
            made=[made(file, title=file.notes["label"]) for file in files],
            data={"selections": rows},
        )

    async def _grounded(self, prompt: Prompt, source: SourceMedia, context: ToolContext) -> tuple[Prompt, bool]:
        """Let a vision model say where a thing is that the rules do not know."""
        if not prompt.text or any(box.positive for box in prompt.boxes):
            return prompt, False
        if await context.render(jobs.is_known_thing, prompt.text):
            return prompt, False
        context.progress(0.02, "Asking where it is")
        answer = await context.ask_model(_GROUNDING, prompt.text, [source.path])
        if answer is None:
            return prompt, False
        boxes = read_boxes(answer, prompt.text)
        if not boxes:
            raise ToolError(
                "PARAMETER_INVALID", f"The connected vision model sees no “{prompt.text[:80]}” in this picture."
            )
        return replace(prompt, text="", boxes=boxes), True


def read_boxes(answer: str, label: str) -> tuple[Box, ...]:
    """Read the boxes of a vision model's *answer*: JSON with 0–1000 coordinates; what is not a box is left out."""
    match = re.search(r"\[.*\]", answer, re.DOTALL)
    try:
        rows = json.loads(match[0]) if match else []
    except ValueError:
        return ()
    if rows and all(isinstance(value, int | float) for value in rows):
        rows = [rows]
    boxes = []
    for row in rows:
        values = row.get("box") or row.get("bbox_2d") or row.get("bbox") if isinstance(row, dict) else row
        if not isinstance(values, list) or len(values) != 4 or not all(isinstance(v, int | float) for v in values):
            continue
        x0, y0, x1, y1 = (max(0.0, min(1.0, float(v) / 1000)) for v in values)
        if x1 - x0 > 0.004 and y1 - y0 > 0.004:
            boxes.append(Box(x0, y0, x1, y1, label=label))
    return tuple(boxes[:16])

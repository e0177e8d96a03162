"""A run of the template of the mockups at several moments, and a form with pictures, for previews and widget tests."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.contract.editing.document import Document
from studio.viewmodels.templates.run_state import ItemState, PauseState
from studio.viewmodels.templates.running import Order, TemplateRunModel
from tests.helpers.fake_models import StudioInMemory, image_piece


def with_pictures(document: Document | None, pictures: list[Path]) -> Document:
    """The template with the fields of the mockup of the run form."""
    assert document is not None
    options = [("painterly", "Painterly"), ("paper_cut", "Paper cut"), ("ink_wash", "Ink wash"), ("clay", "Clay"),
               ("flat", "Flat print")]  # fmt: skip
    shown = {value: str(pictures[number % len(pictures)]) for number, (value, _words) in enumerate(options)}
    shapes = ("3:2", "1:1", "16:9", "9:16")
    inputs: list[dict[str, Any]] = [
        {"name": "idea", "type": "text", "required": True, "jsonSchema": {"format": "long", "maxLength": 2000}},
        {"name": "style", "type": "select", "default": "painterly", "jsonSchema": {"x-pictures": shown},
         "options": [{"value": value, "label": words} for value, words in options]},
        {"name": "references", "type": "image", "multiple": {"min": 0, "max": 6}},
        {"name": "hours", "type": "number", "default": 4,
         "jsonSchema": {"title": "Hours of the day", "type": "integer", "minimum": 2, "maximum": 8}},
        {"name": "title", "type": "text", "required": True, "description": "Shown at the end",
         "jsonSchema": {"title": "Title on the film"}},
        {"name": "music", "type": "boolean", "default": True, "description": "30 seconds, made to fit the film"},
        {"name": "shape", "type": "select", "default": "3:2", "jsonSchema": {"x-advanced": True},
         "options": [{"value": shape, "label": shape} for shape in shapes]},
        {"name": "seed", "type": "number"},
    ]  # fmt: skip
    return Document({**document.content, "inputs": inputs})


def show_sample_run(studio: StudioInMemory, status: str) -> TemplateRunModel:
    """Start the first template and show its run as if it stood so."""
    document = studio.templates.document_of("t0")
    assert document is not None
    run = studio.template_runs.start(Order("t0", document, {"idea": "x"}))
    covers = studio.covers
    pieces = [image_piece(number, covers[number % len(covers)]) for number in range(4)]
    run._results.pieces = {"variations": pieces}
    done = status == "completed"
    paths = tuple(piece.path for piece in pieces)
    variations = ItemState(
        "variations", "generate_image", "completed", seed=418271, piece_ids=tuple(p.id for p in pieces), paths=paths
    )
    clips = tuple(
        ItemState(f"animate_{n}", "animate_photo", "completed" if done else "running" if n < 2 else "pending",
                  None if done else (0.62, 0.3, None, None)[n], "Frame 41 of 81", seed=1000 + n)
        for n in range(4)
    )  # fmt: skip
    stages = {
        "variations": (variations,),
        "animate": clips if status != "waiting_for_user" else (),
        "score": (ItemState("score", "generate_music", "completed" if done else "pending"),),
    }
    pause = PauseState("checkpoint", "Look at “Variations”. Go on, or try it again?", "variations")
    state = run.state.value
    shown = tuple(replace(s, items=stages.get(s.id, ())) for s in state.stages)
    run._show(
        replace(
            state, status=status, workflow_id="wf_1", stages=shown,  # type: ignore[arg-type]
            pause=pause if status == "waiting_for_user" else None,
        )
    )  # fmt: skip
    return run

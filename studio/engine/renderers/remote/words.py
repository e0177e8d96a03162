"""What models are told and people read, the same for every other renderer."""

from studio.engine.renderers.registry import Ability


def instruction(ability: Ability, prompt: str, pieces: int = 1) -> str:
    """Return the wish of a tool as an instruction to a model that edits pictures, of which it gets *pieces*."""
    match ability:
        case "apply_style" if pieces > 1:
            return (
                "Repaint the first picture in the manner of the second one: its palette, brushwork and light. Keep what"
                f" the first picture shows and its composition. {prompt}"
            )
        case "apply_style":
            return f"Repaint the whole picture in this style, keeping what it shows and its composition: {prompt}"
        case "restore_photo":
            return (
                "Restore this photograph: remove scratches, stains, noise and fading; keep every face, object and the"
                f" composition exactly as they are. {prompt}"
            )
        case "refine_result":
            return f"{prompt.rstrip('.')}. Keep everything else exactly as it is."
        case "change_angle":
            return f"Show the same subject in the same place and light from another camera position: {prompt}."
        case _:
            return prompt


def told(doing: str, place: int, count: int) -> str:
    """Return what people read while number *place* (from 0) of *count* is made."""
    return doing if count == 1 else f"{doing} {place + 1} of {count}"

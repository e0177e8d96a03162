"""``overlay_video``: texts and pictures on a clip."""

from typing import Any

from studio.contract.errors import ToolError
from studio.engine.renderers.video import jobs
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, index_of, made_media, name_of, path_text, scratch
from studio.engine.tools.films import RENDERER, facts, film_of, listed

MAX_OVERLAYS = 50


class OverlayVideo:
    """Draws up to 50 texts and still pictures on every frame of their time; nothing moves."""

    name = "overlay_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await film_of(context, arguments)
        overlays = await _resolved(arguments["overlays"], context)
        async with scratch(context) as folder:
            rendered = await context.render(
                jobs.overlay_film,
                path_text(source),
                str(folder / "film.mp4"),
                overlays,
                about(self.name, renderer=RENDERER, model="ffmpeg"),
            )
            film = await made_media(rendered)
        texts = sum(overlay["kind"] == "text" for overlay in overlays)
        parts = [_count(texts, "text"), _count(len(overlays) - texts, "picture")]
        message = f"Put {listed([part for part in parts if part])} on {name_of(source)} ({facts(rendered)})."
        notes = rendered.notes
        if notes["smaller"]:
            places = listed([str(place + 1) for place in notes["smaller"]])
            message += f" Made smaller to fit into the frame: overlay {places}."
        if notes["missing"]:
            message += f" No font on this computer has these letters, so they are left out: {notes['missing'][:40]}"
        return ToolOutcome(
            message=message,
            renderer=RENDERER,
            model="ffmpeg",
            reason="Drawing needs no model; frames, rate, length and sound stay as they were.",
            made=[film],
            data={"shownSeconds": notes["shown"]},
        )


async def _resolved(overlays: list[dict[str, Any]], context: ToolContext) -> list[dict[str, Any]]:
    """Return the overlays with the path of each picture.

    Raises:
        ToolError: PARAMETER_INVALID, one lacks what its kind needs; ASSET_NOT_FOUND.
    """
    if len(overlays) > MAX_OVERLAYS:
        raise ToolError("PARAMETER_INVALID", f"Up to {MAX_OVERLAYS} overlays can be drawn at once.")
    found = []
    for place, overlay in enumerate(overlays):
        if overlay["kind"] == "text":
            if not str(overlay.get("text") or "").strip():
                raise ToolError("PARAMETER_INVALID", f"Overlay {place + 1} is a text, but its text is missing.")
            found.append(overlay)
            continue
        index = index_of(overlay, "sourceImageIndex")
        if index is None:
            raise ToolError(
                "PARAMETER_INVALID", f"Overlay {place + 1} is a picture, but its sourceImageIndex is missing."
            )
        found.append({**overlay, "path": path_text(await context.source("image", index))})
    return found


def _count(number: int, word: str) -> str:
    return "" if not number else f"a {word}" if number == 1 else f"{number} {word}s"

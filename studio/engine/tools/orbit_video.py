"""``orbit_video``: a looping clip that leans around one picture."""

from typing import Any

from studio.engine.renderers.video.motion import jobs
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made_media, name_of, path_text, picture_of, scratch
from studio.engine.tools.films import facts
from studio.engine.tools.moving import MODEL, RENDERER, limits

SEGMENT_S = 2.5
_AZIMUTHS = {
    "front-right quarter view": 45.0,
    "right side view": 90.0,
    "back-right quarter view": 135.0,
    "back view": 180.0,
    "back-left quarter view": 225.0,
    "left side view": 270.0,
    "front-left quarter view": 315.0,
}
_USUAL = ("right side view", "back view", "left side view")


class OrbitVideo:
    """A swing to one side and the other, in depth, that closes on itself; 2.5 s for each transition.

    A picture has no back: on this computer the camera leans as far as depth by rules of thumb allows, and what the
    other side looks like is never invented.
    """

    name = "orbit_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        names = [str(name) for name in arguments.get("angles") or _USUAL]
        source = await picture_of(context, arguments)
        wishes = {
            "azimuths": _clockwise(names),
            "elevation": arguments.get("elevation") or "eye-level shot",
            "distance": arguments.get("distance") or "medium shot",
            "prompt": arguments.get("prompt") or "",
            "segment_s": SEGMENT_S,
        }
        prompt = str(arguments.get("prompt") or "")
        async with scratch(context) as folder:
            film = await context.render(
                jobs.orbit,
                path_text(source),
                str(folder / "film.mp4"),
                wishes,
                about(self.name, prompt=prompt, renderer=RENDERER, model=MODEL),
            )
            made = await made_media(film, prompt=prompt or None)
        text = (
            f"Leaned around {name_of(source)} and back in a loop ({facts(film)}). A picture shows one side only: "
            f"this is a 2.5D swing to {'one side' if len(names) == 1 else 'both sides'}, not a view from behind."
            f"{limits(film.notes)}"
        )
        if arguments.get("dialogue") or any(arguments.get("dialogues") or []):
            text += " The dialogue is not heard; generate_speech speaks it."
        return ToolOutcome(
            message=text,
            renderer=RENDERER,
            model=MODEL,
            reason="No model that turns objects is installed on this computer, so the picture is swung in depth.",
            made=[made],
            data={"segments": film.notes["segments"], "views": names, "sounds": film.notes["sounds"]},
        )


def _clockwise(names: list[str]) -> list[float]:
    """Return the azimuths to pass in degrees, always going on clockwise, from the front to the front."""
    way = [0.0]
    for name in names:
        turns = way[-1] // 360.0
        azimuth = turns * 360.0 + _AZIMUTHS[name]
        way.append(azimuth if azimuth > way[-1] else azimuth + 360.0)
    return [*way, (way[-1] // 360.0 + 1) * 360.0]

"""``stitch_video``: several clips as one film, with transitions and a soundtrack."""

from typing import Any

from studio.contract.errors import ToolError
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video import jobs
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, index_of, made_media, name_of, path_text, scratch
from studio.engine.tools.films import RENDERER, facts, listed

MAX_CLIPS = 100
_NAMES = {
    "fade": "cross-fades",
    "dissolve": "grainy dissolves",
    "wipeleft": "wipes to the left",
    "wiperight": "wipes to the right",
    "slideup": "slides up",
    "slidedown": "slides down",
}


class StitchVideo:
    """Joins clips frame by frame; the first sets size and rate. Up to 100 clips and half an hour."""

    name = "stitch_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        places = arguments["videoIndices"]
        if not 2 <= len(places) <= MAX_CLIPS:
            raise ToolError("PARAMETER_INVALID", f"videoIndices needs 2 to {MAX_CLIPS} clips, in playback order.")
        clips = [await context.source("video", index_of({"videoIndices": place}, "videoIndices")) for place in places]
        place = index_of(arguments, "audioIndex")
        track = None if place is None else await context.source("audio", place)
        async with scratch(context) as folder:
            rendered = await context.render(
                jobs.stitch_films,
                [path_text(clip) for clip in clips],
                str(folder / "film.mp4"),
                arguments.get("transition"),
                None if track is None else path_text(track),
                about(self.name, renderer=RENDERER, model="ffmpeg"),
            )
            film = await made_media(rendered)
        return ToolOutcome(
            message=_message(rendered, clips, track, arguments.get("transition")),
            renderer=RENDERER,
            model="ffmpeg",
            reason="Joining needs no model: every frame is kept as it is, only fitted to the first clip's size.",
            made=[film],
            data={"startsSeconds": rendered.notes["starts"], "transitionSeconds": rendered.notes["transition_s"]},
        )


def _message(
    rendered: RenderedMedia, clips: list[SourceMedia], track: SourceMedia | None, transition: dict[str, Any] | None
) -> str:
    notes, names = rendered.notes, [name_of(clip) for clip in clips]
    text = f"Joined {listed(names)} into one film ({facts(rendered)})"
    if transition and notes["transition_s"]:
        text += f" with {_NAMES[transition['type']]} of {notes['transition_s']:.2g} s."
    else:
        text += " with hard cuts."
    if transition and notes["transition_s"] < float(transition.get("durationSeconds") or 0.5) - 0.05:
        text += " The transitions are shorter than asked, because a clip is short."
    if notes["barred"]:
        text += f" Of another shape, so with black bars: {listed([names[i] for i in notes['barred']])}."
    if track is not None:
        text += f" Its sound is {name_of(track)}"
        over_s = notes["track_s"] - (rendered.duration_s or 0)
        text += ", faded out at the end." if over_s > 0.05 else "." if over_s > -0.05 else "; silent after it ends."
    elif not notes["has_sound"]:
        text += " None of the clips has sound."
    elif notes["silent"]:
        text += f" Without sound: {listed([names[i] for i in notes['silent']])}."
    return text

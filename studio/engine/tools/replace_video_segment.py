"""``replace_video_segment``: a time window of a clip, rendered anew or taken from another clip."""

from typing import Any

from studio.contract.errors import ToolError
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.motion import jobs
from studio.engine.renderers.video.motion.orders import Exchange
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, index_of, made_media, name_of, path_text, scratch
from studio.engine.tools.films import facts, film_of
from studio.engine.tools.moving import MODEL, RENDERER, happenings, limits, reason_of


class ReplaceVideoSegment:
    """Cuts on frames. Anew means: weather and light over the window's own frames, or a painted scene, or a way from the
    frame before it to the frame after it; never newly acted footage.
    """

    name = "replace_video_segment"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await film_of(context, arguments, "videoIndex")
        index = index_of(arguments, "replacementVideoIndex")
        other = None if index is None else await context.source("video", index)
        prompt = str(arguments.get("prompt") or "").strip()
        if other is None and not prompt:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what happens in the window, or name a clip to put there.")
        until = arguments.get("replacementEndSeconds")
        order = Exchange(
            start_s=float(arguments["startSeconds"]),
            end_s=float(arguments["endSeconds"]),
            prompt=prompt,
            replacement=None if other is None else path_text(other),
            from_s=float(arguments.get("replacementStartSeconds") or 0.0),
            to_s=None if until is None else float(until),
            keep_sound=bool(arguments.get("keepOriginalAudio")),
            about=about(self.name, prompt=prompt, renderer=RENDERER, model="ffmpeg" if other else MODEL),
        )
        async with scratch(context) as folder:
            film = await context.render(jobs.exchange, path_text(source), str(folder), order)
            made = await made_media(film, prompt=prompt or None)
        model = arguments.get("videoModel")
        return ToolOutcome(
            message=_message(film, source, other),
            renderer=RENDERER if other is None else "ffmpeg",
            model=MODEL if other is None else "ffmpeg",
            reason=(
                reason_of("", None if model == "auto" else model)
                if other is None
                else "Putting one clip into another needs no model."
            ),
            made=[made],
            data={
                "startSeconds": round(film.notes["start_s"], 3),
                "endSeconds": round(film.notes["end_s"], 3),
                "newSeconds": round(film.notes["new_s"], 3),
                "how": film.notes["how"],
            },
        )


def _message(film: RenderedMedia, source: SourceMedia, other: SourceMedia | None) -> str:
    notes = film.notes
    span = f"{notes['start_s']:.2f}–{notes['end_s']:.2f} s"
    if other is not None:
        if notes["start_s"] == notes["end_s"]:
            text = f"Put {notes['new_s']:.2f} s of {name_of(other)} into {name_of(source)} at {notes['start_s']:.2f} s"
        else:
            text = f"Put {notes['new_s']:.2f} s of {name_of(other)} in place of {span} of {name_of(source)}"
        return f"{text}; the clip is now {facts(film)}.{limits(notes)}"
    hint = (
        " The clip's own sound can be kept there: ask for it (keepOriginalAudio)."
        if notes.get("sound_replaced")
        else ""
    )
    how = {
        "over": f"laid {happenings(notes)} over its own frames",
        "painted": f"painted and filmed a scene: {notes.get('described')}",
        "between": f"moved from the frame before it to the frame after it: {happenings(notes)}",
    }[notes["how"]]
    return f"Rendered {span} of {name_of(source)} anew: {how}. The clip is {facts(film)}.{limits(notes)}{hint}"

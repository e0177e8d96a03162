"""``extend_video``: new time at the end of a clip."""

from typing import Any

from studio.engine.renderers.video.motion import jobs, shape
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made_media, name_of, path_text, scratch
from studio.engine.tools.films import facts, film_of
from studio.engine.tools.moving import MODEL, RENDERER, happenings, limits, reason_of


class ExtendVideo:
    """Moves the clip's last frame on, beginning with the camera's own speed; returns the new part and the whole.

    On this computer people and things of the clip stand still in the new part; camera, weather and light move.
    """

    name = "extend_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        seconds = shape.seconds_of(arguments.get("duration"), least=2.0)
        source = await film_of(context, arguments, "videoIndex")
        prompt = str(arguments.get("prompt") or "").strip()
        async with scratch(context) as folder:
            part, whole = await context.render(
                jobs.extend,
                path_text(source),
                str(folder),
                prompt,
                seconds,
                about(self.name, prompt=prompt, renderer=RENDERER, model=MODEL),
            )
            made = [
                await made_media(part, prompt=prompt or None, title="New part"),
                await made_media(whole, prompt=prompt or None, title="Extended clip"),
            ]
        going = " The camera goes on as it moved and comes to rest." if part.notes["drift"] else ""
        model = arguments.get("videoModel")
        return ToolOutcome(
            message=(
                f"Added {part.duration_s:.4g} s to {name_of(source)}; the whole is now {facts(whole)}. "
                f"The new part moves its last frame: {happenings(part.notes)}.{going}{limits(part.notes)}"
            ),
            renderer=RENDERER,
            model=MODEL,
            reason=reason_of("", None if model == "auto" else model),
            made=made,
            data={"startSeconds": whole.notes["start_s"], "moves": part.notes["did"], "sounds": part.notes["sounds"]},
        )

"""``upscale_video``: more pixels for a film, with every frame, its rate, its shape and its sound kept."""

from typing import Any

from studio.engine.renderers.video import jobs
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made_media, name_of, path_text, scratch
from studio.engine.tools.films import facts, film_of

RENDERER = "ncnn"


class UpscaleVideo:
    """Enlarges to twice the size at most, with a small network and detail that follows the motion."""

    name = "upscale_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await film_of(context, arguments)
        keys = ("targetResolution", "detailPreference", "processingSpeed")
        async with scratch(context) as folder:
            rendered = await context.render(
                jobs.upscale_film,
                path_text(source),
                str(folder / "film.mp4"),
                {key: arguments[key] for key in keys if arguments.get(key) is not None},
                about(self.name, renderer=RENDERER, model=""),
            )
            film = await made_media(rendered)
        notes = rendered.notes
        before = f"{notes['source_width']} × {notes['source_height']}"
        kind = "filmed" if notes["kind"] == "photo" else "drawn"
        message = f"Enlarged {name_of(source)} from {before} px: {facts(rendered)}, all {notes['frames']} frames."
        wanted = arguments.get("targetResolution")
        if wanted and min(rendered.width or 0, rendered.height or 0) < wanted:
            message += f" That is twice the source, the most that is done at once; {wanted:.0f} lines would be more."
        return ToolOutcome(
            message=message,
            renderer=RENDERER,
            model=notes["model"],
            reason=(
                f"It looks {kind}, so the network trained for that was used; it made {notes['made']:.0%} of the "
                "picture anew and carried its detail along the motion for the rest. A seed changes nothing here."
            ),
            made=[film],
            data={"frames": notes["frames"]},
        )

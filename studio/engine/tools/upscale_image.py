"""``upscale_image``: more pixels for a picture, without repainting it."""

from typing import Any, Final

from studio.engine.renderers import jobs
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, name_of, path_text, picture_of

RENDERER = "ncnn"


class UpscaleImage:
    """Enlarges with SPAN (photographs) or Real-ESRGAN animevideov3 (drawings)."""

    name: Final = "upscale_image"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name)
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        source = await picture_of(context, arguments)
        edge = arguments.get("targetLongestEdge")
        rendered = await context.render(
            jobs.upscale_picture,
            path_text(source),
            None if edge else float(arguments.get("scale") or 2),
            round(edge) if edge else None,
            "png",
            about(self.name, renderer=RENDERER, model=""),
        )
        notes = rendered.notes
        before, after = (notes["source_width"], notes["source_height"]), (rendered.width, rendered.height)
        kind = "photograph" if notes["kind"] == "photo" else "drawing"
        kept = " It is a JPEG: a PNG of that size opens in few programs." if rendered.mime_type == "image/jpeg" else ""
        return ToolOutcome(
            message=f"Enlarged {name_of(source)} from {before[0]} × {before[1]} to {after[0]} × {after[1]} px.{kept}",
            renderer=RENDERER,
            model=notes["model"],
            reason=f"It looks like a {kind}, so the network trained for that was used.",
            alternatives=choice.alternatives,
            made=[made(rendered)],
        )

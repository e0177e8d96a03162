"""``remove_background``: the subject on transparency, or its mask."""

from typing import Any

from studio.engine.renderers import jobs
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, name_of, path_text, picture_of

RENDERER = "onnx"
MODEL = "U2-Net-p"


class RemoveBackground:
    """Cuts out with U2-Net-p and a guided filter at the contour."""

    name = "remove_background"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await picture_of(context, arguments)
        apply_mask = bool(arguments.get("applyMask", True))
        texts = about(self.name, renderer=RENDERER, model=MODEL)
        rendered = await context.render(jobs.cut_out_picture, path_text(source), apply_mask, texts)
        what = "Cut out the subject" if apply_mask else "Made the mask of the subject"
        return ToolOutcome(
            message=f"{what} of {name_of(source)}; it covers {rendered.notes['coverage']:.0%} of the picture.",
            renderer=RENDERER,
            model=MODEL,
            made=[made(rendered)],
        )

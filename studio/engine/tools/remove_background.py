"""``remove_background``: the subject on transparency, or its mask."""

from typing import Any, Final

from studio.engine.renderers import jobs
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, name_of, path_text, picture_or_address

RENDERER: Final = "onnx"
_REASONS: Final = {
    "U2-Net": "The pack for better cut-outs is installed.",
    "U2-Net-p": "The small subject network comes with the studio; the pack “Cut-outs” holds a finer one.",
}


_LITTLE: Final = 0.04
"""Share of a picture below which a subject was probably not found."""


class RemoveBackground:
    """Cuts out with U2-Net-p, or the full U2-Net where its pack is installed, and a guided filter at the contour."""

    name: Final = "remove_background"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await picture_or_address(context, arguments)
        apply_mask = bool(arguments.get("applyMask", True))
        texts = about(self.name, renderer=RENDERER, model="")
        packs = str(context.folders.packs)
        rendered = await context.render(jobs.cut_out_picture, path_text(source), apply_mask, packs, texts)
        what = "Cut out the subject" if apply_mask else "Made the mask of the subject"
        share = f"{rendered.notes['coverage']:.0%}"
        doubt = ""
        if rendered.notes["coverage"] < _LITTLE:
            doubt = " That is little: if it is not what you meant, name it (“select the cat”)."
        return ToolOutcome(
            message=f"{what} of {name_of(source, arguments)}; it covers {share} of the picture.{doubt}",
            renderer=RENDERER,
            model=rendered.notes["model"],
            reason=_REASONS[rendered.notes["model"]],
            made=[made(rendered)],
        )

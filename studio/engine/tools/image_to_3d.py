"""``image_to_3d``: a textured GLB relief of what a picture shows."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers import jobs
from studio.engine.renderers.relief.order import Order
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made_media, name_of, path_text, picture_of, picture_or_address, scratch

RENDERER: Final = "relief"
MODEL: Final = "2.5D relief (U2-Net-p outline, inflated)"
_LIMITS: Final[dict[str, tuple[int, int, int]]] = {
    "meshTargetFaces": (5_000, 700_000, 700_000),
    "textureSize": (1024, 4096, 4096),
    "normalMapSize": (512, 2048, 2048),
    "ambientOcclusionSize": (256, 1024, 1024),
    "shapeResolution": (1024, 1536, 1024),
}
_SIDES: Final = ("leftViewImageIndex", "left_view_image_url", "rightViewImageIndex", "right_view_image_url")
_HONEST: Final = (
    "It is a 2.5D relief: the outline is rounded and the picture laid on it; depth and hidden sides are guessed."
)
_BACKS: Final = {
    "view": "The back shows your back view.",
    "contour colours": "The back carries the colours of the contour.",
    "plain": "The back is flat.",
}


class ImageTo3d:
    """Inflates the subject's outline, or makes a tile of a picture without a subject.

    A back view becomes the picture of the back. Side views are not used: shape cannot be
    reconstructed from several views here, and the result says so.
    """

    name = "image_to_3d"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose("image_to_3d", None)
        if choice.other is not None and choice.model is not None:
            return await choice.other.run("image_to_3d", choice.model, arguments, context)
        source = await picture_or_address(context, arguments)
        back = None
        if arguments.get("back_view_image_url"):
            back = await context.media_at("image", str(arguments["back_view_image_url"]))
        elif arguments.get("backViewImageIndex") is not None:
            back = await picture_of(context, arguments, "backViewImageIndex")
        order = Order(
            faces=_limited(arguments, "meshTargetFaces"),
            texture_px=_limited(arguments, "textureSize"),
            normal_px=_limited(arguments, "normalMapSize"),
            occlusion_px=_limited(arguments, "ambientOcclusionSize"),
            resolution=_limited(arguments, "shapeResolution"),
            back=path_text(back) if back is not None else None,
            about=about(self.name, renderer=RENDERER, model=MODEL),
        )
        async with scratch(context) as folder:
            path = str((folder / "model.glb").resolve())
            rendered = await context.render(jobs.sculpt_picture, path_text(source), order, path)
            file = await made_media(rendered, title="2.5D relief")
        notes = rendered.notes
        what = "the subject" if notes["shape"] == "subject" else "the whole picture, as a tile"
        sentences = [
            f"Made a GLB model of {what} of {name_of(source, arguments)} with {notes['faces']:,} triangles "
            f"and a texture of {notes['texture_width']} × {notes['texture_height']} px.",
            _HONEST,
            _BACKS[notes["back"]],
        ]
        if back is not None and notes["back"] != "view":
            sentences.append("The back view was not used, because nothing stands out in it or in the front view.")
        if any(arguments.get(key) is not None for key in _SIDES):
            sentences.append("The side views were not used.")
        return ToolOutcome(
            message=" ".join(sentences),
            renderer=RENDERER,
            model=MODEL,
            reason="No network that reconstructs shape is installed on this computer.",
            alternatives=choice.alternatives,
            made=[file],
            data={"model": notes},
        )


def _limited(arguments: dict[str, Any], key: str) -> int:
    low, high, default = _LIMITS[key]
    value = arguments.get(key)
    if value is None:
        return default
    if not low <= value <= high:
        raise ToolError(
            "PARAMETER_INVALID",
            f"{key} must be between {low} and {high}.",
            suggested_args={key: int(max(low, min(high, value)))},
        )
    return int(value)

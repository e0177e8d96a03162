"""The functions that the editing tools send to the render pool; they import what makes pixels only there."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from studio.engine.renderers.editing.wishes import Plan
from studio.engine.renderers.rendered import Format, Rendered

if TYPE_CHECKING:
    from studio.engine.renderers.pictures import Mask, Rgb


def edit_picture(
    path: str,
    others: Sequence[str],
    plan: Plan,
    size: tuple[int | None, int | None],
    shape: str | None,
    scale: float,
    mask: str | None,
    ground: str,
    seed: int,
    output: Format,
    quality: int | None,
    about: Mapping[str, str],
) -> Rendered:
    """Edit a picture; see ``studio.engine.renderers.editing.edit.render``."""
    from studio.engine.renderers.editing import edit

    return edit.render(
        path, others, plan, size=size, shape=shape, scale=scale, mask=mask, ground=ground, seed=seed, output=output,
        quality=quality, about=about,
    )  # fmt: skip


def style_like(
    path: str, prompt: str, scale: float, shape: str | None, about: Mapping[str, str], reference: str
) -> Rendered:
    """Restyle a picture in the manner of another; see ``studio.engine.renderers.style.render``."""
    from studio.engine.renderers import style

    return style.render(path, prompt, scale, shape, about, reference)


def restore_and_edit(
    path: str,
    prompt: str,
    hq: bool,
    scale: float,
    shape: str | None,
    strength: float,
    about: Mapping[str, str],
    plan: Plan,
    seed: int,
) -> Rendered:
    """Restore a photograph, then edit it; see ``studio.engine.renderers.restore.render``."""
    from studio.engine.renderers import restore
    from studio.engine.renderers.editing import edit

    def then(rgb: "Rgb", alpha: "Mask | None") -> "tuple[Rgb, Mask | None, list[str], list[str]]":
        return edit.on_pixels(rgb, alpha, plan, seed)

    return restore.render(path, prompt, hq, scale, shape, strength, about, then)

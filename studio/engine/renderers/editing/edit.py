"""Carrying out a plan: the steps in the order in which a retoucher would do them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import cv2
import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import pictures, runtime, style, style_names
from studio.engine.renderers.editing import (
    air,
    colouring,
    compositing,
    erasing,
    finishing,
    geometry,
    grounds,
    joining,
    lettering,
    particles,
    tone,
)
from studio.engine.renderers.editing.sheet import NotPossible, Sheet
from studio.engine.renderers.editing.wishes import Plan, Wish, cannot_edit
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.rendered import Format, Rendered
from studio.engine.renderers.sizes import parse_shape
from studio.engine.renderers.worker import report

Step = Callable[[Sheet, Wish], None]

WORK_EDGE: Final = 4096
"""Longest edge in pixels at which edits work; larger sources are reduced to it."""


def _styled(sheet: Sheet, wish: Wish) -> None:
    if wish.other == "picture":
        if not sheet.others:
            raise NotPossible("there is no second picture to take the style from")
        made = style.like_picture(sheet.bytes(), sheet.others[0], 1.0)
        sheet.put(made.astype(np.float32) / 255.0, wish.where)
        sheet.done.append("painted it in the style of the other picture")
        return
    match = style_names.resolve(wish.value)
    if not match.known:
        raise NotPossible(f"the style “{wish.value}” is not known")
    made = style.stylise(sheet.bytes(), match.style, sheet.seed)
    sheet.put(made.astype(np.float32) / 255.0, wish.where)
    sheet.done.append(f"restyled it as {match.style.name}")


STEPS: Final[dict[str, tuple[float, Step]]] = {
    # Order: shape, taking out, colours of things, what is behind, joining, air, light, style, finish, size, words.
    "trim": (0, geometry.trim), "straighten": (1, geometry.straighten), "mirror": (2, geometry.mirror),
    "rotate": (3, geometry.rotate), "mend": (4, erasing.mend), "redeye": (4, erasing.red_eyes),
    "erase": (5, erasing.erase),
    "denoise": (6, finishing.denoise), "recolour": (7, colouring.recolour), "insert": (8, compositing.insert),
    "background": (9, grounds.background), "shadow": (9.5, grounds.shadow),
    "collage": (10, joining.collage), "blend": (10, joining.blend),
    "crop": (11, geometry.crop), "extend": (12, geometry.extend), "balance": (13, tone.balance),
    "dehaze": (14, tone.dehaze), "sky": (15, air.sky), "season": (16, air.season), "hour": (17, air.hour),
    "weather": (18, air.weather), "rainbow": (18.5, air.rainbow),
    "auto": (19, tone.automatic), "match": (20, colouring.match),
    "shadows": (21, tone.shadows), "highlights": (21, tone.highlights), "brightness": (22, tone.brightness),
    "contrast": (23, tone.contrast), "warmth": (24, tone.warmth), "saturation": (25, tone.saturation),
    "clarity": (26, tone.clarity), "skin": (27, finishing.skin), "look": (28, tone.look),
    "splash": (29, colouring.splash),
    "grey": (29, tone.black_and_white), "sepia": (30, tone.sepia), "tint": (31, tone.tint),
    "duotone": (32, tone.two_inks),
    "invert": (33, tone.invert), "posterise": (34, tone.posterise), "style": (35, _styled),
    "sharpen": (36, finishing.sharpen), "blur": (37, finishing.soften), "tilt": (38, finishing.tilt_shift),
    "glow": (39, finishing.glow), "rays": (40, finishing.rays), "particles": (41, particles.add),
    "flare": (42, finishing.flare), "pixelate": (43, finishing.pixelate), "glitch": (44, finishing.glitch),
    "vignette": (45, finishing.vignette), "grain": (46, finishing.grain), "enlarge": (47, finishing.enlarge),
    "caption": (48, lettering.caption), "frame": (49, finishing.frame),
}  # fmt: skip
_MOVES: Final = frozenset(("trim", "straighten", "mirror", "rotate", "crop", "extend", "collage", "enlarge", "frame"))
_RESHAPES: Final = _MOVES - {"mirror", "frame"}


def carry_out(sheet: Sheet, plan: Plan) -> list[str]:
    """Do the wishes of *plan* on *sheet* in order; returns a clause for each that was not possible."""
    missed: list[str] = []
    wishes = sorted(plan.wishes, key=lambda wish: STEPS[wish.kind][0])
    for place, wish in enumerate(wishes):
        report(0.05 + 0.8 * place / max(1, len(wishes)), "Editing")
        before, free = sheet.rgb, sheet.free
        alpha = sheet.alpha
        if free is not None and wish.kind in _MOVES:
            missed.append(f"{wish.words} (a mask keeps the rest of the picture where it is)")
            continue
        try:
            STEPS[wish.kind][1](sheet, wish)
        except NotPossible as why:
            missed.append(f"{wish.words} ({why})")
            continue
        if free is not None and before.shape == sheet.rgb.shape:
            _keep_outside(sheet, before, alpha, free)
    return missed


def _keep_outside(sheet: Sheet, before: np.ndarray, alpha: np.ndarray | None, free: np.ndarray) -> None:
    """Put back everything that the mask protects."""
    weight = free[:, :, None]
    sheet.rgb = np.ascontiguousarray(before + (sheet.rgb - before) * weight, np.float32)
    if sheet.alpha is not None:
        old = np.ones_like(free) if alpha is None else alpha
        sheet.alpha = old + (sheet.alpha - old) * free


def read_mask(path: str, width: int, height: int) -> np.ndarray:
    """Return where a mask file lets the picture change, H×W 0–1: its transparent pixels.

    Raises:
        ToolError: PARAMETER_INVALID, the mask has another shape, or marks nothing.
    """
    picture = pictures.load(path)
    if picture.alpha is None:
        raise ToolError("PARAMETER_INVALID", "The mask marks nothing: it has no transparent pixels.")
    if abs(picture.width / picture.height - width / height) > 0.02 * width / height:
        raise ToolError(
            "PARAMETER_INVALID",
            f"The mask is {picture.width} × {picture.height} px and the picture has another shape; they must match.",
        )
    free = (
        1.0 - np.asarray(cv2.resize(picture.alpha, (width, height), interpolation=cv2.INTER_LINEAR), np.float32) / 255.0
    )
    if not (free > 0.5).any():
        raise ToolError("PARAMETER_INVALID", "The mask marks nothing: it has no transparent pixels.")
    return np.asarray(free, np.float32)


def render(
    path: str,
    others: Sequence[str],
    plan: Plan,
    *,
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
    """Edit a picture file (runs in a render worker).

    Args:
        others: further pictures, by path.
        size: wanted width and height in pixels, None where not asked for.
        shape: wanted aspect ratio or pixels, in words.
        scale: size of the result relative to the source.
        mask: file whose transparent pixels mark what may change.
        ground: auto, opaque or transparent.
        quality: of JPEG and WebP, 1–100.

    Returns:
        ``notes``: done, missed, remarks, reduced.

    Raises:
        ToolError: MODEL_UNAVAILABLE, nothing of it could be done; PARAMETER_INVALID.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    sheet, reduced = _laid_out(path, others, mask, seed)
    # Words are fitted to the shape that is left, and would be cut off by a later crop.
    early = any(wish.kind == "caption" for wish in plan.wishes) and not any(w.kind in _RESHAPES for w in plan.wishes)
    shaped = _to_shape(sheet, size, shape, scale) if early else []
    missed = carry_out(sheet, plan)
    if not early:
        shaped = _to_shape(sheet, size, shape, scale)
    if ground == "transparent" and sheet.alpha is None:
        try:
            finishing.cut_subject(sheet)
            sheet.done.append("took the background away")
        except NotPossible as why:
            missed.append(f"a transparent background ({why})")
    if not sheet.done and not shaped:
        raise ToolError("MODEL_UNAVAILABLE", cannot_edit([*missed, *plan.unread]))
    report(0.94, "Writing the file")
    rgb = sheet.bytes()
    alpha = None if sheet.alpha is None else pictures.to_bytes(sheet.alpha)
    if alpha is not None and ground == "opaque":
        rgb, alpha = pictures.flatten(rgb, alpha), None
    made = pictures.encode(rgb, alpha, output, about, quality=quality)
    return made.with_notes(
        done=[*sheet.done, *shaped],
        missed=[*missed, *plan.unread],
        remarks=list(dict.fromkeys(sheet.notes)),
        reduced=reduced,
    )


def on_pixels(rgb: Rgb, alpha: Mask | None, plan: Plan, seed: int) -> tuple[Rgb, Mask | None, list[str], list[str]]:
    """Carry out *plan* on pixels; returns pixels, transparency, what was done and what was not."""
    sheet = Sheet(
        rgb.astype(np.float32) / 255.0, None if alpha is None else alpha.astype(np.float32) / 255.0, None, seed
    )
    missed = carry_out(sheet, plan)
    return sheet.bytes(), None if sheet.alpha is None else pictures.to_bytes(sheet.alpha), sheet.done, missed


def _laid_out(path: str, others: Sequence[str], mask: str | None, seed: int) -> tuple[Sheet, bool]:
    picture = pictures.load(path)
    width, height = pictures.fit_within(picture.width, picture.height, WORK_EDGE)
    rgb = pictures.resize(picture.rgb, width, height)
    alpha = None if picture.alpha is None else pictures.resize(picture.alpha, width, height)
    if alpha is not None:
        rgb = pictures.fill_behind(rgb, alpha)
    more = []
    covers: dict[int, Mask | None] = {}
    for place, other in enumerate(others):
        second = pictures.load(other)
        flat = second.rgb if second.alpha is None else pictures.flatten(second.rgb, second.alpha)
        small = pictures.fit_within(second.width, second.height, 2048)
        more.append(pictures.resize(flat, *small))
        if second.alpha is not None:
            covers[place] = pictures.resize(second.alpha, *small)
    sheet = Sheet(
        rgb.astype(np.float32) / 255.0,
        None if alpha is None else alpha.astype(np.float32) / 255.0,
        None if mask is None else read_mask(mask, width, height),
        seed,
        more,
        covers,
    )
    return sheet, (width, height) != (picture.width, picture.height)


def _to_shape(sheet: Sheet, size: tuple[int | None, int | None], shape: str | None, scale: float) -> list[str]:
    """Bring the sheet to the size that the arguments ask for; returns what was done."""
    said: list[str] = []
    width, height = size
    if shape and width is None and height is None:
        ratio, exact = parse_shape(shape)
        if exact:
            width, height = exact
        elif geometry.crop_to_ratio(sheet, ratio):
            said.append(f"cropped it to {shape}")
    if width is None and height is None:
        if scale > 0:
            factor = max(scale, 480 / max(sheet.width, sheet.height))
            if factor != 1.0:
                finishing.bring_to(sheet, max(1, round(sheet.width * factor)), max(1, round(sheet.height * factor)))
        return said
    width = width or max(1, round((height or 1) * sheet.width / sheet.height))
    height = height or max(1, round(width * sheet.height / sheet.width))
    if abs(sheet.width / sheet.height - width / height) > 0.005 * width / height:
        geometry.crop_to_ratio(sheet, width / height)
        said.append("cropped it to the new shape")
    finishing.bring_to(sheet, width, height)
    return said

"""New pictures from words (the built-in painter), and pictures guided by words and a source."""

from collections.abc import Mapping

import cv2
import numpy as np

from studio.engine.renderers import pictures, runtime, style, style_names
from studio.engine.renderers.painter import Painting, paint
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.rendered import Format, Rendered
from studio.engine.renderers.worker import report

_STYLE_SHARE = 0.88  # the subject stays readable under the brush
_LARGEST_PAINTING = 1024


def _model(painting: Painting, styled_as: str | None) -> str:
    scene = painting.scene.replace("_", " ")
    return f"Built-in painter · {scene}" + (f" · {styled_as}" if styled_as else "")


def style_of(painting: Painting) -> style_names.Style | None:
    """Return the style that a painting's prompt asks for, or None."""
    if not painting.style:
        return None
    named = style_names.by_name(painting.style)
    if named is not None:
        return named
    match = style_names.resolve(painting.style)
    return match.style if match.known else None


def render(
    prompt: str, negative: str, size: tuple[int, int], seed: int, output: Format, about: Mapping[str, str]
) -> Rendered:
    """Paint *prompt* at *size* (runs in a render worker). ``notes``: scene, title, described, missing, style, model."""
    runtime.prepare_opencv()
    painting = paint(
        prompt,
        width=size[0],
        height=size[1],
        seed=seed,
        negative=negative,
        report=lambda fraction, label: report(0.8 * fraction, label),
    )
    pixels = np.ascontiguousarray(painting.pixels, np.uint8)
    wanted = style_of(painting)
    if wanted is not None:
        report(0.82, f"Styling: {wanted.name}")
        pixels = style.stylise(pixels, wanted, seed, min(wanted.strength, _STYLE_SHARE))
    report(0.95, "Writing the file")
    styled_as = wanted.name if wanted else None
    texts = {
        **about,
        "model": _model(painting, styled_as),
        "Title": painting.title,
        "Description": painting.used_prompt,
    }
    made = pictures.encode(pixels, None, output, texts)
    return made.with_notes(
        scene=painting.scene,
        title=painting.title,
        described=painting.used_prompt,
        missing=list(painting.missing),
        style=styled_as,
        model=_model(painting, styled_as),
    )


def render_from(
    path: str,
    prompt: str,
    strength: float,
    size: tuple[int, int] | None,
    seed: int,
    output: Format,
    about: Mapping[str, str],
) -> Rendered:
    """Guide a source picture by *prompt* (runs in a render worker).

    The painter paints the prompt; the source takes over its light and colours, some of
    its forms, and the named style. *strength* is the weight of the source, 0–1.
    ``notes``: as ``render``.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    width, height = size or (picture.width, picture.height)
    source = pictures.resize(_cover(picture.rgb, width, height), width, height)
    alpha = None if picture.alpha is None else pictures.resize(_cover(picture.alpha, width, height), width, height)
    paint_size = pictures.fit_within(width, height, _LARGEST_PAINTING)
    paint_size = max(64, paint_size[0]), max(64, paint_size[1])
    painting = paint(
        prompt,
        width=paint_size[0],
        height=paint_size[1],
        seed=seed,
        report=lambda f, label: report(0.05 + 0.5 * f, label),
    )
    guide = pictures.resize(np.ascontiguousarray(painting.pixels, np.uint8), width, height)
    report(0.6, "Carrying over light and colour")
    mixed = blend_into(source, guide, strength)
    wanted = style_of(painting)
    if wanted is not None:
        report(0.7, f"Styling: {wanted.name}")
        mixed = style.stylise(mixed, wanted, seed, min(wanted.strength, 0.35 + 0.6 * (1.0 - strength)))
    report(0.95, "Writing the file")
    styled_as = wanted.name if wanted else None
    model = _model(painting, styled_as) + " · over the source"
    made = pictures.encode(mixed, alpha, output, {**about, "model": model, "Title": painting.title})
    return made.with_notes(
        scene=painting.scene, title=painting.title, described=painting.used_prompt, style=styled_as, model=model
    )


def _cover(pixels: Rgb, width: int, height: int) -> Rgb:
    """Crop the middle of *pixels* to the shape of *width* × *height*."""
    have_h, have_w = pixels.shape[:2]
    new_w, new_h = min(have_w, round(have_h * width / height)), min(have_h, round(have_w * height / width))
    left, top = (have_w - new_w) // 2, (have_h - new_h) // 2
    return np.ascontiguousarray(pixels[top : top + max(1, new_h), left : left + max(1, new_w)])


def blend_into(source: Rgb, guide: Rgb, strength: float) -> Rgb:
    """Return *source* in the light and colours of *guide*; below a *strength* of about a half also its forms."""
    free = float(np.clip(1.0 - strength, 0, 1))
    if free == 0.0:
        return source
    lab = cv2.cvtColor(source, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab_guide = cv2.cvtColor(guide, cv2.COLOR_RGB2LAB).astype(np.float32)
    mean, spread = lab.mean((0, 1)), lab.std((0, 1)) + 4.0
    mean_guide, spread_guide = lab_guide.mean((0, 1)), lab_guide.std((0, 1)) + 4.0
    ratio = np.clip(spread_guide / spread, 0.55, 1.8)
    carried = (lab - mean) * ratio + mean_guide
    # Light follows less than colour, or a night would drown the source.
    weight = np.array([0.7, 1.0, 1.0], np.float32) * min(1.0, 1.6 * free)
    lab = lab * (1 - weight) + carried * weight
    out = cv2.cvtColor(np.clip(lab + 0.5, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)
    forms = max(0.0, free - 0.4) * 1.5
    if forms > 0:
        forms = min(1.0, forms)
        out = cv2.addWeighted(guide, forms, out, 1.0 - forms, 0.0)
    return np.asarray(out, np.uint8)

"""From a picture file and a prompt to mask or cut-out files (runs in a render worker)."""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import cutout, pictures, runtime
from studio.engine.renderers.pictures import Mask, Picture, Rgb
from studio.engine.renderers.rendered import Rendered
from studio.engine.renderers.segment import concepts, cuts, pointing
from studio.engine.renderers.segment.cuts import Floats, Selection
from studio.engine.renderers.segment.prompts import Box, Prompt
from studio.engine.renderers.worker import report

_WORK_EDGE: Final = 1280


def render(path: str, prompt: Prompt, apply_mask: bool, packs: str, about: Mapping[str, str]) -> list[Rendered]:
    """Return one PNG for each selection, surest first: a binary mask, or the pixels with transparency.

    ``notes`` of each: label, score, how, box (shares of the picture), share (of its area).

    Raises:
        ToolError: MODEL_UNAVAILABLE, the words are not known here; PARAMETER_INVALID, nothing was found.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    rgb = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha, (128, 128, 128))
    work = pictures.resize(rgb, *pictures.fit_within(picture.width, picture.height, _WORK_EDGE))
    with cutout.best_network(packs):
        found = sorted(select(work, prompt), key=lambda s: -s.score)
    kept = [s for s in found if s.score >= prompt.threshold and (s.mask > 0.5).any()][: prompt.most]
    if not kept:
        raise _nothing(prompt, found)
    files = []
    for place, selection in enumerate(kept):
        report(0.8 + 0.2 * place / len(kept), "Writing the files")
        files.append(_file(picture, rgb, selection, apply_mask, about))
    return files


def select(rgb: Rgb, prompt: Prompt) -> list[Selection]:
    """Return everything that *prompt* may mean in H×W×3 *rgb*, with masks of that size.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the words are not known here.
    """
    wanted = [box for box in prompt.boxes if box.positive]
    if prompt.points:
        return pointing.by_points(rgb, prompt.points, wanted[0] if wanted else None, several=prompt.several)
    if not prompt.text:
        found = []
        for place, box in enumerate(wanted):
            report(0.1 + 0.6 * place / len(wanted), "Cutting out what the boxes frame")
            how = "box of a vision model" if box.label else "box"
            found.append(pointing.by_box(rgb, box, box.label, how))
        return found
    report(0.1, f"Looking for {prompt.text[:40]}")
    if not concepts.is_known(prompt.text) and not wanted:
        raise ToolError(
            "MODEL_UNAVAILABLE",
            f"“{prompt.text[:80]}” cannot be found by its name on this computer. Click on it, draw a box around it, or "
            f"connect a language model that sees pictures. Known by name: {concepts.KNOWN}.",
        )
    found = concepts.find(rgb, prompt.text)
    if not found and wanted:
        return [pointing.by_box(rgb, box, prompt.text, "box") for box in wanted]
    return _limited(rgb, found, prompt)


def _limited(rgb: Rgb, found: list[Selection], prompt: Prompt) -> list[Selection]:
    """Keep what lies in the boxes to search and not in those to leave out."""
    wanted = [box for box in prompt.boxes if box.positive]
    unwanted = [box for box in prompt.boxes if not box.positive]
    if not prompt.boxes:
        return found
    allowed = np.zeros(rgb.shape[:2], bool) if wanted else np.ones(rgb.shape[:2], bool)
    for box in wanted:
        _paint(allowed, box, True)
    for box in unwanted:
        _paint(allowed, box, False)
    kept = []
    for selection in found:
        mask = np.where(allowed, selection.mask, 0).astype(np.float32)
        left = float((mask > 0.5).sum()) / max(1.0, float((selection.mask > 0.5).sum()))
        if left > 0.02:
            kept.append(Selection(mask, selection.score, selection.label, selection.how))
    return kept


def _paint(plane: cuts.Flags, box: Box, value: bool) -> None:
    region = pointing.pixel_region(box, (plane.shape[0], plane.shape[1]))
    plane[region.top : region.bottom, region.left : region.right] = value


def _nothing(prompt: Prompt, found: list[Selection]) -> ToolError:
    what = f"“{prompt.text[:80]}”" if prompt.text else "what was pointed at"
    if found:
        best = found[0]
        return ToolError(
            "PARAMETER_INVALID",
            f"The surest selection of {what} reaches {best.score:.2f}, below the threshold of {prompt.threshold:g}.",
            suggested_args={"threshold": max(0.0, round(best.score - 0.01, 2))},
        )
    if not prompt.text:
        return ToolError("PARAMETER_INVALID", "Nothing stands out from its surroundings where you pointed.")
    return ToolError("PARAMETER_INVALID", f"Nothing in this picture could be told to be {what}.")


def _file(picture: Picture, rgb: Rgb, selection: Selection, apply_mask: bool, about: Mapping[str, str]) -> Rendered:
    soft = _full_size(rgb, selection.mask)
    mask: Mask = np.where(soft > 0.5, 255, 0).astype(np.uint8)
    if picture.alpha is not None:
        mask = np.where(picture.alpha > 127, mask, 0).astype(np.uint8)
    rows, columns = np.where(mask.any(1))[0], np.where(mask.any(0))[0]
    box = [0.0, 0.0, 0.0, 0.0]
    if len(rows):
        corners = (columns[0] / picture.width, rows[0] / picture.height)
        box = [*corners, (columns[-1] + 1) / picture.width, (rows[-1] + 1) / picture.height]
    texts = {**about, "label": selection.label}
    if apply_mask:
        alpha = pictures.to_bytes(soft)
        if picture.alpha is not None:
            alpha = np.minimum(alpha, picture.alpha)
        made = pictures.encode(picture.rgb, alpha, "png", texts)
    else:
        made = pictures.encode_mask(mask, texts)
    return made.with_notes(
        label=selection.label,
        score=round(selection.score, 3),
        how=selection.how,
        box=[round(float(v), 4) for v in box],
        share=round(float((mask > 0).mean()), 4),
    )


def _full_size(rgb: Rgb, mask: Floats) -> Floats:
    height, width = rgb.shape[:2]
    if mask.shape == (height, width):
        return mask
    big = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    fine = cutout.guided(rgb, np.clip(big, 0, 1).astype(np.float32), max(2, max(height, width) // _WORK_EDGE * 2), 1e-4)
    return np.asarray(np.clip((fine - 0.1) / 0.8, 0, 1), np.float32)

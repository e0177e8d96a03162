"""What a picture looks like in numbers: drawing or photograph, light, sharpness, colours, composition."""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.renderers import cutout, pictures, runtime, seeing
from studio.engine.renderers.pictures import Rgb
from studio.engine.renderers.worker import report

_LOOK_EDGE: Final = 512
DRAWING_FROM: Final = 0.6
"""``drawing_score`` from which a picture counts as flat art."""


def is_drawing(rgb: Rgb) -> bool:
    """Guess whether a picture is flat art (a drawing, a logo, a comic) and not a photograph."""
    return drawing_score(rgb) > DRAWING_FROM


def drawing_score(rgb: Rgb) -> float:
    """Return 0 (photograph) to 1 (flat art) from how much of the picture is exactly even.

    Photographs carry noise nearly everywhere, even in skies; drawings hold large areas
    of one value between strong edges. Measured at the original size, on a crop of the
    middle at most 1024 px wide, because shrinking would smooth the noise away.
    """
    height, width = rgb.shape[:2]
    y, x = max(0, (height - 1024) // 2), max(0, (width - 1024) // 2)
    grey = cv2.cvtColor(np.ascontiguousarray(rgb[y : y + 1024, x : x + 1024]), cv2.COLOR_RGB2GRAY)
    kernel = np.ones((3, 3), np.uint8)
    span = cv2.dilate(grey, kernel).astype(np.int16) - cv2.erode(grey, kernel)
    middle = (grey > 6) & (grey < 249)  # clipped black and white is even in photographs, too
    even = (span <= 1) & middle
    clipped = (span <= 1) & ~middle
    share_even = float(even.mean())
    strong = float((span > 60).mean())
    score = share_even * 1.6 + float(clipped.mean()) * 0.55 + strong * 0.8
    return float(np.clip(score, 0.0, 1.0))


_COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "black": (12, 12, 14), "charcoal": (54, 57, 63), "grey": (128, 128, 128), "silver": (190, 192, 196),
    "warm grey": (126, 116, 108), "white": (248, 248, 246), "cream": (245, 235, 210), "taupe": (176, 163, 152),
    "beige": (214, 196, 164), "tan": (200, 160, 115), "brown": (118, 74, 42), "dark brown": (62, 40, 26),
    "rust": (168, 72, 36), "terracotta": (200, 100, 72), "red": (214, 36, 40), "crimson": (152, 18, 46),
    "maroon": (92, 20, 30), "coral": (250, 124, 104), "orange": (246, 136, 30), "amber": (250, 186, 44),
    "gold": (204, 164, 60), "yellow": (250, 226, 60), "olive": (118, 116, 48), "lime": (166, 220, 56),
    "green": (54, 150, 64), "dark green": (24, 72, 44), "sage": (152, 172, 142), "mint": (160, 226, 196),
    "emerald": (20, 148, 108), "teal": (22, 122, 126), "dark teal": (14, 60, 66), "turquoise": (64, 204, 204),
    "sky blue": (134, 194, 236), "blue": (44, 98, 206), "steel blue": (84, 124, 164), "navy": (20, 34, 84),
    "indigo": (64, 52, 144), "violet": (124, 76, 190), "purple": (106, 40, 122), "dark purple": (48, 24, 66),
    "lavender": (190, 174, 226), "magenta": (206, 46, 156), "pink": (246, 162, 190), "rose": (216, 92, 128),
    "peach": (252, 204, 170), "skin tone": (224, 178, 148),
}  # fmt: skip


_COLOURED: Final = 14.0
"""Chroma in Lab from which on people see a colour."""


def colour_name(rgb: tuple[int, int, int]) -> str:
    """Return the name of the nearest known colour (distance in Lab); what clearly has a colour is not called grey."""
    names = list(_COLOURS)
    known = np.array([[_COLOURS[name] for name in names]], np.uint8)
    lab = cv2.cvtColor(known, cv2.COLOR_RGB2LAB).astype(np.float32)[0]
    mine = cv2.cvtColor(np.array([[rgb]], np.uint8), cv2.COLOR_RGB2LAB).astype(np.float32)[0, 0]
    weight = np.array([0.7, 1.0, 1.0], np.float32)
    apart = (((lab - mine) * weight) ** 2).sum(1)
    chroma = float(np.hypot(*(mine[1:] - 128)))
    if chroma > _COLOURED:
        apart[np.hypot(lab[:, 1] - 128, lab[:, 2] - 128) < _COLOURED] += (chroma - _COLOURED / 2) ** 2
    return names[int(np.argmin(apart))]


def palette(rgb: Rgb, colours: int = 6) -> list[dict[str, Any]]:
    """Return the main colours, largest share first: hex, name, share (0–1)."""
    small = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], 96))
    pixels = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).reshape(-1, 3).astype(np.float32)
    if len(pixels) == 1:
        pixels = pixels.repeat(2, axis=0)  # k-means would take a single row for a column
    count = min(colours, len(pixels))
    order = np.argsort(pixels[:, 0] + pixels[:, 1] * 0.01)
    start = np.zeros((len(pixels), 1), np.int32)
    start[order, 0] = np.arange(len(pixels)) * count // len(pixels)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 24, 0.2)
    _, labels, centres = cv2.kmeans(pixels, count, start, criteria, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    shares = np.bincount(labels.ravel(), minlength=count) / len(pixels)
    back = cv2.cvtColor(np.clip(centres, 0, 255).astype(np.uint8)[None], cv2.COLOR_LAB2RGB)[0]
    rows: dict[str, dict[str, Any]] = {}
    for place in np.argsort(-shares, kind="stable"):
        if shares[place] <= 0.005:
            continue
        r, g, b = (int(v) for v in back[place])
        name = colour_name((r, g, b))
        if name in rows:
            rows[name]["share"] = round(rows[name]["share"] + float(shares[place]), 3)
        else:
            rows[name] = {"hex": f"#{r:02x}{g:02x}{b:02x}", "name": name, "share": round(float(shares[place]), 3)}
    return sorted(rows.values(), key=lambda row: -row["share"])


def light(rgb: Rgb) -> dict[str, Any]:
    """Return brightness and contrast (0–1), saturation, warmth, and words for them."""
    small = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], 256))
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    level, spread = float(lab[:, :, 0].mean()) / 255, float(lab[:, :, 0].std()) / 255
    chroma = float(np.hypot(lab[:, :, 1] - 128, lab[:, :, 2] - 128).mean()) / 128
    warmth = float((lab[:, :, 2] - 128).mean()) / 128
    return {
        "brightness": round(level, 3),
        "contrast": round(spread, 3),
        "saturation": round(chroma, 3),
        "warmth": round(warmth, 3),
        "words": [
            "dark" if level < 0.3 else "bright" if level > 0.68 else "mid-toned",
            "low contrast" if spread < 0.13 else "high contrast" if spread > 0.27 else "moderate contrast",
            "colourless"
            if chroma < 0.02
            else "muted"
            if chroma < 0.1
            else "vivid"
            if chroma > 0.24
            else "natural colours",
            "cool" if warmth < -0.04 else "warm" if warmth > 0.06 else "neutral",
        ],
    }


def sharpness(rgb: Rgb) -> dict[str, Any]:
    """Return the strength of the finest contours (variance of the Laplacian at 1024 px) and a word."""
    small = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], 1024))
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    value = float(cv2.Laplacian(grey, cv2.CV_64F).var())
    return {"value": round(value, 1), "word": "soft" if value < 60 else "sharp" if value > 400 else "fairly sharp"}


def composition(rgb: Rgb) -> dict[str, Any]:
    """Return where the subject sits: box in shares of the picture, place in words, share of the area."""
    small = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], _LOOK_EDGE))
    mask = cutout.saliency(small)
    box = cutout.subject_box(mask)
    share = float((mask > 0.5).mean())
    if box is None or share < 0.004:
        return {"subject": False, "words": "no single subject stands out"}
    height, width = mask.shape
    left, top, right, bottom = box
    ys, xs = np.where(mask > 0.5)
    x, y = float(xs.mean()) / width, float(ys.mean()) / height
    across = "left" if x < 0.4 else "right" if x > 0.6 else "centre"
    down = "upper" if y < 0.4 else "lower" if y > 0.6 else "middle"
    place = "in the centre" if (across, down) == ("centre", "middle") else f"in the {down} {across}"
    size = (
        "fills much of the picture"
        if share > 0.4
        else "is small in the picture"
        if share < 0.08
        else "has room around it"
    )
    return {
        "subject": True,
        "box": [round(left / width, 3), round(top / height, 3), round(right / width, 3), round(bottom / height, 3)],
        "centre": [round(x, 3), round(y, 3)],
        "share": round(share, 3),
        "words": f"the main subject sits {place} and {size}",
    }


def findings(path: str) -> dict[str, Any]:
    """Measure a picture file (runs in a render worker); everything that can be said without a vision model."""
    runtime.prepare_opencv()
    report(0.0, "Looking at the picture")
    with pictures.open_image(path) as image:
        format_, mode, frames = image.format or "", image.mode, int(getattr(image, "n_frames", 1))
    picture = pictures.load(path)
    seen = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha)
    report(0.3, "Measuring colours and light")
    score = drawing_score(picture.rgb)
    result: dict[str, Any] = {
        "width": picture.width,
        "height": picture.height,
        "format": format_,
        "mode": mode,
        "frames": frames,
        "orientation": _orientation(picture.width, picture.height),
        "transparent_share": 0.0 if picture.alpha is None else round(float((picture.alpha < 128).mean()), 3),
        "kind": "drawing or flat art" if score > DRAWING_FROM else "photograph or painted picture",
        "drawing_score": round(score, 3),
        "palette": palette(seen),
        "light": light(seen),
        "sharpness": sharpness(seen),
    }
    report(0.4, "Looking for the subject")
    result["composition"] = composition(seen)
    result["labels"] = seeing.labels(seen)
    report(0.6, "Looking for faces")
    result["faces"] = seeing.faces(seen)
    report(0.7, "Reading text")
    result["text"] = seeing.text(seen)
    return result


def _orientation(width: int, height: int) -> str:
    ratio = width / height
    return "square" if 0.97 < ratio < 1.03 else "landscape" if ratio > 1 else "portrait"


def comparison(path: str, other: str) -> dict[str, Any]:
    """Measure how alike two picture files are (runs in a render worker): structure and colour, 0–1, and a verdict."""
    runtime.prepare_opencv()
    first, second = pictures.load(path).rgb, pictures.load(other).rgb
    small = [pictures.resize(rgb, 192, 192) for rgb in (first, second)]
    grey = [cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) for rgb in small]
    # The first compares details, the second light and dark as a whole; smooth pictures all look alike to the first.
    structure = 0.5 * _ssim(grey[0], grey[1]) + 0.5 * max(0.0, _correlation(grey[0], grey[1]))
    bins: list[Any] = [cv2.calcHist([rgb], [0, 1, 2], None, [8, 8, 8], [0, 256] * 3).ravel() for rgb in small]
    colour = float(np.minimum(bins[0], bins[1]).sum() / max(1.0, float(bins[0].sum())))
    same = first.shape == second.shape and bool(np.array_equal(first, second))
    verdict = (
        "the same pixels" if same
        else "the same motif, slightly changed" if structure > 0.8
        else "related pictures" if structure > 0.45 or colour > 0.7
        else "different pictures"
    )  # fmt: skip
    return {"structure": round(structure, 3), "colour": round(colour, 3), "identical": same, "verdict": verdict}


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    spread = float(a.std() * b.std())
    return 1.0 if spread < 1e-6 else float(((a - a.mean()) * (b - b.mean())).mean()) / spread


def _ssim(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    def mean(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), 1.5), np.float32)

    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    both = mean(a * b) - mean_a * mean_b
    top = (2 * mean_a * mean_b + 6.5) * (2 * both + 58.5)
    bottom = (mean_a**2 + mean_b**2 + 6.5) * (var_a + var_b + 58.5)
    return float(np.clip((top / bottom).mean(), 0, 1))

"""The picture that is being edited: pixels, transparency, what may change, and the regions in it."""

from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.renderers import cutout, pictures, seeing, skies
from studio.engine.renderers.editing import vocabulary
from studio.engine.renderers.pictures import Mask, Rgb
from studio.engine.renderers.segment import concepts

Floats = NDArray[np.float32]
_NAMED_EDGE: Final = 1024
_SURE: Final = 0.35
LUMA: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)


class NotPossible(Exception):
    """One wish cannot be done on this picture; the text is a clause for the person ("no red was found in it")."""


@dataclass
class Sheet:
    """A picture on the table.

    Attributes:
        rgb: H×W×3, display values 0–1.
        alpha: H×W 0–1, or None when opaque.
        free: H×W 0–1, 1 where the picture may change; None: everywhere.
        seed: of everything random.
        others: further pictures, in the order given.
        covers: transparency of those of ``others`` that have one, by their place.
        done: what was done, in words.
        notes: honest remarks on how it was done.
    """

    rgb: Floats
    alpha: Floats | None = None
    free: Floats | None = None
    seed: int = 0
    others: list[Rgb] = field(default_factory=list)
    covers: dict[int, Mask | None] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _regions: dict[str, Floats] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])

    @property
    def unit(self) -> float:
        """The length that is one pixel in a picture of 1000 px."""
        return float(max(self.rgb.shape[:2])) / 1000.0

    def rng(self, salt: int) -> np.random.Generator:
        """Return the random numbers of one step."""
        return np.random.default_rng((self.seed & 0x7FFFFFFF, salt))

    def bytes(self) -> Rgb:
        return pictures.to_bytes(self.rgb)

    def reshape(self, rgb: Floats, alpha: Floats | None, free: Floats | None) -> None:
        """Take new pixels of another size or place: known regions no longer hold."""
        self.rgb, self.alpha, self.free = rgb, alpha, free
        self._regions.clear()

    def forget(self) -> None:
        """The motif has changed: regions must be found again."""
        self._regions.clear()

    def remember(self, name: str, region: Floats) -> None:
        """Keep a region that is known already (a cut-out)."""
        self._regions[name] = region

    def region(self, name: str) -> Floats:
        """Return a region H×W, 0–1; see ``Wish.where`` for the names.

        Raises:
            NotPossible: there is no such region in this picture.
        """
        if name not in self._regions:
            self._regions[name] = _find(self, name)
        return self._regions[name]

    def named(self, words: str) -> Floats | None:
        """Return where the things called *words* are, as far as selection by words goes; None when not found."""
        key = f"named:{words}"
        if key not in self._regions:
            rgb = self.bytes()
            size = pictures.fit_within(self.width, self.height, _NAMED_EDGE)
            found = [s for s in concepts.find(pictures.resize(rgb, *size), words) if s.score >= _SURE]
            if not found:
                return None
            mask = np.max([s.mask for s in found], axis=0)
            self._regions[key] = np.asarray(cv2.resize(mask, (self.width, self.height)), np.float32)
        return self._regions[key]

    def put(self, changed: NDArray[Any], where: str | None = None) -> None:
        """Take over *changed* pixels, only inside the region *where*, if one is named."""
        weight = None if where is None else self.region(where)[:, :, None]
        mixed = changed if weight is None else self.rgb + (changed - self.rgb) * weight
        self.rgb = np.ascontiguousarray(np.clip(mixed, 0, 1), np.float32)


def luma(rgb: Floats) -> Floats:
    """Return Rec. 709 luma, H×W."""
    return np.asarray(rgb @ LUMA, np.float32)


def blur(plane: NDArray[Any], sigma: float) -> Floats:
    """Return a Gaussian blur of H×W or H×W×3; large ones at a reduced size."""
    if sigma < 0.3:
        return np.asarray(plane, np.float32)
    step = max(1, int(sigma / 6))
    if step == 1:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101), np.float32)
    height, width = plane.shape[:2]
    small = cv2.resize(plane, (max(2, width // step), max(2, height // step)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / step, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def place_mask(height: int, width: int, words: str) -> Floats | None:
    """Return where "upper left corner" is, H×W, soft-edged; None when *words* name no place."""
    xs, ys = np.linspace(0, 1, width, dtype=np.float32)[None, :], np.linspace(0, 1, height, dtype=np.float32)[:, None]
    out = np.ones((height, width), np.float32)
    known = False
    reach = 0.36 if "corner" in words else 0.5
    for word, axis, low in (("left", xs, True), ("right", xs, False), ("top", ys, True), ("upper", ys, True),
                            ("bottom", ys, False), ("lower", ys, False)):  # fmt: skip
        if word in words:
            known = True
            distance = axis if low else 1 - axis
            out = out * np.clip((reach + 0.06 - distance) / 0.12, 0, 1)
    if not known and any(word in words for word in ("centre", "center", "middle")):
        known = True
        out = np.clip((0.36 - np.hypot(xs - 0.5, ys - 0.5)) / 0.12, 0, 1)
    return np.ascontiguousarray(np.broadcast_to(out, (height, width)), np.float32) if known else None


def _find(sheet: Sheet, name: str) -> Floats:
    if name == "subject":
        return _subject(sheet)
    if name == "background":
        return 1.0 - sheet.region("subject")
    if name == "sky":
        return _sky(sheet)
    if name == "faces":
        return _faces(sheet)
    if name == "edges":
        ys, xs = np.mgrid[-1 : 1 : sheet.height * 1j, -1 : 1 : sheet.width * 1j]
        return np.asarray(np.clip((np.hypot(xs, ys) - 0.75) / 0.5, 0, 1), np.float32)
    if name.startswith("named:"):
        found = sheet.named(name.removeprefix("named:"))
        if found is None:
            raise NotPossible(
                f"“{name.removeprefix('named:')}” cannot be found by name; select it with clicks and give the mask"
            )
        return found
    if name.startswith("colour:"):
        return colour_region(sheet, name.removeprefix("colour:"))
    place = place_mask(sheet.height, sheet.width, name)
    if place is None:
        raise NotPossible(f"there is no way to find “{name}” here")
    return place


def _subject(sheet: Sheet) -> Floats:
    if sheet.alpha is not None and 0.02 < float((sheet.alpha > 0.5).mean()) < 0.98:
        return sheet.alpha
    try:
        mask = cutout.find_mask(sheet.bytes())
    except ToolError as error:
        raise NotPossible("no subject stands out from the background") from error
    return mask.astype(np.float32) / 255.0


def has_subject(sheet: Sheet) -> bool:
    try:
        sheet.region("subject")
    except NotPossible:
        return False
    return True


def _faces(sheet: Sheet) -> Floats:
    out = np.zeros((sheet.height, sheet.width), np.float32)
    for left, top, right, bottom in seeing.faces(sheet.bytes()):
        x, y = (left + right) / 2 * sheet.width, (top + bottom) / 2 * sheet.height
        axes = (right - left) * sheet.width * 0.5, (bottom - top) * sheet.height * 0.62
        cv2.ellipse(out, (round(x), round(y)), (round(axes[0]), round(axes[1])), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    if not out.any():
        raise NotPossible("no face was found in it")
    return blur(out, 6 * sheet.unit)


def _sky(sheet: Sheet) -> Floats:
    front = sheet.region("subject") if has_subject(sheet) else None
    mask = skies.backdrop(sheet.bytes(), front)
    inside = mask > 0.5
    if float(inside.mean()) < 0.02:
        raise NotPossible("no open sky was found in it")
    mean = np.median(sheet.rgb[inside], 0)
    warm, spread = float(mean[0] - mean[2]), float(mean.max() - mean.min())
    if warm > 0.02 and spread < 0.25:  # beige and brown backdrops are walls; a sunset is far more colourful
        raise NotPossible("no open sky was found in it")
    red, green, blue = (float(part) for part in mean)
    brown = red > green > blue and red < 0.75 and green - blue > max(0.04, 0.15 * (red - blue))
    if brown:
        raise NotPossible("no open sky was found in it")  # the brown of wood and earth; evening skies are brighter
    if front is not None:
        mask = mask * (1 - front)
    soft = cutout.guided(sheet.bytes(), np.asarray(mask, np.float32), max(3, round(5 * sheet.unit)), 3e-4)
    return _by_colour(sheet, soft, front)


def _by_colour(sheet: Sheet, sky: Floats, front: Floats | None) -> Floats:
    """Fit the sky to its own colours: up to every contour, and not over wires, masts and branches."""
    u = sheet.unit
    core = (sky > 0.85).astype(np.float32)
    weight = blur(core, 22 * u)
    own = blur(sheet.rgb * core[:, :, None], 22 * u) / np.maximum(weight, 1e-3)[:, :, None]
    apart = np.sqrt(((sheet.rgb - own) ** 2).sum(2))
    alike = np.clip((0.11 - apart) / 0.06, 0, 1) * np.clip(weight * 8, 0, 1)
    near = cv2.dilate((sky > 0.3).astype(np.uint8), np.ones((_reach(14 * u),) * 2, np.uint8))
    grown = np.maximum(sky, np.asarray(near, np.float32) * alike)
    if front is not None:
        grown = grown * np.clip((0.97 - front) / 0.3, 0, 1)
    light = luma(sheet.rgb)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_reach(16 * u),) * 2)
    thin = cv2.morphologyEx(light, cv2.MORPH_CLOSE, kernel) - light  # dark and narrow before brighter sky
    base = np.maximum(blur(light, 20 * u), 0.08)
    wires = np.clip((thin / base - 0.12) / 0.16, 0, 1)
    return np.asarray(np.clip(grown * (1 - wires), 0, 1), np.float32)


def _reach(size: float) -> int:
    return 2 * max(1, round(size / 2)) + 1


def parse_colour(words: str) -> tuple[float, float, float]:
    """Return a named or hexadecimal colour as display values 0–1.

    Raises:
        NotPossible: it is not a colour.
    """
    text = words.strip().lower()
    if text.startswith("#"):
        digits = text[1:] if len(text) == 7 else "".join(c * 2 for c in text[1:4])
        return int(digits[:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255
    shade, _, name = text.replace("-", " ").rpartition(" ")
    code = vocabulary.COLOURS.get(name)
    if code is None:
        raise NotPossible(f"“{words}” is not a colour that is known here")
    r, g, b = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    factor = {"dark": 0.55, "deep": 0.7, "navy": 0.5, "forest": 0.6, "royal": 0.85, "blood": 0.7}.get(shade)
    if factor is not None:
        return r * factor, g * factor, b * factor
    lift = {"light": 0.5, "pale": 0.6, "pastel": 0.55, "baby": 0.5, "sky": 0.4, "soft": 0.4, "off": 0.0}.get(shade, 0.0)
    return r + (1 - r) * lift, g + (1 - g) * lift, b + (1 - b) * lift


def to_lab(rgb: Floats) -> Floats:
    """Return CIE Lab of display values: L 0–100, a and b about ±100."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb, np.float32), cv2.COLOR_RGB2LAB), np.float32)


def from_lab(lab: Floats) -> Floats:
    """Return display values 0–1."""
    rgb = cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.clip(rgb, 0, 1), np.float32)


def colour_region(sheet: Sheet, words: str) -> Floats:
    """Return where the picture has the colour *words*, H×W, 0–1.

    Raises:
        NotPossible: the colour is not in the picture.
    """
    lab = blur(to_lab(sheet.rgb), 0.8 * sheet.unit)
    wanted = to_lab(np.array([[parse_colour(words)]], np.float32))[0, 0]
    chroma = float(np.hypot(wanted[1], wanted[2]))
    here = np.hypot(lab[:, :, 1], lab[:, :, 2])
    if chroma < 14:  # black, grey, white: by lightness among what has little colour
        distance = np.abs(lab[:, :, 0] - wanted[0]) / (26 if 25 < wanted[0] < 85 else 30) + np.maximum(0, here - 8) / 14
        soft = np.clip(1.6 - distance, 0, 1)
    else:
        angle = np.arctan2(lab[:, :, 2], lab[:, :, 1]) - np.arctan2(wanted[2], wanted[1])
        turn = np.abs(np.arctan2(np.sin(angle), np.cos(angle))) * 180 / np.pi
        # In the shade a colour has less chroma.
        dim = np.clip(lab[:, :, 0] / max(20.0, float(wanted[0])), 0.3, 1)
        # Brown is dark orange, pink is light red: such names also say how light.
        light = np.clip((np.abs(lab[:, :, 0] - wanted[0]) - 34) / 16, 0, 1)
        soft = np.clip((34 - turn) / 10, 0, 1) * np.clip((here - 0.24 * chroma * dim) / 10, 0, 1) * (1 - light)
        sure = (soft > 0.9) & (turn < 24)
        if int(sure.sum()) > 60:  # this picture's own red is narrower than all reds: wood beside a red cup
            weight = here[sure] ** 2
            peak = np.average(np.stack((lab[:, :, 1][sure], lab[:, :, 2][sure])) / here[sure], axis=1, weights=weight)
            off = np.arctan2(lab[:, :, 2], lab[:, :, 1]) - np.arctan2(peak[1], peak[0])
            off = np.abs(np.arctan2(np.sin(off), np.cos(off))) * 180 / np.pi
            strong = float(np.average(here[sure], weights=weight))
            soft *= np.clip((26 - off) / 9, 0, 1) * np.clip((here - 0.3 * strong * dim) / 9, 0, 1)
    mask: Mask = (soft * 255).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    mask = np.asarray(
        cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel), cv2.MORPH_CLOSE, kernel), np.uint8
    )
    if float((mask > 127).mean()) < 0.0015:
        raise NotPossible(f"no {words} was found in it")
    fine = cutout.guided(sheet.bytes(), mask.astype(np.float32) / 255.0, max(3, round(4 * sheet.unit)), 1e-3)
    return np.asarray(np.clip(fine * 1.15 - 0.05, 0, 1), np.float32)

"""Picture files to pixels and back: the only place where tools decode and encode.

Reading applies the EXIF orientation, converts to 8-bit sRGB and keeps transparency
apart. It refuses files that are not pictures or are too large to hold, before any
pixel is decoded. Writing puts the provenance into the file.
"""

import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, ImageOps, PngImagePlugin, UnidentifiedImageError

from studio.contract.errors import ToolError
from studio.engine.renderers.rendered import Format, Rendered

Rgb = NDArray[np.uint8]
"""Pixels H×W×3, sRGB."""
Mask = NDArray[np.uint8]
"""Pixels H×W, 0–255."""

MAX_SOURCE_PIXELS: Final = 120_000_000
MAX_EDGE: Final = 15_360
MIME: Final[dict[Format, str]] = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_WEBP_MAX_EDGE: Final = 16_383
_EXIF_DESCRIPTION, _EXIF_SOFTWARE, _EXIF_COMMENT = 0x010E, 0x0131, 0x9286


@dataclass(frozen=True)
class Picture:
    """Decoded pixels.

    Attributes:
        rgb: H×W×3 sRGB.
        alpha: H×W, or None when the picture is opaque.
    """

    rgb: Rgb
    alpha: Mask | None = None

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])


def open_image(path: str | Path) -> Image.Image:
    """Open a picture file without decoding it.

    Raises:
        ToolError: PARAMETER_INVALID, not a picture or too large; ASSET_NOT_FOUND, the file is gone.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit follows
            image = Image.open(path)
    except FileNotFoundError as error:
        raise ToolError("ASSET_NOT_FOUND", "The picture's file is gone. Drop it in again.") from error
    except Image.DecompressionBombError as error:
        raise ToolError("PARAMETER_INVALID", _too_large()) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ToolError("PARAMETER_INVALID", "This file is not a picture that the studio can read.") from error
    if image.width * image.height > MAX_SOURCE_PIXELS:
        raise ToolError("PARAMETER_INVALID", _too_large(image.width, image.height))
    return image


def _too_large(width: int | None = None, height: int | None = None) -> str:
    size = f" ({width} × {height})" if width else ""
    return f"This picture is too large{size}. The studio takes up to {MAX_SOURCE_PIXELS // 1_000_000} megapixels."


def load(path: str | Path) -> Picture:
    """Read a picture file: first frame, upright, 8-bit sRGB, transparency apart.

    Raises:
        ToolError: as ``open_image``; also when the file is cut off or damaged.
    """
    try:
        with open_image(path) as image, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata is not worth a word here
            image.load()
            return _to_picture(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, Image.DecompressionBombError) as error:
        raise ToolError("PARAMETER_INVALID", "This picture file is damaged or cut off.") from error


def _to_picture(image: Image.Image) -> Picture:
    if image.mode.startswith("I") or image.mode == "F":
        grey = _eight_bit(np.asarray(image))
        return Picture(np.repeat(grey[:, :, None], 3, axis=2))
    alpha: Mask | None = None
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        alpha = np.asarray(image.getchannel("A")).copy()
        if alpha.min() == 255:
            alpha = None
    rgb = np.ascontiguousarray(np.asarray(_to_srgb(image)))
    return Picture(rgb, alpha)


def _eight_bit(values: NDArray[Any]) -> Mask:
    """Scale 16-bit, 32-bit or float grey values to 8 bits by their natural range."""
    numbers = np.nan_to_num(values.astype(np.float32))
    top = float(numbers.max(initial=0.0))
    full = 255.0 if top <= 255.0 and values.dtype.itemsize != 2 else 65535.0 if top <= 65535.0 else top
    if values.dtype.kind == "f" and top <= 1.0:
        full = 1.0
    return to_bytes(numbers / full)


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        source = image.convert("RGB") if image.mode == "RGBA" else image
        try:
            converted = ImageCms.profileToProfile(
                source, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a broken or unfitting profile: the numbers as they are
        if converted is not None:
            return converted
    return image.convert("RGB")


def encode(
    rgb: Rgb, alpha: Mask | None, output: Format, about: Mapping[str, str], *, quality: int | None = None
) -> Rendered:
    """Encode pixels with the provenance *about* (prompt, seed, tool, …) inside the file.

    PNG carries it as text chunks (iTXt beyond Latin-1), JPEG and WebP as EXIF. JPEG has
    no transparency: such pixels are laid on white.
    """
    height, width = rgb.shape[:2]
    buffer = io.BytesIO()
    if output == "webp" and max(width, height) > _WEBP_MAX_EDGE:
        output = "png"
    if output == "png":
        # Level 4 costs a third of the time of 6 for 3 % more bytes; huge pictures take the fastest.
        level = 4 if width * height < 20_000_000 else 1
        image = _as_image(rgb, alpha)
        image.save(buffer, "PNG", pnginfo=_png_texts(about), compress_level=level)
    elif output == "jpg":
        image = Image.fromarray(rgb if alpha is None else flatten(rgb, alpha))
        image.save(buffer, "JPEG", quality=quality or 93, subsampling=0, exif=_exif(about))
    else:
        _as_image(rgb, alpha).save(buffer, "WEBP", quality=quality or 92, method=3, exif=_exif(about))
    return Rendered(buffer.getvalue(), MIME[output], width, height)


def encode_mask(mask: Mask, about: Mapping[str, str]) -> Rendered:
    """Encode a grey PNG."""
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG", pnginfo=_png_texts(about), compress_level=4)
    return Rendered(buffer.getvalue(), MIME["png"], mask.shape[1], mask.shape[0])


def _as_image(rgb: Rgb, alpha: Mask | None) -> Image.Image:
    return Image.fromarray(rgb if alpha is None else np.dstack((rgb, alpha)))


def _png_texts(about: Mapping[str, str]) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add(b"sRGB", b"\0")
    for key, value in about.items():
        try:
            value.encode("latin-1")
        except UnicodeEncodeError:
            info.add_itxt(key, value)
        else:
            info.add_text(key, value)
    return info


def _exif(about: Mapping[str, str]) -> Image.Exif:
    exif = Image.Exif()
    exif[_EXIF_DESCRIPTION] = about.get("prompt", "").encode("utf-8")
    exif[_EXIF_SOFTWARE] = about.get("Software", "")
    exif.get_ifd(ExifTags.IFD.Exif)[_EXIF_COMMENT] = b"UNICODE\0" + json.dumps(dict(about), ensure_ascii=False).encode(
        "utf-16-be"
    )
    return exif


def flatten(rgb: Rgb, alpha: Mask, background: tuple[int, int, int] = (255, 255, 255)) -> Rgb:
    """Lay transparent pixels on a plain *background*."""
    weight = alpha[:, :, None].astype(np.uint16)
    ground = np.array(background, np.uint16)
    return ((rgb * weight + ground * (255 - weight) + 127) // 255).astype(np.uint8)


def fill_behind(rgb: Rgb, alpha: Mask) -> Rgb:
    """Continue the visible colours into transparent pixels, so that filters see no dark or bright rim."""
    height, width = alpha.shape
    weight = alpha.astype(np.float32) / 255.0
    colour = rgb.astype(np.float32) * weight[:, :, None]
    filled, known = colour.copy(), weight.copy()
    step = 2
    while float(known.min()) < 0.999 and step < 4 * max(height, width):
        small = (max(1, width // step), max(1, height // step))
        # Colours weighted by what is visible: what is hidden has no say.
        colours = cv2.resize(colour, small, interpolation=cv2.INTER_AREA)
        weights = cv2.resize(weight, small, interpolation=cv2.INTER_AREA)
        colours = cv2.resize(colours, (width, height), interpolation=cv2.INTER_LINEAR)
        weights = cv2.resize(weights, (width, height), interpolation=cv2.INTER_LINEAR)
        missing = np.where(weights > 1e-3, 1.0 - known, 0.0)
        filled += colours / np.maximum(weights, 1e-3)[:, :, None] * missing[:, :, None]
        known += missing
        step *= 2
    return to_bytes(filled / np.maximum(known, 1e-4)[:, :, None] / 255.0)


def to_bytes(values: Any) -> NDArray[np.uint8]:
    """Return pixels 0–1 as 0–255, rounded and held to the range."""
    return np.asarray(np.clip(values * 255.0 + 0.5, 0, 255), np.uint8)


def resize(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Resample to an exact size: area averaging down, Lanczos up."""
    if pixels.shape[1] == width and pixels.shape[0] == height:
        return pixels
    shrinking = width <= pixels.shape[1] and height <= pixels.shape[0]
    how = cv2.INTER_AREA if shrinking else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def fit_within(width: int, height: int, edge: int) -> tuple[int, int]:
    """Return the size scaled down, if needed, so that its longest edge is at most *edge*."""
    longest = max(width, height)
    if longest <= edge:
        return width, height
    return max(1, round(width * edge / longest)), max(1, round(height * edge / longest))

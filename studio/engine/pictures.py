"""Pictures that come in: checked before anything decodes them, and reduced for a vision model.

Pillow is imported inside, so that a server that sees no picture never loads it.
Functions here block; call them in a thread.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from studio.contract.chat import MAX_IMAGE_BYTES
from studio.contract.errors import InvalidRequest
from studio.engine.limits import IMAGE_PIXELS, VISION_EDGE_PX
from studio.engine.sniff import GIF, JPEG, PNG, WEBP, FileType, sniff

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class Checked:
    """A picture that may be kept: its type and its size in pixels as a person sees it (EXIF orientation applied)."""

    type: FileType
    width_px: int
    height_px: int


def check_picture(data: bytes, *, param: str) -> Checked:
    """Check an inline picture.

    Args:
        param: the field to name in a refusal.

    Raises:
        InvalidRequest: not PNG or JPEG, over 10 MB, damaged, or a decompression bomb.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise InvalidRequest(
            "This picture is larger than 10 MB. Make it smaller first.", code="image_too_large", param=param
        )
    kind = sniff(data)
    if kind not in (PNG, JPEG):
        raise InvalidRequest(
            "Only PNG and JPEG pictures can be read here.", code="unsupported_image_type", param=param
        )  # fmt: skip
    return _check(io.BytesIO(data), kind, param)


def check_picture_file(path: Path, kind: FileType, *, param: str) -> Checked:
    """Check an uploaded picture without reading more of it than telling requires.

    Args:
        kind: its type by its first bytes: PNG, JPEG, WebP or GIF.
        param: the field to name in a refusal.

    Raises:
        InvalidRequest: it is damaged, or a decompression bomb.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return _check(file, kind, param)


_FORMATS = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP", GIF: "GIF"}


def _check(file: BinaryIO, kind: FileType, param: str) -> Checked:
    width_px, height_px = _header(file, _FORMATS[kind], param)
    if width_px * height_px > IMAGE_PIXELS:
        raise InvalidRequest(
            f"This picture has {width_px * height_px / 1e6:.0f} million pixels; "
            f"at most {IMAGE_PIXELS // 1_000_000} million can be read.",
            code="image_too_many_pixels",
            param=param,
        )
    return Checked(kind, width_px, height_px)


def _header(file: BinaryIO, form: str, param: str) -> tuple[int, int]:
    from PIL import Image

    with warnings.catch_warnings():
        # The bomb warning is ours to give, as an error, by the pixel count below.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=(form,)) as image:
                size = image.size
                if size[0] * size[1] > IMAGE_PIXELS:
                    return size
                _prove(image)
            file.seek(0)
            with Image.open(file, formats=(form,)) as image:
                # Not the PNG reader's own, which decodes all pixels to look for EXIF behind them.
                turned = Image.Image.getexif(image).get(0x0112, 1) in (5, 6, 7, 8)
                return (size[1], size[0]) if turned else size
        except Image.DecompressionBombError:
            raise InvalidRequest(
                f"This picture unpacks to far more than {IMAGE_PIXELS // 1_000_000} million pixels.",
                code="image_too_many_pixels",
                param=param,
            ) from None
        except Exception as error:
            raise InvalidRequest(
                "This picture is damaged and can't be read.", code="invalid_image", param=param
            ) from error


def _prove(image: "Image.Image") -> None:
    """Raise when *image*, just opened, is cut off or garbled. Much cheaper than decoding it whole."""
    if image.format == "PNG":
        image.verify()
        return
    if image.format == "JPEG":
        image.draft("RGB", (256, 256))
    image.load()


def vision_copy(data: bytes) -> tuple[bytes, str]:
    """Return a copy for a vision model, upright and at most 1024 px, and its MIME type.

    A picture that is small and upright already is returned as it is.

    Raises:
        InvalidRequest: the picture can't be decoded.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                kind = sniff(data)
                if max(image.size) <= VISION_EDGE_PX and kind in (PNG, JPEG) and image.getexif().get(0x0112, 1) == 1:
                    return data, kind.mime
                image.draft("RGB", (VISION_EDGE_PX, VISION_EDGE_PX))
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((VISION_EDGE_PX, VISION_EDGE_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
                return _encode(upright)
    except Exception as error:
        raise InvalidRequest("This picture is damaged and can't be read.", code="invalid_image") from error


def _encode(image: "Image.Image") -> tuple[bytes, str]:
    out = io.BytesIO()
    if "A" in image.getbands() or "transparency" in image.info:
        image.convert("RGBA").save(out, "PNG")
        return out.getvalue(), PNG.mime
    image.convert("RGB").save(out, "JPEG", quality=88)
    return out.getvalue(), JPEG.mime

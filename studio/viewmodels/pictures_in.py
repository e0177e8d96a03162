"""Pictures on their way out: PNG and JPEG up to 10 MB go untouched, everything else is re-encoded, and that is said."""

import base64
import io
from pathlib import Path
from typing import Any

from studio.contract.chat import MAX_IMAGE_BYTES

_UNTOUCHED = ("image/png", "image/jpeg")
_SIDES_PX = (8192, 4096, 3072, 2048)


def data_uri(mime_type: str, data: bytes) -> str:
    """Return *data* as a data URI."""
    return f"data:{mime_type};base64,{base64.b64encode(data).decode()}"


def picture_for_wire(path: Path, mime_type: str, name: str, notices: list[str]) -> str:
    """Return the picture *path* as an inline PNG or JPEG; what had to be changed is added to *notices*.

    Raises:
        OSError: the file cannot be read.
    """
    mime_type, source = picture_as_file(path, mime_type, name, notices)
    return data_uri(mime_type, source.read_bytes() if isinstance(source, Path) else source)


def picture_as_file(path: Path, mime_type: str, name: str, notices: list[str]) -> tuple[str, Path | bytes]:
    """Return type and content of the picture *path* as PNG or JPEG; the file itself where it can go as it is.

    Raises:
        OSError: the file cannot be read.
    """
    if mime_type in _UNTOUCHED and path.stat().st_size <= MAX_IMAGE_BYTES:
        return mime_type, path
    mime_type, data, smaller = _encode(path)
    kind = "PNG" if mime_type == "image/png" else "JPEG"
    notices.append(f"{name} was sent as {kind}{f', {smaller} pixels wide or high' if smaller else ''}.")
    return mime_type, data


def _encode(path: Path) -> tuple[str, bytes, int]:
    """Return type, bytes at most 10 MB, and the longest side if it had to be reduced (else 0)."""
    from PIL import Image, ImageOps

    with Image.open(path) as opened:
        picture: Any = ImageOps.exif_transpose(opened)
        transparent = "A" in picture.getbands() or "transparency" in picture.info
        picture = picture.convert("RGBA" if transparent else "RGB")
    longest = max(picture.size)
    for side in (longest, *(s for s in _SIDES_PX if s < longest)):
        if max(picture.size) > side:
            picture.thumbnail((side, side))
        buffer = io.BytesIO()
        if transparent:
            picture.save(buffer, "PNG")
        else:
            picture.save(buffer, "JPEG", quality=92)
        if buffer.tell() <= MAX_IMAGE_BYTES:
            break
    return ("image/png" if transparent else "image/jpeg"), buffer.getvalue(), side if side < longest else 0

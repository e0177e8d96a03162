"""Technical and generation metadata of media files: what a file says about itself."""

import contextlib
import hashlib
import io
import struct
from pathlib import Path
from typing import Any, Final

from PIL import ExifTags, Image, ImageCms

from studio.contract.errors import ToolError
from studio.engine.renderers import generators, pictures

_MAX_TEXT: Final = 20_000


def read(path: str, kind: str) -> dict[str, Any]:
    """Return the metadata of a file of *kind* (image, video, audio) as plain values."""
    file = Path(path)
    try:
        size = file.stat().st_size
    except OSError as error:
        raise ToolError("ASSET_NOT_FOUND", "The file is gone. Drop it in again.") from error
    facts: dict[str, Any] = {"byte_length": size, "sha256": _hash(file)}
    if kind == "image":
        facts |= _image(file)
    else:
        from studio.engine.renderers.video import metadata as films

        facts |= films.facts(file, kind)
    return facts


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _image(file: Path) -> dict[str, Any]:
    with pictures.open_image(file) as image:
        facts: dict[str, Any] = {
            "format": image.format,
            "width": image.width,
            "height": image.height,
            "mode": image.mode,
            "frames": int(getattr(image, "n_frames", 1)),
            "has_transparency": image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info,
        }
        if dpi := image.info.get("dpi"):
            facts["dpi"] = [round(float(value), 2) for value in dpi]
        if profile := image.info.get("icc_profile"):
            facts["colour_profile"] = _profile_name(profile)
        texts = _texts(image)
        exif = _exif(image)
        packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if texts:
        facts["texts"] = texts
    if exif:
        facts["exif"] = exif
    marks = generators.marks(file, packet)
    if marks.get("content_credentials"):
        facts["content_credentials"] = {"found": True, "verified": False, "name": marks.get("credentials_name")}
    if marks.get("declared_source"):
        facts["declared_source"] = marks["declared_source"]
    if generation := generators.generation(texts, exif, marks):
        facts["generation"] = generation
    return facts


def _profile_name(profile: bytes) -> str:
    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError, ValueError):
        return "unreadable"


def _texts(image: Image.Image) -> dict[str, str]:
    # PNG text may follow the pixels; what stood before a damage is still worth telling.
    with contextlib.suppress(OSError, ValueError, SyntaxError):
        image.load()
    try:
        found = dict(getattr(image, "text", {}) or {})
    except (OSError, ValueError, SyntaxError):
        found = {key: value for key, value in image.info.items() if isinstance(value, str)}
    if "comment" in image.info:
        comment = image.info["comment"]
        found["comment"] = comment.decode("utf-8", "replace") if isinstance(comment, bytes) else str(comment)
    return {str(key): str(value)[:_MAX_TEXT] for key, value in found.items()}


def _exif(image: Image.Image) -> dict[str, Any]:
    try:
        exif = image.getexif()
        rows: dict[str, Any] = {ExifTags.TAGS.get(tag, str(tag)): _plain(value) for tag, value in exif.items()}
        for tag, value in exif.get_ifd(ExifTags.IFD.Exif).items():
            rows[ExifTags.TAGS.get(tag, str(tag))] = _comment(value) if tag == 0x9286 else _plain(value)
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, KeyError, struct.error):
        return {}
    for noise in ("ExifOffset", "GPSInfo", "MakerNote", "PrintImageMatching"):
        rows.pop(noise, None)
    if position := _position(gps):
        rows["gps"] = position
    return {key: value for key, value in rows.items() if value not in (None, "")}


def _plain(value: object) -> Any:
    if isinstance(value, bytes):
        text = value.decode("utf-8", "replace").strip("\0 ")
        return text[:_MAX_TEXT] if text.isprintable() else f"{len(value)} bytes"
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.strip("\0 ")[:_MAX_TEXT]
    if isinstance(value, bool | int | float):
        return value
    try:
        return round(float(value), 6)  # type: ignore[arg-type]  # EXIF rationals
    except (TypeError, ValueError, ZeroDivisionError):
        return str(value)


def _comment(value: object) -> Any:
    if not isinstance(value, bytes):
        return _plain(value)
    head, body = value[:8], value[8:]
    if head.startswith(b"UNICODE"):
        for encoding in ("utf-16-be", "utf-16-le"):
            text = body.decode(encoding, "replace").strip("\0 ")
            if text[:1].isascii() and "�" not in text:
                return text[:_MAX_TEXT]
    if head.startswith(b"ASCII"):
        return body.decode("ascii", "replace").strip("\0 ")[:_MAX_TEXT]
    return _plain(value)


def _position(gps: Any) -> dict[str, float] | None:
    def degrees(parts: Any, reference: Any) -> float:
        value = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
        return -value if str(reference).strip().upper() in ("S", "W") else value

    try:
        return {
            "latitude": round(degrees(gps[2], gps.get(1, "N")), 6),
            "longitude": round(degrees(gps[4], gps.get(3, "E")), 6),
        }
    except (KeyError, TypeError, IndexError, ValueError, ZeroDivisionError):
        return None

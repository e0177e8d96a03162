"""Looking at dropped files: what kind they are, by their bytes, and how large. Pillow is imported lazily."""

import contextlib
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

from studio.library.errors import LibraryError, translated
from studio.library.records import PieceKind

MAX_IMPORT_BYTES = 100 * 1024 * 1024
MAX_PIXELS = 150_000_000
HEAD_BYTES = 64
READABLE = (
    "PNG, JPEG, WebP, GIF, BMP and TIFF pictures, MP4, MOV and WebM films, MP3, M4A, WAV, OGG and FLAC sound, GLB"
)


@dataclass(frozen=True)
class Sniffed:
    """Kind and type of a file by its first bytes."""

    kind: PieceKind
    mime_type: str


@dataclass(frozen=True)
class Dropped:
    """What a file holds; sizes as they are seen, with the camera's orientation applied."""

    kind: PieceKind
    mime_type: str
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None


_MAGIC: tuple[tuple[bytes, Sniffed], ...] = (
    (b"\x89PNG\r\n\x1a\n", Sniffed("image", "image/png")),
    (b"\xff\xd8\xff", Sniffed("image", "image/jpeg")),
    (b"GIF87a", Sniffed("image", "image/gif")),
    (b"GIF89a", Sniffed("image", "image/gif")),
    (b"BM", Sniffed("image", "image/bmp")),
    (b"II*\0", Sniffed("image", "image/tiff")),
    (b"MM\0*", Sniffed("image", "image/tiff")),
    (b"\x1aE\xdf\xa3", Sniffed("video", "video/webm")),
    (b"OggS", Sniffed("audio", "audio/ogg")),
    (b"fLaC", Sniffed("audio", "audio/flac")),
    (b"ID3", Sniffed("audio", "audio/mpeg")),
    (b"glTF", Sniffed("model3d", "model/gltf-binary")),
)
_RIFF = {b"WEBP": Sniffed("image", "image/webp"), b"WAVE": Sniffed("audio", "audio/wav")}
_FTYP = {b"qt  ": Sniffed("video", "video/quicktime"), b"M4A ": Sniffed("audio", "audio/mp4")}
_STILL_BRANDS = {b"heic", b"heix", b"mif1", b"avif", b"hevc", b"msf1"}


def sniff(head: bytes) -> Sniffed | None:
    """Tell a file's type by its first 64 bytes; None when the studio cannot read it."""
    for magic, sniffed in _MAGIC:
        if head.startswith(magic):
            return sniffed
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] in (b"moov", b"wide"):
        return Sniffed("video", "video/quicktime")  # before there was a file type box
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return None if brand in _STILL_BRANDS else _FTYP.get(brand, Sniffed("video", "video/mp4"))
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return Sniffed("audio", "audio/mpeg")
    return None


def sniff_or_refuse(head: bytes, name: str) -> Sniffed:
    """As ``sniff``; refuses what cannot be read, with a sentence."""
    sniffed = sniff(head)
    if sniffed is not None:
        # Its box says the same for sound and film; only the name tells.
        is_sound = sniffed.mime_type == "video/mp4" and Path(name).suffix.lower() in (".m4a", ".m4b")
        return Sniffed("audio", "audio/mp4") if is_sound else sniffed
    if not head:
        raise LibraryError("unsupported", f"{name} is empty.", kept="Nothing was changed.")
    raise LibraryError(
        "unsupported",
        f"The studio cannot read {name}.",
        kept="Nothing was changed.",
        action=f"It reads {READABLE}.",
    )


def read_head(path: Path) -> bytes:
    """Return the first bytes of *path*.

    Raises:
        LibraryError: it is not there any more, is a folder, or may not be read.
    """
    if path.is_dir():
        raise LibraryError(
            "unsupported", f"{path.name} is a folder.", kept="Nothing was changed.", action="Drop the files in it."
        )
    try:
        with translated(), path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except LibraryError as error:
        raise _named(error, path.name) from error


def check_size(what: Path | int) -> None:
    """Refuse a file (or a number of bytes) above 100 MB."""
    with translated():
        size = what if isinstance(what, int) else what.stat().st_size
    if size > MAX_IMPORT_BYTES:
        raise LibraryError(
            "too_large",
            f"This file is {size / 1e6:.0f} MB; the studio takes files up to 100 MB.",
            kept="Nothing was changed.",
            action="Make it smaller, then drop it again.",
        )


def inspect_file(path: Path, name: str) -> Dropped:
    """Look into a kept file.

    Raises:
        LibraryError: a picture that cannot be opened, or has too many pixels to be worked with.
    """
    sniffed = sniff_or_refuse(read_head(path), name)
    if sniffed.kind == "image":
        width, height = _picture_size(path, name)
        return Dropped(sniffed.kind, sniffed.mime_type, width, height)
    if sniffed.kind == "audio":
        seconds = _wave_seconds(path) if sniffed.mime_type == "audio/wav" else None
        return Dropped(sniffed.kind, sniffed.mime_type, duration_s=seconds or _tagged_seconds(path))
    if sniffed.kind == "video":
        return _film(path, sniffed.mime_type)
    return Dropped(sniffed.kind, sniffed.mime_type)


def _picture_size(path: Path, name: str) -> tuple[int, int]:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its size is judged below, with our sentence
            with Image.open(path) as picture:
                width, height = picture.size
                # Not the PNG reader's own, which decodes all pixels to look for EXIF behind them.
                turned = Image.Image.getexif(picture).get(0x0112) in (5, 6, 7, 8)
                if picture.format == "PNG":
                    picture.verify()  # its check sums tell whether it is whole
                elif picture.format in ("JPEG", "MPO"):
                    picture.draft("L", (1, 1))  # an eighth of the size, in grey: quick, and yet to the last byte
                    picture.load()
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name) from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError) as error:
        raise LibraryError(
            "unsupported",
            f"{name} is damaged or not a picture.",
            kept="Nothing was changed.",
            details=type(error).__name__,
        ) from error
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(name)
    return (height, width) if turned else (width, height)


def _wave_seconds(path: Path) -> float | None:
    import wave

    with contextlib.suppress(wave.Error, EOFError, OSError, RuntimeError), wave.open(str(path), "rb") as sound:
        if sound.getframerate() > 0:
            return sound.getnframes() / sound.getframerate()
    return None


def _tagged_seconds(path: Path) -> float | None:
    from tinytag import TinyTag
    from tinytag.tinytag import TinyTagException

    with contextlib.suppress(TinyTagException, OSError, ValueError, ArithmeticError, LookupError):
        return TinyTag.get(path, tags=False).duration or None
    return None


def _film(path: Path, mime_type: str) -> Dropped:
    """Size and length of a film, as far as it tells them; one that cannot be decoded here is kept all the same."""
    width, height, seconds = film_size(path)
    return Dropped("video", mime_type, width, height, seconds or _tagged_seconds(path))


def film_size(path: Path) -> tuple[int | None, int | None, float | None]:
    """Return width, height and seconds of a film; None where it does not tell."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # what it says about damaged files helps nobody
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    film = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)  # its other readers take files for numbered pictures
    try:
        if not film.isOpened():
            return None, None, None
        width, height = int(film.get(cv2.CAP_PROP_FRAME_WIDTH)), int(film.get(cv2.CAP_PROP_FRAME_HEIGHT))
        rate, frames = film.get(cv2.CAP_PROP_FPS), film.get(cv2.CAP_PROP_FRAME_COUNT)
        seconds = frames / rate if rate > 0 and 0 < frames < 1e9 else None
        return width or None, height or None, seconds
    finally:
        film.release()


def _too_many_pixels(name: str) -> LibraryError:
    return LibraryError(
        "too_large",
        f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels.",
        kept="Nothing was changed.",
        action="Make it smaller, then drop it again.",
    )


def _named(error: LibraryError, name: str) -> LibraryError:
    what = f"{name} is not there any more." if error.kind == "missing" else f"{name}: {error.what}"
    return LibraryError(
        error.kind, what, kept=error.kept, action=error.action, action_id=error.action_id, details=error.details
    )

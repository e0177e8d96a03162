"""What of a drop can be used, and what is said about the rest. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.viewmodels.words import joined

Purpose = Literal["reference", "edit", "keep"]

_IMAGES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".heic", ".heif"}
_ADVICE = {
    ".psd": "Export it as PNG, JPEG, WebP or TIFF.",
    ".ai": "Export it as PNG.",
    ".svg": "Export it as PNG.",
    ".pdf": "Export the page as PNG.",
}
_SOUNDS = {".wav", ".mp3", ".flac", ".ogg", ".m4a"}
_FILMS = {".mp4", ".webm", ".mov"}
_OTHER_SOUNDS = {".wma", ".aac", ".aif", ".aiff", ".opus"}
_OTHER_FILMS = {".mkv", ".avi", ".wmv", ".mpg", ".mpeg"}
MOST_IMAGES = 20
_KINDS = (("image", "picture", "pictures"), ("video", "video", "videos"), ("audio", "sound", "sounds"))


@dataclass(frozen=True)
class Sorted:
    """A drop, sorted."""

    usable: tuple[Path, ...]
    refused: tuple[str, ...]
    """One sentence for each file that can't be used."""
    beyond: tuple[str, ...] = ()
    """Names of the pictures for which there is no free place."""

    def summary(self, free: int) -> str:
        """``3 pictures and 1 sound. 14 of 20 places are free.``"""
        if not self.usable:
            return "Nothing here can be used."
        kinds = [kind_of(path) for path in self.usable]
        counted = [(kinds.count(kind), one, more) for kind, one, more in _KINDS]
        words = joined([f"{n} {one if n == 1 else more}" for n, one, more in counted if n])
        return f"{words}. {free} of {MOST_IMAGES} places are free."


def kind_of(path: Path) -> str:
    """``image``, ``video`` or ``audio`` by the name; empty for what can't be used."""
    suffix = path.suffix.lower()
    return "image" if suffix in _IMAGES else "video" if suffix in _FILMS else "audio" if suffix in _SOUNDS else ""


def sort_files(paths: Sequence[Path], free: int = MOST_IMAGES) -> Sorted:
    """Divide *paths* into what can be used and what can't; the first *free* pictures fit."""
    usable: list[Path] = []
    refused: list[str] = []
    for path in paths:
        suffix = path.suffix.lower()
        if kind_of(path):
            usable.append(path)
        elif suffix in _OTHER_SOUNDS:
            refused.append(f"{path.name} can't be used. Use WAV, MP3, M4A, OGG or FLAC.")
        elif suffix in _OTHER_FILMS:
            refused.append(f"{path.name} can't be used. Use MP4, MOV or WebM.")
        elif not suffix:
            refused.append(f"{path.name} can't be used. Drop files, not folders.")
        else:
            refused.append(f"{path.name} can't be used. {_ADVICE.get(suffix, 'Use PNG, JPEG, WebP or TIFF.')}")
    beyond = [path for path in usable if kind_of(path) == "image"][free:]
    fits = tuple(path for path in usable if path not in beyond)
    return Sorted(fits, tuple(refused), tuple(path.name for path in beyond))

"""What of a drop can be used, and what is said about the rest. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Purpose = Literal["reference", "edit", "keep"]

_IMAGES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".heic", ".heif"}
_ADVICE = {
    ".psd": "Export it as PNG, JPEG, WebP or TIFF.",
    ".ai": "Export it as PNG.",
    ".svg": "Export it as PNG.",
    ".pdf": "Export the page as PNG.",
}
_SOUND_OR_VIDEO = {".wav", ".mp3", ".flac", ".ogg", ".m4a", ".mp4", ".webm", ".mov", ".mkv", ".wma"}
MOST_IMAGES = 20


@dataclass(frozen=True)
class Sorted:
    """A drop, sorted."""

    usable: tuple[Path, ...]
    refused: tuple[str, ...]
    """One sentence for each file that can't be used."""
    beyond: tuple[str, ...] = ()
    """Names of the pictures for which there is no free place."""

    def summary(self, free: int) -> str:
        """``3 pictures. 14 of 20 places are free.``"""
        number = len(self.usable)
        pictures = "1 picture" if number == 1 else f"{number} pictures"
        return f"{pictures}. {free} of {MOST_IMAGES} places are free." if number else "Nothing here can be used."


def sort_files(paths: Sequence[Path], free: int = MOST_IMAGES) -> Sorted:
    """Divide *paths* into what can be used and what can't; the first *free* pictures fit."""
    usable: list[Path] = []
    refused: list[str] = []
    for path in paths:
        suffix = path.suffix.lower()
        if suffix in _IMAGES:
            usable.append(path)
        elif suffix in _SOUND_OR_VIDEO:
            refused.append(f"{path.name} can't be used yet. This version works with pictures.")
        elif not suffix:
            refused.append(f"{path.name} can't be used. Drop pictures, not folders.")
        else:
            refused.append(f"{path.name} can't be used. {_ADVICE.get(suffix, 'Use PNG, JPEG, WebP or TIFF.')}")
    fits = tuple(usable[:free])
    return Sorted(fits, tuple(refused), tuple(path.name for path in usable[free:]))

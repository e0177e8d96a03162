"""Files that are dragged in: which can be used, and why the others cannot."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"})
SOUNDS = frozenset({".wav", ".mp3", ".flac", ".ogg", ".m4a"})
VIDEOS = frozenset({".mp4", ".mov", ".webm"})
USABLE = PICTURES | SOUNDS | VIDEOS


@dataclass(frozen=True)
class Dropped:
    """What a drag carries."""

    usable: tuple[Path, ...]
    refused: tuple[Path, ...]

    @property
    def refusal(self) -> str:
        """A sentence about what cannot be used; empty when everything can."""
        if not self.refused:
            return ""
        name, more = self.refused[0].name, len(self.refused) - 1
        others = f" (and {more} more)" if more else ""
        return f"{name}{others} can't be used. Export it as PNG, JPEG, WebP or TIFF."


def dropped_files(data: QMimeData) -> Dropped | None:
    """Return the files of a drag; None when it carries none."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if not paths:
        return None
    usable = tuple(path for path in paths if path.suffix.lower() in USABLE)
    return Dropped(usable, tuple(path for path in paths if path not in usable))

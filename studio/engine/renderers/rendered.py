"""What a render worker hands back. Imports nothing heavy, because the engine unpickles it."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

Format = Literal["png", "jpg", "webp"]


@dataclass(frozen=True)
class Rendered:
    """An encoded result on its way out of a render worker; ``notes`` are small facts about how it was made."""

    data: bytes
    mime_type: str
    width: int
    height: int
    notes: dict[str, Any] = field(default_factory=dict)

    def with_notes(self, **notes: object) -> "Rendered":
        """Return a copy with more *notes*."""
        return replace(self, notes={**self.notes, **notes})


@dataclass(frozen=True)
class RenderedMedia:
    """A film, sound or model that a render worker wrote to *path*; ``notes`` are small facts about how it was made."""

    path: str
    mime_type: str
    media_type: Literal["video", "audio", "model"]
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)

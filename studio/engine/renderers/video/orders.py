"""What the film tools ask of a worker, as plain data. Imports nothing heavy: the engine builds these."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Mode = Literal["style", "lines", "finer", "wider", "remove", "move", "replace"]

MOST_S: Final = 30.0


@dataclass(frozen=True)
class Order:
    """What to make.

    Attributes:
        path, target: the film, and the file to write.
        picture: the reference picture of ``move`` and ``replace``; the mask of ``remove`` (white is taken out).
        duration_s: length; None is the film's, at most ``MOST_S``.
        short_edge: wanted shorter edge in pixels, or None.
        shape: width / height of the enlarged canvas of ``wider``.
        place: where the film sits in it: center, top, bottom, left or right.
        seed: of paper, strokes and the painted guide.
        sound: keep the film's sound.
    """

    mode: Mode
    path: str
    target: str
    prompt: str
    about: Mapping[str, str]
    picture: str | None = None
    duration_s: float | None = None
    short_edge: int | None = None
    shape: float | None = None
    place: str = "center"
    seed: int = 0
    sound: bool = True


def seed_of_words(words: str, place: int = 0) -> int:
    """Return the seed of variation *place* of a film: the same words give the same film."""
    return (zlib.crc32(words.strip().lower().encode()) + place) & 0x7FFFFFFF

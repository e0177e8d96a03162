"""What the film tools ask of a worker, as plain data. Imports nothing heavy: the engine builds these."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from studio.engine.renderers.video.motion.shape import Wanted

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


@dataclass(frozen=True)
class SoundOrder:
    """A film to a sound.

    Attributes:
        sound, target: the sound (or a film with sound), and the film to write.
        picture: its beginning; None paints the prompt.
        end_picture: its last frame, or None.
        start_s: where in the sound it begins.
        duration_s: length; None is 5 s, less where the sound is shorter.
        variation: 0, 1, … : other ways of the camera.
        keep_sound: whether the film has the sound.
    """

    sound: str
    target: str
    prompt: str
    about: Mapping[str, str]
    negative: str = ""
    picture: str | None = None
    end_picture: str | None = None
    start_s: float = 0.0
    duration_s: float | None = None
    wanted: Wanted = field(default_factory=Wanted)
    seed: int = 0
    variation: int = 0
    keep_sound: bool = True


@dataclass(frozen=True)
class MontageOrder:
    """A dance montage.

    Attributes:
        pictures: the picture files that take turns; empty paints *prompt*.
        dance: name of the preset.
        cache: folder for what can be made again.
        single: one unbroken shot instead of cuts.
    """

    pictures: tuple[str, ...]
    target: str
    prompt: str
    dance: str
    duration_s: float
    about: Mapping[str, str]
    cache: str
    seed: int = 0
    single: bool = False


def seed_of_words(words: str, place: int = 0) -> int:
    """Return the seed of variation *place* of a film: the same words give the same film."""
    return (zlib.crc32(words.strip().lower().encode()) + place) & 0x7FFFFFFF

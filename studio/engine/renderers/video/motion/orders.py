"""What the tools order from the renderer of moving pictures. Imports nothing heavy, because the engine makes them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.engine.renderers.video.motion.shape import Wanted


@dataclass(frozen=True)
class Order:
    """What a film is made from and how.

    Attributes:
        pictures: files of the pictures; none: paint the prompt.
        role: of one picture: it is the ``start`` or the ``end``; of two: ``both`` (first and last frame);
            of several: ``shots`` one after the other.
        frame_of: a film whose middle frame is the picture, when there are no pictures.
        variation: 0 for the first, 1, 2, … for others that should differ.
        with_sound: give it a sound bed.
        track: a sound file that is its sound instead.
        last_frame: hand out the last frame as a picture.
    """

    prompt: str
    duration_s: float
    pictures: tuple[str, ...] = ()
    role: str = "start"
    frame_of: str | None = None
    negative: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    variation: int = 0
    with_sound: bool = True
    track: str | None = None
    last_frame: bool = False
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """The seed of all chance in the film: of the words and the variation only."""
        return (zlib.crc32(self.prompt.strip().lower().encode()) + 7919 * self.variation) & 0x7FFFFFFF


@dataclass(frozen=True)
class Exchange:
    """What is put into a window of a film.

    Attributes:
        start_s, end_s: the window as asked; −1 is counted from the end.
        replacement: another film to take it from; None renders it anew from *prompt*.
        from_s, to_s: the part of that film; None is its end.
        keep_sound: the film's own sound stays over the window.
    """

    start_s: float
    end_s: float
    prompt: str = ""
    replacement: str | None = None
    from_s: float = 0.0
    to_s: float | None = None
    keep_sound: bool = False
    about: Mapping[str, str] = field(default_factory=dict)

"""The presets of the dance montage. Imports nothing heavy.

The names are the catalogue's; music, moves and lights are our own and only of a similar kind.
"""

from dataclasses import dataclass
from typing import Final

Light = tuple[int, int, int]


@dataclass(frozen=True)
class Dance:
    """A preset.

    Attributes:
        seconds: its length when none is asked for.
        music: prompt for the composer.
        bpm: tempo.
        moves: names of puppet moves, one for each shot in turn.
        lights: colours of light in turn (red, green, blue).
        force: how large the moves are; 1 is usual.
    """

    seconds: float
    music: str
    bpm: float
    moves: tuple[str, ...]
    lights: tuple[Light, ...]
    force: float = 1.0


_DISCO: Final[tuple[Light, ...]] = ((255, 60, 170), (60, 160, 255), (255, 190, 50), (150, 70, 255))
_GOLD: Final[tuple[Light, ...]] = ((255, 180, 60), (255, 110, 40), (220, 60, 60))
_COOL: Final[tuple[Light, ...]] = ((70, 200, 255), (120, 90, 255), (60, 255, 200))

_FESTIVE: Final[tuple[Light, ...]] = ((255, 50, 40), (255, 200, 60), (255, 110, 30))
_SUNNY: Final[tuple[Light, ...]] = ((255, 230, 70), (70, 210, 255), (255, 130, 190))
_PALE: Final[tuple[Light, ...]] = ((255, 235, 210), (255, 120, 190), (190, 170, 255))
_BRIGHT: Final[tuple[Light, ...]] = ((255, 90, 200), (80, 255, 230), (255, 240, 90))
_DREAM: Final[tuple[Light, ...]] = ((180, 90, 255), (90, 220, 255), (255, 120, 220))


def _moves(words: str) -> tuple[str, ...]:
    return tuple(words.split())


DANCES: Final[dict[str, Dance]] = {
    "rasputin": Dance(32, "energetic disco, strings, minor key", 126, _moves("step hop sway spin bounce"), _DISCO),
    "big-guy": Dance(11, "funk groove with heavy bass and brass", 98, _moves("nod bounce sway shimmy"), _GOLD, 1.1),
    "keep-it-gangsta": Dance(21, "dark hip hop", 92, _moves("nod lean bounce wave"), _COOL, 0.9),
    "this-is-america": Dance(22, "upbeat latin percussion", 120, _moves("wave step shimmy lean hop"), _GOLD),
    "chinese-new-year": Dance(18, "festive folk, drums and flute", 132, _moves("hop sway spin step"), _FESTIVE),
    "spongebob": Dance(27, "happy surf rock with ukulele", 138, _moves("bounce shimmy hop wave"), _SUNNY, 1.25),
    "chanel": Dance(14, "deep house", 118, _moves("sway lean spin step"), _PALE, 0.85),
    "crystal-light-aerobics-1988": Dance(
        52, "1980s synth pop workout, energetic", 140, _moves("step hop lean bounce"), _BRIGHT, 1.1
    ),
    "plastic-dream-sequence": Dance(28, "dreamy synthwave", 112, _moves("wave spin sway lean"), _DREAM, 0.95),
}

"""What people call each ambience. Imports nothing heavy, because the engine's own process reads it."""

from typing import Final

NAMES: Final[dict[str, str]] = {
    "rain": "rain", "thunder": "thunder", "wind": "wind", "sea": "surf", "stream": "running water", "fire": "a fire",
    "city": "the hum of a city", "birds": "birds", "night": "crickets", "underwater": "the deep", "space": "a drone",
    "room": "quiet air",
}  # fmt: skip

"""What the arguments of ``generate_music`` ask for, in words that every music renderer understands."""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from studio.contract.errors import ToolError
from studio.engine.renderers.music.theory import find_key, parse_key
from studio.engine.tools.common import expand, seed_of, variations

MusicFormat = Literal["mp3", "wav", "flac"]
_LEAST_S: Final = 10.0
_MOST_S: Final = 600.0
_DEFAULT_S: Final = 60.0
_MOST_LYRICS: Final = 12_000
_BPM: Final = re.compile(r"\b(\d{2,3}) ?bpm\b", re.IGNORECASE)


@dataclass(frozen=True)
class MusicWish:
    """One call that wants music.

    Attributes:
        prompts, seeds: one of each for every wanted piece.
        bpm, key, beats: None where nothing was said; *key* as a root and a mode: “Bb minor”.
    """

    prompts: list[str]
    seeds: list[int]
    duration_s: float
    lyrics: str
    format: MusicFormat
    bpm: int | None = None
    key: str | None = None
    beats: int | None = None


def music_wish(arguments: dict[str, Any]) -> MusicWish:
    """Read the arguments.

    Raises:
        ToolError: an argument is missing or wrong.
    """
    prompt = str(arguments.get("prompt") or "").strip()
    if not prompt:
        raise ToolError("USER_INPUT_INCOMPLETE", "Say what the music should be like: a genre, a mood, instruments.")
    duration_s = _number(arguments, "duration", _LEAST_S, _MOST_S)
    bpm = _number(arguments, "bpm", 30, 300)
    if bpm is None and (said := _BPM.search(prompt)):
        bpm = float(said[1])
    beats = _number(arguments, "timesig", 2, 6)
    lyrics = str(arguments.get("lyrics") or "").strip()
    if len(lyrics) > _MOST_LYRICS:
        raise ToolError("PARAMETER_INVALID", f"These lyrics are too long: up to {_MOST_LYRICS} characters work.")
    wanted = str(arguments.get("outputFormat") or "mp3").lower()
    seed = seed_of(arguments)
    count = variations(arguments)
    return MusicWish(
        prompts=[expand(prompt, place) for place in range(count)],
        seeds=[(seed + place) & 0x7FFFFFFF for place in range(count)],
        duration_s=duration_s or _DEFAULT_S,
        lyrics=lyrics,
        format="wav" if wanted == "wav" else "flac" if wanted == "flac" else "mp3",
        bpm=None if bpm is None else round(bpm),
        key=_key(str(arguments.get("keyscale") or "").strip(), prompt),
        beats=None if beats is None else round(beats),
    )


def _key(said: str, prompt: str) -> str | None:
    """Return the key that was asked for as ``C# minor``; other modes become whichever of the two has their third."""
    key = parse_key(said) if said else find_key(prompt)
    if key is None:
        return None
    root = key.name.split()[0].replace("-sharp", "#").replace("-flat", "b")
    return f"{root} {'minor' if key.minor else 'major'}"


def _number(arguments: dict[str, Any], name: str, low: float, high: float) -> float | None:
    value = arguments.get(name)
    if value is None:
        return None
    if not low <= float(value) <= high:
        raise ToolError("PARAMETER_INVALID", f"{name} can be from {low:g} to {high:g}.")
    return float(value)

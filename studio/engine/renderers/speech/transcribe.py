"""Writing down what is said in a sound or film, with times."""

from dataclasses import dataclass
from pathlib import Path

from studio.engine.packs import store

PACK = "transcription"


@dataclass(frozen=True)
class Cue:
    """One line of speech; times in seconds from the start of the file."""

    start_s: float
    end_s: float
    text: str


def transcribe(path: str | Path, packs: Path, language: str | None = None) -> list[Cue]:
    """Return the lines spoken in the sound or film at *path*, in order (runs in a render worker).

    Args:
        packs: the folder of installed packs.
        language: a language name or code; None or ``auto`` listens for it.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the transcription pack is not installed (``data["notInstalled"]``).
    """
    pack = store.require(packs, PACK)
    raise NotImplementedError(pack.id)

"""Writing down what is said in a sound or film, with times. Cheap to import: the network is loaded when it listens."""

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

    Lines are at most 84 characters and 7 s long, as subtitles want them; empty when nobody speaks.

    Args:
        packs: the folder of installed packs.
        language: a language name or code; None or ``auto`` listens for it.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the transcription pack is not installed (``data["notInstalled"]``);
            PARAMETER_INVALID, there is no readable sound, it is too long, or the language is not known.
    """
    pack = store.require(packs, PACK)
    from studio.engine.renderers.speech import listening

    with store.used(pack):
        return listening.lines(path, pack, language)

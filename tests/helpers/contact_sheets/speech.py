"""Sheets of ``generate_speech``: every voice says one line; what the transcriber hears stands beside it.

Needs the packs *voice* and *transcription*: give their folder as ``STUDIO_TEST_PACKS``.
"""

import os
import tempfile
import time
from pathlib import Path

from studio.engine.packs import store
from studio.engine.renderers.speech.orders import STAND_INS, SpeechOrder, speak
from studio.engine.renderers.speech.transcribe import transcribe
from tests.helpers.contact_sheets.sheet import sound_rows

_SCRIPT = "On 28 Nov. at 20:45, Dr. Reed will read what he has read before: “A wind from the sea, isn't it wonderful?”"
_DESCRIBED = ("a very deep old British man, slow", "an excited little girl", "a calm woman", "a giant monster")


def sheets(out: Path) -> None:
    """Write ``speech-voices.png`` and ``speech-described.png``."""
    packs = os.environ.get("STUDIO_TEST_PACKS", "")
    if store.installed(Path(packs or "/nonexistent"), "voice") is None:
        print("speech: no packs (STUDIO_TEST_PACKS)")  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        studio = [(name, SpeechOrder(_SCRIPT, name, None, "", 0.9, "wav", 1)) for name in STAND_INS]
        described = [(words, SpeechOrder(_SCRIPT, "serena", words, "", 0.9, "wav", 1)) for words in _DESCRIBED]
        for name, orders in (("voices", studio), ("described", described)):
            sound_rows(
                out / f"speech-{name}.png", [_spoken(title, order, folder, packs) for title, order in orders], 900
            )


def _spoken(title: str, order: SpeechOrder, folder: str, packs: str) -> tuple[str, Path]:
    path = Path(folder) / f"{abs(hash(order))}.wav"
    begun = time.process_time()
    spoken = speak(str(path), packs, order, {})
    used_s = time.process_time() - begun
    heard = " ".join(cue.text for cue in transcribe(path, Path(packs), "english"))
    return f"{title} ({spoken.notes['voice']}, {used_s / (spoken.duration_s or 1):.2f} s a second): {heard}", path

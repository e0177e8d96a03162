"""Transcription without its pack: what Whisper is shown, how words become lines, and what is refused."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.contract.errors import ToolError
from studio.engine.packs import store
from studio.engine.renderers.speech import listening, spectra
from studio.engine.renderers.speech.listening import Word, as_lines, tightened
from studio.engine.renderers.speech.transcribe import Cue, transcribe


def test_without_the_pack_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="studio packs install transcription") as caught:
        transcribe(tmp_path / "film.mp4", tmp_path)
    assert (caught.value.data or {})["pack"]["id"] == "transcription"


def test_spectra_have_the_shape_and_range_that_whisper_wants() -> None:
    time_s = np.arange(2 * spectra.RATE_HZ) / spectra.RATE_HZ
    found = spectra.log_mel((0.5 * np.sin(2 * np.pi * 1000 * time_s)).astype(np.float32))
    assert found.shape == (80, spectra.FRAMES)
    assert found.dtype == np.float32
    assert found.max() - found.min() <= 2.0 + 1e-6
    # On Slaney's scale 1 kHz is mel 15 of 45.2 between 0 and 8 kHz: band 26 of 80.
    assert abs(int(found[:, 100].argmax()) - 26) <= 1
    assert found[:, 250:].std() < 1e-6


def test_the_filters_have_equal_areas_and_reach_everywhere() -> None:
    filters = spectra._filters()
    assert filters.shape == (80, 201)
    areas = filters.sum(axis=1) * (8000 / 200)
    assert (abs(areas[40:] - 1) < 0.08).all()
    assert (filters.sum(axis=0)[1:-1] > 0).all()


def words(*texts: str, each_s: float = 0.4, rest_s: float = 0.05) -> list[Word]:
    found, at = [], 1.0
    for text in texts:
        found.append(Word(text, at, at + each_s))
        at += each_s + rest_s
    return found


def test_lines_end_with_sentences_rests_and_length() -> None:
    spoken = words(" Dr.", " Smith", " is", " here.", " Who", " called?")
    assert [cue.text for cue in as_lines(spoken, 60)] == ["Dr. Smith is here.", "Who called?"]
    late = [*words(" One", " two"), Word(" three", 9.0, 9.4)]
    assert as_lines(late, 60) == [Cue(1.0, 1.85, "One two"), Cue(9.0, 9.4, "three")]
    for text, pace in ((" word", 0.2), (" " + "x" * 30, 0.5), (" slow", 1.5)):
        lines = as_lines(words(*[text] * 60, each_s=pace), 600)
        assert all(len(cue.text) <= 84 and cue.end_s - cue.start_s <= 7.0 for cue in lines)
        assert sum(len(cue.text.split()) for cue in lines) == 60
        assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(lines))
    assert as_lines([], 5) == []
    assert as_lines([Word(" at the end", 4.9, 4.9)], 5) == [Cue(4.9, 5, "at the end")]


def test_sound_is_brought_to_one_channel_at_sixteen_kilohertz(tmp_path: Path) -> None:
    time_s = np.arange(44_100) / 44_100
    tone = 0.5 * np.sin(2 * np.pi * 440 * time_s)
    soundfile.write(tmp_path / "in.flac", np.stack((tone, tone), 1), 44_100)
    samples = listening._samples(tmp_path / "in.flac")
    assert samples.dtype == np.int16
    assert abs(len(samples) - 16_000) <= 32
    assert abs(np.argmax(np.abs(np.fft.rfft(samples[:16_000]))) - 440) <= 1
    (tmp_path / "in.txt").write_text("no sound")
    with pytest.raises(ToolError) as caught:
        listening._samples(tmp_path / "in.txt")
    assert caught.value.code == "PARAMETER_INVALID"


def test_every_byte_of_a_token_has_a_letter() -> None:
    known = listening._bytes()
    assert sorted(known.values()) == list(range(256))
    assert known["Ġ"] == 0x20
    assert known["a"] == 0x61


def test_code_for_another_python_is_named(tmp_path: Path) -> None:
    (tmp_path / "ctranslate2").mkdir()
    with pytest.raises(ToolError, match="installed for another Python"):
        listening._program(tmp_path)


def test_rests_are_not_counted_to_words() -> None:
    sound = np.zeros(5 * spectra.RATE_HZ, np.float32)
    for start_s, end_s in ((2.0, 2.5), (3.0, 3.4)):
        place = slice(int(start_s * spectra.RATE_HZ), int(end_s * spectra.RATE_HZ))
        sound[place] = 0.3 * np.sin(np.arange(place.stop - place.start) / 5)
    found = tightened([Word(" one", 0.0, 2.7), Word(" two", 2.7, 5.0), Word(" three", 4.0, 4.5)], sound)
    assert [round(word.start_s, 2) for word in found] == [1.96, 2.96, 4.0]
    assert [round(word.end_s, 2) for word in found] == [2.54, 3.44, 4.5]
    assert tightened([Word("a", 0, 1)], np.zeros(0, np.float32)) == [Word("a", 0, 1)]


PACKS = Path(os.environ.get("STUDIO_TEST_PACKS", "/nonexistent"))
needs_packs = pytest.mark.skipif(
    not (store.installed(PACKS, "voice") and store.installed(PACKS, "transcription")),
    reason="give a folder with the packs: STUDIO_TEST_PACKS",
)


@needs_packs
def test_what_was_spoken_is_written_down_when_it_was_spoken(tmp_path: Path) -> None:
    from studio.engine.renderers.speech.orders import SpeechOrder, speak

    order = SpeechOrder("The tide comes in at noon.", "serena", None, "", 0.1, "wav", 1)
    spoken = speak(str(tmp_path / "one.wav"), str(PACKS), order, {})
    one, rate = soundfile.read(tmp_path / "one.wav", dtype="float32")
    rest = np.zeros(6 * rate, np.float32)
    soundfile.write(tmp_path / "two.flac", np.concatenate([rest, one, rest, one]), rate)
    cues = transcribe(tmp_path / "two.flac", PACKS)
    assert [cue.text.lower().strip(".") for cue in cues] == ["the tide comes in at noon"] * 2
    length_s = spoken.duration_s or 0
    for cue, start_s in zip(cues, (6.0, 12.0 + length_s), strict=True):
        assert abs(cue.start_s - start_s) < 0.35
        assert abs(cue.end_s - (start_s + length_s)) < 0.35


@needs_packs
def test_no_words_are_invented_where_nobody_speaks(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    time_s = np.arange(8 * 16_000) / 16_000
    for sound in (np.zeros(len(time_s)), dice.normal(0, 0.05, len(time_s)), 0.2 * np.sin(2 * np.pi * 220 * time_s)):
        soundfile.write(tmp_path / "in.wav", sound, 16_000)
        assert transcribe(tmp_path / "in.wav", PACKS) == []
    with pytest.raises(ToolError, match="does not know the language klingon"):
        transcribe(tmp_path / "in.wav", PACKS, "klingon")

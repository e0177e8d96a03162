"""Listening: tempo, beats, key, level and form of sounds whose truth is known; and of no sound at all."""

import itertools

import numpy as np
import pytest

from studio.engine.renderers.sound_analysis import analyse, keys, loudness
from studio.engine.renderers.sound_analysis.spectrum import reduced
from tests.helpers.tunes import tune

RATE = 22_050


@pytest.mark.parametrize(
    ("bpm", "tonic", "mode", "per_bar", "offset_s"),
    [(120, 0, "major", 4, 0.0), (92, 9, "minor", 4, 0.3), (140, 7, "major", 4, 0.11), (100, 5, "major", 3, 0.2)],
)
def test_tempo_beats_bars_and_key_of_a_song(bpm: float, tonic: int, mode: str, per_bar: int, offset_s: float) -> None:
    heard = analyse(tune(16, bpm=bpm, tonic=tonic, mode=mode, per_bar=per_bar, offset_s=offset_s, rate=RATE), RATE)
    assert heard.tempo_bpm == pytest.approx(bpm, rel=0.005)
    true = np.arange(offset_s, 16 - 60 / bpm, 60 / bpm)
    found = np.abs(heard.beats[None] - true[:, None]).min(axis=1)
    assert (found < 0.03).mean() > 0.97
    assert heard.pulse.per_bar == per_bar
    bars = (heard.pulse.downbeats_s - offset_s) / (per_bar * 60 / bpm)
    assert np.abs(bars - np.round(bars)).max() < 0.05
    assert heard.key is not None
    assert (heard.key.tonic, heard.key.mode) == (tonic, mode)


def test_every_key_is_found() -> None:
    for tonic in range(12):
        for mode in ("major", "minor"):
            signal, rate = reduced(tune(8, tonic=tonic, mode=mode, drums=False, rate=RATE), RATE)
            key = keys.find(keys.chromagram(signal, rate))
            assert key is not None
            assert key.name == f"{keys.NOTES[tonic]} {mode}"


def test_onsets_are_where_notes_begin() -> None:
    rng = np.random.default_rng(1)
    times = np.cumsum(rng.uniform(0.15, 0.6, 20))
    sound = np.zeros(round((times[-1] + 1) * RATE), np.float32)
    for at in times:
        t = np.arange(round(0.2 * RATE)) / RATE
        start = round(at * RATE)
        sound[start : start + len(t)] += 0.4 * np.exp(-t / 0.05) * np.sin(2 * np.pi * rng.uniform(200, 900) * t)
    found = analyse(sound, RATE).onsets_s
    gaps = np.abs(found[None] - times[:, None])
    assert (gaps.min(axis=1) < 0.03).all()
    assert len(found) <= len(times) + 1


def test_a_change_of_the_band_is_a_new_section_and_its_return_is_the_old_one() -> None:
    loud, quiet = tune(12, bpm=110, rate=RATE), 0.5 * tune(12, bpm=110, tonic=9, mode="minor", drums=False, rate=RATE)
    sections = analyse(np.concatenate((loud, quiet, loud)), RATE).sections
    letters = [section.letter for section in sections]
    assert letters[0] == letters[-1] != letters[len(letters) // 2]
    for truth in (12.0, 24.0):
        assert min(abs(section.start_s - truth) for section in sections) <= 1.0
    assert sections[0].start_s == 0
    assert sections[-1].end_s == pytest.approx(36.0, abs=0.01)
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(sections))
    assert max(sections, key=lambda s: s.level_db).letter == letters[0]


def test_levels_are_decibels_of_full_scale() -> None:
    t = np.arange(2 * RATE) / RATE
    tone = np.where(t < 1, 0.5, 0.05) * np.sin(2 * np.pi * 440 * t)
    curve = loudness.level_db(tone, RATE, 0.1)
    assert curve[3] == pytest.approx(-9.03, abs=0.05)
    assert curve[13] == pytest.approx(-29.03, abs=0.05)
    lively = loudness.relative(curve, 0.1)
    assert lively[2] > 0.9
    assert lively[15] < 0.1
    assert loudness.sampled(curve, 0.1, np.array([0.5]))[0] == pytest.approx(-9.03, abs=0.05)


@pytest.mark.parametrize("length", [0, 1, 100, 3000, 3 * RATE])
def test_silence_and_scraps_hold_nothing(length: int) -> None:
    heard = analyse(np.zeros((length, 2), np.float32), RATE)
    assert heard.silent
    assert heard.tempo_bpm == 0
    assert not len(heard.beats)
    assert not len(heard.onsets_s)
    assert heard.key is None


def test_noise_and_a_tone_have_no_beat_and_no_key() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 6 * RATE)
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(6 * RATE) / RATE)
    for sound in (noise, tone):
        heard = analyse(sound, RATE)
        assert heard.tempo_bpm == 0
        assert heard.key is None
        assert not heard.silent

"""Composing: the score by theory, the sound by measuring it, the tool by its files."""

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.music import brief as briefs
from studio.engine.renderers.music import effects, forms, mix, singing, synths
from studio.engine.renderers.music.bed import RATE as BED_RATE
from studio.engine.renderers.music.bed import bed, resampled
from studio.engine.renderers.music.composer import compose, tempo_and_bars
from studio.engine.renderers.music.genres import GENRES
from studio.engine.renderers.music.instruments import INSTRUMENTS, named_in
from studio.engine.renderers.music.midi import TICKS, write_midi
from studio.engine.renderers.music.score import Note, Part, Score, Synth
from studio.engine.renderers.music.soundfont import general_midi
from studio.engine.renderers.music.theory import Key, chord, find_key, parse_key, voicing
from studio.engine.renderers.registry import Renderers
from studio.engine.renderers.sound_analysis.analysis import analyse
from studio.engine.renderers.video.sound import loudness_lufs, read_sound
from studio.engine.tools.base import ToolOutcome
from studio.engine.tools.generate_music import GenerateMusic
from tests.engine.tools.conftest import Context

LYRICS = """[Verse 1]
The harbor lamps go one by one
Along the sleeping quay

[Chorus]
Go on, my heart, and take the step
The morning waits for you
"""


def score_of(prompt: str, seconds: float = 24.0, seed: int = 3, **wishes: Any) -> tuple[briefs.Brief, Score]:
    brief = briefs.read(prompt, seed, **wishes)
    return brief, compose(brief, seconds, seed).score


# --- theory


@pytest.mark.parametrize(
    ("text", "tonic", "mode", "name"),
    [
        ("A minor", 9, "minor", "A minor"),
        ("Bb", 10, "major", "B-flat major"),
        ("F# dorian", 6, "dorian", "F-sharp dorian"),
        ("em", 4, "minor", "E minor"),
        ("E-flat minor", 3, "minor", "E-flat minor"),
        ("G♯ major", 8, "major", "G-sharp major"),
        ("D harmonic minor", 2, "harmonic minor", "D harmonic minor"),
    ],
)
def test_keys_are_read(text: str, tonic: int, mode: str, name: str) -> None:
    key = parse_key(text)
    assert (key.tonic, key.mode, key.name) == (tonic, mode, name)


def test_what_is_no_key_is_refused_and_articles_are_no_keys() -> None:
    with pytest.raises(ToolError, match="not a key"):
        parse_key("H flat")
    assert find_key("a minor setback in a major city") is None or find_key("make a major step") is None
    assert find_key("a sad song in a minor") == Key(9, "minor")
    assert find_key("something in the key of Eb, please") == Key(3, "major")


def test_signatures_and_chords() -> None:
    assert [parse_key(key).fifths for key in ("C", "G", "F", "E minor", "C minor", "D dorian")] == [0, 1, -1, 1, -3, 0]
    c = Key(0, "major")
    assert chord(c, "V7").tones == (7, 11, 2, 5)
    assert chord(c, "Imaj7").tones == (0, 4, 7, 11)
    assert chord(c, "ii", "seventh").tones == (2, 5, 9, 0)
    assert chord(c, "bVII", "triad").tones == (10, 2, 5)
    assert chord(Key(9, "minor"), "V").tones == (4, 8, 11)


def test_voices_move_little_and_stay_apart() -> None:
    held: list[int] = []
    moves = []
    for numeral in ("I", "vi", "IV", "V", "I", "V", "vi", "iii", "IV", "I"):
        keys = voicing(chord(Key(0, "major"), numeral).tones, held, 50, 77)
        assert {key % 12 for key in keys} == {*chord(Key(0, "major"), numeral).tones}
        if held:
            moves.append(sum(abs(a - b) for a, b in zip(keys, held, strict=True)))
        held = keys
    assert max(moves) <= 9
    assert np.mean(moves) < 6


# --- words


@pytest.mark.parametrize(
    ("prompt", "genre", "players"),
    [
        ("epic orchestral battle theme with choir", "cinematic", {"choir"}),
        ("lofi beats with electric piano", "lo-fi", {"electric piano"}),
        ("a waltz for accordion", "waltz", {"accordion"}),
        ("jazz trio, tenor sax and double bass", "jazz", {"tenor saxophone", "upright bass"}),
        ("drum and bass", "drum and bass", set()),
        ("8-bit video game level", "chiptune", set()),
        ("8 bit chase", "chiptune", set()),
        ("happy ukulele for a cooking show", "folk", {"ukulele"}),
        ("rain on a lake at dawn", "ambient", set()),
    ],
)
def test_prompts_choose_genre_and_players(prompt: str, genre: str, players: set[str]) -> None:
    brief = briefs.read(prompt, 1)
    assert brief.genre.name == genre
    assert players <= {*brief.players}


def test_what_is_not_wanted_does_not_play() -> None:
    roles = {layer.role for layer, _ in briefs.read("pop song without drums and bass", 1).layers}
    assert not roles & {"drums", "bass"}
    alone = briefs.read("solo piano nocturne", 1)
    assert {*alone.players} == {"piano"}
    assert {layer.role for layer, _ in alone.layers} == {"lead", "comp"}


def test_a_piano_is_a_piano_and_a_trio_three_players() -> None:
    assert {*briefs.read("sad piano", 1).players} == {"piano"}
    assert len(briefs.read("sad piano ballad", 1).players) > 1
    assert len(briefs.read("jazz trio", 1).players) == 3
    assert len(briefs.read("string quartet, cello and viola", 1).players) == 4


def test_tempo_metre_and_key_in_the_words() -> None:
    brief = briefs.read("techno at 133 bpm in F# minor, 3/4", 1)
    assert (brief.bpm, brief.exact_tempo, brief.beats, brief.key) == (133, True, 3, Key(6, "minor"))
    assert briefs.read("techno", 1, bpm=90, beats=2, key=Key(0, "major")).bpm == 90
    assert briefs.read("doom riff in drop D", 1).key == Key(2, "minor")
    assert not any(briefs.read(f"christmas choir, seed {seed}", seed).key.minor for seed in range(6))


def test_every_instrument_of_every_genre_is_in_the_font() -> None:
    presets = general_midi().presets
    assert all(each.preset in presets for each in INSTRUMENTS)
    assert len(GENRES) >= 30
    assert [each.name for each in INSTRUMENTS if named_in(each.name.lower()) != [each]] == []


# --- scores


@pytest.mark.parametrize("beats", [2, 3, 4, 6])
@pytest.mark.parametrize("genre", [genre.name for genre in GENRES])
def test_scores_are_playable_and_never_fall_silent(genre: str, beats: int) -> None:
    brief, score = score_of(genre, 20.0, beats=beats)
    assert score.parts
    assert score.seconds(score.length) < 20.0
    assert score.length % beats == 0
    ranges = {player.name.lower(): player for _, player in brief.layers}
    sounding = np.zeros(int(score.length) + 1, bool)
    for part in score.parts:
        assert part.notes
        player = ranges[part.name.lower()]
        for note in part.notes:
            assert 0 <= note.start <= score.length + 0.2
            assert note.length > 0
            assert 1 <= note.velocity <= 127
            if part.role != "drums":
                assert player.low - 12 <= note.pitch <= player.high + 12
                sounding[int(note.start) : int(note.start + max(1.0, note.length)) + 1] = True
    assert sounding.mean() > 0.97, "something with pitch sounds at nearly every beat"


@pytest.mark.parametrize("prompt", ["pop in D major", "folk in A minor", "classical in G minor", "lullaby in F major"])
def test_melodies_follow_the_harmony_and_come_home(prompt: str) -> None:
    brief, score = score_of(prompt, 60.0)
    lead = next(part for part in score.parts if part.role == "lead")
    parts = forms.stretches(brief, round(score.length / score.beats))
    inside = in_scale = strong = 0
    for bar in forms.lay_out(brief, parts, random.Random(f"form 3 {brief.genre.name} {brief.key.tonic}")):
        for note in lead.notes:
            if bar.start - 0.06 <= note.start < bar.start + 0.06:  # the downbeat
                strong += 1
                inside += note.pitch % 12 in bar.chord.tones
    in_scale = sum(note.pitch % 12 in score.key.scale for note in lead.notes)
    assert strong > 8
    assert inside / strong > 0.75, "but for appoggiaturas"
    assert in_scale / len(lead.notes) > 0.9
    steps = np.abs(np.diff([note.pitch for note in lead.notes]))
    assert np.mean(steps <= 5) > 0.75, "mostly steps and small leaps"
    assert max(steps) <= 16
    assert lead.notes[-1].pitch % 12 == score.key.tonic
    assert lead.notes[-1].start == pytest.approx(score.length, abs=0.1)


def test_a_theme_comes_again_and_a_form_has_contrast() -> None:
    _, score = score_of("pop in C major", 90.0)
    names = [section.name.split()[0] for section in score.sections]
    assert names.count("Chorus") >= 2
    assert {"Intro", "Verse", "Chorus"} <= {*names}
    lead = next(part for part in score.parts if part.role == "lead")

    def rhythm(start: float) -> list[float]:
        return [round(4 * (note.start - start)) / 4 for note in lead.notes if start - 0.1 <= note.start < start + 7.2]

    choruses = [section.start for section in score.sections if section.name.startswith("Chorus")]
    first, again = rhythm(choruses[0]), rhythm(choruses[1])
    assert len({*first} & {*again}) >= 0.8 * len(first), "the same tune, perhaps adorned"
    density = {
        section.name: sum(
            section.start <= note.start < section.start + section.length for part in score.parts for note in part.notes
        )
        / section.length
        for section in score.sections
    }
    assert density["Chorus 1"] > 1.6 * density["Intro"]


def test_kettledrums_are_tuned_to_the_chords() -> None:
    brief, score = score_of("epic orchestral battle in D minor", 40.0)
    part = next(part for part in score.parts if part.role == "drums")
    kettles = [note for note in part.notes if 41 <= note.pitch <= 53]
    assert len(kettles) > 10
    parts = forms.stretches(brief, round(score.length / score.beats))
    bars = forms.lay_out(brief, parts, random.Random(f"form 3 {brief.genre.name} {brief.key.tonic}"))
    for note in kettles:
        bar = bars[min(len(bars) - 1, int((note.start + 0.05) // score.beats))]
        if note.start < score.length - 0.1:
            assert note.pitch % 12 in (bar.chord.root, bar.chord.fifth)


def test_the_same_seed_gives_the_same_score_and_another_does_not() -> None:
    first, again, other = (write_midi(score_of("folk", 20.0, seed)[1]) for seed in (5, 5, 6))
    assert first == again
    assert first != other
    tunes = {tuple(n.pitch for n in score_of("folk in C major", 20.0, seed)[1].parts[0].notes[:8]) for seed in range(8)}
    assert len(tunes) >= 7


def test_an_asked_tempo_is_kept_and_another_is_moved_a_little() -> None:
    brief = briefs.read("pop at 117 bpm", 1)
    bpm, bars = tempo_and_bars(brief, 45.0)
    assert bpm == 117
    assert 45.0 - 4 * 60 / 117 - 4 < bars * 4 * 60 / 117 < 44.0
    free = briefs.read("pop", 1)
    moved, _ = tempo_and_bars(free, 45.0)
    assert abs(moved / free.bpm - 1) <= 0.066


def test_genres_differ() -> None:
    facts = set()
    for genre in GENRES:
        brief, score = score_of(genre.name, 30.0)
        density = sum(len(part.notes) for part in score.parts) / score.seconds(score.length)
        facts.add((round(score.bpm / 8), round(density / 3), frozenset(part.preset for part in score.parts)))
        assert brief.genre is genre
    assert len(facts) == len(GENRES)


# --- MIDI


@dataclass
class Midi:
    """A MIDI file as a small reader of these tests sees it; times in quarter notes."""

    tempo_us: int = 0
    metre: tuple[int, int] = (0, 0)
    signature: tuple[int, int] = (0, 0)
    notes: dict[int, list[tuple[float, float, int]]] = field(default_factory=dict)
    words: list[tuple[float, str]] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)


def read_midi(data: bytes) -> Midi:
    kind, _, division = struct.unpack(">HHH", data[8:14])
    assert data[:4] == b"MThd"
    assert kind == 1
    result = Midi()
    at = 14
    while at < len(data):
        assert data[at : at + 4] == b"MTrk"
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        _read_track(data[at + 8 : at + 8 + size], division, result)
        at += 8 + size
    return result


def _read_track(track: bytes, division: int, result: Midi) -> None:
    at = tick = 0
    held: dict[tuple[int, int], tuple[int, int]] = {}

    def number() -> int:
        nonlocal at
        value = 0
        while True:
            byte = track[at]
            at += 1
            value = value << 7 | byte & 127
            if byte < 128:
                return value

    while at < len(track):
        tick += number()
        status = track[at]
        at += 1
        if status == 0xFF:
            what = track[at]
            at += 1
            size = number()
            body = track[at : at + size]
            at += size
            match what:
                case 0x51:
                    result.tempo_us = int.from_bytes(body, "big")
                case 0x58:
                    result.metre = (body[0], 2 ** body[1])
                case 0x59:
                    result.signature = struct.unpack(">bB", body)
                case 0x05:
                    result.words.append((tick / division, body.decode()))
                case 0x06:
                    result.markers.append(body.decode())
                case 0x2F:
                    assert at == len(track)
            continue
        channel, first = status & 15, track[at]
        second = track[at + 1] if status < 0xC0 else 0
        at += 2 if status < 0xC0 else 1
        if status >> 4 == 9:
            assert (channel, first) not in held, "a key is let go before it is struck again"
            held[channel, first] = (tick, second)
        elif status >> 4 == 8:
            start, velocity = held.pop((channel, first))
            result.notes.setdefault(channel, []).append((start / division, (tick - start) / division, first))
            assert velocity > 0
    assert not held


@pytest.mark.parametrize(("beats", "metre"), [(2, (2, 4)), (3, (3, 4)), (4, (4, 4)), (6, (6, 8))])
def test_midi_says_what_the_score_says(beats: int, metre: tuple[int, int]) -> None:
    brief, score = score_of("rock in E-flat major at 126 bpm", 20.0, beats=beats)
    midi = read_midi(write_midi(score, title="Night"))
    quarter = 0.5 if beats == 6 else 1.0
    assert midi.metre == metre
    assert midi.signature == (-3, 0)
    assert 60e6 / midi.tempo_us / quarter == pytest.approx(126, rel=1e-5)
    assert midi.markers == [section.name for section in score.sections]
    assert sum(map(len, midi.notes.values())) == pytest.approx(sum(len(part.notes) for part in score.parts), rel=0.02)
    lead = next(part for part in score.parts if part.role == "lead")
    assert any(
        [pitch for _, _, pitch in sorted(notes)] == [note.pitch for note in lead.notes] for notes in midi.notes.values()
    )
    assert brief.beats == beats
    assert TICKS % 96 == 0


# --- lyrics


def test_syllables_are_divided_and_stressed() -> None:
    def cut(line: str) -> list[str]:
        return [sung.text.strip() for sung in singing.syllables(line)]

    assert cut("The harbor lamps go one by one") == ["The", "har-", "bor", "lamps", "go", "one", "by", "one"]
    assert cut("walked alone, made little promises") == [
        "walked", "a-", "lone,", "made", "lit-", "tle", "pro-", "mi-", "ses",
    ]  # fmt: skip
    stresses = [sung.stressed for sung in singing.syllables("The harbor lamps go one by one")]
    assert stresses == [False, True, False, True, True, True, False, True]
    assert len(singing.syllables("月の光")) == 3


def test_lyrics_lie_on_the_melody_in_order_and_all_of_them() -> None:
    brief = briefs.read("folk ballad in D major", 4)
    score = compose(brief, 60.0, 4, LYRICS).score
    sung = "".join(syllable.text for syllable in score.lyrics)
    written = " ".join(line for line in LYRICS.splitlines() if line and not line.startswith("["))
    assert sung.replace("-", "").split() == written.split()
    times = [syllable.start for syllable in score.lyrics]
    assert times == sorted(times)
    voice = score.parts[0]
    starts = np.array([note.start for note in voice.notes])
    assert all(np.abs(starts - time).min() < 0.15 for time in times), "every syllable has its note"
    assert [section.name for section in score.sections if section.name in ("Verse 1", "Chorus")] == [
        "Verse 1",
        "Chorus",
    ]
    midi = read_midi(write_midi(score))
    assert len(midi.words) == len(score.lyrics)
    assert midi.words[0][1] == "The "


def test_what_has_no_time_is_counted() -> None:
    brief = briefs.read("pop at 100 bpm", 1)
    many = "\n".join(f"line number {place} goes on and on for quite a while" for place in range(40))
    piece = compose(brief, 20.0, 1, many)
    assert 20 < piece.left_out < 40
    assert sum(syllable.ends_line for syllable in piece.score.lyrics) == 40 - piece.left_out


# --- sound


@pytest.mark.parametrize(("preset", "key"), [((0, 0), 69), ((0, 40), 76), ((0, 56), 60), ((8, 24), 67), ((0, 33), 45)])
def test_the_font_plays_the_right_pitch(preset: tuple[int, int], key: int) -> None:
    score = Score(120, 4, Key(0, "major"), 4.0, [], ())
    sound = mix.play(score, Part("x", "lead", preset, [Note(0.0, 3.0, key, 100)]), 2 * mix.RATE)
    middle = sound[mix.RATE // 4 : mix.RATE * 5 // 4].mean(axis=1)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 18))
    hertz = np.fft.rfftfreq(1 << 18, 1 / mix.RATE)
    wanted = 440 * 2 ** ((key - 69) / 12)
    near = (hertz > wanted * 0.94) & (hertz < wanted * 1.06)
    found = hertz[near][spectrum[near].argmax()]
    assert abs(1200 * np.log2(found / wanted)) < 15
    assert spectrum[near].max() > 0.05 * spectrum.max()


def test_the_cut_out_font_holds_only_what_is_played() -> None:
    font = general_midi()
    small = font.subset({(0, 73): {60, 64}})
    assert small[:4] == b"RIFF"
    assert len(small) < 1_000_000
    assert int.from_bytes(small[4:8], "little") == len(small) - 8
    with pytest.raises(KeyError):
        font.subset({(77, 1): {60}})


def performed(prompt: str, seconds: float, seed: int = 3, **wishes: Any) -> tuple[Score, np.ndarray]:
    brief, score = score_of(prompt, seconds, seed, **wishes)
    return score, mix.perform(score, seconds, mix.Sound(brief.genre.room_s, brief.genre.effects), seed)


def test_a_loop_has_whole_bars_and_no_seam() -> None:
    brief = briefs.read("lofi loop at 90 bpm", 1)
    assert tempo_and_bars(brief, 21.0) == (90, 8)
    bpm, bars = tempo_and_bars(briefs.read("house loop", 1), 15.0)
    assert bars * 4 * 60 / bpm == pytest.approx(15.0)
    score = compose(briefs.read("solo harp loop at 150 bpm", 2), 6.4, 2).score
    assert max(note.start for part in score.parts for note in part.notes) < score.length == 16
    sound = mix.perform(score, score.seconds(score.length), mix.Sound(1.0, frozenset({"tape"})), 2, loops=True)
    steps = np.abs(np.diff(sound, axis=0)).max(axis=1)
    assert np.abs(sound[0] - sound[-1]).max() <= steps.max()
    ring = np.sqrt((sound[-2400:] ** 2).mean()) / np.sqrt((sound**2).mean())
    assert ring > 0.15, "the end is not faded"


@pytest.mark.parametrize(
    "prompt", ["rock in E major at 132 bpm", "house in A minor at 124 bpm", "pop in B-flat major at 96 bpm"]
)
def test_key_and_tempo_are_heard_in_the_sound(prompt: str) -> None:
    score, sound = performed(prompt, 12.0)
    assert sound.shape == (12 * mix.RATE, 2)
    heard = analyse(sound, mix.RATE)
    assert heard.key is not None
    assert (heard.key.tonic, heard.key.mode) == (score.key.tonic, score.key.mode)
    ratio = heard.tempo_bpm / score.bpm
    assert min(abs(ratio - multiple) / multiple for multiple in (0.5, 1, 2)) < 0.01
    assert loudness_lufs(sound, mix.RATE) == pytest.approx(-14.0, abs=0.3)
    assert 20 * np.log10(np.abs(sound).max()) <= -1.0
    seconds = np.sqrt((sound[: 10 * mix.RATE].reshape(10, -1) ** 2).mean(axis=1))
    assert seconds.min() > 0.01, "no dead air"
    assert sound[-1].tolist() == [0.0, 0.0]


def test_slow_quiet_music_is_as_loud_and_does_not_clip() -> None:
    _, sound = performed("solo piano lullaby, very soft", 12.0)
    assert loudness_lufs(sound, mix.RATE) == pytest.approx(-14.0, abs=0.6)
    assert 20 * np.log10(np.abs(sound).max()) <= -1.0
    assert np.abs(np.diff(sound, axis=0)).max() < 0.5, "no clicks"


def test_a_bed_fits_a_film_and_knows_its_beats(tmp_path: Path) -> None:
    made = bed("driving techno", 6.0, 2, tmp_path, bpm=128)
    assert made.samples.shape == (6 * BED_RATE, 2)
    assert made.samples.dtype == np.float32
    assert np.diff(made.beats) == pytest.approx(60 / 128)
    power = (made.samples.mean(axis=1) ** 2).astype(np.float64)
    rise = np.diff([power[k : k + 441].mean() for k in range(0, len(power) - 441, 441)]).clip(0)
    on = [rise[max(0, round(beat * 100) - 3) : round(beat * 100) + 3].max() for beat in made.beats[4:-3]]
    off = [rise[round((beat + 0.117) * 100) - 3 : round((beat + 0.117) * 100) + 3].max() for beat in made.beats[4:-3]]
    assert np.median(on) > 2 * np.median(off)


def test_resampling_keeps_pitch_and_level() -> None:
    times = np.arange(48_000) / 48_000
    tone = np.repeat(np.sin(2 * np.pi * 1000 * times)[:, None], 2, 1).astype(np.float32)
    out = resampled(tone, 44_100)
    expected = np.sin(2 * np.pi * 1000 * np.arange(44_100) / 44_100)
    assert np.abs(out[200:-200, 0] - expected[200:-200]).max() < 0.01


@pytest.mark.parametrize(("synth", "key"), [("lead", 69), ("pluck", 57), ("pad", 64), ("808", 40)])
def test_calculated_instruments_play_in_tune_and_do_not_alias(synth: Synth, key: int) -> None:
    score = Score(120, 4, Key(0, "major"), 4.0, [], ())
    part = Part("x", "lead", (0, 81), [Note(0.0, 1.6, key, 110)], synth=synth)
    sound = synths.play(score, part, synth, mix.RATE * 3 // 2, mix.RATE)
    assert np.abs(sound[-2000:]).max() < 0.05 * np.abs(sound).max(), "it ends"
    middle = sound[mix.RATE // 8 : mix.RATE // 2].mean(axis=1)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 18))
    hertz = np.fft.rfftfreq(1 << 18, 1 / mix.RATE)
    wanted = 440 * 2 ** ((key - 69) / 12)
    near = (hertz > wanted * 0.96) & (hertz < wanted * 1.04)
    assert abs(1200 * np.log2(hertz[near][spectrum[near].argmax()] / wanted)) < 20
    assert spectrum[near].max() > 0.3 * spectrum.max()
    assert spectrum[hertz < wanted * 0.8].max() < 0.03 * spectrum.max(), "nothing folds back below the note"


def test_a_rise_swells_and_opens() -> None:
    sound = synths.rise(96_000, 48_000, 1)
    early, late = (np.abs(np.fft.rfft(part[:, 0])) ** 2 for part in (sound[24_000:36_000], sound[80_000:92_000]))
    assert late.sum() > 8 * early.sum()
    hertz = np.fft.rfftfreq(12_000, 1 / 48_000)
    assert (late * hertz).sum() / late.sum() > 1.3 * (early * hertz).sum() / early.sum()


def test_effects_do_what_they_say() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.1, (48_000, 2)).astype(np.float32)
    click = np.zeros((96_000, 2), np.float32)
    click[0] = 1
    wet = effects.room(click, 48_000, 1.0)
    assert np.abs(wet[: 48 * 15]).max() < 1e-6, "nothing before the first reflection"
    early, late = (wet[2400:12_000] ** 2).mean(), (wet[40_000:48_000] ** 2).mean()
    assert 10 * np.log10(early / late) > 25
    dull = effects.tone(noise, 48_000, ((20, 0), (1000, 0), (2000, -60), (24_000, -60)))
    assert np.abs(np.fft.rfft(dull[:, 0]))[4000:].max() < 0.05 * np.abs(np.fft.rfft(noise[:, 0]))[4000:].max()
    ducked = effects.duck(noise, 48_000, [0.5])
    assert (ducked[24_000:25_000] ** 2).mean() < 0.4 * (noise[24_000:25_000] ** 2).mean()
    assert np.array_equal(ducked[:23_700], noise[:23_700])
    left = effects.pan(noise, -1.0)
    assert np.abs(left[:, 1]).max() < 1e-6


# --- the tool


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context([], folder=tmp_path)


@pytest.mark.parametrize("coding", ["wav", "flac", "mp3"])
async def test_files_are_as_ordered(context: Context, tmp_path: Path, coding: str) -> None:
    arguments = {"prompt": "calm harp", "duration": 10.5, "bpm": 90, "keyscale": "F major", "outputFormat": coding}
    outcome = await GenerateMusic().run(arguments, context)
    track, notes = outcome.made
    assert (track.mime_type, track.media_type) == ({"mp3": "audio/mpeg"}.get(coding, f"audio/{coding}"), "audio")
    assert track.duration_s == 10.5
    assert (notes.role, notes.mime_type) == ("source", "audio/midi")
    assert read_midi(notes.data).tempo_us == round(60e6 / 90)
    path = tmp_path / f"track.{coding}"
    path.write_bytes(track.data)
    sound = read_sound(path)
    assert abs(len(sound) - 10.5 * 48_000) <= (1200 if coding == "mp3" else 0)
    assert loudness_lufs(sound, 48_000) == pytest.approx(-14, abs=0.6)
    assert np.abs(sound).max() <= 10 ** (-0.9 / 20)
    assert "F major" in outcome.message
    assert "90 BPM" in outcome.message
    assert "not by a music model" in str(outcome.reason)
    assert not list((tmp_path / "cache" / "scratch").iterdir()), "nothing is left behind"
    assert max(fraction for fraction, _ in context.ticks or [(0.0, None)] if fraction is not None) >= 0


async def test_lyrics_are_set_kept_and_not_claimed_to_be_sung(context: Context) -> None:
    outcome = await GenerateMusic().run({"prompt": "folk, only piano", "lyrics": LYRICS, "duration": 20}, context)
    assert outcome.text["lyrics"] == LYRICS.strip()
    assert [piece.role for piece in outcome.made] == ["result", "source", "source"]
    lines = outcome.made[2].data.decode().splitlines()
    assert len(lines) == 4
    assert lines[2].endswith("]Go on, my heart, and take the step")
    assert read_midi(outcome.made[1].data).words
    assert "cannot sing" in outcome.message


async def test_same_request_same_bytes_and_variations_differ(context: Context) -> None:
    arguments = {"prompt": "{jazz|polka}, only clarinet", "duration": 10, "numberOfVariations": 2}
    first, again = [await GenerateMusic().run(arguments, context) for _ in range(2)]
    assert [piece.data for piece in first.made] == [piece.data for piece in again.made]
    assert len({piece.data for piece in first.made}) == len(first.made) == 4
    assert [track["genre"] for track in first.data["tracks"]] == ["jazz", "polka"]
    assert first.made[2].seed == first.made[0].seed + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration": 5}, {"duration": 601}, {"bpm": 20}, {"bpm": 400}, {"timesig": 5}, {"keyscale": "Q major"},
        {"lyrics": "la " * 6000}, {"outputFormat": "wav", "duration": 600, "numberOfVariations": 3},
    ],
)  # fmt: skip
async def test_what_cannot_be_played_is_refused(context: Context, wrong: dict[str, Any]) -> None:
    with pytest.raises(ToolError) as caught:
        await GenerateMusic().run({"prompt": "pop", **wrong}, context)
    assert caught.value.code == "PARAMETER_INVALID"


class _Other:
    """A renderer that takes everything."""

    title = "Elsewhere"
    asked: ClassVar[list[str]] = []

    async def models(self, ability: str) -> list[str]:
        return ["loud-1"]

    async def run(self, ability: str, model: str, arguments: dict[str, Any], context: Context) -> ToolOutcome:
        self.asked.append(f"{ability} {model}")
        return ToolOutcome("Done elsewhere.", "elsewhere", model)


async def test_another_renderer_is_used_where_there_is_one(context: Context) -> None:
    context.renderers = Renderers((_Other(),))  # type: ignore[arg-type]  # a double of a few lines
    outcome = await GenerateMusic().run({"prompt": "pop"}, context)
    assert (outcome.message, _Other.asked) == ("Done elsewhere.", ["generate_music loud-1"])


async def test_a_wish_for_singing_is_answered_honestly(context: Context) -> None:
    outcome = await GenerateMusic().run({"prompt": "only harp, female vocals", "duration": 10, "model": "x"}, context)
    assert "Nobody sings" in outcome.message
    assert "The model x is not available here." in str(outcome.reason)


async def test_an_empty_prompt_asks_for_words(context: Context) -> None:
    with pytest.raises(ToolError) as caught:
        await GenerateMusic().run({"prompt": "  "}, context)
    assert caught.value.code == "USER_INPUT_INCOMPLETE"


@pytest.fixture
def damaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    (tmp_path / "soundfonts").mkdir()
    (tmp_path / "soundfonts" / "FluidR3Mono_GM.sf3").write_bytes(b"RIFF")
    listed = '{"files": [{"name": "FluidR3Mono_GM.sf3", "sha256": "0"}]}'
    (tmp_path / "soundfonts" / "soundfonts.json").write_text(listed)
    monkeypatch.setattr("studio.resources.path", lambda *parts: tmp_path.joinpath(*parts))
    general_midi.cache_clear()
    yield
    general_midi.cache_clear()


@pytest.mark.usefixtures("damaged")
def test_a_damaged_font_is_said_so() -> None:
    with pytest.raises(ToolError, match="damaged"):
        general_midi()

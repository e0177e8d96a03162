"""Speech: scripts read as people read them, the tool's promises, and with the real pack what is heard."""

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from studio.contract.errors import ToolError
from studio.engine.packs import store
from studio.engine.renderers.speech import kokoro, letters, numbers, phrases, speak, voices
from studio.engine.renderers.speech.lexicon import Lexicon
from studio.engine.renderers.speech.orders import STAND_INS
from studio.engine.renderers.speech.script import sentences
from studio.engine.tools.base import Folders
from studio.engine.tools.generate_speech import GenerateSpeech
from tests.engine.tools.conftest import Context
from tests.engine.tools.test_pool import until_gone
from tests.helpers.brakes import cancelled

PACKS = Path(os.environ.get("STUDIO_TEST_PACKS", "/nonexistent"))
"""A folder of installed packs (``<data>/engine/packs``); tests with real models run only when it is given."""
needs_voice = pytest.mark.skipif(
    store.installed(PACKS, "voice") is None, reason="give a folder with the pack: STUDIO_TEST_PACKS"
)
needs_both = pytest.mark.skipif(
    not (store.installed(PACKS, "voice") and store.installed(PACKS, "transcription")),
    reason="give a folder with the packs: STUDIO_TEST_PACKS",
)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("I paid $3.50 for 2 apples.", "I paid three dollars and fifty cents for two apples."),
        ("It starts at 20:45 on 2026-11-28.",
         "It starts at twenty forty five on November twenty eighth, twenty twenty six."),
        ("Dr. Smith, Mr. O'Neil and St. James.", "Doctor Smith, Mister O'Neil and Saint James."),
        ("50% of 1,250 people in the 1990s.",
         "fifty percent of one thousand two hundred fifty people in the nineteen nineties."),
        ("It is -5°C & 10 km away.", "It is minus five degrees Celsius and ten kilometres away."),
        ("The 3rd of 12 at 9am, 5:05 p.m.", "The third of twelve at nine A M, five oh five P M."),
        ("See www.example.com, e.g. now.", "See www dot example dot com, for example, now."),
        ("Chapter IV costs €5 million.", "Chapter four costs five million euros."),
        ("Version 2.0.1 has 1/2 the size (1920x1080).",
         "Version two point zero point one has one half the size (nineteen twenty by one thousand eighty)."),
        ("Agent 007 called 0049 on May 5th, 2004.",
         "Agent zero zero seven called zero zero four nine on May fifth, two thousand four."),
        ("Pi is 3.14159 — roughly.", "Pi is three point one four one five nine — roughly."),
        ("Hello 😀 **world**", "Hello world."),
        ("On 28 Nov. we met; since 3 Jan.",
         "On the twenty eighth of November we met; since the third of January."),
    ],
)  # fmt: skip
def test_what_is_typed_is_said_as_people_say_it(typed: str, said: str) -> None:
    assert " ".join(sentence.text for sentence in sentences(typed)) == said


def test_sentences_and_paragraphs_are_told_apart() -> None:
    found = sentences("One. Two! “Three?” he said…\n\nA heading\nLast")
    assert [(s.text, s.ends_paragraph) for s in found] == [
        ("One.", False), ("Two!", False), ("“Three?”", False), ("he said…", True),
        ("A heading.", True), ("Last.", True),
    ]  # fmt: skip
    assert sentences("😀 — … !!") == []


def test_numbers_in_words() -> None:
    assert numbers.cardinal(0) == "zero"
    assert numbers.cardinal(1_000_001) == "one million one"
    assert numbers.ordinal(112) == "one hundred twelfth"
    assert numbers.ordinal(30) == "thirtieth"
    assert numbers.year(1905) == "nineteen oh five"
    assert numbers.year(1900) == "nineteen hundred"
    assert numbers.decimal("1,200.05") == "one thousand two hundred point zero five"
    assert len(numbers.cardinal(10**30).split()) == 31


SMALL: dict[str, Any] = {
    "read": {"DEFAULT": "ɹˈid", "VBN": "ɹˈɛd"}, "have": "hæv", "will": "wɪl", "it": "ɪt", "cat": "kˈæt",
    "want": "wˈɑnt",
    "object": {"DEFAULT": "ˈɑbʤəkt", "VERB": "əbʤˈɛkt"}, "moon": "mˈun", "base": "bˈAs", "apple": "ˈæpᵊl",
    "dog": "dˈɔɡ",
    "N": "ˈɛn", "S": "ˈɛs", "run": "ɹˈʌn", "make": "mˈAk", "happy": "hˈæpi", "to": "tu", "stop": "stˈɑp",
    "well": "wˈɛl",
    "that": {"DEFAULT": "ðæt", "DT": "ðˈæt"}, "known": "nˈOn",
}  # fmt: skip


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon("us", SMALL, {"zebra": "zˈibɹə"})


@pytest.mark.parametrize(
    ("before", "word", "after", "sounds"),
    [
        ("have", "read", "it", "ɹˈɛd"), ("will", "read", "it", "ɹˈid"), ("to", "object", "", "əbʤˈɛkt"),
        ("the", "object", "", "ˈɑbʤəkt"), ("", "the", "apple", "ði"), ("", "the", "cat", "ðə"), ("", "a", "cat", "ɐ"),
        ("", "cats", "", "kˈæts"), ("", "dogs", "", "dˈɔɡz"), ("", "wanted", "", "wˈɑntᵻd"),
        ("", "Zebras", "", "zˈibɹəz"),
        ("", "running", "", "ɹˈʌnɪŋ"), ("", "making", "", "mˈAkɪŋ"), ("", "moonbase", "", "mˈunbˌAs"),
        ("", "dog's", "", "dˈɔɡz"), ("", "bases", "", "bˈAsᵻz"), ("", "unhappy", "", "ˌʌnhˈæpi"),
        ("", "NS", "", "ˌɛnˈɛs"),
        ("", "STOP", "it", "stˈɑp"), ("", "naïve", "", None),
    ],
)  # fmt: skip
def test_words_sound_as_their_neighbours_make_them(
    lexicon: Lexicon, before: str, word: str, after: str, sounds: str | None
) -> None:
    heard = lexicon.say(word, before, after)
    if sounds is None:
        assert not heard.known
    else:
        assert (heard.sounds, heard.known) == (sounds, True)


def test_unknown_words_are_read_by_rule_in_symbols_that_the_voice_knows() -> None:
    said = {word: letters.sounds(word) for word in ("nation", "blorp", "phlogiston", "wug", "make", "thing")}
    assert said["nation"] == "nˈAʃən"
    assert said["make"] == "mˈAk"
    assert said["thing"] == "θˈɪŋ"
    words = [*said, "kubernetes", "zyx", "tchaikovsky", "quixotic", "a", "x", "rhythm", "mcdonald", "o"]
    for accent in ("us", "gb"):
        for word in words:
            assert set(letters.sounds(word, accent)) <= kokoro.known_symbols(), word
    assert letters.sounds("123") == ""


def test_long_scripts_come_in_portions_that_the_voice_can_take(lexicon: Lexicon) -> None:
    script = "The well-known cat will stop. " * 3 + "\n" + "cat, " * 400 + "\n" + "dog " * 300
    reading = phrases.read(sentences(script), lexicon)
    assert all(0 < len(portion.symbols) <= phrases.MOST for portion in reading.portions)
    assert reading.words == 3 * 5 + 700
    assert reading.guessed == []
    assert "".join(p.symbols for p in reading.portions).count("kˈæt") == 403
    assert reading.portions[0].symbols.count("kˈæt") == 3, "short sentences are spoken together"
    assert reading.portions[0].rest_s == phrases.PARAGRAPH_REST_S


def test_every_studio_voice_has_a_stand_in_and_descriptions_become_voices() -> None:
    assert set(voices.STUDIO) == set(STAND_INS)
    for name in STAND_INS:
        style = voices.studio_voice(name).style()
        assert style.shape == (510, 256)
        assert np.isfinite(style).all()
    old = voices.described_voice("a deep old British man, slow", 3)
    assert old.accent == "gb"
    assert old.pitch < 0.95
    assert old.pace < 1
    assert {name[:2] for name, _ in old.blend} == {"bm"}
    girl = voices.described_voice("an excited little girl", 3)
    assert girl.pitch > 1.1
    assert girl.pace > 1.1
    assert {name[:2] for name, _ in girl.blend} == {"af"}
    assert voices.described_voice("a woman who hates her king", 1).blend[0][0].startswith("af")
    assert voices.described_voice("someone", 5) == voices.described_voice("someone", 5)
    assert len({voices.described_voice("someone", seed) for seed in range(8)}) > 4


def test_pitch_is_moved_without_other_damage() -> None:
    time_s = np.arange(kokoro.RATE_HZ) / kokoro.RATE_HZ
    tone = (0.5 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32)
    lower = speak.resampled(tone, 1 / 0.9)
    assert abs(len(lower) - len(tone) / 0.9) <= 1
    middle = lower[2000:-2000] * np.hanning(len(lower) - 4000)
    peak_hz = np.argmax(np.abs(np.fft.rfft(middle))) * kokoro.RATE_HZ / len(middle)
    assert abs(peak_hz - 440 * 0.9) < 2
    assert speak.resampled(tone, 1.0) is tone
    assert abs(np.abs(lower[3000:-3000]).max() - 0.5) < 0.02


class Speaking(Context):
    """A context that finds the packs of a folder."""

    packs: Path

    @property
    def folders(self) -> Folders:
        assert self.folder is not None
        return Folders(self.folder / "cache", self.packs)


def context(folder: Path, packs: Path) -> Speaking:
    made = Speaking([], folder=folder)
    made.packs = packs
    return made


async def test_without_the_pack_it_says_so_and_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="not installed") as caught:
        await GenerateSpeech().run({"prompt": "Hello"}, context(tmp_path, tmp_path / "none"))
    assert caught.value.code == "MODEL_UNAVAILABLE"
    assert caught.value.data is not None
    assert caught.value.data["notInstalled"] is True
    assert caught.value.data["pack"]["id"] == "voice"
    assert {"licence", "origin", "downloadBytes"} <= set(caught.value.data["pack"])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ({"prompt": "  "}, "USER_INPUT_INCOMPLETE", "what is to be spoken"),
        ({"prompt": "x" * 4097}, "PARAMETER_INVALID", "4097 characters"),
        ({"prompt": "Hi", "model": "clone", "voiceSourceIndex": -1}, "MODEL_UNAVAILABLE", "can't be cloned"),
        ({"prompt": "Hi", "model": "design"}, "USER_INPUT_INCOMPLETE", "Describe the speaker"),
        ({"prompt": "Hi", "language": "german"}, "MODEL_UNAVAILABLE", "English only, not German"),
        ({"prompt": "Hi", "voice": "nobody"}, "PARAMETER_INVALID", "no voice nobody"),
        ({"prompt": "Hi", "creativity": 9}, "PARAMETER_INVALID", "0.1 to 2"),
        ({"prompt": "Hi", "voiceDescription": "x" * 513}, "PARAMETER_INVALID", "512"),
        ({"prompt": "Привет, как дела сегодня?"}, "PARAMETER_INVALID", "another alphabet"),
        ({"prompt": "… !"}, "PARAMETER_INVALID", "no words"),
    ],
)
async def test_bad_input_is_one_sentence(
    tmp_path: Path, toy: Path, arguments: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(ToolError, match=re.escape(words)) as caught:
        await GenerateSpeech().run(arguments, context(tmp_path, toy))
    assert caught.value.code == code
    assert not list((tmp_path / "cache").rglob("*.wav"))


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a voice pack of few words, whose network hums one tone for each symbol."""
    folder = tmp_path / "toy" / "voice"
    folder.mkdir(parents=True)
    for accent in ("us", "gb"):
        (folder / f"{accent}_gold.json").write_text(json.dumps(SMALL))
        (folder / f"{accent}_silver.json").write_text("{}")
    (folder / store.MANIFEST).write_text(json.dumps({"version": "1", "files": []}))

    class Humming:
        def __init__(self, pack: store.Installed) -> None:
            assert pack.folder == folder

        def say(self, symbols: str, style: Any, pace: float, *, row_shift: int = 0) -> Any:
            time_s = np.arange(int(len(symbols) * 0.06 / pace * kokoro.RATE_HZ)) / kokoro.RATE_HZ
            pitch = 200 + 20 * float(np.abs(style[min(509, len(symbols) + row_shift)]).sum() % 7)
            return (0.2 * np.sin(2 * np.pi * pitch * time_s)).astype(np.float32)

    monkeypatch.setattr(kokoro, "Speaker", Humming)
    return tmp_path / "toy"


async def test_files_are_what_was_asked_for(tmp_path: Path, toy: Path) -> None:
    script = "The cat will stop to read it."
    for kind, mime, container in (
        ("wav", "audio/wav", "WAV"),
        ("mp3", "audio/mpeg", "MP3"),
        ("flac", "audio/flac", "FLAC"),
    ):
        arguments = {"prompt": script, "outputFormat": kind, "seed": 5, "numberOfVariations": 2}
        outcome = await GenerateSpeech().run(arguments, context(tmp_path, toy))
        assert [made.seed for made in outcome.made] == [5, 6]
        first, second = outcome.made
        assert (first.media_type, first.mime_type, first.prompt) == ("audio", mime, script)
        assert first.data != second.data
        with soundfile.SoundFile(io.BytesIO(first.data)) as file:
            assert (file.format, file.samplerate, file.channels) == (container, 24_000, 1)
            sound = file.read(dtype="float32")
            assert file.title.startswith("The cat")
            if kind != "mp3":
                assert json.loads(file.comment)["prompt"] == script
        assert abs(len(sound) / 24_000 - (first.duration_s or 0)) < (0.1 if kind == "mp3" else 1e-3)
        assert np.abs(sound).max() <= 0.9
        spoken = sound[4000:-4000]
        assert abs(10 * np.log10(np.mean(spoken**2)) + 20) < 1.0
        again = await GenerateSpeech().run({**arguments, "numberOfVariations": 1}, context(tmp_path, toy))
        assert again.made[0].data == first.data
        assert outcome.renderer == "kokoro"
        assert outcome.reason
        assert "stands in for Serena" in outcome.message
    assert not list((tmp_path / "cache" / "scratch").iterdir())


async def test_guesses_and_foreign_words_are_admitted(tmp_path: Path, toy: Path) -> None:
    some = await GenerateSpeech().run({"prompt": "The cat will stop, Zyxlor."}, context(tmp_path, toy))
    assert "perhaps wrong: Zyxlor" in some.message
    many = await GenerateSpeech().run(
        {"prompt": "Heute scheint draußen wirklich die Sonne, und ich gehe spazieren."}, context(tmp_path, toy)
    )
    assert "does not look English" in many.message
    described = await GenerateSpeech().run(
        {"prompt": "Stop it.", "model": "design", "voiceDescription": "an old man"}, context(tmp_path, toy)
    )
    assert "a blend of Kokoro's" in described.message


def heard(data: bytes, kind: str, folder: Path) -> str:
    from studio.engine.renderers.speech.transcribe import transcribe

    path = folder / f"heard.{kind}"
    path.write_bytes(data)
    cues = transcribe(path, PACKS, "english")
    return re.sub(r"[^a-z ]", "", " ".join(cue.text for cue in cues).lower())


@needs_both
async def test_what_it_says_is_understood(tmp_path: Path) -> None:
    script = "The old lighthouse keeper walked slowly along the shore. He had never seen such a beautiful morning."
    wanted = re.sub(r"[^a-z ]", "", script.lower()).split()
    for arguments in (
        {"voice": "serena"},
        {"voice": "dylan"},
        {"model": "design", "voiceDescription": "a deep calm man"},
    ):
        outcome = await GenerateSpeech().run({"prompt": script, "seed": 1, **arguments}, context(tmp_path, PACKS))
        words = heard(outcome.made[0].data, "wav", tmp_path).split()
        assert sum(word in words for word in wanted) >= len(wanted) - 2, words


@needs_voice
async def test_the_same_seed_is_the_same_sound(tmp_path: Path) -> None:
    arguments = {"prompt": "Once upon a time.", "seed": 3}
    first, second = [await GenerateSpeech().run(arguments, context(tmp_path, PACKS)) for _ in range(2)]
    other = await GenerateSpeech().run({**arguments, "seed": 4}, context(tmp_path, PACKS))
    assert first.made[0].data == second.made[0].data != other.made[0].data


@needs_voice
@pytest.mark.parametrize("moment", [0.0, 0.3, 0.9])
async def test_cancelled_speech_leaves_nothing(tmp_path: Path, moment: float) -> None:
    text = "It was a bright cold day in April.\n" * 12
    for process in await cancelled("generate_speech", {"prompt": text}, context(tmp_path, PACKS), moment):
        assert await until_gone(process, 5.0)

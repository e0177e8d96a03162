"""Whisper base, run by CTranslate2: half-minute windows of sound to words with times, and words to lines."""

import importlib.machinery
import importlib.util
import os
import re
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ToolError
from studio.engine.packs.store import Installed
from studio.engine.renderers.speech import spectra
from studio.engine.renderers.speech.transcribe import Cue
from studio.engine.renderers.video import ffmpeg, probe
from studio.engine.renderers.worker import report, threads

Samples = NDArray[np.int16]

MAX_S: Final = 3 * 3600.0
_MODEL: Final = "whisper-base"
_TICK_S: Final = 0.02
_SILENT: Final = 10 ** (-55 / 20)
"""Root mean square of a window below which nobody can be heard; Whisper invents words for silence."""
_QUIET: Final = 10 ** (-36 / 20)
"""How quiet a part of a window is, against its loudest, to count as a rest."""
_NO_SPEECH: Final = 0.6
_UNSURE: Final = -1.0
_HARDLY_SURE: Final = -0.5
"""Mean log probability of an answer; with likely no speech even a fair one is made up."""
_SURE_LANGUAGE: Final = 0.6
_REPETITIVE: Final = 2.4
_TEMPERATURES: Final = (0.0, 0.2, 0.4, 0.6, 0.8)
_LINE_CHARACTERS: Final = 84
_LINE_S: Final = 7.0
_GAP_S: Final = 0.8
"""A rest between words that ends a line."""
_LEAST_S: Final = 0.4
_ENDS: Final = (".", "!", "?", "。", "！", "？", "…")
_SHORT_FORM: Final = re.compile(r"\b(?:Dr|Mrs?|Ms|St|Prof|vs|No|Mt|[A-Z])\.$")

NAMES: Final = {
    "english": "en", "chinese": "zh", "german": "de", "spanish": "es", "russian": "ru", "korean": "ko", "french": "fr",
    "japanese": "ja", "portuguese": "pt", "turkish": "tr", "polish": "pl", "dutch": "nl", "arabic": "ar",
    "swedish": "sv", "italian": "it", "indonesian": "id", "hindi": "hi", "finnish": "fi", "vietnamese": "vi",
    "hebrew": "he", "ukrainian": "uk", "greek": "el", "czech": "cs", "romanian": "ro", "danish": "da",
    "hungarian": "hu", "norwegian": "no", "thai": "th",
}  # fmt: skip
"""Names of the more common languages; all others go by their code."""


@dataclass(frozen=True)
class Word:
    """One word with the blank before it; times in seconds."""

    text: str
    start_s: float
    end_s: float


def lines(path: str | Path, pack: Installed, language: str | None) -> list[Cue]:
    """Return the spoken lines of a file; see ``transcribe.transcribe``."""
    report(0.0, "Reading the sound")
    samples = _samples(path)
    report(0.03, "Loading the transcriber")
    whisper = _Whisper(pack)
    code = whisper.code_of(language)
    words: list[Word] = []
    at = 0
    window = spectra.WINDOW_S * spectra.RATE_HZ
    while at < len(samples):
        report(0.05 + 0.95 * at / len(samples), "Listening")
        sound = samples[at : at + window].astype(np.float32) / 32768.0
        start_s = at / spectra.RATE_HZ
        if float(np.sqrt(np.mean(sound**2))) < _SILENT:
            at += window
            continue
        features = spectra.log_mel(sound)
        spoken = code
        if spoken is None:
            spoken, sure = whisper.hear_language(features)
            code = spoken if sure > _SURE_LANGUAGE else None
        heard, used_s = whisper.listen(features, len(sound) / spectra.RATE_HZ, spoken)
        words += [Word(word.text, word.start_s + start_s, word.end_s + start_s) for word in tightened(heard, sound)]
        at += max(spectra.RATE_HZ, round(used_s * spectra.RATE_HZ))
    return as_lines(words, len(samples) / spectra.RATE_HZ)


def tightened(words: Sequence[Word], sound: NDArray[np.float32]) -> list[Word]:
    """Take silence off the ends of each word: Whisper counts a rest to the word after it."""
    size = round(_TICK_S * spectra.RATE_HZ)
    count = len(sound) // size
    levels = np.sqrt((sound[: count * size].reshape(count, size) ** 2).mean(axis=1)) if count else np.zeros(0)
    loud = levels > max(_SILENT, float(levels.max(initial=0.0)) * _QUIET)
    found = []
    for word in words:
        first, last = int(word.start_s / _TICK_S), max(int(word.end_s / _TICK_S), int(word.start_s / _TICK_S) + 1)
        heard = np.flatnonzero(loud[first:last])
        if len(heard):
            start_s = max(word.start_s, (first + int(heard[0]) - 2) * _TICK_S)
            end_s = max(start_s, min(word.end_s, (first + int(heard[-1]) + 3) * _TICK_S))
            word = Word(word.text, start_s, end_s)
        found.append(word)
    return found


def as_lines(words: Sequence[Word], length_s: float) -> list[Cue]:
    """Gather words into lines that can be read: by sentence, rest, length and time."""
    cues: list[Cue] = []
    line: list[Word] = []

    def close() -> None:
        text = "".join(word.text for word in line).strip()
        if text:
            end = max(line[-1].end_s, line[0].start_s + _LEAST_S)
            cues.append(Cue(round(line[0].start_s, 3), round(min(end, length_s), 3), text))
        line.clear()

    for word in words:
        if line:
            text = "".join(w.text for w in line)
            long = len(text) + len(word.text) > _LINE_CHARACTERS or word.end_s - line[0].start_s > _LINE_S
            rest = word.start_s - line[-1].end_s > _GAP_S
            ended = text.rstrip().endswith(_ENDS) and not _SHORT_FORM.search(text)
            half = text.rstrip().endswith((",", ";", ":", "，", "、")) and len(text) > _LINE_CHARACTERS * 0.6
            if long or rest or ended or half:
                close()
        line.append(word)
    close()
    return [
        Cue(cue.start_s, min(cue.end_s, cues[i + 1].start_s) if i + 1 < len(cues) else cue.end_s, cue.text)
        for i, cue in enumerate(cues)
        if cue.start_s < length_s
    ]


def _samples(path: str | Path) -> Samples:
    """Return the sound of a file, mono at 16 kHz."""
    info = probe.audio(path)
    if info.duration_s > MAX_S:
        raise ToolError("PARAMETER_INVALID", f"This is too long to write down: up to {MAX_S / 3600:.0f} hours work.")
    wanted = ["-map", "0:a:0", "-vn", "-ac", "1", "-ar", str(spectra.RATE_HZ), "-f", "s16le", "pipe:1"]
    with ffmpeg.process([*ffmpeg.source(path), *wanted], reads=True) as child:
        data = child.output.read()
        if child.wait() != 0 and not data:
            raise ToolError("PARAMETER_INVALID", "This sound is damaged and cannot be read.")
    return np.frombuffer(data[: len(data) // 2 * 2], np.int16)


class _Whisper:
    """The loaded network with its tokens."""

    def __init__(self, pack: Installed) -> None:
        self._program, self._model, self._texts = _loaded(
            str(pack.folder), pack.file(f"{_MODEL}/model.bin").stat().st_size
        )
        numbers = {text: number for number, text in enumerate(self._texts)}
        self._numbers = numbers
        self._start = numbers["<|startoftranscript|>"]
        self._transcribe = numbers["<|transcribe|>"]
        self._end = numbers["<|endoftext|>"]
        self._times = numbers["<|notimestamps|>"] + 1
        self._codes = {text[2:-2] for text in self._texts[self._start + 1 : numbers["<|translate|>"]]}

    def code_of(self, language: str | None) -> str | None:
        """Return the code of a language named by a person; None where it is to be heard.

        Raises:
            ToolError: PARAMETER_INVALID, it is not known.
        """
        asked = (language or "auto").strip().lower()
        if asked == "auto":
            return None
        code = NAMES.get(asked, asked.split("-")[0])
        if code not in self._codes:
            raise ToolError("PARAMETER_INVALID", f"The transcriber does not know the language {language}.")
        return code

    def hear_language(self, features: NDArray[np.float32]) -> tuple[str, float]:
        """Return the code of the language that is likely spoken, and how likely."""
        text, probability = self._model.detect_language(self._view(features))[0][0]
        return str(text).strip("<|>"), float(probability)

    def listen(self, features: NDArray[np.float32], length_s: float, code: str) -> tuple[list[Word], float]:
        """Return the words of one window, and how many seconds of it are done with."""
        encoded = self._model.encode(self._view(features))
        prompt = [self._start, self._numbers[f"<|{code}|>"], self._transcribe]
        result = self._best(encoded, prompt)
        if result is None:
            return [], length_s
        segments, used_s = self._segments(list(result.sequences_ids[0]), length_s)
        tokens = [token for _, _, text in segments for token in text]
        if not tokens:
            return [], used_s
        frames = min(max(2, round(length_s * spectra.RATE_HZ / spectra.HOP)), spectra.FRAMES)
        alignment = self._model.align(encoded, prompt, [tokens], frames)[0]
        return self._words(segments, tokens, alignment.alignments), used_s

    def _best(self, encoded: Any, prompt: list[int]) -> Any:
        """Return the first answer that is neither unsure nor a loop, less greedy each time; None for no speech."""
        result = None
        for temperature in _TEMPERATURES:
            self._program.set_random_seed(1)
            greedy = temperature == 0.0
            result = self._model.generate(
                encoded,
                [prompt],
                beam_size=5 if greedy else 1,
                num_hypotheses=1,
                sampling_topk=1 if greedy else 0,
                sampling_temperature=1.0 if greedy else temperature,
                max_length=448,
                return_scores=True,
                return_no_speech_prob=True,
                max_initial_timestamp_index=50,
            )[0]
            if result.no_speech_prob > _NO_SPEECH and result.scores[0] < _HARDLY_SURE:
                return None
            text = self._text([t for t in result.sequences_ids[0] if t < self._end]).encode()
            if result.scores[0] >= _UNSURE and len(text) / max(1, len(zlib.compress(text))) < _REPETITIVE:
                return result
        return result

    def _segments(self, tokens: list[int], length_s: float) -> tuple[list[tuple[float, float, list[int]]], float]:
        """Split an answer at its time marks; what has no end mark is heard again in the next window."""
        tokens = [token for token in tokens if token != self._end]
        segments: list[tuple[float, float, list[int]]] = []
        start_s, text = 0.0, list[int]()
        for token in tokens:
            if token < self._times:
                text.append(token)
                continue
            time_s = min((token - self._times) * _TICK_S, length_s)
            if text:
                segments.append((start_s, time_s, text))
                text = []
            start_s = time_s
        if text:
            if segments and segments[-1][1] > 1.0:
                return segments, segments[-1][1]
            segments.append((start_s, length_s, text))
            return segments, length_s
        pair = len(tokens) > 1 and tokens[-1] >= self._times and tokens[-2] >= self._times
        return segments, segments[-1][1] if pair and segments else length_s

    def _words(
        self, segments: list[tuple[float, float, list[int]]], tokens: list[int], alignment: list[tuple[int, int]]
    ) -> list[Word]:
        begins = [-1.0] * (len(tokens) + 1)
        for place, frame in alignment:
            if place < len(begins) and begins[place] < 0:
                begins[place] = frame * _TICK_S
        words: list[Word] = []
        place = 0
        for start_s, end_s, text in segments:
            for piece in self._pieces(text):
                begin = begins[place] if begins[place] >= 0 else words[-1].end_s if words else start_s
                place += len(piece)
                end = begins[place] if begins[place] >= 0 else end_s
                begin = min(max(begin, start_s), end_s)
                words.append(Word(self._text(piece), begin, min(max(end, begin), end_s)))
        return words

    def _pieces(self, tokens: list[int]) -> list[list[int]]:
        """Gather the tokens of each word; languages without blanks are cut wherever characters are whole."""
        pieces: list[list[int]] = []
        for token in tokens:
            begins = self._texts[token].startswith("Ġ")
            whole = bool(pieces) and "\ufffd" not in self._text(pieces[-1])
            spaceless = whole and ord(self._text(pieces[-1])[-1:] or " ") > 0x2E7F
            mark = self._text([token]).strip() in {"，", "。", "、", "！", "？", ",", ".", "!", "?", ";", ":"}
            if not pieces or begins or (spaceless and not mark):
                pieces.append([token])
            else:
                pieces[-1].append(token)
        return pieces

    def _text(self, tokens: list[int]) -> str:
        """Return what tokens spell."""
        known = _bytes()
        raw = bytes(known[c] for token in tokens if token < self._end for c in self._texts[token] if c in known)
        return raw.decode("utf-8", "replace")

    def _view(self, features: NDArray[np.float32]) -> Any:
        return self._program.StorageView.from_array(np.ascontiguousarray(features[None]))


@cache
def _loaded(folder: str, _size: int) -> tuple[Any, Any, list[str]]:
    program = _program(Path(folder) / "lib")
    model = program.Whisper(
        str(Path(folder) / _MODEL), "cpu", compute_type="int8", inter_threads=1, intra_threads=threads()
    )
    texts = (Path(folder) / _MODEL / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    return program, model, texts[:-1] if texts[-1] == "" else texts


def _program(lib: Path) -> Any:
    """Load CTranslate2's compiled module by itself: its Python parts convert models and are not needed.

    Raises:
        ToolError: MODEL_UNAVAILABLE, it does not fit this Python.
    """
    name = "ctranslate2._ext"
    if name in sys.modules:
        return sys.modules[name]
    folder = lib / "ctranslate2"
    if sys.platform == "win32":
        import ctypes

        os.add_dll_directory(str(folder))
        for library in sorted(folder.glob("*.dll")):
            ctypes.CDLL(str(library))
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        path = folder / f"_ext{suffix}"
        if path.is_file():
            spec = importlib.util.spec_from_file_location(name, path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            sys.modules[name] = module
            return module
    raise ToolError(
        "MODEL_UNAVAILABLE", "The transcription pack was installed for another Python. Remove it and install it again."
    )


@cache
def _bytes() -> dict[str, int]:
    """Return the byte that each printable stand-in of a token's spelling means."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + place): byte for place, byte in enumerate(hidden)}

"""Subtitles and overlays out of the words that a step wrote: JSON findings, SRT, VTT or timed lyrics (LRC)."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_BLOCK = re.compile(rf"{_TIME}\s*-->\s*{_TIME}[^\n]*\n(.*?)(?=\n\s*\n|\Z)", re.DOTALL)
_SUNG = re.compile(r"^\[(\d{1,3}):(\d{1,2}(?:\.\d{1,3})?)\][ \t]*(.*)$", re.MULTILINE)
_LISTS = ("cues", "subtitles", "captions", "segments", "lines", "transcript", "items")
_START = ("startSeconds", "start_seconds", "start", "from", "begin", "time")
_END = ("endSeconds", "end_seconds", "end", "to")
_WORDS = ("text", "line", "caption", "content")
_LINE_S = 3.0
"""How long a line without an end is shown."""
_LONGEST_S = 8.0
"""How long a sung line is shown when the next one is late."""


def cues(content: str) -> list[dict[str, Any]]:
    """Return ``{startSeconds, endSeconds, text}`` entries found in *content*; empty when there are none."""
    try:
        found = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return _from_blocks(content)
    if isinstance(found, str):
        return _from_blocks(found)
    for entries in _lists_in(found, _LISTS):
        made = [cue for entry in entries if isinstance(entry, dict) and (cue := _cue(entry))]
        if made:
            return made
    for name in ("srt", "vtt", "subtitle_srt"):
        if isinstance(found, dict) and isinstance(found.get(name), str):
            return _from_blocks(found[name])
    return []


def srt(content: str) -> str:
    """Return the SRT document in *content*, or one made of its cues; empty when there are none."""
    blocks = []
    for number, cue in enumerate(cues(content), 1):
        times = f"{_stamp(cue['startSeconds'])} --> {_stamp(cue['endSeconds'])}"
        blocks.append(f"{number}\n{times}\n{cue['text']}\n")
    return "\n".join(blocks)


def overlays(content: str) -> list[dict[str, Any]]:
    """Return ``overlay_video`` items: those that *content* lists, its timed lines, or its text as one title."""
    try:
        found = msgspec.json.decode(content)
    except msgspec.DecodeError:
        found = None
    for entries in _lists_in(found, ("overlays", "overlay_items", "items")):
        made = [entry for entry in entries if isinstance(entry, dict) and entry.get("kind") in ("text", "image")]
        if made:
            return made
    if timed := cues(content):
        return [{"kind": "text", "position": "bottom-center", **cue} for cue in timed]
    words = content.strip() if not isinstance(found, dict | list) else ""
    return [{"kind": "text", "position": "bottom-center", "text": words}] if words else []


def _lists_in(found: Any, names: tuple[str, ...]) -> Iterator[list[Any]]:
    if isinstance(found, list):
        yield found
    if isinstance(found, dict):
        for name in names:
            if isinstance(found.get(name), list):
                yield found[name]


def _cue(entry: dict[str, Any]) -> dict[str, Any] | None:
    text = next((entry[name] for name in _WORDS if isinstance(entry.get(name), str)), "").strip()
    start = next((_seconds(entry[name]) for name in _START if name in entry), None)
    end = next((_seconds(entry[name]) for name in _END if name in entry), None)
    if not text or start is None:
        return None
    return {"startSeconds": start, "endSeconds": max(end if end is not None else start + _LINE_S, start), "text": text}


def _seconds(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str):
        if match := re.fullmatch(_TIME, value.strip()):
            return _of_groups(match.groups())
        if re.fullmatch(r"\d+(\.\d+)?", value.strip()):
            return float(value)
    return None


def _from_blocks(content: str) -> list[dict[str, Any]]:
    made = []
    for match in _BLOCK.finditer(content.replace("\r\n", "\n")):
        text = "\n".join(line.strip() for line in match[9].splitlines()).strip()
        if text:
            start, end = _of_groups(match.groups()[:4]), _of_groups(match.groups()[4:8])
            made.append({"startSeconds": start, "endSeconds": max(start, end), "text": text})
    return made or _from_lyrics(content)


def _from_lyrics(content: str) -> list[dict[str, Any]]:
    """Return the lines of an LRC document; each is shown until the next begins."""
    lines = [(round(int(m[1]) * 60 + float(m[2]), 3), m[3].strip()) for m in _SUNG.finditer(content)]
    lines.sort(key=lambda line: line[0])
    ends = [start for start, _ in lines[1:]] + [lines[-1][0] + _LINE_S] if lines else []
    return [
        {"startSeconds": start, "endSeconds": min(end, start + _LONGEST_S), "text": text}
        for (start, text), end in zip(lines, ends, strict=True)
        if text and end > start
    ]


def _of_groups(groups: tuple[Any, ...]) -> float:
    hours, minutes, seconds, fraction = groups
    return round(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000, 3)


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02},{rest % 1000:03}"

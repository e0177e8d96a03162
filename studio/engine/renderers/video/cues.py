"""Subtitles as text: SRT and WebVTT in, SRT out. Imports nothing heavy."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.contract.errors import ToolError

MOST: Final = 5000
_TIME: Final = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES: Final = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_TAG: Final = re.compile(r"</?[A-Za-z0-9][^<>\n]{0,200}>|\{\\[^{}\n]{0,200}\}")
_BLOCKS: Final = re.compile(r"\n[ \t]*\n")
_NO_CUES: Final = ("WEBVTT", "NOTE", "STYLE", "REGION")


@dataclass(frozen=True)
class Cue:
    """One subtitle: shown from *start_s* until *end_s*; *text* may have several lines."""

    start_s: float
    end_s: float
    text: str


def parse(document: str) -> list[Cue]:
    """Read an SRT or WebVTT document, sorted by time; formatting and positions are left out.

    Raises:
        ToolError: PARAMETER_INVALID, no cue in it, or a cue that ends before it begins.
    """
    text = document.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found: list[Cue] = []
    for block in _BLOCKS.split(text):
        found += _block(block.strip("\n").split("\n"))
    if not found:
        raise ToolError("PARAMETER_INVALID", "There are no subtitles in this text. It should be SRT or WebVTT.")
    return checked(found)


def _block(lines: list[str]) -> list[Cue]:
    """Read what stands between two empty lines: a cue, or several where a file lacks the empty lines."""
    found = []
    starts = [(place, match) for place, line in enumerate(lines) if (match := _TIMES.match(line))]
    if not starts and not lines[0].startswith(_NO_CUES) and (arrow := [line for line in lines if "-->" in line]):
        raise ToolError(
            "PARAMETER_INVALID", f'This line of the subtitles has no times that can be read: "{arrow[0][:60]}".'
        )
    if not starts or lines[0].startswith("NOTE"):
        return []
    for (place, match), following in zip(starts, [*starts[1:], None], strict=True):
        end = following[0] if following else len(lines)
        if following and end - 1 > place and lines[end - 1].strip().isdigit():
            end -= 1  # the number of the next cue
        if words := plain("\n".join(lines[place + 1 : end])):
            found.append(Cue(_seconds(match.groups()[:4]), _seconds(match.groups()[4:]), words))
    return found


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    return (
        int(hours or 0) * 3600
        + int(minutes or 0) * 60
        + int(seconds or 0)
        + int((fraction or "0").ljust(3, "0")) / 1000
    )


def plain(text: str) -> str:
    """Return the words of a cue without tags, entities and empty lines."""
    words = html.unescape(_TAG.sub("", text)).replace("\\N", "\n").replace("\u00a0", " ")
    return "\n".join(line.strip() for line in words.split("\n") if line.strip())


def from_arguments(rows: Iterable[Mapping[str, Any]]) -> list[Cue]:
    """Return the cues of an argument list (``startSeconds``, ``endSeconds``, ``text``), sorted by time.

    Raises:
        ToolError: PARAMETER_INVALID, as ``checked``.
    """
    found = [Cue(float(row["startSeconds"]), float(row["endSeconds"]), plain(str(row["text"]))) for row in rows]
    return checked([cue for cue in found if cue.text])


def checked(cues: list[Cue]) -> list[Cue]:
    """Return *cues* sorted by time.

    Raises:
        ToolError: PARAMETER_INVALID, one ends before it begins, there are none, or too many.
    """
    if not cues:
        raise ToolError("PARAMETER_INVALID", "None of the subtitles has any words.")
    if len(cues) > MOST:
        raise ToolError("PARAMETER_INVALID", f"{len(cues)} subtitles are too many; up to {MOST} can be drawn.")
    for cue in cues:
        if cue.end_s <= cue.start_s:
            raise ToolError(
                "PARAMETER_INVALID",
                f'The subtitle "{cue.text[:40]}" ends at {cue.end_s:g} s, not after its start at {cue.start_s:g} s.',
            )
    return sorted(cues, key=lambda cue: (cue.start_s, cue.end_s))


def to_srt(cues: Iterable[Cue]) -> str:
    """Return *cues* as an SRT document."""
    return "\n".join(f"{i}\n{_stamp(c.start_s)} --> {_stamp(c.end_s)}\n{c.text}\n" for i, c in enumerate(cues, 1))


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02},{whole % 1000:03}"

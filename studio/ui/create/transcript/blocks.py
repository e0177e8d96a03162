"""Streamed Markdown cut into chunks that never change again, and one tail. No Qt.

Laying out a whole answer at every delta grows with its length (74 ms at 20,000 tokens);
laying out the last paragraph does not. So the text is read line by line, once, and cut
where Markdown itself starts a new block. Chunks are bounded: a paragraph, list or code
block that grows without end is cut too (after a sentence, before an item, between lines),
with no gap between its parts, so that the cost of a delta stays flat whatever a model writes.
Definitions of reference links apply within their chunk only.
"""

import re
from dataclasses import dataclass
from typing import Literal

ChunkKind = Literal["paragraph", "heading", "list", "code", "quote", "table", "rule"]

LONGEST_CHARACTERS = 1_600
"""A chunk longer than this is cut at the next good place."""
LONGEST_CODE_LINES = 48

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_ITEM_START = re.compile(r"[-*+]|\d{1,9}[.)]?")
_RULE = re.compile(r" {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_SENTENCE_END = re.compile(r"[.!?…]['\"”’)]*\s+")


@dataclass(frozen=True)
class Chunk:
    """A piece of Markdown source that is laid out on its own."""

    source: str
    kind: ChunkKind
    joined: bool = False
    """It continues the chunk before it, without a gap."""
    language: str = ""
    """Language after the fence of a code chunk."""


class BlockSplitter:
    """Cuts growing text into chunks.

    ``feed`` takes what was added; ``take_finished`` gives the chunks that ended since it was last
    called; ``tail`` is what is still open. Work per character is constant.
    """

    def __init__(self) -> None:
        self._finished: list[Chunk] = []
        self._lines: list[str] = []
        self._open = ""
        self._size = 0
        self._kind: ChunkKind = "paragraph"
        self._fence = ""
        self._language = ""
        self._joined = False
        self._blank = False

    def feed(self, added: str) -> None:
        """Take the text that was appended."""
        self._open += added
        if "\n" in added:
            *whole, self._open = self._open.split("\n")
            for line in whole:
                self._line(line)
        if self._blank and self._open and not self._may_be_item(self._open):
            self._finish()
        if not self._fence and len(self._open) + self._size > LONGEST_CHARACTERS and self._kind == "paragraph":
            self._cut_paragraph()

    def take_finished(self) -> list[Chunk]:
        """Chunks that ended since the last call; they never change."""
        finished, self._finished = self._finished, []
        return finished

    @property
    def tail(self) -> Chunk | None:
        """The chunk that is still growing, or None when there is nothing of it to show."""
        between = [""] if self._blank else []
        source = "\n".join([*self._lines, *between, self._open] if self._open else self._lines)
        if not self._fence and not source.strip():
            return None
        kind = self._kind if self._lines or self._fence else self._kind_of(self._open)
        return Chunk(source, kind, self._joined, self._language)

    def _line(self, line: str) -> None:
        if self._fence:
            self._code_line(line)
            return
        fence = _FENCE.match(line)
        if fence is not None and not (self._kind == "list" and self._lines and line.startswith(" ")):
            self._finish()
            self._kind, self._fence, self._language = "code", fence.group(1), fence.group(2)
            return
        if not line.strip():
            self._blank_line()
            return
        kind = self._kind_of(line)
        if self._lines and self._starts_new(line, kind):
            joined = self._kind == kind == "list"
            self._finish(joined_next=joined)
        if self._blank and self._lines:
            self._add("")
        self._blank = False
        if not self._lines:
            self._kind = kind
        elif self._kind == "paragraph" and re.fullmatch(r" {0,3}(=+|-+)\s*", line):
            self._kind = "heading"
        self._add(line)
        if self._kind == "rule" or line.lstrip().startswith("#"):
            self._finish()

    def _code_line(self, line: str) -> None:
        if line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
            self._finish()
            return
        self._add(line)
        if len(self._lines) >= LONGEST_CODE_LINES:
            fence, language = self._fence, self._language
            self._finish(joined_next=True)
            self._kind, self._fence, self._language = "code", fence, language

    def _blank_line(self) -> None:
        if self._kind == "list" and self._lines:
            self._blank = True  # An item may go on after a blank line; the next line decides.
        else:
            self._finish()

    def _starts_new(self, line: str, kind: ChunkKind) -> bool:
        """Whether *line* can't belong to the chunk that is open."""
        if self._kind == "list":
            if line.startswith((" ", "\t")):
                return False
            if kind == "list":
                return self._size > LONGEST_CHARACTERS
            return self._blank or kind != "paragraph"
        if kind in ("heading", "rule"):
            return not (kind == "rule" and re.fullmatch(r" {0,3}-+\s*", line) and self._kind == "paragraph")
        if kind == self._kind:
            return False
        return kind in ("list", "quote") or (kind == "table" and self._kind != "table")

    def _may_be_item(self, start: str) -> bool:
        """Whether a line that begins with *start* may go on with the list after a blank line."""
        return start.startswith((" ", "\t")) or _ITEM.match(start) is not None or bool(_ITEM_START.fullmatch(start))

    def _kind_of(self, line: str) -> ChunkKind:
        if self._fence:
            return "code"
        text = line.lstrip()
        if _RULE.match(line):
            return "rule"
        if re.match(r"#{1,6}(\s|$)", text):
            return "heading"
        if _ITEM.match(line):
            return "list"
        if text.startswith(">"):
            return "quote"
        return "table" if text.startswith("|") else "paragraph"

    def _add(self, line: str) -> None:
        self._lines.append(line)
        self._size += len(line) + 1

    def _finish(self, joined_next: bool = False) -> None:
        if self._lines and ("\n".join(self._lines).strip() or self._kind == "code"):
            self._finished.append(Chunk("\n".join(self._lines), self._kind, self._joined, self._language))
        self._lines, self._size, self._fence, self._language = [], 0, "", ""
        self._kind, self._blank, self._joined = "paragraph", False, joined_next

    def _cut_paragraph(self) -> None:
        """End an endless paragraph after a sentence, or after a word when there is no sentence end."""
        if self._kind_of(self._open if not self._lines else self._lines[0]) != "paragraph":
            return
        ends = [match.end() for match in _SENTENCE_END.finditer(self._open)]
        at = next((end for end in reversed(ends) if _closed(self._open[:end])), 0)
        if not at and len(self._open) + self._size > 2 * LONGEST_CHARACTERS:
            at = self._open.rfind(" ") + 1 or len(self._open)
        if at:
            rest = self._open[at:]
            self._add(self._open[:at].rstrip())
            self._finish(joined_next=True)
            self._open = rest


def _closed(source: str) -> bool:
    """Whether no emphasis, code or link is open at the end of *source*."""
    return source.count("*") % 2 == 0 and source.count("`") % 2 == 0 and source.count("[") == source.count("]")


def chunks_of(text: str) -> list[Chunk]:
    """Cut a finished text; the same cuts as while it streamed."""
    splitter = BlockSplitter()
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), LONGEST_CHARACTERS):
            splitter.feed(line[start : start + LONGEST_CHARACTERS])
    tail = splitter.tail
    return [*splitter.take_finished(), *([tail] if tail is not None else [])]

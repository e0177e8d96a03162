"""The geometry of a wall: groups with headings, rows that fill the width. Plain numbers, no Qt.

A row holds a fixed number of pieces and is scaled to fit the width exactly; the last row of a group keeps
the width that its pieces would have in a full row, so that a single piece is not blown up.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

ASPECT_MIN, ASPECT_MAX = 0.5, 3.0


@dataclass(frozen=True)
class Wall:
    """Lengths of a wall, in pixels."""

    width_px: int
    per_row: int = 2
    gap_px: int = 6
    header_px: int = 26
    group_gap_px: int = 16
    height_max_px: int = 360


@dataclass(frozen=True)
class Box:
    """One tile."""

    x: int
    y: int
    width: int
    height: int


@dataclass
class Layout:
    """Where everything lies; ``boxes`` are in the order of the pieces."""

    boxes: list[Box] = field(default_factory=list)
    headers: list[tuple[int, int]] = field(default_factory=list)
    """Group and top of its heading."""
    rows: list[tuple[int, int, int]] = field(default_factory=list)
    """Top, first and one-past-last piece of each row, downwards."""
    height_px: int = 0

    def between(self, top: int, bottom: int) -> range:
        """Return the pieces whose rows may touch the band from *top* to *bottom*."""
        if not self.rows:
            return range(0)
        first = max(0, bisect_right(self.rows, (top, 1 << 40, 0)) - 1)
        last = bisect_right(self.rows, (bottom, 1 << 40, 0))
        return range(self.rows[first][1], self.rows[max(first, last - 1)][2])

    def at(self, x: int, y: int) -> int | None:
        """Return the piece under a point."""
        for index in self.between(y, y):
            box = self.boxes[index]
            if box.x <= x < box.x + box.width and box.y <= y < box.y + box.height:
                return index
        return None

    def row_of(self, index: int) -> int:
        """Return the row a piece lies in."""
        return max(0, bisect_right([first for _, first, _ in self.rows], index) - 1)

    def above(self, index: int, step: int) -> int:
        """Return the piece nearest to *index* in the row *step* rows further down (negative: up)."""
        row = self.row_of(index) + step
        if not 0 <= row < len(self.rows):
            return index
        center = self.boxes[index].x + self.boxes[index].width / 2
        _, first, last = self.rows[row]
        return min(range(first, last), key=lambda i: abs(self.boxes[i].x + self.boxes[i].width / 2 - center))


def lay_out(groups: Sequence[Sequence[tuple[float, bool]]], wall: Wall) -> Layout:
    """Return the layout of *groups* of pieces, each an aspect (width ÷ height) and whether it takes a whole row."""
    layout, y = Layout(), 0
    for group, pieces in enumerate(groups):
        if group:
            y += wall.group_gap_px
        layout.headers.append((group, y))
        y += wall.header_px
        for row in _rows(pieces, wall.per_row):
            y = _place(layout, row, y, wall) + wall.gap_px
        y -= wall.gap_px if pieces else 0
    layout.height_px = y
    return layout


def _rows(pieces: Sequence[tuple[float, bool]], per_row: int) -> list[list[tuple[float, bool]]]:
    rows: list[list[tuple[float, bool]]] = []
    for piece in pieces:
        full = not rows or len(rows[-1]) >= per_row or piece[1] or rows[-1][-1][1]
        if full:
            rows.append([])
        rows[-1].append(piece)
    return rows


def _place(layout: Layout, row: list[tuple[float, bool]], y: int, wall: Wall) -> int:
    """Place one row at *y* and return its lower edge."""
    aspects = [min(ASPECT_MAX, max(ASPECT_MIN, aspect)) for aspect, _ in row]
    columns = 1 if row[0][1] else wall.per_row
    room = wall.width_px - wall.gap_px * (columns - 1)
    missing = columns - len(aspects)
    # A short row is as wide as if the missing pieces had the mean aspect of those that are there.
    share = sum(aspects) + missing * sum(aspects) / len(aspects)
    height = min(wall.height_max_px, room / share)
    first, x = len(layout.boxes), 0.0
    for position, aspect in enumerate(aspects):
        right = x + aspect * height
        last = position == len(aspects) - 1 and not missing and height < wall.height_max_px
        edge = wall.width_px if last else round(right)
        layout.boxes.append(Box(round(x), y, max(1, edge - round(x)), max(1, round(height))))
        x = right + wall.gap_px
    layout.rows.append((y, first, len(layout.boxes)))
    return y + max(1, round(height))

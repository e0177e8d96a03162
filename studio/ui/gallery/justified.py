"""Where tiles lie: justified rows under group headers. No Qt; lengths in logical pixels."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

ASPECT_MIN, ASPECT_MAX = 0.5, 3.0


@dataclass(frozen=True)
class Cell:
    """One tile."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Header:
    """The heading of group *group* at height *y*."""

    group: int
    y: int


@dataclass
class Layout:
    """All tiles in model order, the headers, and the total height."""

    cells: list[Cell] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)
    height: int = 0
    _tops: list[int] = field(default_factory=list)
    _firsts: list[int] = field(default_factory=list)

    def row_at(self, y: float) -> int:
        """Index of the first tile of the row that holds height *y* (or of the row before it)."""
        row = bisect_right(self._tops, y) - 1
        return self._firsts[max(0, row)] if self._firsts else 0

    def visible(self, top: float, bottom: float) -> range:
        """Indices of the tiles that may show between *top* and *bottom*: O(visible)."""
        if not self.cells:
            return range(0)
        first = self.row_at(top)
        last_row = bisect_right(self._tops, bottom)
        last = self._firsts[last_row] if last_row < len(self._firsts) else len(self.cells)
        return range(first, last)

    def index_at(self, x: float, y: float) -> int | None:
        """Index of the tile under the point, or None."""
        for index in self.visible(y, y + 1):
            cell = self.cells[index]
            if cell.x <= x < cell.x + cell.width and cell.y <= y < cell.y + cell.height:
                return index
        return None

    def vertical_neighbour(self, index: int, step: int) -> int:
        """Index of the tile above (step −1) or below (+1), the nearest in x; *index* itself at the ends."""
        here = self.cells[index]
        middle = here.x + here.width / 2
        row = bisect_right(self._tops, here.y) - 1 + step
        if not 0 <= row < len(self._firsts):
            return index
        end = self._firsts[row + 1] if row + 1 < len(self._firsts) else len(self.cells)
        return min(range(self._firsts[row], end), key=lambda i: abs(self.cells[i].x + self.cells[i].width / 2 - middle))

    def add_row(self, cells: Sequence[Cell]) -> None:
        """Append one finished row."""
        self._tops.append(cells[0].y)
        self._firsts.append(len(self.cells))
        self.cells.extend(cells)


def lay_out(
    groups: Sequence[Sequence[float]],
    *,
    width: int,
    target: int,
    gap: int,
    header: int,
    group_gap: int,
    margin: int = 0,
) -> Layout:
    """Lay out groups of tiles given by their width/height ratios.

    A row takes tiles until it is at least as wide as the view and is then scaled to fit
    exactly; the last row of a group keeps the target height.
    """
    out = Layout()
    y = 0
    room = max(40, width - 2 * margin)
    for number, ratios in enumerate(groups):
        out.headers.append(Header(number, y))
        y += header
        start = 0
        while start < len(ratios):
            end, total = start, 0.0
            while end < len(ratios) and (end == start or total * target + gap * (end - start - 1) < room):
                total += _clamp(ratios[end])
                end += 1
            free = room - gap * (end - start - 1)
            full = total * target >= free
            height = round(free / total) if full else target
            x = float(margin)
            cells = []
            for position in range(start, end):
                wide = _clamp(ratios[position]) * (free / total if full else target)
                last = full and position == end - 1
                right = margin + room if last else x + wide
                cells.append(Cell(round(x), y, max(20, round(right) - round(x)), height))
                x += wide + gap
            out.add_row(cells)
            y += height + gap
            start = end
        y += group_gap
    out.height = y
    return out


def _clamp(ratio: float) -> float:
    return min(ASPECT_MAX, max(ASPECT_MIN, ratio))

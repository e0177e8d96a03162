"""Rows of results, justified to the column. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

GAP_PX = 6
ROW_MIN_PX, ROW_MAX_PX = 110, 260
SINGLE_MAX_PX = 520
PER_ROW = 4
SHOWN = 8
"""With nine results or more, eight are shown and the rest is a count."""


@dataclass(frozen=True)
class Cell:
    """Where one result lies in the strip, in logical pixels."""

    x: int
    y: int
    width: int
    height: int

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


def justify(aspects: Sequence[float], width_px: int, natural_width_px: int = 0) -> list[Cell]:
    """Place results of the given width/height ratios, in order, in a column of *width_px*.

    One result alone may be up to 520 high and is not enlarged beyond *natural_width_px* (0: unknown).
    More are set in rows of at most four whose heights stay between 110 and 260.
    """
    ratios = [min(8.0, max(0.125, aspect)) for aspect in aspects]
    if len(ratios) == 1:
        return [_single(ratios[0], width_px, natural_width_px)]
    cells: list[Cell] = []
    rows = ceil(len(ratios) / PER_ROW)
    y = start = 0
    for row in range(rows):
        count = ceil((len(ratios) - start) / (rows - row))
        cells += _row(ratios[start : start + count], y, width_px)
        y += cells[-1].height + GAP_PX
        start += count
    return cells


def height_of(cells: Sequence[Cell]) -> int:
    """Height of the whole strip."""
    return max((cell.y + cell.height for cell in cells), default=0)


def _single(ratio: float, width_px: int, natural_width_px: int) -> Cell:
    width = min(float(width_px), SINGLE_MAX_PX * ratio)
    if natural_width_px >= 64:
        width = min(width, float(natural_width_px))
    width = max(width, 64.0)
    return Cell(0, 0, round(width), max(24, min(SINGLE_MAX_PX, round(width / ratio))))


def _row(ratios: Sequence[float], y: int, width_px: int) -> list[Cell]:
    room = width_px - GAP_PX * (len(ratios) - 1)
    wanted = room / sum(ratios)
    height = round(min(ROW_MAX_PX, max(ROW_MIN_PX, wanted)))
    # Too wide for the row: the pictures are cropped at its sides rather than made lower than can be seen.
    scale = min(height, wanted)
    cells, left = [], 0.0
    for position, ratio in enumerate(ratios):
        right = left + ratio * scale
        last_fills = position == len(ratios) - 1 and wanted <= ROW_MAX_PX
        end = width_px if last_fills else round(right)
        cells.append(Cell(round(left), y, max(24, end - round(left)), height))
        left = right + GAP_PX
    return cells

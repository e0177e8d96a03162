"""Several pictures in one: side by side, in a grid, as a strip, on a card, or as a double exposure."""

import cv2
import numpy as np

from studio.engine.renderers.editing import tone
from studio.engine.renderers.editing.grounds import covering
from studio.engine.renderers.editing.sheet import Floats, NotPossible, Sheet, luma
from studio.engine.renderers.editing.wishes import Wish

_LONGEST = 4096
_PAPER = np.float32(0.97)


def collage(sheet: Sheet, wish: Wish) -> None:
    """Lay all pictures out on one sheet with even gaps; in a row or a column their shapes are kept."""
    if not sheet.others:
        raise NotPossible("a collage needs a second picture")
    first = sheet.rgb
    if sheet.alpha is not None:  # a cut-out lies on the paper
        first = np.asarray(_PAPER + (first - _PAPER) * sheet.alpha[:, :, None], np.float32)
    pieces = [first, *(other.astype(np.float32) / 255.0 for other in sheet.others)]
    how = wish.value
    if how in ("postcard", "greeting card"):
        joined, name = _card(pieces), "on one card"
    elif how in ("stacked", "on top of each other"):
        joined = np.swapaxes(_row([np.swapaxes(p, 0, 1) for p in pieces]), 0, 1)
        name = "one above the other"
    elif len(pieces) <= 3 and how not in ("grid", "contact sheet"):
        joined, name = _row(pieces), "side by side"
    else:
        joined, name = _grid(pieces), "in a grid"
    sheet.reshape(np.ascontiguousarray(joined, np.float32), None, None)
    sheet.others.clear()
    sheet.done.append(f"laid {len(pieces)} pictures out {name}")


def _card(pieces: list[Floats]) -> Floats:
    """Fill a card of 3:2 (a standing one for standing pictures) with cells that crop the pictures least."""
    wide = float(np.median([p.shape[1] / p.shape[0] for p in pieces])) * len(pieces) >= 1.0
    width, height = (1800, 1200) if wide else (1200, 1800)
    gap = round(0.03 * 1200)
    best, rows = -1.0, 1
    for count in range(1, len(pieces) + 1):
        cell = (width / int(np.ceil(len(pieces) / count))) / (height / count)
        kept = sum(min(cell / r, r / cell) for r in (p.shape[1] / p.shape[0] for p in pieces))
        if kept > best:
            best, rows = kept, count
    card = np.full((height, width, 3), _PAPER, np.float32)
    edges = np.linspace(0, len(pieces), rows + 1).round().astype(int)
    for row in range(rows):
        group = pieces[edges[row] : edges[row + 1]]
        top, bottom = (gap + round((height - gap) * part / rows) for part in (row, row + 1))
        for column, piece in enumerate(group):
            left, right = (gap + round((width - gap) * part / len(group)) for part in (column, column + 1))
            card[top : bottom - gap, left : right - gap] = covering(piece, right - gap - left, bottom - gap - top)
    return card


def _gap(height: int) -> int:
    return max(4, round(height * 0.012))


def _row(pieces: list[Floats]) -> Floats:
    height = min(1600, max(p.shape[0] for p in pieces))
    widths = [max(1, round(p.shape[1] * height / p.shape[0])) for p in pieces]
    gap = _gap(height)
    total = sum(widths) + gap * (len(pieces) + 1)
    if total > _LONGEST:
        height = max(16, int(height * _LONGEST / total))
        widths = [max(1, round(p.shape[1] * height / p.shape[0])) for p in pieces]
        gap = _gap(height)
    sheet = np.full((height + 2 * gap, sum(widths) + gap * (len(pieces) + 1), 3), 0.97, np.float32)
    x = gap
    for piece, width in zip(pieces, widths, strict=True):
        sheet[gap : gap + height, x : x + width] = _sized(piece, width, height)
        x += width + gap
    return sheet


def _grid(pieces: list[Floats]) -> Floats:
    columns = int(np.ceil(np.sqrt(len(pieces))))
    rows = int(np.ceil(len(pieces) / columns))
    ratio = float(np.clip(np.median([p.shape[1] / p.shape[0] for p in pieces]), 0.6, 1.8))
    width = min(1400, (_LONGEST - 60) // columns, max(p.shape[1] for p in pieces))
    height = max(16, round(width / ratio))
    gap = _gap(height)
    sheet = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 0.97, np.float32)
    for place, piece in enumerate(pieces):
        row, column = divmod(place, columns)
        in_row = min(columns, len(pieces) - row * columns)
        indent = (columns - in_row) * (width + gap) // 2  # a short last row stands in the middle
        y, x = gap + row * (height + gap), gap + column * (width + gap) + indent
        sheet[y : y + height, x : x + width] = covering(piece, width, height)
    return sheet


def _sized(piece: Floats, width: int, height: int) -> Floats:
    how = cv2.INTER_AREA if width < piece.shape[1] else cv2.INTER_CUBIC
    return np.asarray(np.clip(cv2.resize(piece, (width, height), interpolation=how), 0, 1), np.float32)


def blend(sheet: Sheet, _wish: Wish) -> None:
    """Expose both pictures on one sheet: the second shows in the shadows of the first, inside its subject."""
    if not sheet.others:
        raise NotPossible("a double exposure needs a second picture")
    second = covering(sheet.others[0].astype(np.float32) / 255.0, sheet.width, sheet.height)
    screen = 1 - (1 - sheet.rgb) * (1 - second * 0.92)
    dark = np.clip(1 - luma(sheet.rgb) * 1.15, 0, 1)[:, :, None]
    over = 0.45 * sheet.rgb + 0.55 * second
    mixed = over + (screen - over) * dark
    try:
        subject = sheet.region("subject")[:, :, None]
        pale = 0.9 + 0.1 * sheet.rgb  # the classic: a silhouette on paper, filled with the other picture
        mixed = pale + (mixed - pale) * np.clip(subject * 1.02, 0, 1)
    except NotPossible:
        mixed = tone.with_contrast(np.clip(mixed, 0, 1).astype(np.float32), 0.4)
    sheet.put(np.asarray(mixed, np.float32))
    sheet.others.clear()
    sheet.done.append("exposed both pictures on one sheet")

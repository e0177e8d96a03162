"""Tidying the graph: columns by what waits for what, rows that cross as little as possible."""

from collections.abc import Callable
from typing import Final

from studio.contract.editing.document import INPUTS, Document
from studio.contract.editing.operations import GRID, place_nodes
from studio.contract.editing.wires import wires_of

Size = Callable[[str], tuple[float, float]]
"""Width and height of a node, in units of the graph."""
COLUMN_GAP: Final = 52
ROW_GAP: Final = 32
_SWEEPS: Final = 8


def tidied(document: Document, size: Size) -> Document:
    """Return the document with its nodes laid out from left to right (longest paths, then barycentres)."""
    ids = [stage.id for stage in document.stages]
    edges = [
        (wire.source, wire.target)
        for wire in wires_of(document)
        if wire.source != wire.target and (wire.source == INPUTS or document.has_stage(wire.source))
    ]
    nodes = [INPUTS, *ids]
    columns = _columns(nodes, edges)
    rows = _rows(columns, edges)
    spots: dict[str, tuple[float, float]] = {}
    x = 0.0
    tallest = max((sum(size(each)[1] + ROW_GAP for each in row) - ROW_GAP for row in rows if row), default=0.0)
    for row in rows:
        if not row:
            continue
        y = (tallest - sum(size(each)[1] + ROW_GAP for each in row) + ROW_GAP) / 2
        for node in row:
            spots[node] = (x, y)
            y += size(node)[1] + ROW_GAP
        x += max(size(each)[0] for each in row) + COLUMN_GAP
        x = -(-x // GRID) * GRID
    return place_nodes(document, spots)


def _columns(nodes: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """Return the length of the longest way to each node; what lies on a circle is left where it was reached."""
    after: dict[str, list[str]] = {node: [] for node in nodes}
    waits = dict.fromkeys(nodes, 0)
    for source, target in set(edges):
        after[source].append(target)
        waits[target] += 1
    column = {node: 0 if node == INPUTS else 1 for node in nodes}
    ready = [node for node in nodes if waits[node] == 0]
    while ready:
        node = ready.pop(0)
        for target in after[node]:
            column[target] = max(column[target], column[node] + 1)
            waits[target] -= 1
            if waits[target] == 0:
                ready.append(target)
    return column


def _rows(column: dict[str, int], edges: list[tuple[str, str]]) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(column.values(), default=0) + 1)]
    for node, number in column.items():
        rows[number].append(node)
    before: dict[str, list[str]] = {node: [] for node in column}
    after: dict[str, list[str]] = {node: [] for node in column}
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    for sweep in range(_SWEEPS):
        place = {node: number / max(1, len(row) - 1) for row in rows for number, node in enumerate(row)}
        beside = before if sweep % 2 == 0 else after
        for row in rows if sweep % 2 == 0 else reversed(rows):
            key = {
                node: sum(place[each] for each in beside[node]) / len(beside[node]) if beside[node] else place[node]
                for node in row
            }
            row.sort(key=key.__getitem__)
            place |= {node: number / max(1, len(row) - 1) for number, node in enumerate(row)}
    return rows

"""Where the nodes of the graph lie."""

from collections.abc import Mapping
from typing import Any, Final

from studio.contract.editing.document import Document

GRID: Final = 16
_APART_X = 208


def place_nodes(document: Document, spots: Mapping[str, tuple[float, float]]) -> Document:
    """Put nodes at places of the grid (``INPUTS`` for the node of the inputs)."""
    graph = document.content.get("graph")
    nodes = graph.get("nodes") if isinstance(graph, Mapping) else None
    kept = list(nodes) if isinstance(nodes, list) else []
    at = {node.get("stageId"): number for number, node in enumerate(kept) if isinstance(node, Mapping)}
    for stage_id, (x, y) in spots.items():
        spot = {"x": snapped(x), "y": snapped(y)}
        if stage_id in at:
            kept[at[stage_id]] = {**kept[at[stage_id]], **spot}
        else:
            kept.append({"stageId": stage_id, **spot})
    base = dict(graph) if isinstance(graph, Mapping) else {}
    return document.put(("graph",), {**base, "nodes": kept}) if spots else document


def snapped(value: float) -> int:
    return round(value / GRID) * GRID


def free_spot(document: Document) -> tuple[float, float]:
    spots = document.positions()
    if not spots:
        return (_APART_X, 0)
    return (max(x for x, _ in spots.values()) + _APART_X, min(y for _, y in spots.values()))


def map_nodes(document: Document, change: Any) -> Document:
    graph = document.content.get("graph")
    if not isinstance(graph, Mapping):
        return document
    changed = dict(graph)
    if isinstance(graph.get("nodes"), list):
        nodes = [change(node) if isinstance(node, Mapping) else node for node in graph["nodes"]]
        changed["nodes"] = [node for node in nodes if node is not None]
    if isinstance(graph.get("edges"), list):
        known = {stage.id for stage in document.every_stage}
        changed["edges"] = [
            edge
            for edge in graph["edges"]
            if not isinstance(edge, Mapping) or {edge.get("from"), edge.get("to")} <= known
        ]
        if not changed["edges"]:
            del changed["edges"]
    return document.put(("graph",), changed)

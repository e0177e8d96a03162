"""A graph of nodes as ``POST /prompt`` takes it."""

from dataclasses import dataclass, field
from typing import Any

Link = list[Any]
"""An output of a node: its id and the number of the output."""


@dataclass(frozen=True)
class Node:
    """A node that was added."""

    id: str

    def out(self, number: int = 0) -> Link:
        """Return its output *number*."""
        return [self.id, number]


@dataclass
class Graph:
    """Nodes by id, in the API format.

    Attributes:
        units: how much of the whole work each slow node is, by id; their progress is the call's progress.
        labels: what people read while a node runs, by id.
    """

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    units: dict[str, float] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def add(self, class_type: str, /, *, units: float = 0.0, label: str = "", **inputs: Any) -> Node:
        """Add a node. *units* is its share of the work (sampling steps), 0 for quick ones."""
        name = str(len(self.nodes) + 1)
        self.nodes[name] = {"class_type": class_type, "inputs": inputs}
        if units:
            self.units[name] = units
        if label:
            self.labels[name] = label
        return Node(name)

"""The canvas for screen readers: a list whose rows are the nodes in the order of the flow.

Nodes say what they take and give and what is wrong with them; the outline tab does everything else in words.
"""

from PySide6.QtCore import QPoint, QRect

from studio.ui.templates.graph.canvas import Canvas
from studio.ui.widgets.painted_list import ListInterface, offer


class GraphInterface(ListInterface):
    """The list of nodes."""

    view: Canvas

    def count(self) -> int:
        """One for each node."""
        return len(self.view.graph.nodes)

    def id_of(self, index: int) -> str:
        """The node at this place of the flow."""
        return self.view.graph.ordered()[index]

    def index_of(self, row: str) -> int:
        """Place of a node in the flow."""
        return self.view.graph.ordered().index(row) if row in self.view.graph.nodes else -1

    def id_at(self, point: QPoint) -> str:
        """The node at a point."""
        node = self.view.graph.node_at(self.view.mapToScene(point))
        return node.id if node is not None else ""

    def current(self) -> str:
        """The node at which the keyboard is."""
        return self.view.current

    def box_of(self, row: str) -> QRect:
        """Where a node lies."""
        item = self.view.graph.nodes[row]
        return self.view.viewportTransform().mapRect(item.box.translated(item.pos())).toRect()

    def words_of(self, row: str) -> tuple[str, str]:
        """Title and everything else of a node."""
        facts = self.view.graph.nodes[row].facts
        return facts.title, facts.description

    def is_selected(self, row: str) -> bool:
        """Whether a node is selected."""
        return row in self.view.editor.selection.value


def install() -> None:
    """Offer the nodes to assistive technology."""
    offer(Canvas, GraphInterface)

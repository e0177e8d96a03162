"""The canvas for screen readers: a list whose rows are the nodes in the order of the flow.

Nodes say what they take and give and what is wrong with them; the outline tab does everything else in words.
"""

from typing import Any, Final

from PySide6.QtCore import QObject, QPoint, QPointF, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from shiboken6 import isValid

from studio.ui.guard import guarded
from studio.ui.templates.graph.canvas import Canvas

_NOTHING: Any = None
_MOST_ALIVE: Final = 4_096
_alive: list[QAccessibleInterface] = []
_installed: list[bool] = []


class GraphInterface(QAccessibleInterface):
    """The list of nodes."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.canvas = canvas
        self._rows: dict[str, NodeInterface] = {}

    @guarded(False)
    def isValid(self) -> bool:
        """While the canvas lives."""
        return isValid(self.canvas)

    @guarded(_NOTHING)
    def object(self) -> QObject | None:
        """The canvas."""
        return self.canvas

    @guarded(_NOTHING)
    def window(self) -> QWindow | None:
        """The window's handle."""
        return self.canvas.window().windowHandle()

    @guarded(QAccessible.Role.List)
    def role(self) -> QAccessible.Role:
        """A list."""
        return QAccessible.Role.List

    @guarded(QAccessible.State())
    def state(self) -> QAccessible.State:
        """Focusable."""
        state = QAccessible.State()
        state.focusable = True
        state.focused = self.canvas.hasFocus()
        return state

    @guarded("")
    def text(self, kind: QAccessible.Text) -> str:
        """Its name, and the node at which the keyboard is."""
        if kind == QAccessible.Text.Name:
            return self.canvas.accessibleName()
        return self.canvas.accessibleDescription() if kind == QAccessible.Text.Description else ""

    @guarded(QRect())
    def rect(self) -> QRect:
        """On the screen."""
        return QRect(self.canvas.mapToGlobal(QPoint(0, 0)), self.canvas.size())

    @guarded(_NOTHING)
    def parent(self) -> QAccessibleInterface | None:
        """The widget around it."""
        around = self.canvas.parentWidget()
        return QAccessible.queryAccessibleInterface(around) if around is not None else None

    @guarded(0)
    def childCount(self) -> int:
        """One for each node."""
        return len(self.canvas.graph.nodes)

    @guarded(_NOTHING)
    def child(self, index: int) -> QAccessibleInterface | None:
        """The node at this place of the flow."""
        order = self.canvas.graph.ordered()
        return self.row(order[index]) if 0 <= index < len(order) else None

    @guarded(_NOTHING)
    def focusChild(self) -> QAccessibleInterface | None:
        """The node at which the keyboard is."""
        current = self.canvas.current
        return self.row(current) if current and self.canvas.hasFocus() else None

    @guarded(_NOTHING)
    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        """The node at a point of the screen."""
        inside = self.canvas.viewport().mapFromGlobal(QPoint(x, y))
        node = self.canvas.graph.node_at(self.canvas.mapToScene(inside))
        return self.row(node.id) if node is not None else None

    @guarded(-1)
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Place of a node in the flow."""
        order = self.canvas.graph.ordered()
        return order.index(child.node) if isinstance(child, NodeInterface) and child.node in order else -1

    def row(self, node: str) -> "NodeInterface":
        """Return the interface of a node."""
        if node not in self._rows:
            self._rows[node] = NodeInterface(self, node)
            _keep(self._rows[node])
        return self._rows[node]


class NodeInterface(QAccessibleInterface):
    """One node: what it is, and where it lies."""

    def __init__(self, owner: GraphInterface, node: str) -> None:
        super().__init__()
        self._owner = owner
        self.node = node

    @guarded(False)
    def isValid(self) -> bool:
        """While the node is in the template."""
        return isValid(self._owner.canvas) and self.node in self._owner.canvas.graph.nodes

    @guarded(_NOTHING)
    def object(self) -> QObject | None:
        """Nodes are no objects of their own."""
        return None

    @guarded(QAccessible.Role.ListItem)
    def role(self) -> QAccessible.Role:
        """A row of the list."""
        return QAccessible.Role.ListItem

    @guarded(QAccessible.State())
    def state(self) -> QAccessible.State:
        """Selected, and focused when it has the keyboard."""
        canvas, state = self._owner.canvas, QAccessible.State()
        state.focusable = state.selectable = True
        state.selected = self.node in canvas.editor.selection.value
        state.focused = canvas.hasFocus() and canvas.current == self.node
        return state

    @guarded("")
    def text(self, kind: QAccessible.Text) -> str:
        """The name, and everything else as its description."""
        item = self._owner.canvas.graph.nodes.get(self.node)
        if item is None:
            return ""
        if kind == QAccessible.Text.Name:
            return item.facts.title
        return item.facts.description if kind == QAccessible.Text.Description else ""

    @guarded(QRect())
    def rect(self) -> QRect:
        """On the screen."""
        canvas = self._owner.canvas
        item = canvas.graph.nodes.get(self.node)
        if item is None:
            return QRect()
        box = canvas.viewportTransform().mapRect(item.box.translated(QPointF(item.pos()))).toRect()
        return QRect(canvas.viewport().mapToGlobal(box.topLeft()), box.size())

    @guarded(_NOTHING)
    def parent(self) -> QAccessibleInterface | None:
        """The list."""
        return self._owner

    @guarded(0)
    def childCount(self) -> int:
        """None."""
        return 0

    @guarded(_NOTHING)
    def child(self, _index: int) -> QAccessibleInterface | None:
        """None."""
        return None

    @guarded(_NOTHING)
    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:
        """None."""
        return None

    @guarded(-1)
    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        """None."""
        return -1


def _keep(interface: QAccessibleInterface) -> None:
    """Qt holds these without owning their Python half."""
    _alive.append(interface)
    del _alive[:-_MOST_ALIVE]


def _make(_key: str, thing: QObject) -> QAccessibleInterface | None:
    try:
        if isinstance(thing, Canvas):
            interface = GraphInterface(thing)
            _keep(interface)
            return interface
    except Exception:  # noqa: BLE001 - called by Qt
        return None
    return None


def install() -> None:
    """Offer the interface to assistive technology; once per process."""
    if not _installed:
        _installed.append(True)
        QAccessible.installFactory(_make)

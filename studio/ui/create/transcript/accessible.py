"""The painted transcript for screen readers: a list whose rows are the turns."""

from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow

from studio.ui.create.transcript.view import TranscriptView
from studio.ui.guard import guarded

_NOTHING: Any = None
_alive: list[QAccessibleInterface] = []
_MOST_ALIVE = 4_096


class TranscriptInterface(QAccessibleInterface):
    """The list."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__()
        self.view = view
        self.rows: dict[str, TurnInterface] = {}

    @guarded(False)
    def isValid(self) -> bool:
        """While the view lives."""
        return self.view is not None

    @guarded(_NOTHING)
    def object(self) -> QObject | None:
        """The view."""
        return self.view

    @guarded(_NOTHING)
    def window(self) -> QWindow | None:
        """The window's handle."""
        return self.view.window().windowHandle()

    @guarded(QAccessible.Role.List)
    def role(self) -> QAccessible.Role:
        """A list."""
        return QAccessible.Role.List

    @guarded(QAccessible.State())
    def state(self) -> QAccessible.State:
        """Focusable."""
        state = QAccessible.State()
        state.focusable = True
        state.focused = self.view.hasFocus()
        return state

    @guarded("")
    def text(self, kind: QAccessible.Text) -> str:
        """The view's name."""
        return self.view.accessibleName() if kind == QAccessible.Text.Name else ""

    @guarded(QRect())
    def rect(self) -> QRect:
        """On the screen."""
        return QRect(self.view.mapToGlobal(self.view.rect().topLeft()), self.view.size())

    @guarded(_NOTHING)
    def parent(self) -> QAccessibleInterface | None:
        """The widget around it."""
        around = self.view.parentWidget()
        return QAccessible.queryAccessibleInterface(around) if around is not None else None

    @guarded(0)
    def childCount(self) -> int:
        """One for each turn."""
        return len(self.view.heights)

    @guarded(_NOTHING)
    def child(self, index: int) -> QAccessibleInterface | None:
        """The turn with this index."""
        if not 0 <= index < len(self.view.model.turns):
            return None
        turn_id = self.view.model.turns[index].id
        if turn_id not in self.rows:
            self.rows[turn_id] = TurnInterface(self, turn_id)
            _keep(self.rows[turn_id])
        return self.rows[turn_id]

    @guarded(_NOTHING)
    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        """The turn at a point of the screen."""
        inside = self.view.viewport().mapFromGlobal(QPoint(x, y))
        found: QAccessibleInterface | None = self.child(self.view.heights.index_at(inside.y() + self.view.offset_px))
        return found

    @guarded(-1)
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Index of a turn."""
        return self.view.index_of(child.turn_id) if isinstance(child, TurnInterface) else -1


class TurnInterface(QAccessibleInterface):
    """One turn: its words, and where it lies."""

    def __init__(self, owner: TranscriptInterface, turn_id: str) -> None:
        super().__init__()
        self._owner = owner
        self.turn_id = turn_id

    @property
    def _index(self) -> int:
        return self._owner.view.index_of(self.turn_id)

    @guarded(False)
    def isValid(self) -> bool:
        """While the turn is in the session."""
        return self._index >= 0

    @guarded(_NOTHING)
    def object(self) -> QObject | None:
        """Turns are no objects of their own."""
        return None

    @guarded(QAccessible.Role.ListItem)
    def role(self) -> QAccessible.Role:
        """A row of the list."""
        return QAccessible.Role.ListItem

    @guarded(QAccessible.State())
    def state(self) -> QAccessible.State:
        """Focused when it has the keyboard."""
        state = QAccessible.State()
        state.focusable = True
        state.focused = self._owner.view.hasFocus() and self._owner.view.current == self._index
        return state

    @guarded("")
    def text(self, kind: QAccessible.Text) -> str:
        """What the turn says."""
        index = self._index
        if kind != QAccessible.Text.Name or index < 0:
            return ""
        return self._owner.view.layout_of(index).words()

    @guarded(QRect())
    def rect(self) -> QRect:
        """On the screen."""
        index = self._index
        if index < 0:
            return QRect()
        view = self._owner.view
        box = view.turn_rect(index)
        return QRect(view.viewport().mapToGlobal(box.topLeft()), box.size())

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


def _make(key: str, thing: QObject) -> QAccessibleInterface | None:
    try:
        if isinstance(thing, TranscriptView):
            interface = TranscriptInterface(thing)
            _keep(interface)
            return interface
    except Exception:  # noqa: BLE001 - called by Qt
        return None
    return None


_installed: list[bool] = []


def install() -> None:
    """Offer the interface to assistive technology; once per process."""
    if not _installed:
        _installed.append(True)
        QAccessible.installFactory(_make)

"""Painted views for screen readers: a list whose rows are what is painted, though no row is a widget.

A view says by a :class:`ListInterface` of its own which rows there are; :func:`offer` hands it to assistive technology.
"""

from typing import Any, Final

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAbstractScrollArea
from shiboken6 import isValid

from studio.ui.guard import guarded

_NOTHING: Any = None
_MOST_ALIVE: Final = 4_096
_alive: list[QAccessibleInterface] = []
_offered: dict[type[QAbstractScrollArea], type["ListInterface"]] = {}


class ListInterface(QAccessibleInterface):
    """The list. Rows are known by their ids; subclasses say the rest."""

    def __init__(self, view: Any) -> None:
        super().__init__()
        self.view = view
        self._rows: dict[str, RowInterface] = {}

    # --- said by subclasses --------------------------------------------------------------------

    def count(self) -> int:
        """Return how many rows there are."""
        raise NotImplementedError

    def id_of(self, index: int) -> str:
        """Return the id of a row."""
        raise NotImplementedError

    def index_of(self, row: str) -> int:
        """Return the place of a row; -1 when it is gone."""
        raise NotImplementedError

    def id_at(self, point: QPoint) -> str:
        """Return the row at a point of the viewport; "" for none."""
        raise NotImplementedError

    def current(self) -> str:
        """Return the row that has the keyboard; "" for none."""
        raise NotImplementedError

    def box_of(self, row: str) -> QRect:
        """Return where a row lies in the viewport."""
        raise NotImplementedError

    def words_of(self, row: str) -> tuple[str, str]:
        """Return name and description of a row."""
        raise NotImplementedError

    def is_selected(self, _row: str) -> bool | None:
        """Return whether a row is selected; None where rows cannot be."""
        return None

    # --- asked by Qt ---------------------------------------------------------------------------

    @guarded(False)
    def isValid(self) -> bool:
        """While the view lives."""
        return isValid(self.view)

    @guarded(_NOTHING)
    def object(self) -> QObject | None:
        """The view."""
        view: QObject = self.view
        return view

    @guarded(_NOTHING)
    def window(self) -> QWindow | None:
        """The window's handle."""
        handle: QWindow | None = self.view.window().windowHandle()
        return handle

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
        """Name and description of the view."""
        if kind == QAccessible.Text.Name:
            return str(self.view.accessibleName())
        return str(self.view.accessibleDescription()) if kind == QAccessible.Text.Description else ""

    @guarded(QRect())
    def rect(self) -> QRect:
        """On the screen."""
        return QRect(self.view.mapToGlobal(QPoint(0, 0)), self.view.size())

    @guarded(_NOTHING)
    def parent(self) -> QAccessibleInterface | None:
        """The widget around it."""
        around = self.view.parentWidget()
        return QAccessible.queryAccessibleInterface(around) if around is not None else None

    @guarded(0)
    def childCount(self) -> int:
        """One for each row."""
        return self.count()

    @guarded(_NOTHING)
    def child(self, index: int) -> QAccessibleInterface | None:
        """The row at this place."""
        return self._row(self.id_of(index)) if 0 <= index < self.count() else None

    @guarded(_NOTHING)
    def focusChild(self) -> QAccessibleInterface | None:
        """The row that has the keyboard."""
        row = self.current()
        return self._row(row) if row and self.view.hasFocus() else None

    @guarded(_NOTHING)
    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        """The row at a point of the screen."""
        row = self.id_at(self.view.viewport().mapFromGlobal(QPoint(x, y)))
        return self._row(row) if row else None

    @guarded(-1)
    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Place of a row."""
        return self.index_of(child.row) if isinstance(child, RowInterface) else -1

    def _row(self, row: str) -> "RowInterface":
        if row not in self._rows:
            self._rows[row] = RowInterface(self, row)
            _keep(self._rows[row])
        return self._rows[row]


class RowInterface(QAccessibleInterface):
    """One row: what it says, and where it lies."""

    def __init__(self, owner: ListInterface, row: str) -> None:
        super().__init__()
        self._owner = owner
        self.row = row

    @guarded(False)
    def isValid(self) -> bool:
        """While the row is there."""
        return self._owner.isValid() and self._owner.index_of(self.row) >= 0

    @guarded(_NOTHING)
    def object(self) -> QObject | None:
        """Rows are no objects of their own."""
        return None

    @guarded(QAccessible.Role.ListItem)
    def role(self) -> QAccessible.Role:
        """A row of the list."""
        return QAccessible.Role.ListItem

    @guarded(QAccessible.State())
    def state(self) -> QAccessible.State:
        """Selected, and focused when it has the keyboard."""
        state, owner = QAccessible.State(), self._owner
        state.focusable = True
        state.focused = owner.view.hasFocus() and owner.current() == self.row
        selected = owner.is_selected(self.row)
        state.selectable, state.selected = selected is not None, selected is True
        return state

    @guarded("")
    def text(self, kind: QAccessible.Text) -> str:
        """The name, and everything else as its description."""
        if self._owner.index_of(self.row) < 0 or kind not in (QAccessible.Text.Name, QAccessible.Text.Description):
            return ""
        name, description = self._owner.words_of(self.row)
        return name if kind == QAccessible.Text.Name else description

    @guarded(QRect())
    def rect(self) -> QRect:
        """On the screen."""
        if self._owner.index_of(self.row) < 0:
            return QRect()
        box = self._owner.box_of(self.row)
        return QRect(self._owner.view.viewport().mapToGlobal(box.topLeft()), box.size())

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


def offer(view: type[QAbstractScrollArea], interface: type[ListInterface]) -> None:
    """Offer the rows of every view of a class to assistive technology; again does nothing."""
    if not _offered:
        QAccessible.installFactory(_make)
    _offered[view] = interface


def _keep(interface: QAccessibleInterface) -> None:
    """Qt holds these without owning their Python half."""
    _alive.append(interface)
    del _alive[:-_MOST_ALIVE]


def _make(_key: str, thing: QObject) -> QAccessibleInterface | None:
    try:
        made = next((interface for view, interface in _offered.items() if isinstance(thing, view)), None)
        if made is not None:
            interface = made(thing)
            _keep(interface)
            return interface
    except Exception:  # noqa: BLE001 - called by Qt
        return None
    return None

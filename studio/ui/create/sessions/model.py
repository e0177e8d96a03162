"""Sessions as rows of an item model, with group headings between them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Qt, Signal

from studio.ui.guard import guarded
from studio.ui.widgets.grouped_rows import AnyIndex, GroupedModel, Heading
from studio.viewmodels.state import SessionRow
from studio.viewmodels.words import day_group, relative_date, session_title

_ROLE = Qt.ItemDataRole


def facts(row: SessionRow, now: datetime | None = None) -> str:
    """``24 pieces · yesterday``."""
    if row.state != "idle":
        return "working" if row.state == "working" else "Waiting for you"
    if not row.pieces:
        return "Nothing made yet"
    pieces = "1 piece" if row.pieces == 1 else f"{row.pieces} pieces"
    return f"{pieces} · {relative_date(row.updated_ms, now)}"


def grouped(rows: Sequence[SessionRow], now: datetime | None = None) -> list[SessionRow | Heading]:
    """Put headings between *rows*: Pinned, Today, Yesterday, Earlier."""
    out: list[SessionRow | Heading] = []
    last = ""
    for row in rows:
        name = "Pinned" if row.pinned else day_group(row.updated_ms, now)
        if name != last:
            out.append(Heading(name))
            last = name
        out.append(row)
    return out


class SessionsListModel(GroupedModel):
    """The rows.

    Signals:
        renamed(str, str): a title was edited in place.
    """

    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None, clock: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(parent)
        self._clock = clock

    def show_rows(self, rows: Sequence[SessionRow]) -> None:
        """Show these rows."""
        self.show_items(grouped(rows, self._clock()))

    def words(self, row: SessionRow, role: int) -> str | None:
        """Title, tooltip, and words for screen readers."""
        if role == _ROLE.EditRole:
            return row.title
        title = session_title(row.title)
        if role == _ROLE.DisplayRole:
            return title
        if role == _ROLE.ToolTipRole:
            return f"{title}\n{facts(row, self._clock())}"
        if role == _ROLE.AccessibleTextRole:
            state = {"working": "working", "needs_you": "needs you"}.get(row.state, "")
            words = (title, facts(row, self._clock()), "pinned" if row.pinned else "", state)
            return ", ".join(word for word in words if word)
        return None

    @guarded(False)
    def setData(self, index: AnyIndex, value: object, role: int = _ROLE.EditRole) -> bool:
        """Rename; an empty title keeps the old one."""
        row = self.row_at(index)
        title = str(value).strip()
        if role != _ROLE.EditRole or not isinstance(row, SessionRow) or not title:
            return False
        if title != row.title:
            self.renamed.emit(row.id, title)
        return True

    @guarded(Qt.ItemFlag.NoItemFlags)
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Titles can be edited in place."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if found else found

"""The list of templates: search, new, import, and rows that open; folds to a column of covers while one is edited."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.contract.editing.files import SUFFIX
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.templates.rows import TemplateDelegate, TemplatesListModel
from studio.ui.theme import icons, theme
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.drops import take
from studio.ui.widgets.fields import SearchField
from studio.ui.widgets.grouped_rows import GroupedList
from studio.ui.widgets.labels import Label
from studio.viewmodels.observable import Binding
from studio.viewmodels.templates.listing import TemplateRow
from studio.viewmodels.templates.syncing import PUBLIC

if TYPE_CHECKING:
    from studio.viewmodels.templates.listing import TemplatesModel
    from studio.viewmodels.templates.syncing import SyncModel

_FILTER: Final = "Templates (*.json)"


class TemplateList(GroupedList):
    """The rows; one Tab stop.

    Signals:
        menu_wanted(str, QPoint): the menu of a row, at a place of the screen.
    """

    menu_wanted = Signal(str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Templates", parent)
        self.rows = TemplateDelegate(self)
        self.setItemDelegate(self.rows)
        thumbnails().ready.connect(self._picture_came)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press opens."""
        super().mousePressEvent(event)
        row = self.row_of(self.indexAt(event.position().toPoint()))
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self.opened.emit(row.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Menu of the row under the pointer, or of the current one."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        row = self.row_of(index)
        if row is not None:
            at = self.viewport().mapToGlobal(self.visualRect(index).center()) if keyboard else event.globalPos()
            self.menu_wanted.emit(row.id, at)

    def _picture_came(self, _path: str) -> None:
        self.viewport().update()


class ListPane(QFrame):
    """Header, search field and list. A template file can be dropped on it.

    Signals:
        opened(str): a template was chosen.
        unfold_wanted(): the folded list is to be opened.
        versions_wanted(str): the saved versions of a template are wanted.
    """

    opened = Signal(str)
    unfold_wanted = Signal()
    versions_wanted = Signal(str)

    def __init__(self, model: "TemplatesModel", sync: "SyncModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._sync = sync
        self.setObjectName("panel")
        self.setProperty("edge", "right")
        self.setAcceptDrops(True)
        self._build()
        self.items = TemplatesListModel(self)
        self.list.setModel(self.items)
        self.list.opened.connect(self.opened)
        self.list.menu_wanted.connect(self._menu)
        self.list.delete_wanted.connect(model.delete)
        self.search.textChanged.connect(self._search)
        self.unfold.clicked.connect(self.unfold_wanted)
        self.add.clicked.connect(self._add_menu)
        self.take.clicked.connect(self.import_file)
        self.set_folded(False)
        self._bindings: list[Binding] = [
            model.changed.connect(self.refresh),
            model.current.changed.connect(lambda _editor: self.refresh()),
        ]
        self.refresh()

    def refresh(self) -> None:
        """Show the rows, and which one is open."""
        self.items.show_rows(self._model.rows)
        current = self._model.current.value
        self.list.rows.current_id = current.id if current is not None else ""
        self.nothing.setVisible(not self._model.rows and bool(self._model.query.value))
        self.list.viewport().update()

    def set_folded(self, folded: bool) -> None:
        """Show covers only, or whole rows."""
        shade = theme()
        self.list.rows.folded = folded
        for widget in (self.title, self.take, self.add, self.search):
            widget.setVisible(not folded)
        self.unfold.setVisible(folded)
        width = "size.templatesList.collapsed" if folded else "size.templatesList.default"
        self.setFixedWidth(shade.px(width))
        pad = 0 if folded else shade.px("space.4")
        self._column.setContentsMargins(pad, 0, pad, pad)
        bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if folded else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.list.setVerticalScrollBarPolicy(bar)
        self.list.scheduleDelayedItemsLayout()

    @property
    def folded(self) -> bool:
        """Whether only covers are shown."""
        return self.list.rows.folded

    def import_file(self) -> None:
        """Choose a file and take it in."""
        chosen, _filter = QFileDialog.getOpenFileName(self, "Import a template", "", _FILTER)
        if chosen:
            self._model.import_file(Path(chosen))

    def export_file(self, template_id: str) -> None:
        """Choose a place and write the template there."""
        document = self._model.document_of(template_id)
        if document is None:
            return
        name = (
            "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in document.name).strip()
            or "template"
        )
        chosen, _filter = QFileDialog.getSaveFileName(self, "Export the template", f"{name}{SUFFIX}", _FILTER)
        if chosen:
            self._model.export_file(template_id, Path(chosen))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that can be templates."""
        if any(url.toLocalFile().lower().endswith(".json") for url in event.mimeData().urls()):
            take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them in."""
        for url in event.mimeData().urls():
            path = Path(url.toLocalFile())
            if path.suffix.lower() == ".json":
                self._model.import_file(path)
        take(event)

    def own(self, template_id: str) -> None:
        """Copy a template to the artist's own."""
        if template_id.startswith(PUBLIC):
            self._sync.fork(template_id)
        else:
            self._model.duplicate(template_id)

    def menu_for(self, row: TemplateRow) -> QMenu:
        """Open, duplicate, export, delete."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = "Duplicate" if row.group == "mine" else "Make it mine"
        menu.addAction(icons.icon("fork", 16), words).triggered.connect(lambda: self.own(row.id))
        menu.addAction(icons.icon("export", 16), "Export…").triggered.connect(lambda: self.export_file(row.id))
        if row.group == "mine":
            menu.addAction(icons.icon("clock", 16), "Versions…").triggered.connect(
                lambda: self.versions_wanted.emit(row.id)
            )
            if self._sync.available:
                server = self._sync.server_name
                send = menu.addAction(icons.icon("upload", 16), f"Send to {server}")
                send.setEnabled(row.state in ("local", "changed"))
                send.triggered.connect(lambda: self._sync.push(row.id))
                stored = self._model.stored(row.id)
                public = stored is not None and stored.content.get("visibility") == "public"
                share = menu.addAction(
                    icons.icon("eye", 16), "Make private again" if public else "Publish for everybody"
                )
                share.triggered.connect(lambda: self._sync.publish(row.id, not public))
            menu.addSeparator()
            delete = menu.addAction(icons.icon("trash", 16, "status.danger"), "Delete")
            delete.setShortcut(QKeySequence("Del"))
            delete.triggered.connect(lambda: self._model.delete(row.id))
        return menu

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _build(self) -> None:
        shade = theme()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(shade.px("space.3"))
        head = QWidget()
        head.setFixedHeight(shade.px("size.header"))
        row = QHBoxLayout(head)
        row.setContentsMargins(shade.px("space.4"), 0, 0, 0)
        row.setSpacing(shade.px("space.2"))
        self.title = Label("Templates", "title")
        self.take = IconButton("upload", "Import a template")
        self.add = IconButton("plus", "New template", shortcut="Ctrl+N")
        self.unfold = IconButton("chevron-right", "Show the list")
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.take)
        row.addWidget(self.add)
        row.addWidget(self.unfold)
        self._column.addWidget(head)
        self.search = SearchField("Find a template")
        self._column.addWidget(self.search)
        self.nothing = Label("Nothing like that", "small", "muted")
        self.nothing.hide()
        self._column.addWidget(self.nothing)
        self.list = TemplateList()
        self._column.addWidget(self.list, 1)

    def _search(self, words: str) -> None:
        self._model.query.value = words

    def _add_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icons.icon("plus", 16), "Empty").triggered.connect(self._model.add_empty)
        menu.addAction(icons.icon("upload", 16), "Import…").triggered.connect(self.import_file)
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _menu(self, template_id: str, at: QPoint) -> None:
        row = next((row for row in self._model.rows if row.id == template_id), None)
        if row is not None:
            self.menu_for(row).popup(at)

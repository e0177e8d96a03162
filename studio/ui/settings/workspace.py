"""The Settings workspace: a list of pages and the page."""

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.async_glue import Slots
from studio.ui.settings.about import AboutPage
from studio.ui.settings.appearance import AppearancePage
from studio.ui.settings.connections import ConnectionsPage
from studio.ui.settings.packs import PacksPage
from studio.ui.settings.storage import StoragePage
from studio.ui.theme import icons, theme
from studio.ui.widgets.fields import SearchField
from studio.ui.widgets.labels import Label
from studio.viewmodels.tasks import TaskOwner

if TYPE_CHECKING:
    from studio.viewmodels.studio import StudioModel

# Key, words, icon, and the words a search finds the page by.
PAGES = (
    ("connections", "Connections", "supernet", "key api address url local supernet custom test language model ollama"),
    ("appearance", "Appearance", "palette", "theme dark light contrast scale size density motion animation"),
    (
        "packs",
        "Optional models",
        "cube",
        "packs pack voice speech subtitles transcription cut-outs language install remove",
    ),
    ("storage", "Where work is kept", "folder", "data folder disk size move path files"),
    ("about", "About", "info", "version licence license notices logs"),
)
_log = logging.getLogger("studio.ui")


class _NavButton(QPushButton):
    def __init__(self, words: str, icon: str) -> None:
        super().__init__(words)
        self.setProperty("nav", True)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self._icon_name = icon
        self._restyle()
        theme().on_change(self, self._restyle)

    def _restyle(self) -> None:
        edge = theme().px(16)
        self.setIconSize(QSize(edge + theme().px("space.3"), edge))
        self.setIcon(icons.icon(self._icon_name, 16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the list, Enter opens."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class SettingsWorkspace(QWidget):
    """Pages are built when they are first shown."""

    def __init__(self, model: "StudioModel", tasks: TaskOwner | None = None) -> None:
        super().__init__()
        self.setObjectName("workspace")
        self._model = model
        self.tasks = tasks or TaskOwner("settings", self._failed)
        self._slots = Slots(self.tasks)
        self._pages: dict[str, QWidget] = {}
        shade = theme()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        nav = QFrame()
        nav.setObjectName("panel")
        nav.setProperty("edge", "right")
        nav.setFixedWidth(shade.px("size.settingsNav"))
        column = QVBoxLayout(nav)
        pad = shade.px("space.4")
        column.setContentsMargins(pad, 0, pad, pad)
        column.setSpacing(shade.px("space.1"))
        title = Label("Settings", "title")
        title.setFixedHeight(shade.px("size.header"))
        title.setContentsMargins(pad, 0, 0, 0)
        column.addWidget(title)
        self.search = SearchField("Find a setting")
        self.search.textChanged.connect(self._filter)
        column.addWidget(self.search)
        column.addSpacing(pad)
        self.buttons: dict[str, _NavButton] = {}
        for key, words, icon, _found_by in PAGES:
            button = _NavButton(words, icon)
            button.clicked.connect(lambda _on=False, key=key: self.show_page(key))
            self.buttons[key] = button
            column.addWidget(button)
        self.nothing = Label("Nothing like that", "small", "muted")
        self.nothing.setContentsMargins(pad, pad, 0, 0)
        self.nothing.hide()
        column.addWidget(self.nothing)
        column.addStretch(1)
        self.stack = QStackedWidget()
        row.addWidget(nav)
        row.addWidget(self.stack, 1)
        self.current = ""
        self.show_page("connections")

    def show_page(self, key: str) -> None:
        """Show one of ``connections``, ``appearance``, ``packs``, ``storage``, ``about``."""
        if key not in self._pages:
            self._pages[key] = self._build(key)
            self.stack.addWidget(self._pages[key])
        self.stack.setCurrentWidget(self._pages[key])
        self.current = key
        for name, button in self.buttons.items():
            button.setChecked(name == key)
        self.setFocusProxy(self.buttons[key])

    def page(self, key: str) -> QWidget:
        """Return a page, building it if need be."""
        self.show_page(key)
        return self._pages[key]

    def _build(self, key: str) -> QWidget:
        if key == "connections":
            self._begin_tasks()
            return ConnectionsPage(self._model.connection, self._slots)
        if key == "appearance":
            return AppearancePage(self._model.settings)
        if key == "packs":
            return PacksPage(self._model.packs)
        return StoragePage(self._model.settings) if key == "storage" else AboutPage(self._model.settings)

    def _begin_tasks(self) -> None:
        import asyncio

        # The loop runs by the time anybody can press a button; in a preview there may be none.
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        self.tasks.begin()

    def _filter(self, query: str) -> None:
        found = []
        for key, words, _icon, found_by in PAGES:
            match = all(part in f"{words} {found_by}".lower() for part in query.lower().split())
            self.buttons[key].setVisible(match)
            found += [key] * match
        self.nothing.setVisible(not found)
        if query and found and self.current not in found:
            self.show_page(found[0])

    def _failed(self, name: str, error: BaseException) -> None:
        _log.error("ui.task_failed", extra={"task": name}, exc_info=error)
        self._model.notices.post("error", "That didn't work", "Nothing was changed. Try again.", details=repr(error))

"""The main window: rail, workspaces, settings, viewer, toasts, palette, keyboard."""

import base64
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from studio.ui.command import Command
from studio.ui.guard import guarded
from studio.ui.rail import WORKSPACES, Rail
from studio.ui.theme import theme, tokens
from studio.ui.widgets.focus import FocusRing
from studio.ui.widgets.toasts import ToastHost
from studio.viewmodels.observable import Binding
from studio.viewmodels.words import session_title

if TYPE_CHECKING:
    from studio.viewmodels.state import ToolItem
    from studio.viewmodels.studio import StudioModel

_COMPACT_BELOW_PX = 1180
_SCALES: tuple[float, ...] = tuple(tokens.value("font.scaleSteps"))


class MainWindow(QMainWindow):
    """The studio. Workspaces are built when they are first visited.

    Attributes:
        on_close: called once the person wants to leave and nothing stands against it; the window is hidden then.
            Without it the window simply closes.
    """

    def __init__(self, model: "StudioModel", workspace: str = "create") -> None:
        """Build the window around *workspace*; an empty one leaves the place free, for an early first frame."""
        super().__init__()
        self.model = model
        self.on_close: Callable[[], object] | None = None
        self._leaving = False
        self._built: dict[str, QWidget] = {}
        self._current = ""
        self._before_settings = "create"
        self._viewer: QWidget | None = None
        self._palette: QWidget | None = None
        self._follow_settings()
        self.setAccessibleName("Studio")
        self.root = QStackedWidget()
        self.body = QWidget()
        self.rail = Rail(model.connection)
        self.stack = QStackedWidget()
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self.stack, 1)
        self.root.addWidget(self.body)
        self.setCentralWidget(self.root)
        self.ring = FocusRing(self)
        self.toasts = ToastHost(model.notices, self.root)
        self.rail.chosen.connect(self._go)
        self.rail.connection_pressed.connect(self._open_connection)
        self._bindings: list[Binding] = [
            model.create.title.changed.connect(self._retitle),
            model.sessions.changed.connect(self._count_work),
        ]
        self._make_shortcuts()
        self._restore_size()
        self._retitle(model.create.title.value)
        if workspace:
            self.show_workspace(workspace)

    # -- places -----------------------------------------------------------------------------------

    @property
    def current(self) -> str:
        """The workspace that is shown, or ``settings``."""
        return self._current

    def workspace(self, key: str) -> QWidget:
        """Return a workspace, building it on the first visit."""
        if key not in self._built:
            self._built[key] = self._build(key)
            self.stack.addWidget(self._built[key])
        return self._built[key]

    def show_workspace(self, key: str) -> None:
        """Show ``create``, ``library``, ``templates`` or ``activity``."""
        self.close_viewer()
        self.stack.setCurrentWidget(self.workspace(key))
        self._current = key
        self.rail.set_current(key)

    def show_settings(self, page: str = "") -> None:
        """Show Settings, at a *page* when one is given."""
        if self._current != "settings":
            self._before_settings = self._current or "create"
        self.show_workspace("settings")
        self._built["settings"].setFocus(Qt.FocusReason.OtherFocusReason)
        if page:
            self._built["settings"].show_page(page)  # type: ignore[attr-defined]

    def install_pack(self, pack_id: str) -> None:
        """Install a pack whose terms were just read, and show how it goes."""
        packs = self.model.packs
        packs.wanted.value = pack_id
        self.show_settings("packs")
        packs.fetch(pack_id)

    def make_template(self, first: int, last: int) -> None:
        """Make a template of rounds of the open session and show it in the editor."""
        session_id = self.model.create.conversation.id
        self.model.chat_templates.of_rounds(session_id, first, last, lambda: self.show_workspace("templates"))

    def open_draft(self, turn_id: str, item: "ToolItem") -> None:
        """Show the template that a call has drafted in the editor."""
        self.model.chat_templates.open_draft(turn_id, item, lambda: self.show_workspace("templates"))

    def open_viewer(self, piece_id: str) -> None:
        """Show a piece over the whole window."""
        from studio.ui.viewer.viewer import Viewer

        self.close_viewer()
        if self.model.create.piece(piece_id) is None:
            return
        viewer = Viewer(self.model.create, piece_id)
        viewer.closed.connect(self.close_viewer)
        self._viewer = viewer
        self._before_viewer = QApplication.focusWidget()
        self.root.addWidget(viewer)
        self.root.setCurrentWidget(viewer)
        viewer.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_viewer(self) -> None:
        """Leave the viewer; harmless when it is not open."""
        viewer, self._viewer = self._viewer, None
        if viewer is None:
            return
        self.root.setCurrentWidget(self.body)
        self.root.removeWidget(viewer)
        viewer.deleteLater()
        if self._before_viewer is not None:
            self._before_viewer.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_palette(self) -> None:
        """Show the command palette."""
        from studio.ui.commands import Palette

        self._palette = Palette(self.root, self.commands(), QApplication.focusWidget())

    def raise_window(self) -> None:
        """Come to the front: another start asked for it."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    # -- commands ---------------------------------------------------------------------------------

    def commands(self) -> list[Command]:
        """Return everything the palette offers."""
        found: list[Command] = self._selection_commands()
        found.append(Command("New session", "plus", self._new_session, "Ctrl+N"))
        for key, words, icon, shortcut in WORKSPACES:
            found.append(Command(f"Go to {words}", icon, partial(self.show_workspace, key), shortcut))
        found.append(Command("Settings", "settings", lambda: self.show_settings(), "Ctrl+,"))
        pages = (("connections", "Connections"), ("appearance", "Appearance"), ("storage", "Where work is kept"))
        for page, words in (*pages, ("about", "About")):
            found.append(Command(f"Settings: {words}", "settings", partial(self.show_settings, page)))
        for choice, words in (("system", "Follow the system"), ("dark", "Dark"), ("light", "Light"),
                              ("high-contrast", "High contrast")):  # fmt: skip
            found.append(Command(f"Theme: {words}", "palette", partial(self._set_theme, choice)))
        found.append(Command("Larger interface", "zoom-in", lambda: self._step_scale(1), "Ctrl+Alt+="))
        found.append(Command("Smaller interface", "zoom-out", lambda: self._step_scale(-1), "Ctrl+Alt+-"))
        turns = self.model.create.turns
        if any(turn.items for turn in turns):
            ends = turns[0].round, turns[-1].round
            found.append(Command("Make a template of this session", "templates", partial(self.make_template, *ends)))
        for row in self.model.sessions.rows[:20]:
            title = f"Open {session_title(row.title)}"
            found.append(Command(title, "bookmark", partial(self._open_session, row.id), group="Session"))
        found.append(Command("Quit", "close", self.close, "Ctrl+Q"))
        return found

    def _selection_commands(self) -> list[Command]:
        from studio.ui.gallery.actions import TOOLS, off_reason

        create = self.model.create
        ids = create.selection.value
        pieces = [piece for piece in map(create.piece, ids) if piece is not None]
        if not pieces:
            return []
        name = pieces[0].badge if len(pieces) == 1 else f"{len(pieces)} pieces"
        found = [Command(f"Use {name} as reference", "reference", lambda: create.use_as_reference(pieces[0].id), "R")]
        for words, icon, action, key in TOOLS:
            if not off_reason(action, pieces):
                found.append(Command(f"{words}: {name}", icon, partial(create.run_action, action, ids), key))
        return found

    # -- events -----------------------------------------------------------------------------------

    @guarded(False)
    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab moves focus with a visible ring."""
        self.ring.by_keyboard()
        return super().focusNextPrevChild(forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The rail becomes compact in small windows."""
        super().resizeEvent(event)
        self.rail.set_compact(self.width() / theme().scale < _COMPACT_BELOW_PX)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say what happens to work in progress; then leave in good order."""
        if not self._leaving and self._is_working():
            event.ignore()
            self._ask_to_leave()
            return
        self._leaving = True
        self.model.settings.set("window.geometry", base64.b64encode(self.saveGeometry().data()).decode())
        if self.on_close is not None:
            event.ignore()
            self.hide()
            on_close, self.on_close = self.on_close, None
            on_close()
            return
        self.let_go()
        super().closeEvent(event)

    def let_go(self) -> None:
        """Listen to the models no more."""
        for binding in self._bindings:
            binding.cut()
        self._bindings.clear()
        self.rail.close_bindings()
        self.toasts.close()

    # -- inside -----------------------------------------------------------------------------------

    def _build(self, key: str) -> QWidget:
        if key == "create":
            from studio.ui.create.workspace import CreateWorkspace

            create = CreateWorkspace(self.model)
            create.viewer_requested.connect(self.open_viewer)
            create.settings_requested.connect(lambda: self.show_settings("connections"))
            create.pack_wanted.connect(self.install_pack)
            create.palette_requested.connect(self.open_palette)
            create.template_wanted.connect(self.make_template)
            create.draft_wanted.connect(self.open_draft)
            return create
        if key == "settings":
            from studio.ui.settings.workspace import SettingsWorkspace

            return SettingsWorkspace(self.model)
        if key == "templates":
            from studio.ui.templates.workspace import TemplatesWorkspace

            return TemplatesWorkspace(self.model)
        from studio.ui.pages import EmptyPage

        return EmptyPage(key, lambda: self.show_workspace("create"))

    def _go(self, key: str) -> None:
        if key == "settings":
            self.show_settings()
        else:
            self.show_workspace(key)

    def _follow_settings(self) -> None:
        settings = self.model.settings

        def apply(_value: object = None) -> None:
            theme().choose(
                settings.theme.value,
                scale=settings.scale.value,
                density=settings.density.value,
                reduced_motion=settings.reduced_motion.value,
            )

        apply()
        for setting in (settings.theme, settings.scale, settings.density, settings.reduced_motion):
            setting.changed.connect(apply)

    def _make_shortcuts(self) -> None:
        def on(keys: str, call: Callable[[], object]) -> None:
            QShortcut(QKeySequence(keys), self).activated.connect(call)

        for key, _words, _icon, keys in WORKSPACES:
            on(keys, partial(self.show_workspace, key))
        on("Ctrl+,", self.show_settings)
        on("Ctrl+K", self.open_palette)
        on("Ctrl+Q", self.close)
        on("F6", lambda: self._next_pane(1))
        on("Shift+F6", lambda: self._next_pane(-1))
        on("Ctrl+Alt+=", lambda: self._step_scale(1))
        on("Ctrl+Alt+-", lambda: self._step_scale(-1))
        on("Ctrl+Alt+0", lambda: self._set_scale(1.0))

    def _panes(self) -> list[QWidget]:
        place = self._built.get(self._current)
        named = [getattr(place, name, None) for name in ("sessions", "transcript", "composer", "gallery")]
        inner = [pane for pane in named if isinstance(pane, QWidget) and pane.isVisible()]
        return [self.rail, *(inner or ([place] if place is not None else []))]

    def _next_pane(self, step: int) -> None:
        panes = self._panes()
        focused = QApplication.focusWidget()
        here = next((n for n, pane in enumerate(panes) if focused is pane or pane.isAncestorOf(focused or pane)), 0)
        if focused is None:
            here = 0
        for offset in range(1, len(panes) + 1):
            target = _first_stop(panes[(here + step * offset) % len(panes)])
            if target is not None:
                self.ring.by_keyboard()
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _new_session(self) -> None:
        self.show_workspace("create")
        self.model.sessions.new()

    def _open_session(self, session_id: str) -> None:
        self.show_workspace("create")
        self.model.sessions.open(session_id)

    def _set_theme(self, choice: Any) -> None:
        self.model.settings.theme.value = choice

    def _set_scale(self, scale: float) -> None:
        self.model.settings.scale.value = scale

    def _step_scale(self, step: int) -> None:
        now = self.model.settings.scale.value
        nearest = min(range(len(_SCALES)), key=lambda number: abs(_SCALES[number] - now))
        self._set_scale(_SCALES[min(len(_SCALES) - 1, max(0, nearest + step))])

    def _open_connection(self) -> None:
        from studio.ui.connection_popover import ConnectionPopover

        popover = ConnectionPopover(self.model.connection, self.root)
        popover.settings_wanted.connect(lambda: self.show_settings("connections"))
        popover.closed.connect(popover.deleteLater)
        popover.open_at(self.rail.connection, side="right")

    def _retitle(self, title: str) -> None:
        self.setWindowTitle(f"{title} · Studio" if title and title != "New session" else "Studio")

    def _restore_size(self) -> None:
        least = QSize(tokens.value("size.window.minWidth"), tokens.value("size.window.minHeight"))
        self.setMinimumSize(least)
        kept = self.model.settings.get("window.geometry")
        if isinstance(kept, str) and self.restoreGeometry(QByteArray(base64.b64decode(kept.encode()))):
            return
        width, height = tokens.value("size.window.default")
        screen = QApplication.primaryScreen()
        room = screen.availableSize() if screen is not None else QSize(width, height)
        self.resize(QSize(width, height).boundedTo(room).expandedTo(least))

    def _count_work(self) -> None:
        """The rail's counts, of sessions and of runs of templates: what needs the person wins over what is working."""
        states = [row.state for row in self.model.sessions.rows]
        asking, working = states.count("needs_you"), states.count("working")
        self.rail.items["activity"].set_count(asking or working, needs_person=bool(asking))
        runs = self.model.__dict__.get("template_runs")  # only when somebody has asked for them
        if runs is not None:
            self.rail.items["templates"].set_count(runs.needs_you or runs.active, needs_person=bool(runs.needs_you))

    def _is_working(self) -> bool:
        return self.model.create.working.value or any(row.state == "working" for row in self.model.sessions.rows)

    def _ask_to_leave(self) -> None:
        from studio.ui.leaving import LeaveDialog

        def leave() -> None:
            self._leaving = True
            self.close()

        dialog = LeaveDialog(self, goes_on=self.model.create.goes_on)
        dialog.accepted.connect(leave)
        dialog.open()


def _first_stop(pane: QWidget) -> QWidget | None:
    """Return the first control of *pane* that Tab would reach."""
    if pane.focusPolicy() & Qt.FocusPolicy.TabFocus and pane.isVisible() and pane.isEnabled():
        return pane
    for child in pane.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled():
            return child
    return None

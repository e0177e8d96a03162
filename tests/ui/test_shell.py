"""The main window: places, keyboard, palette, connection, sizes, leaving, one window per folder."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.commands import Palette, hits, matching
from studio.ui.connection_popover import ConnectionPopover, ConnectionRow
from studio.ui.create.workspace import CreateWorkspace
from studio.ui.leaving import LeaveDialog
from studio.ui.pages import EmptyPage
from studio.ui.shell import MainWindow
from studio.ui.single_instance import SingleInstance, StillClosing, claim, name_of
from studio.ui.theme import theme
from studio.viewmodels.state import ToolItem
from tests.helpers.fake_models import StudioInMemory

CTRL = Qt.KeyboardModifier.ControlModifier


def test_it_opens_on_create(window: MainWindow) -> None:
    assert window.current == "create"
    assert window.windowTitle() == "Lighthouse above the clouds · Studio"
    assert window.rail.items["create"].isChecked()


def test_places_are_built_on_the_first_visit(qtbot: QtBot, window: MainWindow) -> None:
    assert window.stack.count() == 1
    window.rail.items["library"].click()
    assert window.current == "library"
    assert window.stack.count() == 2
    page = window.workspace("library")
    assert isinstance(page, EmptyPage)
    assert page.empty.heading.text() == "Nothing hangs here yet"
    assert page.empty.button is not None
    page.empty.button.click()
    assert window.current == "create"


@pytest.mark.parametrize(("key", "place"), [("1", "create"), ("2", "library"), ("3", "templates"), ("4", "activity")])
def test_ctrl_and_a_number_go_there(qtbot: QtBot, window: MainWindow, key: str, place: str) -> None:
    qtbot.keyClick(window, getattr(Qt.Key, f"Key_{key}"), CTRL)
    assert window.current == place


def test_ctrl_comma_opens_settings(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Comma, CTRL)
    assert window.current == "settings"
    assert window.rail.items["settings"].isChecked()


def test_f6_walks_the_panes(qtbot: QtBot, window: MainWindow) -> None:
    window.rail.items["create"].setFocus()
    seen: list[QWidget] = []
    for _ in range(5):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        focused = QApplication.focusWidget()
        assert focused is not None
        seen.append(focused)
    assert len(set(seen)) == 5
    assert window.rail.isAncestorOf(seen[-1])


def test_tab_shows_the_ring(qtbot: QtBot, window: MainWindow) -> None:
    window.rail.items["create"].setFocus()
    assert window.ring.target() is None
    qtbot.keyClick(window.rail.items["create"], Qt.Key.Key_Tab)
    assert window.ring.target() is window.rail.items["library"]


def test_everything_focusable_has_a_name(window: MainWindow) -> None:
    window.show_settings("connections")
    window.show_settings("appearance")
    nameless = [
        w
        for w in window.rail.findChildren(QWidget) + window.workspace("settings").findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not w.accessibleName()
        and not (isinstance(w, QPushButton) and w.text())
    ]
    assert nameless == []


def test_a_piece_held_over_the_rail_opens_the_workspace(qtbot: QtBot, window: MainWindow) -> None:
    item = window.rail.items["templates"]
    item.spring.setInterval(0)
    data, copy = QMimeData(), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(item, enter)
    assert enter.isAccepted()
    qtbot.waitUntil(item.isChecked)


def test_the_rail_says_how_the_connection_is(window: MainWindow, model: StudioInMemory) -> None:
    assert window.rail.connection.accessibleName() == "Local, reachable"
    model.connection.kind.value = "supernet"
    model.connection.reachability.value = "unreachable"
    assert window.rail.connection.accessibleName() == "Supernet, not reachable"


def test_the_popover_switches_the_connection(qtbot: QtBot, window: MainWindow, model: StudioInMemory) -> None:
    model.connection.keys["supernet"] = "key"
    window.rail.connection.click()
    popover = window.findChild(ConnectionPopover)
    assert popover is not None
    assert popover.isVisible()
    rows = popover.findChildren(ConnectionRow)
    assert [row.text() for row in rows] == ["This computer", "Sogni Supernet", "Custom"]
    assert rows[0].isChecked()
    rows[1].click()
    assert model.connection.kind.value == "supernet"
    assert not popover.isVisible()


def test_a_connection_without_a_key_leads_to_settings(window: MainWindow, model: StudioInMemory) -> None:
    window.rail.connection.click()
    popover = window.findChild(ConnectionPopover)
    assert popover is not None
    popover.findChildren(ConnectionRow)[1].click()
    assert window.current == "settings"
    assert model.connection.kind.value == "local"


def test_the_rail_is_compact_in_a_small_window(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1100, 720)
    assert window.rail.width() == 48
    window.resize(1300, 720)
    assert window.rail.width() == 64
    assert (window.minimumWidth(), window.minimumHeight()) == (1024, 700)


def test_a_scaled_window_is_smaller_in_logical_pixels(window: MainWindow, model: StudioInMemory) -> None:
    model.settings.scale.value = 1.5
    assert theme().scale == 1.5
    window.resize(1441, 900)
    assert window.rail.width() == 72


def test_the_size_is_remembered(qtbot: QtBot, window: MainWindow, model: StudioInMemory) -> None:
    window.resize(1234, 765)
    window.close()
    again = MainWindow(model)  # type: ignore[arg-type]
    qtbot.addWidget(again)
    # The offscreen screen is only 800 wide, and Qt brings a window back inside the screen; the height tells.
    assert again.height() == 765


def test_the_palette_finds_and_does(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    palette = window.findChild(Palette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "go lib")
    assert palette.titles()[0] == "Go to Library"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.current == "library"


def test_the_palette_offers_what_fits_the_selection(window: MainWindow, model: StudioInMemory) -> None:
    model.create.selection.value = ("p3",)
    titles = [command.title for command in window.commands()]
    assert titles[:3] == ["Use Image 3 as reference", "Cut out: Image 3", "Upscale: Image 3"]
    window.commands()[2].run()
    assert model.create.asked == [("run_action", ("upscale", ("p3",)))]


def test_esc_leaves_the_palette(qtbot: QtBot, window: MainWindow) -> None:
    window.open_palette()
    palette = window.findChild(Palette)
    assert palette is not None
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_letters_are_found_in_order() -> None:
    assert hits("New session", "ns") == [0, 4]
    assert hits("New session", "zz") is None
    assert hits("Go to Library", "") == []
    assert matching([], "anything") == []


def test_quitting_while_working_says_what_happens(qtbot: QtBot, window: MainWindow, model: StudioInMemory) -> None:
    model.create.working.value = True
    closed: list[bool] = []
    window.on_close = lambda: closed.append(True)
    window.close()
    dialog = window.findChild(LeaveDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert window.isVisible()
    dialog.stay.click()
    assert closed == []
    window.close()
    dialog = window.findChildren(LeaveDialog)[-1]
    dialog.leave.click()
    assert closed == [True]
    assert not window.isVisible()


def test_the_theme_is_chosen_from_the_palette(window: MainWindow, model: StudioInMemory) -> None:
    next(command for command in window.commands() if command.title == "Theme: Light").run()
    assert model.settings.theme.value == "light"
    assert theme().name == "light"


class Asked:
    """What the window asks for templates of conversations."""

    def __init__(self) -> None:
        self.for_: list[tuple[object, ...]] = []

    def of_rounds(self, session_id: str, first: int, last: int, ready: Callable[[], object]) -> None:
        self.for_.append((session_id, first, last))
        ready()

    def open_draft(self, turn_id: str, item: ToolItem, ready: Callable[[], object]) -> None:
        self.for_.append((turn_id, item.call_id))
        ready()


def test_templates_of_rounds_and_drafts_are_shown_in_the_editor(
    window: MainWindow, model: StudioInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    monkeypatch.setattr(model, "chat_templates", asked, raising=False)
    create = window.workspace("create")
    assert isinstance(create, CreateWorkspace)
    create.transcript.template_wanted.emit(1, 2)
    assert window.current == "templates"
    window.show_workspace("create")
    create.transcript.draft_wanted.emit("t1", ToolItem("c7", "compose_workflow_template"))
    assert window.current == "templates"
    window.show_workspace("create")
    next(each for each in window.commands() if each.title == "Make a template of this session").run()
    session_id = model.create.conversation.id
    assert asked.for_ == [(session_id, 1, 2), ("t1", "c7"), (session_id, 1, model.create.turns[-1].round)]
    assert window.current == "templates"


def test_a_second_start_raises_the_first(qtbot: QtBot, tmp_path: Path, qapp: QApplication) -> None:
    first = claim(tmp_path / "new")
    assert first is not None
    with qtbot.waitSignal(first.raised):
        assert claim(tmp_path / "new") is None
    first.release()


def test_a_start_waits_while_the_former_window_saves(tmp_path: Path, qapp: QApplication) -> None:
    first = claim(tmp_path)
    assert first is not None
    first.stop_listening()
    with pytest.raises(StillClosing):
        claim(tmp_path, limit_s=0)
    threading.Timer(0.01, first._lock.close).start()  # type: ignore[union-attr]
    second = claim(tmp_path)
    assert second is not None
    second.release()


def test_another_folder_is_another_window(tmp_path: Path, qapp: QApplication) -> None:
    windows = [claim(tmp_path / name) for name in ("one", "two")]
    assert all(windows)
    assert name_of(tmp_path / "one") != name_of(tmp_path / "two")
    for window in windows:
        assert window is not None
        window.release()


def test_what_a_crash_left_behind_is_no_obstacle(qtbot: QtBot, tmp_path: Path, qapp: QApplication) -> None:
    killed = SingleInstance(tmp_path)
    assert killed._lock is not None
    killed._lock.close()  # as the system does; the socket's file stays
    second = claim(tmp_path)
    assert second is not None
    with qtbot.waitSignal(second.raised):
        assert claim(tmp_path) is None
    second.release()
    killed.release()

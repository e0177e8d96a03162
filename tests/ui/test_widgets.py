"""The controls: what they say, show and answer to."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.theme import theme
from studio.ui.widgets.buttons import ActionButton, Button, IconButton
from studio.ui.widgets.choices import Chip, Segmented, Switch
from studio.ui.widgets.fields import SearchField
from studio.ui.widgets.focus import FocusRing
from studio.ui.widgets.labels import ElidedLabel, EmptyState, StatusPill
from studio.ui.widgets.popover import Popover
from studio.ui.widgets.progress import ProgressBar, ProgressRing
from studio.ui.widgets.spinner import clock
from studio.ui.widgets.toasts import ToastHost
from studio.viewmodels.notices import NoticesModel


@pytest.fixture(autouse=True)
def _dark(dark: None) -> None:
    """Every test starts dark."""


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    """A shown window of 600 × 500."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(600, 500)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_enter_presses_a_button(qtbot: QtBot, host: QWidget) -> None:
    button = Button("Make", parent=host)
    button.show()
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Return)


def test_a_working_button_keeps_its_width_and_comes_back(qtbot: QtBot, host: QWidget) -> None:
    button = Button("Approve", kind="primary", parent=host)
    button.show()
    width = button.width()
    button.set_working(True, "Making…")
    assert not button.isEnabled()
    assert button.text() == "Making…"
    assert button.minimumWidth() == width
    assert clock().is_running()
    button.set_working(False)
    assert button.isEnabled()
    assert button.text() == "Approve"
    assert not clock().is_running()


def test_icon_buttons_are_named(qtbot: QtBot) -> None:
    button = IconButton("heart", "Favourite", shortcut="F")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Favourite"
    assert button.toolTip() == "Favourite  F"
    assert min(button.width(), button.height()) >= 28


def test_an_action_that_is_off_says_why(qtbot: QtBot) -> None:
    action = ActionButton("cutout", "Cut out")
    qtbot.addWidget(action)
    action.set_available(False, "For pictures only.")
    assert not action.isEnabled()
    assert "For pictures only." in action.toolTip()


def test_segments_answer_to_arrows_and_clicks(qtbot: QtBot, host: QWidget) -> None:
    control = Segmented([("none", "Off"), ("creative", "Creative"), ("agent", "Agent")], name="Tools", parent=host)
    control.resize(control.sizeHint())
    control.show()
    with qtbot.waitSignal(control.chosen) as chosen:
        qtbot.keyClick(control, Qt.Key.Key_Right)
    assert chosen.args == ["creative"]
    assert control.accessibleName() == "Tools: Creative"
    control.set_available("agent", False, "Not here")
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton, pos=QPoint(control.width() - 8, control.height() // 2))
    assert control.current == "creative"


def test_a_chip_says_its_count(qtbot: QtBot) -> None:
    chip = Chip("All")
    qtbot.addWidget(chip)
    chip.set_count("4", "4 images", dim=False)
    assert chip.text() == "4"
    assert chip.accessibleName() == "4 images"


def test_a_switch_toggles_with_space(qtbot: QtBot, host: QWidget) -> None:
    switch = Switch("Reduce motion", parent=host)
    switch.show()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()


def test_a_bar_never_goes_back(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.set_progress(0.6)
    bar.set_progress(0.4)
    assert bar.fraction == 0.6
    bar.restart()
    bar.set_progress(0.1)
    assert bar.fraction == 0.1
    assert bar.accessibleDescription() == "10 percent"


def test_nothing_turns_when_nothing_is_seen(qtbot: QtBot, host: QWidget) -> None:
    theme().choose(reduced_motion=False)
    ring = ProgressRing(parent=host)
    ring.set_progress(None)
    assert not clock().is_running()
    ring.show()
    assert clock().is_running()
    ring.hide()
    assert not clock().is_running()


def test_the_clock_stops_when_a_turning_thing_is_destroyed(qtbot: QtBot, host: QWidget) -> None:
    ring = ProgressRing(parent=host)
    ring.set_progress(None)
    ring.show()
    ring.deleteLater()
    qtbot.waitUntil(lambda: not clock().is_running())


def test_esc_empties_the_search_first(qtbot: QtBot, host: QWidget) -> None:
    field = SearchField("Find a session", parent=host)
    field.show()
    qtbot.keyClicks(field, "fern")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_an_elided_label_keeps_its_words(qtbot: QtBot) -> None:
    label = ElidedLabel("A very long title that does not fit anywhere")
    qtbot.addWidget(label)
    label.resize(80, 18)
    label.show()
    assert label.text().endswith("…")
    assert label.toolTip() == label.words() == label.accessibleName()


def test_a_status_has_a_word(qtbot: QtBot) -> None:
    pill = StatusPill("waiting_for_user")
    qtbot.addWidget(pill)
    assert pill.accessibleName() == "Needs you"


def test_an_empty_place_offers_its_action(qtbot: QtBot) -> None:
    pressed: list[bool] = []
    empty = EmptyState("An empty wall", "Everything hangs here.", "Add", run=lambda: pressed.append(True))
    qtbot.addWidget(empty)
    assert empty.button is not None
    empty.button.click()
    assert pressed == [True]


def test_a_popover_closes_with_esc_and_gives_focus_back(qtbot: QtBot, host: QWidget) -> None:
    anchor = QLineEdit(host)
    anchor.show()
    anchor.setFocus()
    popover = Popover(host, name="Choice", width=200)
    inside = Button("One")
    popover.column().addWidget(inside)
    popover.open_at(anchor)
    assert host.rect().contains(popover.geometry())
    assert inside.hasFocus()
    with qtbot.waitSignal(popover.closed):
        qtbot.keyClick(inside, Qt.Key.Key_Escape)
    assert anchor.hasFocus()


def test_a_press_outside_closes_a_popover(qtbot: QtBot, host: QWidget) -> None:
    popover = Popover(host, name="Choice", width=200)
    popover.column().addWidget(Button("One"))
    anchor = Button("Open", parent=host)
    anchor.show()
    popover.open_at(anchor)
    with qtbot.waitSignal(popover.closed):
        qtbot.mouseClick(host, Qt.MouseButton.LeftButton, pos=QPoint(590, 490))


def test_a_popover_closes_also_when_what_had_the_focus_is_gone(qtbot: QtBot, host: QWidget) -> None:
    field = QLineEdit(host)
    field.show()
    host.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    popover = Popover(host, name="Choice", width=200)
    popover.open_at(host)
    field.deleteLater()
    qtbot.wait(1)
    popover.close_popover()
    assert not popover.isVisible()


def test_the_ring_is_for_the_keyboard_only(qtbot: QtBot, host: QWidget) -> None:
    column = QVBoxLayout(host)
    first, second = Button("First"), Button("Second")
    column.addWidget(first)
    column.addWidget(second)
    ring = FocusRing(host)
    host.activateWindow()
    qtbot.waitUntil(lambda: first.isVisible() and second.isVisible() and host.isActiveWindow())
    first.setFocus()
    assert ring.target() is None
    ring.by_keyboard()
    second.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target() is second
    assert ring.geometry().contains(second.geometry())
    second.hide()
    assert ring.target() is None


def test_toasts_stack_run_their_action_and_go(qtbot: QtBot, host: QWidget) -> None:
    notices, undone = NoticesModel(), []
    toasts = ToastHost(notices, host)
    notices.post("info", "Moved 2 pictures to the bin", action="Undo", run=lambda: undone.append(True))
    notices.post("error", "Couldn't save", "The disk is full.", details="ENOSPC")
    assert [toast.notice.title for toast in toasts.toasts()] == ["Moved 2 pictures to the bin", "Couldn't save"]
    first, second = toasts.toasts()
    assert first.geometry().bottom() < second.geometry().top()
    assert host.rect().contains(second.geometry())
    undo = next(b for b in first.findChildren(Button) if b.text() == "Undo")
    undo.click()
    assert undone == [True]
    assert [toast.notice.title for toast in toasts.toasts()] == ["Couldn't save"]
    copy = next(b for b in second.findChildren(IconButton) if b.accessibleName() == "Copy details")
    copy.click()
    assert QGuiApplication.clipboard().text() == "ENOSPC"
    toasts.close()


def test_more_than_three_toasts_are_counted(qtbot: QtBot, host: QWidget) -> None:
    notices = NoticesModel()
    toasts = ToastHost(notices, host)
    for number in range(5):
        notices.post("error", f"Trouble {number}")
    assert sum(toast.isVisible() for toast in toasts.toasts()) == 3
    more = next(b for b in host.findChildren(Button) if b.text() == "2 more")
    assert more.isVisible()
    toasts.close()

"""The list of sessions."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.ui.create.pictures import Pictures
from studio.ui.create.sessions.delegate import action_rects
from studio.ui.create.sessions.model import SessionsListModel, facts, grouped
from studio.ui.create.sessions.pane import SessionsPane
from studio.viewmodels.state import SessionRow
from tests.ui.create.fakes import FakeStudio

LEFT = Qt.MouseButton.LeftButton
NOON = datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)


def ms(days_ago: float) -> int:
    return int((NOON - timedelta(days=days_ago)).timestamp() * 1000)


ROWS = [
    SessionRow("a", "Herbarium plates", 24, ms(3), pinned=True),
    SessionRow("b", "New session", 0, ms(0)),
    SessionRow("c", "Lighthouse above the clouds", 6, ms(1)),
    SessionRow("d", "Koi, three seasons", 1, ms(40)),
]


@pytest.fixture
def pane(qtbot: QtBot, studio: FakeStudio, pictures: Pictures) -> SessionsPane:
    studio.sessions.set_rows(ROWS)
    studio.sessions.current_id.value = "b"
    widget = SessionsPane(studio.sessions, pictures)  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(248, 700)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def titles(pane: SessionsPane) -> list[str]:
    return [pane.rows.index(n, 0).data() for n in range(pane.rows.rowCount())]


def place(pane: SessionsPane, session_id: str) -> object:
    return pane.list.visualRect(pane.rows.index_of(session_id)).center()


def test_groups_stand_between_the_rows() -> None:
    assert [getattr(item, "text", getattr(item, "id", "")) for item in grouped(ROWS, NOON)] == [
        "Pinned", "a", "Today", "b", "Yesterday", "c", "Earlier", "d",
    ]  # fmt: skip


def test_facts_say_pieces_and_when() -> None:
    assert facts(ROWS[2], NOON) == "6 pieces · yesterday"
    assert facts(ROWS[1], NOON) == "Nothing made yet"
    assert facts(SessionRow("w", "W", 3, ms(0), state="working"), NOON) == "working"


def test_the_model_passes_qts_own_checks(qtmodeltester: object) -> None:
    model = SessionsListModel()
    model.show_rows(ROWS)
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    model.show_rows(ROWS[1:])
    assert model.rowCount() == 6


def test_searching_leaves_what_matches(pane: SessionsPane, studio: FakeStudio) -> None:
    QTest.keyClicks(pane.search, "koi")
    assert titles(pane) == ["Earlier", "Koi, three seasons"]
    QTest.keyClicks(pane.search, "zzz")
    assert pane.empty.isVisible()
    assert pane.empty.text() == "Nothing like that"


def test_clicking_and_entering_open_a_session(pane: SessionsPane, studio: FakeStudio) -> None:
    QTest.mouseClick(pane.list.viewport(), LEFT, pos=place(pane, "c"))  # type: ignore[arg-type]
    assert studio.sessions.asked == [("open", ("c",))]
    QTest.keyClick(pane.list, Qt.Key.Key_Down)
    QTest.keyClick(pane.list, Qt.Key.Key_Return)
    assert studio.sessions.asked[-1] == ("open", ("d",))


def test_plus_makes_a_session(pane: SessionsPane, studio: FakeStudio) -> None:
    QTest.mouseClick(pane.new, LEFT)
    assert studio.sessions.names() == ["new"]
    assert pane.list.currentIndex().data() == "New session"


def rename(pane: SessionsPane, text: str, key: Qt.Key) -> None:
    pane.list.rename(pane.rows.index_of("c"))
    field = next(field for field in pane.list.findChildren(QLineEdit) if field.isVisible())
    assert field.selectedText() == "Lighthouse above the clouds"
    QTest.keyClicks(field, text)
    QTest.keyClick(field, key)


def test_enter_keeps_a_new_title_and_escape_the_old(pane: SessionsPane, studio: FakeStudio, qtbot: QtBot) -> None:
    rename(pane, "Never", Qt.Key.Key_Escape)
    assert studio.sessions.asked == []
    rename(pane, "The keeper's hour", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: studio.sessions.asked == [("rename", ("c", "The keeper's hour"))])
    assert "The keeper's hour" in titles(pane)


def test_an_empty_title_is_not_kept(pane: SessionsPane, studio: FakeStudio) -> None:
    assert not pane.rows.setData(pane.rows.index_of("c"), "   ")
    assert studio.sessions.asked == []


def test_pin_and_delete(pane: SessionsPane, studio: FakeStudio) -> None:
    row = pane.list.visualRect(pane.rows.index_of("d"))
    QTest.mouseClick(pane.list.viewport(), LEFT, pos=action_rects(row)["pin"].center())
    assert studio.sessions.asked == [("set_pinned", ("d", True))]
    assert titles(pane)[:3] == ["Pinned", "Herbarium plates", "Koi, three seasons"]
    pane.list.setCurrentIndex(pane.rows.index_of("c"))
    QTest.keyClick(pane.list, Qt.Key.Key_Delete)
    assert studio.sessions.asked[-1] == ("delete", ("c",))


def test_the_menu_names_what_can_be_done(pane: SessionsPane) -> None:
    menu = pane.list.menu_for(ROWS[0])
    assert [action.text() for action in menu.actions() if action.text()] == ["Rename", "Unpin", "Delete"]


def test_screen_readers_hear_title_pieces_and_state(pane: SessionsPane, studio: FakeStudio) -> None:
    spoken = pane.rows.index_of("a").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Herbarium plates, 24 pieces")
    assert spoken.endswith("pinned")
    studio.sessions.set_rows([replace(ROWS[0], title="")])
    nameless = pane.rows.index_of("a")
    assert nameless.data() == "New session"  # only uploads in it so far
    assert nameless.data(Qt.ItemDataRole.EditRole) == ""


def test_rings_turn_only_while_something_works_and_is_seen(pane: SessionsPane, studio: FakeStudio) -> None:
    assert not pane._spin.isActive()
    studio.sessions.set_rows([SessionRow("w", "Working", 1, ms(0), state="working")])
    assert pane._spin.isActive()
    pane.hide()
    assert not pane._spin.isActive()


def test_covers_are_drawn(pane: SessionsPane, studio: FakeStudio, files: list[Path], qtbot: QtBot) -> None:
    studio.sessions.set_rows([SessionRow("p", "One", 4, ms(0), covers=tuple(files))])
    box = pane.list.visualRect(pane.rows.index_of("p"))
    pane.grab()

    def painted() -> None:
        image = pane.list.viewport().grab().toImage()
        assert image.pixelColor(box.left() + 12, box.center().y() - 10).blue() > 40

    qtbot.waitUntil(painted)

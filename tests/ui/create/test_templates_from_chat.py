"""Templates from the conversation: of a round, of several, and those that an answer drafted."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.ui.create.transcript.draft_card import DraftCard
from studio.ui.create.transcript.selection import Address
from studio.ui.create.transcript.transcript import Transcript
from studio.viewmodels.state import TextItem, ToolItem, Turn
from tests.ui.create.fakes import FakeStudio, piece

DRAFT: dict[str, Any] = {"name": "Night market", "stages": [{"id": "a"}, {"id": "b"}], "inputs": [{"name": "who"}]}


def rounds(studio: FakeStudio, files: list[Path]) -> None:
    """Three rounds; only the second one is without pieces."""
    turns = [
        Turn(
            f"t{number}",
            number,
            f"Words {number}",
            items=[TextItem("An answer.")] if number == 2 else [_made(f"c{number}", f"p{number}")],
            status="done",
        )
        for number in (1, 2, 3)
    ]
    studio.create.show(turns, [piece(number, files[number]) for number in (1, 3)])


def _made(call_id: str, piece_id: str) -> ToolItem:
    return ToolItem(call_id, "generate_image", "Made an image", "done", 1.0, piece_ids=(piece_id,))


def menu_of(transcript: Transcript, point: QPoint, *, keyboard: bool = False) -> dict[str, QAction]:
    """The actions of the context menu at a point, by their words."""
    menu = transcript.menu_at(QPointF(point), keyboard)
    return {action.text(): action for action in menu.actions() if action.text()}


def at_user_card(transcript: Transcript, index: int) -> QPoint:
    rect = transcript.turn_rect(index)
    part = next(part for part in transcript.layout_of(index).parts if part.words().startswith("You"))
    return QPoint(rect.right() - 40, rect.top() + part.y + part.height // 2)


def test_the_menu_of_a_round_offers_it_and_those_up_to_it(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    rounds(studio, files)
    transcript.scroll_to_turn(2)
    actions = menu_of(transcript, at_user_card(transcript, 2))
    assert {"Make a template of this round", "Make a template of rounds 1–3"} <= set(actions)
    with qtbot.waitSignal(transcript.template_wanted) as asked:
        actions["Make a template of this round"].trigger()
    assert asked.args == [3, 3]
    with qtbot.waitSignal(transcript.template_wanted) as asked:
        actions["Make a template of rounds 1–3"].trigger()
    assert asked.args == [1, 3]


def test_a_round_without_pieces_offers_only_those_with_some(
    transcript: Transcript, studio: FakeStudio, files: list[Path]
) -> None:
    rounds(studio, files)
    transcript.scroll_to_turn(1)
    actions = menu_of(transcript, at_user_card(transcript, 1))
    assert not actions["Make a template of this round"].isEnabled()
    assert actions["Make a template of rounds 1–2"].isEnabled()
    studio.create.turns[0].status = "working"
    actions = menu_of(transcript, at_user_card(transcript, 1))
    assert not actions["Make a template of rounds 1–2"].isEnabled()


def test_selected_rounds_are_the_stretch_and_the_keyboard_opens_the_menu(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    rounds(studio, files)
    transcript.selection.anchor, transcript.selection.caret = Address(1, 0, 0, 0), Address(2, 1, 0, 3)
    transcript.current = 2
    actions = menu_of(transcript, QPoint(5, 5), keyboard=True)
    with qtbot.waitSignal(transcript.template_wanted) as asked:
        actions["Make a template of rounds 2–3"].trigger()
    assert asked.args == [2, 3]


def test_a_drafted_template_opens_from_its_result(transcript: Transcript, studio: FakeStudio, qtbot: QtBot) -> None:
    item = ToolItem("c1", "compose_workflow_template", "Drafted a template", "done", draft=DRAFT)
    studio.create.show([Turn("t1", 1, "A template, please", items=[item, TextItem("There it is.")], status="done")])
    card = transcript.cards.widget("draft:c1")
    assert isinstance(card, DraftCard)
    assert card.isVisible()
    assert card.accessibleName() == "Template, Night market · 2 stages · 1 input"
    with qtbot.waitSignal(transcript.draft_wanted) as asked:
        QTest.mouseClick(card.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["t1", item]
    card.button.setFocus()
    with qtbot.waitSignal(transcript.draft_wanted):
        QTest.keyClick(card.button, Qt.Key.Key_Space)
    assert transcript.layout_of(0).words().count("Open in the editor") == 1


def test_a_call_that_drafted_nothing_shows_no_button(transcript: Transcript, studio: FakeStudio) -> None:
    item = ToolItem("c1", "compose_workflow_template", "Drafted a template", "done", message="from elsewhere")
    studio.create.show([Turn("t1", 1, "A template, please", items=[item], status="done")])
    assert transcript.cards.widget("draft:c1") is None

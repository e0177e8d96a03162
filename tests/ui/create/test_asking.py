"""The card that asks: reachable by keyboard, decided only on purpose, and honest about what it costs."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.ui.create.composer.chips import AttachmentChip
from studio.ui.create.drop_rules import sort_files
from studio.ui.create.transcript.ask_card import AskCard, amount, pieces_of, trouble_of
from studio.ui.create.transcript.transcript import Transcript
from studio.ui.create.workspace import Centre
from studio.ui.gallery.entries import working_entries
from studio.viewmodels.state import Attachment, TextItem, ToolItem, Turn, Waiting
from tests.ui.create.fakes import FakeStudio, piece

PRICE = Waiting(
    "cost_approval_required",
    "One slow move",
    "c1",
    "generate_video",
    "Seedance",
    {"prompt": "slow dolly in", "sourceImageIndices": [0, 1], "width": 1280, "height": 720, "duration": 8},
    {"totalEstimatedCapacityUnits": 296},
    296.0,
    "spark",
    1.48,
)
QUESTION = Waiting("ask_clarifying_question", "Which one?", options=("The red", "The blue"))


def show(transcript: Transcript, studio: FakeStudio, files: list[Path], waiting: Waiting) -> tuple[AskCard, Turn]:
    turn = Turn("t1", 1, "film it", items=[TextItem("The price first.")], status="working", waiting=waiting)
    studio.create.show([turn], [piece(1, files[0]), piece(2, files[1])])
    card = transcript.cards.widget("ask:t1")
    assert isinstance(card, AskCard)
    return card, turn


def change(transcript: Transcript, studio: FakeStudio, turn: Turn, waiting: Waiting | None, qtbot: QtBot) -> None:
    turn.waiting = waiting
    studio.create.turn_changed.emit(0)
    qtbot.waitUntil(lambda: not transcript._dirty)


def test_the_price_is_in_the_button_and_in_the_name(
    transcript: Transcript, studio: FakeStudio, files: list[Path]
) -> None:
    card, _ = show(transcript, studio, files, PRICE)
    assert card._approve.text() == "Approve 296 Spark"
    assert card.accessibleName() == "Paused before spending. 296 Spark. One slow move"
    assert [row.accessibleName() for row in card.rows] == [
        "Seedance, 1280 × 720 · 8 s, 296.0, $1.48",
        "Faster, Quicker, with less detail, 296.0, or less",
    ]
    assert [p.badge for p in pieces_of(PRICE, transcript.around.by_index)] == ["Image 1", "Image 2"]
    assert card.rows[0].isChecked()


def test_enter_decides_nothing_and_ctrl_enter_approves(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    card, _ = show(transcript, studio, files, PRICE)
    row = card.rows[0]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert studio.create.asked == []
    QTest.keyClick(row, Qt.Key.Key_Down)
    assert card.rows[1].isChecked()
    QTest.keyClick(card.rows[1], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert studio.create.asked == [("approve", ("t1", {"qualityTier": "fast"}, False))]


def test_decline_and_not_asking_for_as_little_again(
    transcript: Transcript, studio: FakeStudio, files: list[Path]
) -> None:
    card, _ = show(transcript, studio, files, PRICE)
    card._decline.click()
    card._quiet.click()
    card._approve.click()
    assert studio.create.asked == [("decline", ("t1",)), ("approve", ("t1", {}, True))]
    assert card._quiet.text() == "Don’t ask below $2.00 this session"


def test_the_words_can_be_changed_before_approving(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    card, _ = show(transcript, studio, files, PRICE)
    before = card.height()
    card._edit.click()
    qtbot.waitUntil(lambda: card._field is not None and card.height() > before)
    assert card._field is not None
    assert card._field.toPlainText() == "slow dolly in"
    card._field.setPlainText("slow dolly out")
    card._approve.click()
    assert studio.create.asked == [("approve", ("t1", {"prompt": "slow dolly out"}, False))]


def test_a_decision_on_its_way_cannot_be_made_twice(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    card, turn = show(transcript, studio, files, PRICE)
    change(transcript, studio, turn, replace(PRICE, deciding="approve"), qtbot)
    assert transcript.cards.widget("ask:t1") is card
    assert (card._approve.text(), card._approve.isEnabled(), card._decline.isEnabled()) == ("Approving…", False, False)
    change(transcript, studio, turn, replace(PRICE, trouble="The price has changed.", cost=300.0), qtbot)
    assert (card._approve.text(), card._approve.isEnabled()) == ("Approve 300 Spark", True)
    assert "The price has changed." in card.accessibleName()
    change(transcript, studio, turn, None, qtbot)
    assert transcript.cards.widget("ask:t1") is None


def test_what_cannot_be_paid_for_can_only_be_declined(
    transcript: Transcript, studio: FakeStudio, files: list[Path]
) -> None:
    waiting = replace(PRICE, preview=None)
    card, _ = show(transcript, studio, files, waiting)
    assert (card._approve.isEnabled(), card._decline.isEnabled(), len(card.rows)) == (False, True, 1)
    assert "can’t be paid for" in trouble_of(waiting)


@pytest.mark.parametrize(
    ("cost", "token", "usd", "words"),
    [
        (0.8, "spark", 0.004, "0.8 Spark"),
        (1284.6, "sogni", 3.0, "1,284.6 Sogni"),
        (None, "", 1.5, "$1.50"),
        (None, "", 0.001, "under $0.01"),
        (None, "", None, ""),
    ],
)
def test_amounts(cost: float | None, token: str, usd: float | None, words: str) -> None:
    assert amount(replace(PRICE, cost=cost, token_type=token, usd=usd)) == words


def test_a_question_offers_its_answers(transcript: Transcript, studio: FakeStudio, files: list[Path]) -> None:
    card, _ = show(transcript, studio, files, QUESTION)
    assert [button.text() for button in card.answers] == ["The red", "The blue"]
    assert card.accessibleName() == "Needs your answer. Which one?"
    card.answers[1].click()
    assert studio.create.asked == [("answer", ("t1", "The blue"))]
    card.take_focus()
    assert transcript.window().focusWidget() is card.answers[0]


def test_what_waits_hangs_on_the_wall_as_such() -> None:
    held = ToolItem("c1", "generate_video", arguments={"width": 1280, "height": 720})
    turn = Turn("t1", 1, "film it", items=[held], status="working", waiting=PRICE)
    assert [(e.kind, e.words) for e in working_entries(turn)] == [("video", "Waits for your answer")]
    turn.items = []
    assert [(e.kind, e.words, round(e.aspect, 2)) for e in working_entries(turn)] == [
        ("video", "Waits for your answer", 1.78)
    ]
    turn.waiting = None
    assert working_entries(turn) == []


def test_a_turn_that_catches_up_says_so(transcript: Transcript, studio: FakeStudio, files: list[Path]) -> None:
    turn = Turn("t1", 1, "film it", items=[TextItem("One")], status="working", phase="reconnecting")
    studio.create.show([turn])
    assert "Catching up…" in transcript.layout_of(0).words()
    turn.phase = "uploading"
    studio.create.show([turn])
    assert "Sending your files…" in transcript.layout_of(0).words()


def test_chips_stay_while_their_files_are_sent(centre: Centre, studio: FakeStudio) -> None:
    composer = centre.composer
    model = studio.create.composer
    item = Attachment("a1", "fern.png", "uploading", "u1", progress=0.1)
    model.set_attachments([item, Attachment("a2", "song.wav", "ready", "u2", kind="audio", duration_s=65.0)])
    chips = composer.findChildren(AttachmentChip)
    assert [chip.accessibleName() for chip in chips] == ["fern.png, sending, 10 percent", "song.wav, 1:05"]
    model.set_attachments([replace(item, progress=0.6), model.attachments[1]])
    assert composer.chips._chips == chips
    assert chips[0].accessibleName() == "fern.png, sending, 60 percent"
    assert chips[0]._retry.isHidden()
    model.set_attachments([replace(item, status="failed", trouble="It broke."), model.attachments[1]])
    assert not chips[0]._retry.isHidden()
    chips[0]._retry.click()
    assert ("retry_upload", ("a1",)) in model.asked
    model.set_attachments([model.attachments[1]])
    assert composer.chips._chips == [chips[1]]


def test_films_and_sounds_can_be_dropped() -> None:
    names = ["a.png", "b.mp4", "c.MOV", "d.wav", "e.mkv", "f.wma", "g.psd", "folder"]
    found = sort_files([Path(name) for name in names])
    assert [path.name for path in found.usable] == ["a.png", "b.mp4", "c.MOV", "d.wav"]
    assert found.summary(14) == "1 picture, 2 videos and 1 sound. 14 of 20 places are free."
    assert found.refused == (
        "e.mkv can't be used. Use MP4, MOV or WebM.",
        "f.wma can't be used. Use WAV, MP3, M4A, OGG or FLAC.",
        "g.psd can't be used. Export it as PNG, JPEG, WebP or TIFF.",
        "folder can't be used. Drop files, not folders.",
    )


def test_ctrl_enter_in_the_words_approves_them(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    card, _ = show(transcript, studio, files, PRICE)
    card._edit.click()
    qtbot.waitUntil(lambda: card._field is not None)
    assert card._field is not None
    card._field.setPlainText("slow dolly out")
    QTest.keyClick(card._field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert studio.create.asked == [("approve", ("t1", {"prompt": "slow dolly out"}, False))]


def test_leaving_the_card_is_no_decision(transcript: Transcript, studio: FakeStudio, files: list[Path]) -> None:
    card, _ = show(transcript, studio, files, PRICE)
    transcript.setFocus()
    assert not transcript.leave_card()
    card.rows[1].setFocus()
    assert transcript.leave_card()
    assert studio.create.asked == []


def test_the_keyboard_goes_back_to_the_message_with_the_decision(
    centre: Centre, studio: FakeStudio, files: list[Path]
) -> None:
    card, _ = show(centre.transcript, studio, files, PRICE)
    card.take_focus()
    assert centre.window().focusWidget() is card.rows[0]
    QTest.keyClick(card.rows[0], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert centre.window().focusWidget() is centre.composer.edit

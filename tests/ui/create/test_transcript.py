"""The conversation, used as a person uses it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.ui.create.buttons import CardButton
from studio.ui.create.transcript import answer, markdown
from studio.ui.create.transcript.accessible import install
from studio.ui.create.transcript.parts import Part
from studio.ui.create.transcript.tool_card import ToolCard
from studio.ui.create.transcript.transcript import Transcript
from studio.ui.create.transcript.trouble_card import TroubleCard
from studio.viewmodels.state import TextItem, ToolItem, Trouble, Turn
from tests.ui.create.fakes import FakeStudio, piece, talk

LEFT = Qt.MouseButton.LeftButton


def part(view: Transcript, index: int, kind: type[Part] | str) -> tuple[Part, QRect]:
    """The first part of a kind in a turn, and its rectangle in the viewport."""
    rect = view.turn_rect(index)
    for found in view.layout_of(index).parts:
        if found.widget_key.startswith(kind) and found.widget_key if isinstance(kind, str) else isinstance(found, kind):
            return found, QRect(rect.left(), rect.top() + found.y, rect.width(), found.height)
    raise AssertionError(kind)


def made(files: list[Path], *ids: str, status: str = "done") -> ToolItem:
    return ToolItem(
        "c1", "generate_image", "Made 2 images", status, 1.0, model="Built-in painter", seconds=2.1, piece_ids=ids
    )  # type: ignore[arg-type]


def with_pictures(studio: FakeStudio, files: list[Path]) -> None:
    turn = Turn("t1", 1, "Two lighthouses", items=[made(files, "p1", "p2")], status="done")
    studio.create.show([turn], [piece(1, files[0]), piece(2, files[1])])


def words(view: Transcript, index: int) -> str:
    return view.layout_of(index).words()


def long_session(studio: FakeStudio, count: int = 40) -> None:
    studio.create.show([talk(n, f"Answer {n}. " + "Some more words for it. " * 30) for n in range(1, count + 1)])


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_session_opens_at_its_end(transcript: Transcript, studio: FakeStudio) -> None:
    long_session(studio)
    assert transcript.follow
    assert transcript.turn_rect(39).bottom() <= transcript.viewport().height()
    assert transcript.verticalScrollBar().value() == transcript.verticalScrollBar().maximum()


def test_thousands_of_turns_lay_out_only_what_is_near(transcript: Transcript, studio: FakeStudio) -> None:
    long_session(studio, 2_500)
    assert len(transcript._layouts) < 20
    transcript.verticalScrollBar().setValue(transcript.verticalScrollBar().maximum() // 2)
    assert len(transcript._layouts) < 60


def test_scrolling_up_keeps_what_is_read_in_its_place(transcript: Transcript, studio: FakeStudio, qtbot: QtBot) -> None:
    long_session(studio)
    transcript.verticalScrollBar().setValue(2_000)
    anchor = transcript.visible()[0]
    before = transcript.turn_rect(anchor).top()
    for step in range(1, 30):
        transcript.verticalScrollBar().setValue(transcript.offset_px - 40)
        assert transcript.turn_rect(anchor).top() == before + 40 * step
        if transcript.offset_px < 100:
            break


def test_scrolling_moves_pixels_to_where_painting_would_put_them(
    transcript: Transcript, studio: FakeStudio, qtbot: QtBot
) -> None:
    long_session(studio)
    for value in (3_000, 2_913, 2_990, 1_400, 1_437):
        transcript.verticalScrollBar().setValue(value)
        QTest.qWait(20)
    shown = transcript.screen().grabWindow(transcript.winId()).toImage()
    painted = transcript.grab().toImage()
    assert shown.convertToFormat(painted.format()) == painted


def test_new_words_do_not_pull_a_reader_down(transcript: Transcript, studio: FakeStudio, qtbot: QtBot) -> None:
    long_session(studio)
    transcript.verticalScrollBar().setValue(1_000)
    assert not transcript.follow
    before = transcript.offset_px
    live = studio.create.turns[-1]
    live.items[0].text += "\n\nMore. " * 50  # type: ignore[union-attr]
    studio.create.turn_changed.emit(39)
    qtbot.waitUntil(lambda: "New below" in transcript.below.text())  # type: ignore[union-attr]
    assert transcript.offset_px == before
    QTest.mouseClick(transcript.below, LEFT)
    assert transcript.follow
    assert transcript.verticalScrollBar().value() == transcript.verticalScrollBar().maximum()
    assert transcript.below.isHidden()  # type: ignore[union-attr]


def test_a_new_turn_is_followed(transcript: Transcript, studio: FakeStudio) -> None:
    long_session(studio)
    transcript.verticalScrollBar().setValue(0)
    studio.create.add(talk(41, "", user="One more", status="waiting"))
    assert transcript.follow
    assert "Thinking" in words(transcript, 40)
    assert transcript.turn_rect(40).bottom() <= transcript.viewport().height()


# -- streaming --------------------------------------------------------------------------------------------------------


def test_only_the_last_paragraph_is_laid_out_again(
    transcript: Transcript, studio: FakeStudio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = TextItem("A first paragraph.\n\nA second one.\n\nThe th")
    studio.create.show([Turn("t", 1, "Go", items=[text], status="working")])
    qtbot.waitUntil(lambda: "The th" in words(transcript, 0))
    laid: list[str] = []
    fill = markdown.fill

    def remember(document: object, chunk: object) -> None:
        laid.append(chunk.source)  # type: ignore[attr-defined]
        fill(document, chunk)  # type: ignore[arg-type]

    monkeypatch.setattr(answer.markdown, "fill", remember)
    for more in ("ird", " para", "graph."):
        text.text += more
        studio.create.turn_changed.emit(0)
        qtbot.waitUntil(lambda: words(transcript, 0).endswith(text.text[-6:]))
    assert laid
    assert all(source.startswith("The th") for source in laid)


def test_streamed_and_finished_text_look_the_same(transcript: Transcript, studio: FakeStudio, qtbot: QtBot) -> None:
    whole = "# Title\n\nWords with **bold** and `code`.\n\n1. one\n2. two\n\n```\ncode\n```\n\nThe end."
    text = TextItem("")
    studio.create.show([Turn("t", 1, "Go", items=[text], status="working")])
    for start in range(0, len(whole), 7):
        text.text += whole[start : start + 7]
        transcript._turn_changed(0)
        transcript._refresh_dirty()
    studio.create.turns[0].status = "done"
    studio.create.turn_changed.emit(0)
    qtbot.waitUntil(lambda: not part(transcript, 0, answer.AnswerPart)[0].streaming)  # type: ignore[attr-defined]
    streamed = (words(transcript, 0), transcript.heights.height_px(0))
    transcript.reload()
    assert (words(transcript, 0), transcript.heights.height_px(0)) == streamed


# -- tools ------------------------------------------------------------------------------------------------------------


def test_a_working_tool_is_a_card_that_can_stop_the_turn(
    transcript: Transcript, studio: FakeStudio, qtbot: QtBot
) -> None:
    item = ToolItem("c1", "generate_image", "Painting 2 images", "working", 0.25, 38)
    studio.create.show([Turn("t", 1, "Two lighthouses", items=[item], status="working")])
    card = transcript.cards.widget("card:c1")
    assert isinstance(card, ToolCard)
    assert card.accessibleName() == "Painting 2 images, working, 25 percent, 0:38 left"
    assert card.geometry() == part(transcript, 0, "card")[1]
    item.progress = 0.5
    studio.create.turn_changed.emit(0)
    qtbot.waitUntil(lambda: "50 percent" in card.accessibleName())
    stop = next(button for button in card.findChildren(CardButton) if button.text() == "Stop")
    QTest.mouseClick(stop, LEFT)
    assert studio.create.names() == ["stop"]


def test_the_newest_card_is_open_and_folding_by_hand_wins(
    transcript: Transcript, studio: FakeStudio, qtbot: QtBot
) -> None:
    items = [ToolItem(f"c{n}", "generate_image", "Painting 1 image", "working", 0.1) for n in (1, 2)]
    studio.create.show([Turn("t", 1, "Go", items=[*items], status="working")])
    first, second = (transcript.cards.widget(f"card:c{n}") for n in (1, 2))
    assert first is not None
    assert second is not None
    assert first.height() < 70 < second.height()
    fold = next(button for button in second.findChildren(CardButton) if button.accessibleName() == "Fold")
    QTest.mouseClick(fold, LEFT)
    qtbot.waitUntil(lambda: second.height() < 70)


def test_a_finished_tool_becomes_its_results(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    item = ToolItem("c1", "generate_image", "Painting 2 images", "working", 0.9)
    studio.create.show([Turn("t1", 1, "Two lighthouses", items=[item], status="working")])
    assert transcript.cards.widget("card:c1") is not None
    studio.create.pieces = [piece(1, files[0]), piece(2, files[1])]
    studio.create.turns[0].items[0] = made(files, "p1", "p2")
    studio.create.turns[0].status = "done"
    studio.create.pieces_changed.emit()
    qtbot.waitUntil(lambda: transcript.cards.widget("card:c1") is None)
    assert words(transcript, 0).splitlines()[-1] == "Made 2 images. Image 1, image. Image 2, image"


def test_a_failure_says_what_happened_and_can_be_tried_again(transcript: Transcript, studio: FakeStudio) -> None:
    trouble = Trouble("The machine went away.", "Your settings.", "Try again", "retry", "code LOST")
    item = ToolItem("c1", "upscale_image", "Enlarging Image 1", "failed", trouble=trouble)
    studio.create.show([Turn("t1", 1, "Larger", items=[item], status="done")])
    card = transcript.cards.widget("trouble:c1")
    assert isinstance(card, TroubleCard)
    assert card.accessibleName() == "Enlarging Image 1 didn't finish. The machine went away.. Your settings."
    again, copy = card.findChildren(CardButton)
    QTest.mouseClick(copy, LEFT)
    assert "code LOST" in QGuiApplication.clipboard().text()
    QTest.mouseClick(again, LEFT)
    assert studio.create.asked == [("retry", ("t1",))]


# -- pieces -----------------------------------------------------------------------------------------------------------


def centre_of(view: Transcript, piece_id: str) -> QPoint:
    for index in range(len(view.heights)):
        corner = view.turn_rect(index).topLeft()
        for found in view.layout_of(index).parts:
            for known, rect in found.pieces():
                if known == piece_id:
                    return corner + QPoint(0, found.y) + rect.center()
    raise AssertionError(piece_id)


def test_clicking_selects_and_double_clicking_opens(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    with_pictures(studio, files)
    QTest.mouseClick(transcript.viewport(), LEFT, pos=centre_of(transcript, "p1"))
    assert studio.create.selection.value == ("p1",)
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(transcript.viewport(), LEFT, control, centre_of(transcript, "p2"))
    assert studio.create.selection.value == ("p1", "p2")
    with qtbot.waitSignal(transcript.viewer_requested) as opened:
        QTest.mouseDClick(transcript.viewport(), LEFT, pos=centre_of(transcript, "p2"))
    assert opened.args == ["p2"]


def test_a_mention_of_a_piece_selects_it(transcript: Transcript, studio: FakeStudio, files: list[Path]) -> None:
    studio.create.show([talk(1, "Image 1 is the best.", user="Which?")], [piece(1, files[0])])
    _, rect = part(transcript, 0, answer.AnswerPart)
    QTest.mouseClick(transcript.viewport(), LEFT, pos=rect.topLeft() + QPoint(30, 10))
    assert studio.create.selection.value == ("p1",)


def test_pieces_are_reached_by_keyboard(
    transcript: Transcript, studio: FakeStudio, files: list[Path], qtbot: QtBot
) -> None:
    with_pictures(studio, files)
    transcript.clearFocus()
    transcript.setFocus(Qt.FocusReason.TabFocusReason)
    assert transcript.current == 0
    QTest.keyClick(transcript, Qt.Key.Key_Return)
    assert transcript.inside == "p1"
    QTest.keyClick(transcript, Qt.Key.Key_Right)
    QTest.keyClick(transcript, Qt.Key.Key_Space)
    assert studio.create.selection.value == ("p2",)
    with qtbot.waitSignal(transcript.viewer_requested) as opened:
        QTest.keyClick(transcript, Qt.Key.Key_Return)
    assert opened.args == ["p2"]
    QTest.keyClick(transcript, Qt.Key.Key_Escape)
    assert transcript.inside == ""


def test_a_missing_file_is_said(transcript: Transcript, studio: FakeStudio, files: list[Path], tmp_path: Path) -> None:
    gone = piece(1, tmp_path / "gone.png", missing=True)
    studio.create.show([Turn("t1", 1, "One", items=[made(files, "p1")], status="done")], [gone])
    assert not transcript.grab().isNull()


# -- text -------------------------------------------------------------------------------------------------------------


def test_text_is_selected_across_turns_and_copied(transcript: Transcript, studio: FakeStudio) -> None:
    studio.create.show([talk(1, "First answer.", user="One"), talk(2, "Second answer.", user="Two")])
    _, first = part(transcript, 0, answer.AnswerPart)
    _, second = part(transcript, 1, answer.AnswerPart)
    start, end = first.topLeft() + QPoint(1, 10), second.topRight() + QPoint(-5, 10)
    QTest.mousePress(transcript.viewport(), LEFT, pos=start)
    QTest.mouseMove(transcript.viewport(), (start + end) / 2)
    QTest.mouseMove(transcript.viewport(), end)
    transcript._extend(QPointF(end))
    QTest.mouseRelease(transcript.viewport(), LEFT, pos=end)
    assert transcript.selected_text() == "First answer.\n\nTwo\n\nSecond answer."
    QTest.keyClick(transcript, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "First answer.\n\nTwo\n\nSecond answer."


def test_copied_text_names_the_pieces(transcript: Transcript, studio: FakeStudio, files: list[Path]) -> None:
    studio.create.show([talk(1, "Image 1 is it.", user="Which?")], [piece(1, files[0])])
    transcript.select_all()
    assert transcript.selected_text() == "Which?\n\nImage 1 is it."


def test_a_double_click_selects_a_word(transcript: Transcript, studio: FakeStudio) -> None:
    studio.create.show([talk(1, "Lighthouse above", user="One")])
    _, rect = part(transcript, 0, answer.AnswerPart)
    QTest.mouseDClick(transcript.viewport(), LEFT, pos=rect.topLeft() + QPoint(30, 10))
    assert transcript.selected_text() == "Lighthouse"


@pytest.mark.parametrize(("address", "opened"), [("https://example.org/", True), ("file:///etc/passwd", False)])
def test_only_web_and_mail_links_open(
    transcript: Transcript, studio: FakeStudio, monkeypatch: pytest.MonkeyPatch, address: str, opened: bool
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: seen.append(url.toString()))
    studio.create.show([talk(1, f"[the notes]({address})", user="One")])
    _, rect = part(transcript, 0, answer.AnswerPart)
    QTest.mouseClick(transcript.viewport(), LEFT, pos=rect.topLeft() + QPoint(20, 10))
    assert seen == ([address] if opened else [])


def test_markdown_loads_no_pictures_and_no_html(transcript: Transcript, studio: FakeStudio, files: list[Path]) -> None:
    text = f"![a cat](file://{files[0]}) and <img src='file://{files[1]}'> <b>bold</b>"
    studio.create.show([talk(1, text, user="One")])
    shown = words(transcript, 0)
    assert "a cat" in shown
    assert "<b>bold</b>" in shown
    for spot in part(transcript, 0, answer.AnswerPart)[0].texts():
        assert "\ufffc" not in markdown.text_of(spot.document)


# -- hover and screen readers -----------------------------------------------------------------------------------------


def test_the_pointer_over_a_turn_offers_copy_and_edit(transcript: Transcript, studio: FakeStudio, qtbot: QtBot) -> None:
    studio.create.show([talk(1, "An answer.", user="A question")])
    user = transcript.layout_of(0).parts[0]
    rect = transcript.turn_rect(0)
    transcript._hover(QPointF(rect.right() - 30, rect.top() + user.y + 15))
    assert transcript.bar is not None
    assert transcript.bar.isVisible()
    with qtbot.waitSignal(transcript.edit_requested) as edited:
        button = next(b for b in transcript.bar.findChildren(CardButton) if b.accessibleName() == "Edit")
        QTest.mouseClick(button, LEFT)
    assert edited.args == ["A question"]


def test_screen_readers_find_the_turns(transcript: Transcript, studio: FakeStudio) -> None:
    install()
    studio.create.show([talk(1, "First answer.", user="One"), talk(2, "Second answer.", user="Two")])
    interface = QAccessible.queryAccessibleInterface(transcript)
    assert interface.childCount() == 2
    assert interface.child(1).text(QAccessible.Text.Name) == "Round 2\nYou: Two\nSecond answer."
    assert interface.role() == QAccessible.Role.List


def test_a_change_of_theme_repaints_in_its_colours(transcript: Transcript, studio: FakeStudio) -> None:
    from studio.ui.theme import theme

    studio.create.show([talk(1, "An answer.", user="A question")])
    dark = transcript.grab().toImage().pixelColor(5, 5)
    theme().choose("light")
    light = transcript.grab().toImage().pixelColor(5, 5)
    assert dark.lightness() < 40
    assert light.lightness() > 220

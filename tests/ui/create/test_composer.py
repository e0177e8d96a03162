"""Writing and sending a message."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView
from pytestqt.qtbot import QtBot

from studio.ui.create.buttons import CardButton
from studio.ui.create.composer.chips import AttachmentChip
from studio.ui.create.composer.picker import ModelChoices
from studio.ui.create.workspace import Centre
from studio.viewmodels.state import Attachment
from tests.ui.create.fakes import FakeStudio

LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


def attachments(count: int) -> list[Attachment]:
    return [Attachment(f"a{n}", f"picture-{n}.png", "ready", byte_length=12_000) for n in range(count)]


def test_enter_sends_and_shift_enter_breaks_the_line(centre: Centre, studio: FakeStudio) -> None:
    edit = centre.composer.edit
    QTest.keyClicks(edit, "One")
    QTest.keyClick(edit, Qt.Key.Key_Return, SHIFT)
    QTest.keyClicks(edit, "two")
    assert studio.create.composer.text.value == "One\ntwo"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert studio.create.asked == [("send", ("One\ntwo",))]
    assert edit.toPlainText() == ""


def test_control_enter_sends(centre: Centre, studio: FakeStudio) -> None:
    QTest.keyClicks(centre.composer.edit, "Go")
    QTest.keyClick(centre.composer.edit, Qt.Key.Key_Return, CONTROL)
    assert studio.create.names() == ["send"]


def test_enter_while_a_word_is_composed_does_not_send(centre: Centre, studio: FakeStudio) -> None:
    edit = centre.composer.edit
    QTest.keyClicks(edit, "Go ")
    QApplication.sendEvent(edit, QInputMethodEvent("にほ", []))
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert studio.create.asked == []
    done = QInputMethodEvent("", [])
    done.setCommitString("日本")
    QApplication.sendEvent(edit, done)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert studio.create.asked == [("send", ("Go 日本",))]


def test_nothing_is_sent_when_there_is_nothing(centre: Centre, studio: FakeStudio) -> None:
    QTest.keyClick(centre.composer.edit, Qt.Key.Key_Return)
    assert studio.create.asked == []
    assert not centre.composer.send.isEnabled()


def test_the_field_grows_to_eight_lines_and_then_scrolls(centre: Centre) -> None:
    edit = centre.composer.edit
    before, composer = edit.height(), centre.composer.height()
    edit.setPlainText("\n".join("line" for _ in range(5)))
    assert edit.height() == 5 * 22 > before
    centre.place()
    assert centre.composer.height() == composer + 3 * 22
    edit.setPlainText("\n".join("line" for _ in range(20)))
    assert edit.height() == 8 * 22
    assert edit.verticalScrollBar().maximum() > 0


def test_up_in_an_empty_field_recalls(centre: Centre, studio: FakeStudio) -> None:
    edit = centre.composer.edit
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "an earlier message"
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert studio.create.composer.names() == ["history_previous"]
    QTest.keyClick(edit, Qt.Key.Key_Up, ALT)
    QTest.keyClick(edit, Qt.Key.Key_Down, ALT)
    assert studio.create.composer.names() == ["history_previous", "history_previous", "history_next"]


def test_pictures_and_files_are_pasted_as_attachments(centre: Centre, studio: FakeStudio, files: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(files[0]))])
    centre.composer.edit.insertFromMimeData(data)
    assert studio.create.composer.asked == [("attach_paths", ([files[0]],))]
    picture = QMimeData()
    picture.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    centre.composer.edit.insertFromMimeData(picture)
    name, (content, title) = studio.create.composer.asked[1]
    assert (name, title) == ("attach_bytes", "Pasted picture.png")
    assert content.startswith(b"\x89PNG")
    assert centre.composer.edit.toPlainText() == ""


def test_dropping_files_and_pieces_attaches_them(centre: Centre, studio: FakeStudio, files: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(files[1]))])
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    centre.composer.dropEvent(drop)
    pieces = QMimeData()
    pieces.setData("application/x-studio-pieces", b"p1\np2")
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, pieces, LEFT, Qt.KeyboardModifier.NoModifier)
    centre.composer.dropEvent(drop)
    assert studio.create.composer.asked == [
        ("attach_paths", ([files[1]],)),
        ("attach_piece", ("p1",)),
        ("attach_piece", ("p2",)),
    ]


def test_chips_show_size_or_trouble_and_can_be_removed(centre: Centre, studio: FakeStudio) -> None:
    bad = Attachment("x", "fog-horn.wma", "failed", trouble="Use PNG, JPEG or WebP")
    studio.create.composer.set_attachments([*attachments(1), bad])
    chips = [chip for chip in centre.composer.findChildren(AttachmentChip) if not chip.isHidden()]
    assert [chip.accessibleName() for chip in chips] == ["picture-0.png, 12 KB", "fog-horn.wma, Use PNG, JPEG or WebP"]
    remove = next(b for b in chips[1].findChildren(CardButton) if b.accessibleName() == "Remove fog-horn.wma")
    QTest.mouseClick(remove, LEFT)
    assert studio.create.composer.asked == [("remove", ("x",))]


def test_the_number_of_images_appears_from_the_tenth(centre: Centre, studio: FakeStudio) -> None:
    studio.create.composer.set_attachments(attachments(9))
    assert centre.composer.count.isHidden()
    studio.create.composer.set_attachments(attachments(14))
    assert centre.composer.count.text() == "14 of 20"
    chips = [chip for chip in centre.composer.findChildren(AttachmentChip) if not chip.isHidden()]
    assert len({chip.pos().toTuple() for chip in chips}) == 14


def test_working_turns_send_into_stop_until_something_is_written(centre: Centre, studio: FakeStudio) -> None:
    studio.create.working.value = True
    assert centre.composer.send.accessibleName() == "Stop"
    QTest.mouseClick(centre.composer.send, LEFT)
    assert studio.create.names() == ["stop"]
    QTest.keyClicks(centre.composer.edit, "and then bluer")
    assert centre.composer.send.accessibleName() == "Send message"


def test_escape_asks_once_and_stops_twice(centre: Centre, studio: FakeStudio) -> None:
    studio.create.working.value = True
    QTest.keyClick(centre.composer, Qt.Key.Key_Escape)
    assert studio.create.asked == []
    assert centre.composer.hint.text() == "Esc again stops"
    QTest.keyClick(centre.composer, Qt.Key.Key_Escape)
    assert studio.create.names() == ["stop"]


def test_a_waiting_message_can_be_sent_edited_and_deleted(centre: Centre, studio: FakeStudio) -> None:
    composer = studio.create.composer
    composer.queued.value = "and then bluer"
    row = centre.composer.queued
    assert row.isVisible()
    buttons = {button.accessibleName(): button for button in row.findChildren(CardButton)}
    QTest.mouseClick(buttons["Send now"], LEFT)
    assert composer.names() == ["send_queued_now"]
    QTest.mouseClick(buttons["Edit"], LEFT)
    assert centre.composer.edit.toPlainText() == "and then bluer"
    assert row.isHidden()


def test_a_draft_is_shown_when_its_session_opens(centre: Centre, studio: FakeStudio) -> None:
    studio.create.composer.text.value = "half a thought"
    assert centre.composer.edit.toPlainText() == "half a thought"


def test_tools_are_chosen_by_pointer_and_arrows(centre: Centre, studio: FakeStudio) -> None:
    tools = centre.composer.tools
    QTest.mouseClick(tools, LEFT, pos=QPoint(10, 13))
    assert studio.create.composer.tools.value == "none"
    QTest.keyClick(tools, Qt.Key.Key_Right)
    QTest.keyClick(tools, Qt.Key.Key_Right)
    assert studio.create.composer.tools.value == "creative-agent"
    assert tools.accessibleName() == "Tools: Agent"


def test_a_model_is_chosen_and_unavailable_ones_are_not(centre: Centre, studio: FakeStudio, qtbot: QtBot) -> None:
    QTest.mouseClick(centre.composer.picker_button, LEFT)
    picker = centre.composer.picker
    assert picker is not None
    assert picker.isVisible()
    rows = picker.findChild(QListView)
    assert isinstance(rows, QListView)
    model = rows.model()
    off = model.index(2, 0)
    assert off.data() == "Qwen3 14B"
    assert not model.flags(off) & Qt.ItemFlag.ItemIsEnabled
    with qtbot.waitSignal(picker.chosen):
        QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualRect(model.index(1, 0)).center())
    assert studio.create.composer.model.value == "director"
    assert centre.composer.picker_button.text() == "Built-in director"
    assert picker.isHidden()


def test_the_models_pass_qts_own_checks(centre: Centre, studio: FakeStudio, qtmodeltester: object) -> None:
    model = ModelChoices(centre)
    model.show_choices(studio.create.composer.models.value, "auto")
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    model.search("qwen")
    assert model.rowCount() == 1

"""The Create workspace as a whole: starters, drops, folding, banner."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from studio import resources
from studio.ui.create.drop_rules import sort_files
from studio.ui.create.starters import STARTERS, choose
from studio.ui.create.workspace import CreateWorkspace
from studio.ui.theme import theme
from studio.viewmodels.state import Attachment
from tests.ui.create.fakes import FakeStudio, piece, talk

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


@pytest.fixture
def studio() -> FakeStudio:
    return FakeStudio()


@pytest.fixture(scope="module")
def painted(qapp: QApplication) -> QApplication:
    theme().apply_to(qapp)
    return qapp


@pytest.fixture
def window(qtbot: QtBot, painted: QApplication, studio: FakeStudio) -> QMainWindow:
    # What the tests before have closed is deleted now: each change of theme would polish it again.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    theme().choose("dark", scale=1.0, density="comfortable", reduced_motion=True)
    main = QMainWindow()
    main.setCentralWidget(CreateWorkspace(studio))  # type: ignore[arg-type]
    qtbot.addWidget(main)
    main.resize(1440, 900)
    main.show()
    qtbot.waitExposed(main)
    return main


@pytest.fixture
def workspace(window: QMainWindow) -> CreateWorkspace:
    found = window.centralWidget()
    assert isinstance(found, CreateWorkspace)
    return found


def carrying(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(workspace: CreateWorkspace, data: QMimeData, zone: str) -> None:
    """Drag *data* over the conversation, move to a zone, and let go."""
    centre, overlay = workspace.centre, workspace.centre.overlay
    QApplication.sendEvent(centre, QDragEnterEvent(QPoint(300, 300), COPY, data, LEFT, NONE))
    assert overlay.isVisible()
    point = overlay.zone_rects()[zone].center()  # type: ignore[index]
    QApplication.sendEvent(overlay, QDragEnterEvent(point, COPY, data, LEFT, NONE))
    QApplication.sendEvent(overlay, QDragMoveEvent(point, COPY, data, LEFT, NONE))
    assert overlay.zone == zone
    assert not overlay.grab().isNull()
    QApplication.sendEvent(overlay, QDropEvent(QPointF(point), COPY, data, LEFT, NONE))
    assert overlay.isHidden()


# -- starters ---------------------------------------------------------------------------------------------------------


def test_starters_need_only_tools_that_are_there() -> None:
    for starter in choose(frozenset({"generate_image"})):
        assert starter.tools == ("generate_image",)
    assert len(choose(frozenset({"generate_image"}), seed="session")) == 6
    assert len(choose(frozenset())) == 6


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.picture)
def test_each_starter_has_its_picture(starter: object) -> None:
    path = resources.path("starters", f"{starter.picture}.jpg")  # type: ignore[attr-defined]
    assert path.stat().st_size <= 60_000
    assert not QImage(str(path)).isNull()


def test_a_starter_fills_the_composer_and_enter_runs_it(workspace: CreateWorkspace, studio: FakeStudio) -> None:
    card = workspace.centre.invitation.cards[0]
    QTest.mouseClick(card, LEFT)
    edit = workspace.composer.edit
    assert studio.create.asked == []
    assert edit.textCursor().selectedText() == "hot-air balloons over misty hills at dawn"
    QTest.keyClicks(edit, "a whale")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert studio.create.asked == [("send", ("Paint four pictures of a whale",))]


def test_the_invitation_gives_way_to_the_conversation(workspace: CreateWorkspace, studio: FakeStudio) -> None:
    assert workspace.centre.invitation.isVisible()
    studio.create.add(talk(1, "Hello."))
    assert workspace.transcript.isVisible()
    assert workspace.centre.header.words.facts == "1 round"


def test_cards_are_reached_by_arrow_keys(workspace: CreateWorkspace) -> None:
    cards = workspace.centre.invitation.cards
    cards[0].setFocus()
    QTest.keyClick(cards[0], Qt.Key.Key_Right)
    assert cards[1].hasFocus()
    QTest.keyClick(cards[1], Qt.Key.Key_Down)
    assert cards[4].hasFocus()


# -- drops ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["reference", "edit", "keep"])
def test_dropped_files_go_where_they_were_let_go(
    workspace: CreateWorkspace, studio: FakeStudio, tmp_path: Path, zone: str
) -> None:
    good = tmp_path / "photo.png"
    QImage(8, 8, QImage.Format.Format_RGB32).save(str(good))
    drop(workspace, carrying(good), zone)
    assert studio.create.asked == [("import_files", ([good], zone))]


def test_what_cannot_be_used_is_named_and_the_rest_works(
    workspace: CreateWorkspace, studio: FakeStudio, tmp_path: Path
) -> None:
    good = tmp_path / "photo.png"
    drop(workspace, carrying(good, tmp_path / "layers.psd"), "reference")
    assert studio.create.asked == [("import_files", ([good], "reference"))]
    (name, (kind, title, text)) = studio.notices.asked[0]
    assert (name, kind, title) == ("post", "warning", "One file wasn't used")
    assert text == "layers.psd can't be used. Export it as PNG, JPEG, WebP or TIFF."


def test_only_the_free_places_are_filled(workspace: CreateWorkspace, studio: FakeStudio, tmp_path: Path) -> None:
    studio.create.composer.set_attachments([Attachment(f"a{n}", f"{n}.png", "ready") for n in range(19)])
    drop(workspace, carrying(tmp_path / "one.png", tmp_path / "two.png"), "reference")
    assert studio.create.asked == [("import_files", ([tmp_path / "one.png"], "reference"))]
    assert "two.png" in studio.notices.asked[0][1][2]


def test_a_picture_from_a_browser_is_attached(workspace: CreateWorkspace, studio: FakeStudio) -> None:
    data = QMimeData()
    data.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    drop(workspace, data, "reference")
    assert studio.create.composer.names() == ["attach_bytes"]


def test_text_is_not_taken_by_the_overlay(workspace: CreateWorkspace) -> None:
    data = QMimeData()
    data.setText("words")
    assert not workspace.centre.overlay.open_for(data, 20)


def test_files_are_sorted_with_advice() -> None:
    found = sort_files([Path("a.png"), Path("b.wav"), Path("folder"), Path("c.svg"), Path("d.jpeg")], free=1)
    assert found.usable == (Path("a.png"), Path("b.wav"))
    assert found.beyond == ("d.jpeg",)
    assert [sentence.split(" ")[0] for sentence in found.refused] == ["folder", "c.svg"]


# -- panes and banner -------------------------------------------------------------------------------------------------


def test_the_sessions_fold_away_and_come_back(workspace: CreateWorkspace, studio: FakeStudio) -> None:
    assert workspace.sessions.width() == 248
    QTest.mouseClick(workspace.centre.header.left, LEFT)
    assert workspace.sessions.isHidden()
    assert studio.settings.values["create.sessions.folded"] is True
    QTest.mouseClick(workspace.centre.header.left, LEFT)
    assert workspace.sessions.isVisible()


def test_in_a_small_window_the_sessions_lie_over_the_conversation(
    window: QMainWindow, workspace: CreateWorkspace
) -> None:
    window.resize(1100, 760)
    assert workspace.sessions.isHidden()
    assert workspace.gallery.width() == 272
    QTest.mouseClick(workspace.centre.header.left, LEFT)
    assert workspace.sessions.isVisible()
    assert workspace.centre.x() == 0
    assert workspace.leave()
    assert workspace.sessions.isHidden()


def test_nothing_overlaps_or_is_cut_at_the_smallest_size(
    window: QMainWindow, workspace: CreateWorkspace, studio: FakeStudio
) -> None:
    studio.create.show([talk(n, "Words. " * 40) for n in range(1, 4)])
    window.resize(1024, 700)
    centre = workspace.centre
    assert centre.stack.geometry().bottom() < centre.composer.geometry().top()
    assert centre.composer.geometry().bottom() < centre.height()
    assert centre.composer.send.x() + centre.composer.send.width() <= centre.composer.width()
    assert centre.composer.tools.x() + centre.composer.tools.width() < centre.composer.send.x()


def test_the_splitter_resizes_within_limits_and_remembers(workspace: CreateWorkspace, studio: FakeStudio) -> None:
    handle = workspace.panes._handles["left"]
    handle.dragged.emit(300)
    assert workspace.sessions.width() == 300
    handle.dragged.emit(900)
    assert workspace.sessions.width() == 340
    assert studio.settings.values["create.sessions.width_px"] == 340
    handle.reset.emit()
    assert workspace.sessions.width() == 248


def test_an_unreachable_connection_is_said_with_a_way_out(workspace: CreateWorkspace, studio: FakeStudio) -> None:
    studio.connection.kind.value = "supernet"
    studio.connection.reachability.value = "unreachable"
    banner = workspace.centre.banner
    assert banner.isVisible()
    assert banner.accessibleName().startswith("Supernet can't be reached.")
    assert workspace.centre.header.balance.isHidden()
    QTest.mouseClick(banner.again, LEFT)
    assert studio.connection.names() == ["look_again"]
    QTest.mouseClick(banner.switch, LEFT)
    assert studio.connection.kind.value == "local"
    studio.connection.reachability.value = "reachable"
    assert banner.isHidden()
    assert workspace.centre.header.balance.accessibleName() == "Free on this computer"


def test_escape_leaves_the_selection_before_it_asks_to_stop(
    workspace: CreateWorkspace, studio: FakeStudio, tmp_path: Path
) -> None:
    studio.create.show([talk(1, "One.")], [piece(1, tmp_path / "gone.png", missing=True)])
    studio.create.selection.value = ("p1",)
    studio.create.working.value = True
    assert workspace.leave()
    assert studio.create.selection.value == ()
    assert studio.create.asked == []
    assert workspace.leave()
    assert workspace.leave()
    assert studio.create.names() == ["stop"]


def test_control_n_begins_a_session(workspace: CreateWorkspace, studio: FakeStudio, qtbot: QtBot) -> None:
    workspace.composer.focus()
    QTest.keyClick(workspace.composer.edit, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: studio.sessions.names() == ["new"])


@pytest.mark.parametrize("choice", ["light", "high-contrast"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_theme_and_scale_paints(
    window: QMainWindow, workspace: CreateWorkspace, studio: FakeStudio, choice: str, scale: float
) -> None:
    studio.create.show([talk(1, "Some **words**.")])
    theme().choose(choice, scale=scale)  # type: ignore[arg-type]
    picture = window.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(0, 1400, 50) for y in range(0, 880, 40)}) > 3
    centre = workspace.centre
    assert centre.composer.geometry().bottom() <= centre.height()

"""The viewer: zoom, pan, neighbours, facts, keys."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from studio.ui.shell import MainWindow
from studio.ui.viewer import open_piece
from studio.ui.viewer.stage import Stage
from studio.ui.viewer.viewer import Viewer
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.labels import Label
from tests.helpers.fake_models import StudioInMemory


@pytest.fixture
def viewer(qtbot: QtBot, model: StudioInMemory) -> Viewer:
    """A viewer on Image 3, its picture read."""
    widget = Viewer(model.create, "p3")  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(1200, 800)
    widget.show()
    qtbot.waitExposed(widget)
    qtbot.waitUntil(lambda: widget.stage.scale == 1.0 and widget.stage._full.width() == 768)
    return widget


@pytest.fixture
def stage(qtbot: QtBot, dark: None) -> Stage:
    """A stage of 800 × 600 with a picture of 3000 × 2000."""
    widget = Stage()
    qtbot.addWidget(widget)
    widget.resize(800, 600)
    widget.show()
    image = QImage(3000, 2000, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    widget.show_image(image)
    return widget


def test_a_large_picture_fits_and_a_small_one_is_not_blown_up(stage: Stage) -> None:
    assert stage.fits
    assert stage.scale == pytest.approx((800 - 48) / 3000)
    stage.show_image(QImage(100, 100, QImage.Format.Format_RGB32))
    assert stage.scale == 1.0


def test_zooming_keeps_the_point_under_the_pointer(stage: Stage) -> None:
    at = QPointF(300, 200)
    box = stage._box()
    before = ((at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height())
    stage.zoom(6, at)
    box = stage._box()
    after = ((at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height())
    assert after == pytest.approx(before, abs=0.002)
    assert not stage.fits


def test_zoom_has_limits(stage: Stage) -> None:
    stage.zoom_to(1000)
    assert stage.scale == 16.0
    stage.zoom_to(0.00001)
    assert stage.scale > 0.05


def test_the_picture_cannot_be_lost(stage: Stage) -> None:
    stage.zoom_to(1.0)
    stage.pan(1e6, -1e6)
    assert stage._box().intersects(stage.rect().toRectF())


def test_a_fitted_picture_follows_the_window(stage: Stage) -> None:
    stage.resize(400, 300)
    assert stage.scale == pytest.approx((400 - 48) / 3000)


def test_arrows_go_on_and_stop_at_the_ends(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.piece_id == "p4"
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    assert viewer.piece_id == "u1"
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.piece_id == "u1"
    qtbot.keyClick(viewer, Qt.Key.Key_Home)
    assert viewer.piece_id == "p1"


def test_keys_zoom_and_fit(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.stage.scale == pytest.approx(1.25)
    assert viewer.percent.text() == "125 %"
    qtbot.keyClick(viewer, Qt.Key.Key_Z)
    assert viewer.stage.fits
    qtbot.keyClick(viewer, Qt.Key.Key_I)
    assert not viewer.info.isVisible()


def test_the_facts_are_there(viewer: Viewer) -> None:
    words = [label.text() for label in viewer.info.findChildren(Label)]
    assert "The keeper's hour" in words
    assert "A lighthouse above a sea of clouds, one for each hour of the day" in words
    assert "studio-painter" in words
    assert "3814207559" in words
    copy = next(b for b in viewer.info.findChildren(IconButton) if b.accessibleName() == "Copy the seed")
    copy.click()
    assert QGuiApplication.clipboard().text() == "3814207559"


def test_use_puts_it_into_the_message_and_leaves(qtbot: QtBot, viewer: Viewer, model: StudioInMemory) -> None:
    use = next(b for b in viewer.info.findChildren(Button) if b.text() == "Use as reference")
    with qtbot.waitSignal(viewer.closed):
        use.click()
    assert model.create.asked == [("use_as_reference", ("p3",))]


def test_a_favourite_by_key(qtbot: QtBot, viewer: Viewer, model: StudioInMemory) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_F)
    assert model.create.asked == [("set_favourite", ("p3", True))]


def test_copy_by_key(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().mimeData().hasImage()


def test_a_missing_file_says_so(qtbot: QtBot, viewer: Viewer, model: StudioInMemory) -> None:
    model.create.pieces[0].path.unlink()
    viewer.show_piece("p1")
    assert viewer.stage._message == "The file is missing. Its prompt and settings are kept."


def test_a_deleted_piece_closes_the_viewer(qtbot: QtBot, viewer: Viewer, model: StudioInMemory) -> None:
    with qtbot.waitSignal(viewer.closed):
        model.create.show(model.create.turns, [piece for piece in model.create.pieces if piece.id != "p3"])


def test_it_takes_the_whole_window_and_esc_closes_it(qtbot: QtBot, window: MainWindow, model: StudioInMemory) -> None:
    open_piece(window.rail, "p2")
    viewer = window.root.currentWidget()
    assert isinstance(viewer, Viewer)
    assert not window.rail.isVisible()
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert window.root.currentWidget() is window.body
    assert model.create.selection.value == ("p3",)


def test_an_unknown_piece_opens_nothing(window: MainWindow) -> None:
    window.open_viewer("no-such-piece")
    assert window.root.currentWidget() is window.body

"""The wall of a session: geometry, model, selection, keyboard, actions, drop, copy."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from studio.ui.gallery import actions, justify
from studio.ui.gallery.decoding import compose, read_scaled, step_for
from studio.ui.gallery.dropping import dropped_files
from studio.ui.gallery.entries import Working, time_left, working_entries
from studio.ui.gallery.grouping import groups_of
from studio.ui.gallery.model import WallModel
from studio.ui.gallery.pane import GalleryPane
from studio.ui.gallery.thumbnails import Thumbnails
from studio.ui.theme import theme
from studio.viewmodels.state import ToolItem, Turn
from tests.helpers.fake_models import Scenery, StudioInMemory, image_piece

LEFT = Qt.MouseButton.LeftButton


def center(pane: GalleryPane, piece_id: str) -> QPoint:
    row = pane.model.row_of(piece_id)
    assert row is not None
    return pane.view.visualRect(pane.model.index(row)).center()


def click(qtbot: QtBot, pane: GalleryPane, piece_id: str, modifier: Qt.KeyboardModifier | None = None) -> None:
    qtbot.mouseClick(pane.view.viewport(), LEFT, modifier or Qt.KeyboardModifier.NoModifier, pos=center(pane, piece_id))


# -- geometry -------------------------------------------------------------------------------------


def test_full_rows_fill_the_width_exactly() -> None:
    wall = justify.Wall(320, per_row=2, gap_px=6)
    layout = justify.lay_out([[(1.5, False)] * 4], wall)
    assert [box.width for box in layout.boxes] == [157, 157, 157, 157]
    assert {box.x + box.width for box in layout.boxes[1::2]} == {320}
    assert layout.boxes[2].y == layout.boxes[0].y + layout.boxes[0].height + 6


def test_a_single_piece_is_not_blown_up() -> None:
    layout = justify.lay_out([[(1.5, False)]], justify.Wall(320))
    assert layout.boxes[0].width == 157


def test_sound_takes_the_whole_row() -> None:
    layout = justify.lay_out([[(1.5, False), (3.0, True), (1.5, False)]], justify.Wall(320))
    assert layout.boxes[1].width == 320
    assert layout.boxes[2].y > layout.boxes[1].y


@pytest.mark.parametrize("aspects", [[0.1, 9.0], [0.5, 0.5, 3.0], [1.0] * 7])
def test_tiles_never_overlap_and_stay_inside(aspects: list[float]) -> None:
    layout = justify.lay_out([[(aspect, False) for aspect in aspects]], justify.Wall(320))
    for first, box in enumerate(layout.boxes):
        assert box.x >= 0
        assert box.x + box.width <= 320
        for other in layout.boxes[first + 1 :]:
            apart = box.x + box.width <= other.x or other.x + other.width <= box.x
            assert apart or box.y + box.height <= other.y


def test_a_point_finds_its_tile_and_a_gap_none() -> None:
    layout = justify.lay_out([[(1.5, False)] * 5, [(1.0, False)] * 3], justify.Wall(320))
    for index, box in enumerate(layout.boxes):
        assert layout.at(box.x + box.width // 2, box.y + box.height // 2) == index
    assert layout.at(160, layout.boxes[0].y + 3) is None
    assert layout.at(10, 2) is None


def test_only_a_band_of_a_long_wall_is_looked_at() -> None:
    layout = justify.lay_out([[(1.5, False)] * 10_000], justify.Wall(320))
    found = layout.between(200_000, 200_800)
    assert len(found) < 40
    assert all(layout.boxes[i].y < 200_900 for i in found)


# -- model ----------------------------------------------------------------------------------------


def test_the_model_keeps_qts_rules(pane: GalleryPane, model: StudioInMemory) -> None:
    tester = QAbstractItemModelTester(pane.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.create.show(model.create.turns[:1], model.create.pieces[:2])
    model.create.show(model.create.turns, model.create.pieces)
    assert tester.model() is pane.model


def test_rounds_come_newest_first_and_uploads_last(model: StudioInMemory) -> None:
    groups = groups_of(model.create)  # type: ignore[arg-type]
    assert [group.heading for group in groups] == ["Round 2", "Round 1", "Your uploads"]
    oldest = groups_of(model.create, order="oldest")  # type: ignore[arg-type]
    assert [group.round for group in oldest] == [1, 2, 0]


def test_a_piece_is_named_for_screen_readers(pane: GalleryPane) -> None:
    row = pane.model.row_of("p3")
    assert row is not None
    words = pane.model.data(pane.model.index(row), Qt.ItemDataRole.AccessibleTextRole)
    assert words == "Image 3, The keeper's hour, image, 5 of 7"
    assert "lighthouse" in pane.model.data(pane.model.index(row), Qt.ItemDataRole.AccessibleDescriptionRole)


def test_progress_changes_a_tile_without_moving_the_others(
    qtbot: QtBot, pane: GalleryPane, model: StudioInMemory
) -> None:
    call = model.create.turns[-1].items[-1]
    assert isinstance(call, ToolItem)
    call.progress = 0.8
    with qtbot.assertNotEmitted(pane.model.modelReset), qtbot.waitSignal(pane.model.dataChanged):
        model.create.turn_changed.emit(1)


def test_promised_pieces_have_tiles() -> None:
    item = ToolItem("c", "generate_image", "Painting 3 images", "working", 0.25, 75.0,
                    arguments={"number_of_variations": 3, "width": 1024, "height": 512})  # fmt: skip
    turn = Turn("t", 1, "three", items=[item])
    tiles = working_entries(turn)
    assert len(tiles) == 3
    assert tiles[0].aspect == 2.0
    assert tiles[0].words == "25% · 1:15 left"
    item.piece_ids = ("p1",)
    assert working_entries(turn) == []


def test_reading_tools_promise_nothing() -> None:
    assert working_entries(Turn("t", 1, "", items=[ToolItem("c", "analyze_image", "Looking", "working")])) == []


def test_time_left_is_said_plainly() -> None:
    assert [time_left(s) for s in (None, 4, 38, 100)] == ["", "a few seconds", "0:38 left", "1:40 left"]


# -- selection and keyboard -----------------------------------------------------------------------


def test_click_ctrl_and_shift_select(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    click(qtbot, pane, "p1")
    assert model.create.selection.value == ("p1",)
    click(qtbot, pane, "p3", Qt.KeyboardModifier.ControlModifier)
    assert model.create.selection.value == ("p1", "p3")
    click(qtbot, pane, "p2")
    click(qtbot, pane, "p4", Qt.KeyboardModifier.ShiftModifier)
    assert set(model.create.selection.value) >= {"p2", "p4"}


def test_a_rubber_band_selects_what_it_touches(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    view = pane.view.viewport()
    row = pane.model.row_of("u1")
    assert row is not None
    box = pane.view.visualRect(pane.model.index(row))
    start = QPoint(box.right() + 60, box.center().y())
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, QPoint(box.center().x(), box.center().y() + 4))
    qtbot.mouseRelease(view, LEFT, pos=box.center())
    assert model.create.selection.value == ("u1",)


def test_arrows_walk_the_rows_as_they_are_seen(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    click(qtbot, pane, "p1")
    pane.view.setFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_Right)
    assert model.create.selection.value == ("p2",)
    qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    assert model.create.selection.value == ("p4",)
    qtbot.keyClick(pane.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert set(model.create.selection.value) == {"p2", "p3", "p4"}
    qtbot.keyClick(pane.view, Qt.Key.Key_Home)
    assert pane.view.currentIndex().row() == 0


def test_scrolling_paints_what_is_in_view(pane: GalleryPane, monkeypatch: pytest.MonkeyPatch) -> None:
    pane.resize(352, 240)
    painted: list[int] = []
    bar = pane.view.verticalScrollBar()
    monkeypatch.setattr(pane.view.viewport(), "update", lambda *_box: painted.append(bar.value()))
    bar.setValue(40)
    assert painted == [40]


def test_enter_and_double_click_open(qtbot: QtBot, pane: GalleryPane) -> None:
    click(qtbot, pane, "p2")
    with qtbot.waitSignal(pane.viewer_requested) as opened:
        qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    assert opened.args == ["p2"]
    with qtbot.waitSignal(pane.viewer_requested):
        qtbot.mouseDClick(pane.view.viewport(), LEFT, pos=center(pane, "p1"))


def test_letters_act_on_the_selection(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    click(qtbot, pane, "p2")
    for key in (Qt.Key.Key_R, Qt.Key.Key_U, Qt.Key.Key_B, Qt.Key.Key_F, Qt.Key.Key_Delete):
        qtbot.keyClick(pane.view, key)
    assert model.create.asked == [
        ("use_as_reference", ("p2",)),
        ("run_action", ("upscale", ("p2",))),
        ("run_action", ("cutout", ("p2",))),
        ("set_favourite", ("p2", True)),
        ("delete_pieces", (("p2",),)),
    ]


def test_a_selection_made_elsewhere_is_shown(pane: GalleryPane, model: StudioInMemory) -> None:
    model.create.selection.value = ("p4",)
    assert pane.view.selected_ids() == ("p4",)
    assert pane.bar.isVisible()
    assert pane.bar.name.text() == "Image 4"
    model.create.selection.value = ()
    assert not pane.bar.isVisible()


def test_a_selection_outlives_a_new_piece(pane: GalleryPane, model: StudioInMemory, tmp_path: Path) -> None:
    model.create.selection.value = ("p1",)
    new = image_piece(7, Scenery(tmp_path).picture("new.png", 90), round_number=2)
    model.create.show(model.create.turns, [*model.create.pieces, new])
    assert pane.view.selected_ids() == ("p1",)
    assert model.create.selection.value == ("p1",)


# -- bar, filter, hover ---------------------------------------------------------------------------


def test_the_bar_acts_on_what_is_selected(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    model.create.selection.value = ("p1", "p2")
    assert pane.bar.name.text() == "2 selected"
    pane.bar.cutout.click()
    pane.bar.upscale.click()
    pane.bar.style_button.click()
    pane.bar.bin.click()
    assert [arguments for _, arguments in model.create.asked] == [
        ("cutout", ("p1", "p2")), ("upscale", ("p1", "p2")), ("style", ("p1", "p2")), (("p1", "p2"),),
    ]  # fmt: skip
    pane.bar.close_button.click()
    assert model.create.selection.value == ()


def test_actions_are_off_with_a_reason(pane: GalleryPane, model: StudioInMemory, tmp_path: Path) -> None:
    sound = image_piece(8, tmp_path / "piece-0.png", kind="audio", badge="Audio 1", id="a1")
    model.create.show(model.create.turns, [*model.create.pieces, sound])
    model.create.selection.value = ("a1",)
    assert not pane.bar.cutout.isEnabled()
    assert "For pictures only." in pane.bar.cutout.toolTip()
    assert pane.bar.save.isEnabled()


def test_filters_count_and_narrow(qtbot: QtBot, pane: GalleryPane) -> None:
    assert pane._all.text() == "All 6"
    assert pane._chips["image"].accessibleName() == "6 images"
    pane._chips["video"].click()
    assert pane.stack.currentWidget() is pane.no_match_page
    assert pane.no_match.button is not None
    pane.no_match.button.click()
    assert pane.stack.currentWidget() is pane.view
    pane._all.set_count("All 2000", "All, 2000 pieces", False)
    pane._chips["image"].set_count("2000", "2000 images", False)
    pane.resize(262, 800)
    assert [kind for kind, chip in pane._chips.items() if not chip.isHidden()] == ["image"]


def test_an_empty_session_shows_an_empty_wall(pane: GalleryPane, model: StudioInMemory) -> None:
    model.create.show([], [])
    assert pane.stack.currentWidget() is pane.empty
    assert pane.empty.words.heading.text() == "An empty wall"


def test_hover_offers_actions(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    from studio.ui.gallery.tile import action_boxes, tick_box

    row = pane.model.row_of("p1")
    assert row is not None
    box = pane.view.visualRect(pane.model.index(row))
    heart = action_boxes(box)[0]
    qtbot.mouseClick(pane.view.viewport(), LEFT, pos=heart.center())
    assert model.create.asked == [("set_favourite", ("p1", True))]
    qtbot.mouseClick(pane.view.viewport(), LEFT, pos=tick_box(box).center())
    assert model.create.selection.value == ("p1",)


def test_a_failed_tile_can_be_tried_again(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    call = model.create.turns[-1].items[-1]
    assert isinstance(call, ToolItem)
    call.status = "failed"
    model.create.turn_changed.emit(1)
    row = next(r for r in range(pane.model.rowCount()) if isinstance(pane.model.entry(r), Working))
    qtbot.mouseClick(pane.view.viewport(), LEFT, pos=pane.view.visualRect(pane.model.index(row)).center())
    assert model.create.asked == [("retry", ("t2",))]


# -- files in and out -----------------------------------------------------------------------------


def drop_data(paths: list[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_dropped_files_are_kept(pane: GalleryPane, model: StudioInMemory, tmp_path: Path) -> None:
    data = drop_data([tmp_path / "piece-0.png", tmp_path / "layers.psd"])
    place = QPoint(100, 300)
    buttons, modifiers = LEFT, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, modifiers)
    pane.dragEnterEvent(enter)
    assert enter.isAccepted()
    assert pane._cover.isVisible()
    either = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    drop = QDropEvent(QPointF(place), either, data, buttons, Qt.KeyboardModifier.ShiftModifier)
    assert drop.proposedAction() == Qt.DropAction.MoveAction
    pane.dropEvent(drop)
    assert drop.dropAction() == Qt.DropAction.CopyAction  # who hears of a move deletes the original
    assert not pane._cover.isVisible()
    assert model.create.asked == [("import_files", ([tmp_path / "piece-0.png"], "keep"))]


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    dropped = dropped_files(drop_data([tmp_path / "layers.psd"]))
    assert dropped is not None
    assert dropped.refusal == "layers.psd can't be used. Export it as PNG, JPEG, WebP or TIFF."
    assert dropped_files(QMimeData()) is None


def test_copy_puts_picture_file_and_id_on_the_clipboard(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    click(qtbot, pane, "p2")
    qtbot.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert Path(data.urls()[0].toLocalFile()).name == "Lighthouse 2.png"
    assert actions.piece_ids_of(data) == ["p2"]
    QGuiApplication.clipboard().clear()  # the offscreen platform crashes at exit with what Python has put there


def test_a_file_goes_out_under_its_readable_name_as_a_copy(model: StudioInMemory, tmp_path: Path) -> None:
    piece = model.create.pieces[0]
    named = actions.named_file(piece, tmp_path / "out")
    assert named is not None
    assert named.name == "Lighthouse 1.png"
    named.write_bytes(b"changed by another program")
    assert piece.path.read_bytes()[:4] == b"\x89PNG"


def test_a_vanished_file_cannot_go_out(model: StudioInMemory, tmp_path: Path) -> None:
    model.create.pieces[0].path.unlink()
    assert actions.named_file(model.create.pieces[0], tmp_path / "out") is None


def test_saving_several_overwrites_nothing(model: StudioInMemory, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "Lighthouse 1.png").write_bytes(b"mine")
    pieces = [model.create.pieces[0], model.create.pieces[0]]
    saved = actions.save_into(model.create, pieces, folder)  # type: ignore[arg-type]
    assert [path.name for path in saved] == ["Lighthouse 1 2.png", "Lighthouse 1 3.png"]


def test_the_menu_offers_what_fits(qtbot: QtBot, pane: GalleryPane, model: StudioInMemory) -> None:
    menu = actions.menu_for(pane, model.create, model.create.pieces[0], with_open=True)  # type: ignore[arg-type]
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == ["Open", "Use as reference", "Copy picture", "Save as…", "Cut out", "Upscale", "Change style",
                     "Restore", "Describe", "Favourite", "Move to the bin"]  # fmt: skip
    next(action for action in menu.actions() if action.text() == "Change style").trigger()
    assert model.create.asked == [("run_action", ("style", ("p1",)))]


# -- thumbnails -----------------------------------------------------------------------------------


@pytest.fixture
def service(dark: None):  # type: ignore[no-untyped-def]
    """A thumbnail service of its own."""
    thumbs = Thumbnails()
    yield thumbs
    thumbs.close()


def test_a_thumbnail_has_the_exact_size(qtbot: QtBot, service: Thumbnails, tmp_path: Path) -> None:
    path = Scenery(tmp_path).picture("p.png", 40)
    size = QImage(str(path)).size().scaled(157, 104, Qt.AspectRatioMode.IgnoreAspectRatio)
    with qtbot.waitSignal(service.ready):
        assert service.get(path, size, 2.0) is None
    picture = service.get(path, size, 2.0)
    assert picture is not None
    assert (picture.width(), picture.height()) == (314, 208)
    assert service.color(path) is not None


def test_an_unreadable_file_is_tried_once(qtbot: QtBot, service: Thumbnails, tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"not a picture")
    size = QImage(100, 80, QImage.Format.Format_RGB32).size()
    with qtbot.waitSignal(service.failed):
        service.get(path, size, 1.0)
    assert service.is_broken(path)
    assert service.get(path, size, 1.0) is None
    Scenery(tmp_path).picture("broken.png", 10)
    service.forget(path)
    with qtbot.waitSignal(service.ready):
        service.get(path, size, 1.0)


def test_small_pictures_are_kept_on_disk(qtbot: QtBot, service: Thumbnails, tmp_path: Path) -> None:
    from studio.library.thumbs import ThumbCache

    cache = ThumbCache(tmp_path / "thumbs")
    service.use_disk(cache)
    path = Scenery(tmp_path).picture("large.png", 40, 1600, 1000)
    with qtbot.waitSignal(service.ready):
        service.get(path, QImage(100, 80, QImage.Format.Format_RGB32).size(), 1.0)
    assert len(list((tmp_path / "thumbs").rglob("*.jpg"))) == 1


def test_orientation_is_applied(tmp_path: Path) -> None:
    from PIL import Image

    picture = Image.new("RGB", (60, 40), (200, 30, 30))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.jpg", exif=exif)
    image = read_scaled(tmp_path / "turned.jpg", 160)
    assert (image.width(), image.height()) == (40, 60)


def test_a_decompression_bomb_is_not_decoded(tmp_path: Path) -> None:
    import struct
    import zlib

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    (tmp_path / "bomb.png").write_bytes(data)
    assert read_scaled(tmp_path / "bomb.png", 320).isNull()


def test_steps() -> None:
    assert [step_for(px) for px in (1, 160, 161, 640, 5000)] == [160, 160, 320, 640, 1280]


def test_transparency_lies_on_a_checkerboard(dark: None) -> None:
    from studio.ui.gallery.decoding import Look

    clear = QImage(64, 64, QImage.Format.Format_ARGB32)
    clear.fill(Qt.GlobalColor.transparent)
    look = Look(64, 64, 0, False, 8, theme().color("fill.placeholder"), theme().color("fill.pressed"),
                theme().color("bg.canvas"))  # fmt: skip
    image = compose(clear, look)
    seen = {image.pixelColor(x, y).name() for x in (4, 12, 20) for y in (4, 12)}
    assert seen == {theme().color("fill.placeholder").name(), theme().color("fill.pressed").name()}


def test_painting_in_every_theme(pane: GalleryPane, model: StudioInMemory) -> None:
    model.create.selection.value = ("p3",)
    pictures = []
    for choice in ("dark", "light", "high-contrast"):
        theme().choose(choice)  # type: ignore[arg-type]
        pictures.append(pane.grab().toImage())
    theme().choose("dark")
    assert len({bytes(picture.constBits()) for picture in pictures}) == 3


def test_the_model_alone_answers_for_nothing(dark: None) -> None:
    wall = WallModel()
    assert wall.rowCount() == 0
    assert wall.entry(0) is None
    assert wall.data(wall.index(0)) is None
    assert QItemSelectionModel(wall).selectedIndexes() == []

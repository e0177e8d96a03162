"""Films show a frame of theirs; what has none shows its name."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from studio.ui.gallery.decoding import read_full, read_scaled
from studio.ui.gallery.thumbnails import Thumbnails
from studio.ui.gallery.tile import TileState, paint_tile
from tests.helpers.fake_models import StudioInMemory


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two dark frames, then red ones."""
    path = tmp_path / "harbour.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (320, 240))
    for number in range(8):
        frame = np.zeros((240, 320, 3), np.uint8)
        frame[:, :, 2] = 0 if number < 2 else 200
        writer.write(frame)
    writer.release()
    return path


def test_the_poster_is_the_first_frame_that_is_not_dark(film: Path) -> None:
    small = read_scaled(film, 160)
    assert (small.width(), small.height()) == (160, 120)
    middle = QColor(small.pixel(80, 60))
    assert middle.red() > 150
    assert middle.blue() < 60
    assert read_full(film).size() == QSize(320, 240)


def test_what_is_no_film_has_no_poster(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.webm"
    broken.write_bytes(b"nothing")
    assert read_scaled(broken, 160).isNull()
    assert read_scaled(tmp_path / "absent.mp4", 160).isNull()
    capfd.readouterr()  # the decoder complains on standard error


def painted(model: StudioInMemory, pictures: Thumbnails, **members: object) -> QImage:
    entry = replace(model.create.pieces[-1], **members)  # type: ignore[arg-type]
    image = QImage(160, 120, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_tile(painter, QRect(0, 0, 160, 120), entry, TileState(), pictures)
    painter.end()
    return image


def test_a_tile_shows_the_poster_once_it_is_read(model: StudioInMemory, film: Path, qtbot: QtBot) -> None:
    pictures = Thumbnails()
    with qtbot.waitSignal(pictures.ready):
        painted(model, pictures, kind="video", path=film, duration_s=62.0)
    assert QColor(painted(model, pictures, kind="video", path=film, duration_s=62.0).pixel(20, 100)).red() > 150
    pictures.close()


def test_a_film_that_cannot_be_read_and_a_sound_show_their_names(
    model: StudioInMemory, tmp_path: Path, qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    pictures = Thumbnails()
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"nothing")
    with qtbot.waitSignal(pictures.failed):
        painted(model, pictures, kind="video", path=broken, title="Odd film")
    named = painted(model, pictures, kind="video", path=broken, title="Odd film")
    sound = painted(model, pictures, kind="audio", path=tmp_path / "a.wav", title="Fog horn")
    nameless = painted(model, pictures, kind="audio", path=tmp_path / "a.wav", title="", name="")
    assert named != sound != nameless
    pictures.close()
    capfd.readouterr()

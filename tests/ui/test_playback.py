"""Films and sounds in the viewer, really played: frames, steps, shuttle, loop, waveform, damaged files."""

import subprocess
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.ui.gallery.peaks import read_peaks
from studio.ui.viewer.transport import exact_clock
from studio.ui.viewer.viewer import Viewer
from tests.helpers.fake_models import StudioInMemory
from tests.helpers.models3d import card

# A film that is left while it opens, or is damaged, is worth a line to Qt; the tests look at what the person sees.
pytestmark = pytest.mark.qt_log_ignore("Could not open media")

FRAMES = 36


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty-six frames at 24 a second, each of one grey, 6 lighter than the one before."""
    path = tmp_path_factory.mktemp("films") / "steps.mp4"
    greys = np.concatenate([np.full(160 * 96, 20 + 6 * number, np.uint8) for number in range(FRAMES)])
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error",
        "-f", "rawvideo", "-pix_fmt", "gray", "-s", "160x96", "-r", "24", "-i", "-",
        "-c:v", "libx264", "-crf", "4", "-pix_fmt", "yuv420p", str(path),
    ]  # fmt: skip
    subprocess.run(command, input=greys.tobytes(), check=True)
    return path


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds: a quiet tone, then a loud one."""
    path = tmp_path_factory.mktemp("sounds") / "tone.wav"
    at = np.arange(2 * 8000) / 8000
    soundfile.write(path, np.where(at < 1, 0.1, 0.8) * np.sin(2 * np.pi * 440 * at), 8000)
    return path


def opened(qtbot: QtBot, model: StudioInMemory, path: Path, kind: str) -> Viewer:
    pieces = list(model.create.pieces)
    pieces[0] = replace(pieces[0], id="m1", kind=kind, badge=f"{kind.title()} 1", path=path)  # type: ignore[arg-type]
    model.create.show(list(model.create.turns), pieces)
    widget = Viewer(model.create, "m1")  # type: ignore[arg-type]
    qtbot.addWidget(widget)
    widget.resize(1000, 700)
    widget.show()
    qtbot.waitExposed(widget)
    assert widget._playback is not None
    player = widget._playback
    qtbot.waitUntil(lambda: player.duration_ms > 0)
    return widget


def grey(viewer: Viewer) -> int:
    """Which frame is on the stage; −100 before the first."""
    image: QImage = viewer.stage._full.toImage()
    if image.isNull():
        return -100
    return round((image.pixelColor(image.width() // 2, image.height() // 2).red() - 20) / 6)


def test_a_film_stands_at_its_first_frame_and_goes_by_frames(qtbot: QtBot, model: StudioInMemory, film: Path) -> None:
    viewer = opened(qtbot, model, film, "video")
    qtbot.waitUntil(lambda: viewer.stage._full.width() == 160 and grey(viewer) == 0)
    assert viewer.transport.clock.text().endswith("/ 0:01.50")
    for number in (1, 2, 3):
        qtbot.keyClick(viewer, Qt.Key.Key_Period)
        qtbot.waitUntil(lambda number=number: grey(viewer) == number)
    qtbot.keyClick(viewer, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: grey(viewer) == 2)
    viewer.leave()


def test_space_plays_to_the_end_and_again_from_the_start(qtbot: QtBot, model: StudioInMemory, film: Path) -> None:
    viewer = opened(qtbot, model, film, "video")
    player = viewer._playback
    assert player is not None
    seen: list[int] = []
    player.framed.connect(lambda _image: seen.append(grey(viewer)))
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert viewer.transport.play.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: not player.is_playing, timeout=15_000)
    assert viewer.transport.play.accessibleName() == "Play"
    assert seen[-1] >= FRAMES - 3
    assert len(set(seen)) > FRAMES // 3
    seen.clear()
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] < FRAMES - 4)
    qtbot.keyClick(viewer, Qt.Key.Key_K)
    assert not player.is_playing
    viewer.leave()


def test_the_scrubber_goes_there_and_j_goes_back(qtbot: QtBot, model: StudioInMemory, film: Path) -> None:
    viewer = opened(qtbot, model, film, "video")
    bar = viewer.transport.scrubber
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() // 2, bar.height() // 2))
    qtbot.waitUntil(lambda: abs(grey(viewer) - FRAMES // 2) <= 1)
    qtbot.keyClick(viewer, Qt.Key.Key_J)
    player = viewer._playback
    assert player is not None
    qtbot.waitUntil(lambda: not player.is_playing and player.position_ms == 0, timeout=10_000)
    qtbot.waitUntil(lambda: grey(viewer) <= 1)
    viewer.leave()


def test_l_goes_faster_with_each_press(qtbot: QtBot, model: StudioInMemory, film: Path) -> None:
    viewer = opened(qtbot, model, film, "video")
    player = viewer._playback
    assert player is not None
    rates = []
    for _ in range(4):
        player.shuttle(1)
        rates.append(player._player.playbackRate())
    assert rates == [1.0, 2.0, 4.0, 4.0]
    viewer.leave()


def test_loop_and_silence_stay_for_the_next_piece(qtbot: QtBot, model: StudioInMemory, film: Path) -> None:
    viewer = opened(qtbot, model, film, "video")
    qtbot.keyClick(viewer, Qt.Key.Key_O)
    qtbot.keyClick(viewer, Qt.Key.Key_M)
    player = viewer._playback
    assert player is not None
    assert player.loops
    viewer.show_piece("p2")
    assert not viewer.transport.isVisible()
    viewer.show_piece("m1")
    assert player.loops
    assert player._sound.isMuted()
    viewer.leave()


def test_a_sound_shows_how_loud_it_is_and_a_click_goes_there(qtbot: QtBot, model: StudioInMemory, tone: Path) -> None:
    viewer = opened(qtbot, model, tone, "audio")
    assert not viewer.zoom_in.isVisibleTo(viewer)  # a sound has no size
    assert viewer.pages.currentWidget() is viewer.wave
    assert not viewer.transport.back.isVisible()
    qtbot.waitUntil(lambda: bool(viewer.wave.peaks))
    peaks = viewer.wave.peaks
    assert max(peaks[:500]) == pytest.approx(0.1, abs=0.01)
    assert max(peaks[700:]) == pytest.approx(0.8, abs=0.01)
    player = viewer._playback
    assert player is not None
    place = QPoint(viewer.wave.width() // 2, viewer.wave.height() // 2)
    qtbot.mouseClick(viewer.wave, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: abs(player.position_ms - 1000) < 30)
    viewer.leave()


def test_a_damaged_film_says_so(qtbot: QtBot, model: StudioInMemory, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(400))
    pieces = [replace(model.create.pieces[0], id="m1", kind="video", path=broken)]
    model.create.show(list(model.create.turns), pieces)
    viewer = Viewer(model.create, "m1")  # type: ignore[arg-type]
    qtbot.addWidget(viewer)
    viewer.show()
    qtbot.waitUntil(lambda: "can't be played" in viewer.stage._message or "no picture" in viewer.stage._message)
    viewer.leave()


def test_peaks_of_nothing(tmp_path: Path) -> None:
    assert read_peaks(tmp_path / "none.wav") == []


def test_a_position_is_exact() -> None:
    assert exact_clock(62_378) == "1:02.37"


def test_a_model_turns_and_rests(qtbot: QtBot, model: StudioInMemory, tmp_path: Path) -> None:
    path = tmp_path / "card.glb"
    path.write_bytes(card(np.full((8, 8, 3), (255, 40, 20), np.uint8)))
    pieces = [replace(model.create.pieces[0], id="m1", kind="model3d", path=path)]
    model.create.show(list(model.create.turns), pieces)
    viewer = Viewer(model.create, "m1")  # type: ignore[arg-type]
    qtbot.addWidget(viewer)
    viewer.resize(900, 640)
    viewer.show()
    solid = viewer.model
    qtbot.waitUntil(lambda: solid.image.width() == solid.width())
    middle = solid.image.pixelColor(solid.width() // 2, solid.height() // 2)
    assert middle.red() > 3 * middle.green() > 0
    qtbot.keyClick(viewer, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert solid.angles == (-12.0, 8.0)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    qtbot.waitUntil(
        lambda: (
            solid.image.width() == solid.width()
            and solid.image.pixelColor(solid.width() // 3, solid.height() // 3).alpha() == 0
        )
    )
    viewer.leave()


def test_a_damaged_model_says_so(qtbot: QtBot, model: StudioInMemory, tmp_path: Path) -> None:
    path = tmp_path / "bad.glb"
    path.write_bytes(b"glTF")
    model.create.show([], [replace(model.create.pieces[0], id="m1", kind="model3d", path=path)])
    viewer = Viewer(model.create, "m1")  # type: ignore[arg-type]
    qtbot.addWidget(viewer)
    viewer.show()
    qtbot.waitUntil(lambda: "damaged" in viewer.stage._message)
    viewer.leave()

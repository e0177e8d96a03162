"""Looking at films: cuts, dissolves, fades, camera and subject movement, text and sound that are known."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.video.frames import FilmWriter
from studio.engine.renderers.video.shots import Watcher
from studio.engine.renderers.video.sound import write_sound
from studio.engine.tools.analyze_video import AnalyzeVideo, clock
from tests.engine.tools.conftest import Context, scene
from tests.helpers.tunes import tune

SIZE = (192, 108)
FPS = 24
_COLOURS = ((0, 0, 0), (40, -20, -60), (-50, 30, 20), (-20, 50, -30))


def view(place: int, x: float = 0.5, y: float = 0.5, zoom: float = 1.5) -> np.ndarray:
    """A textured scene of its own colour, seen around (x, y) at *zoom*."""
    large = scene(480, 270, seed=place).astype(np.int16) + np.array(_COLOURS[place % 4], np.int16)
    rng = np.random.default_rng(place)
    for _ in range(40):
        centre = int(rng.integers(0, 480)), int(rng.integers(0, 270))
        cv2.circle(large, centre, int(rng.integers(4, 14)), [int(v) for v in rng.integers(20, 240, 3)], -1)
    large = np.clip(large, 0, 255).astype(np.uint8)[:: -1 if place % 2 else 1, :: -1 if place % 3 == 2 else 1]
    large = np.ascontiguousarray(large)
    scale = 480 / zoom / SIZE[0]
    matrix = np.float32([[1 / scale, 0, SIZE[0] / 2 - x * 480 / scale], [0, 1 / scale, SIZE[1] / 2 - y * 270 / scale]])
    return cv2.warpAffine(large, matrix, SIZE, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)


def watched(frames: Iterator[np.ndarray], fps: float = FPS) -> list:
    watcher = Watcher(fps)
    count = 0
    for count, frame in enumerate(frames, 1):
        watcher.add(frame, (count - 1) / fps)
    return watcher.shots(count / fps)


def mixed(a: np.ndarray, b: np.ndarray, share: float) -> np.ndarray:
    return np.asarray(cv2.addWeighted(a, 1 - share, b, share, 0), np.uint8)


def test_cuts_are_found_to_the_frame_and_flashes_are_none() -> None:
    frames = [view(0)] * 20 + [view(1)] * 17 + [view(2)] * 30
    frames[50] = np.full_like(frames[0], 255)
    shots = watched(iter(frames))
    assert [round(shot.start_s * FPS) for shot in shots] == [0, 20, 37]
    assert [shot.begins for shot in shots] == ["start", "cut", "cut"]
    assert shots[-1].end_s == pytest.approx(67 / FPS)


def test_strips_are_watched_without_a_camera() -> None:
    frames = [np.zeros((1, 192, 3), np.uint8), np.full((1, 192, 3), 9, np.uint8)] * 10
    assert watched(iter(frames))[0].camera == watched(iter([view(0)] * 20))[0].camera


def test_dissolves_and_fades_are_told_from_cuts() -> None:
    a, b, black = view(0), view(1), np.zeros_like(view(0))
    dissolve = [a] * 24 + [mixed(a, b, (i + 1) / 17) for i in range(16)] + [b] * 24
    shots = watched(iter(dissolve))
    assert [shot.begins for shot in shots] == ["start", "dissolve"]
    assert abs(shots[1].start_s * FPS - 32) <= 3
    fade = [mixed(a, black, i / 10) for i in range(11)] + [mixed(black, b, i / 10) for i in range(11)]
    shots = watched(iter([a] * 20 + fade + [b] * 20))
    assert [shot.begins for shot in shots] == ["start", "fade"]
    assert abs(shots[1].start_s * FPS - 31) <= 2


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (lambda i: view(0, x=0.4 + 0.004 * i), "pans right"),
        (lambda i: view(0, x=0.6 - 0.004 * i), "pans left"),
        (lambda i: view(0, y=0.4 + 0.004 * i), "tilts down"),
        (lambda i: view(0, zoom=1.3 + 0.015 * i), "moves in"),
        (lambda i: view(0, zoom=2.0 - 0.015 * i), "moves out"),
        (lambda i: view(0), "is still"),
    ],
)
def test_camera_moves_are_named(move: Callable[[int], np.ndarray], said: str) -> None:
    (shot,) = watched(move(i) for i in range(30))
    assert shot.camera == f"the camera {said}"


def test_a_moving_thing_is_no_camera_move() -> None:
    def frame(i: int) -> np.ndarray:
        return cv2.circle(view(0).copy(), (20 + 4 * i, 60), 16, (250, 250, 60), -1)

    (shot,) = watched(frame(i) for i in range(30))
    assert shot.camera == "the camera is still"
    assert "movement" in shot.subject
    assert shot.motion > 0.05


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Three shots, 2.5 s, a line of text in the last, a tune."""
    write_sound(tmp_path / "tune.wav", tune(6, bpm=120, rate=22_050), 22_050)
    path = tmp_path / "film.mp4"
    with FilmWriter(path, 384, 216, Fraction(12), sound=tmp_path / "tune.wav", preset="ultrafast") as writer:
        for i in range(66):
            small = view(i // 22)  # unmoved, so that text is looked for once in each shot
            large = cv2.resize(small, (384, 216), interpolation=cv2.INTER_CUBIC)
            if i >= 44:
                large[150:200] = 20
                cv2.putText(large, "HALL B 20:45", (40, 188), 0, 1.2, (255, 255, 255), 3, cv2.LINE_AA)
            writer.write(large)
    return path


async def test_a_film_is_measured(film: Path, tmp_path: Path) -> None:
    context = Context([], folder=tmp_path, kinds={"video": [film]})
    outcome = await AnalyzeVideo().run({"query": "What does it say?", "analysisType": "ocr"}, context)
    facts = outcome.data
    assert facts is not None
    assert (facts["width"], facts["height"], facts["frames"]) == (384, 216, 66)
    assert [shot["start_s"] for shot in facts["shots"]] == pytest.approx([0, 22 / 12, 44 / 12], abs=0.001)
    assert any(row["line"].replace(" ", "") == "HALLB20:45" and row["from_s"] >= 44 / 12 for row in facts["text"])
    assert facts["sound"]["tempo_bpm"] == pytest.approx(120, abs=1.5)
    assert outcome.message.startswith("Text in it: “HALL")
    assert "no vision model is connected" in outcome.message
    assert not list((tmp_path / "cache" / "scratch").iterdir())
    assert not outcome.made


async def test_a_vision_model_sees_the_key_frames(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = Context([], folder=tmp_path, kinds={"video": [film]}, answer="A red ball in three rooms.")
    sizes: list[int] = []

    text_reads: list[np.ndarray] = []
    monkeypatch.setattr("studio.engine.renderers.seeing.text", lambda rgb: text_reads.append(rgb) or [])

    async def ask(system: str, user: str, images: list[Path]) -> str:
        sizes.extend(path.stat().st_size for path in images)
        context.asked.append((system, user, list(images)))
        return "A red ball in three rooms."

    context.ask_model = ask  # type: ignore[method-assign]
    outcome = await AnalyzeVideo().run({"query": "What happens?", "analysisType": "timeline"}, context)
    assert outcome.message == "A red ball in three rooms."
    system, user, images = context.asked[0]
    assert "timeline" in system
    assert "What happens?" in user
    assert 3 <= len(images) == len(sizes) <= 6
    assert min(sizes) > 1000
    assert outcome.data is not None
    assert all("file" not in row for row in outcome.data["key_frames"])


async def test_what_is_no_film_is_refused(save: Callable[..., Path], tmp_path: Path) -> None:
    text = tmp_path / "film.mp4"
    text.write_text("no film")
    for kinds in ({"video": [text]}, {}):
        with pytest.raises(ToolError):
            await AnalyzeVideo().run({"query": "?"}, Context([], folder=tmp_path, kinds=kinds))


def test_clock() -> None:
    assert [clock(s) for s in (0, 9.96, 65.25)] == ["0:00.0", "0:10.0", "1:05.2"]

"""Enlarging films: exact sizes and frames, sound untouched, closer than resampling, steady, bounded."""

import itertools
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers import upscale as still
from studio.engine.renderers.video import frames, probe, sound, upscale
from studio.engine.renderers.video.probe import VideoInfo
from studio.engine.tools.upscale_video import UpscaleVideo
from tests.engine.tools.conftest import Context, psnr, scene
from tests.helpers.films import film, number_of


def sharpened(piece: np.ndarray) -> np.ndarray:
    """Stand in for the network where its pixels do not matter."""
    return np.asarray(cv2.resize(piece, None, fx=2, fy=2, interpolation=cv2.INTER_LANCZOS4))


def sized(width: int, height: int, *, frames: int = 24, fps: int = 24) -> VideoInfo:
    return VideoInfo(width, height, Fraction(fps), frames, frames / fps, "h264", "yuv420p", has_audio=False)


@pytest.mark.parametrize(
    ("source", "target", "size"),
    [
        ((640, 360), None, (1280, 720)),
        ((640, 360), 1440, (1280, 720)),
        ((960, 540), None, (1920, 1080)),
        ((1280, 720), None, (2560, 1440)),
        ((1280, 720), 1080, (1920, 1080)),
        ((720, 1280), 1440, (1440, 2560)),
        ((853, 480), 1080, (1706, 960)),
        ((1920, 1080), None, (2560, 1440)),
        ((6000, 100), None, (8192, 136)),
    ],
)
def test_sizes(source: tuple[int, int], target: int | None, size: tuple[int, int]) -> None:
    assert upscale.target_size(sized(*source), target) == size


def test_a_rate_that_cannot_be_written_is_halved() -> None:
    info = sized(640, 360, frames=2000, fps=1000).writable()
    assert (info.fps, info.frames, info.duration_s) == (125, 250, 2.0)
    assert info.writable() is info


def test_what_is_large_enough_is_left_alone() -> None:
    with pytest.raises(ToolError, match="1440 is possible") as caught:
        upscale.target_size(sized(1920, 1080), 1080)
    assert caught.value.suggested_args == {"targetResolution": 1440}
    with pytest.raises(ToolError, match="no edge can be longer"):
        upscale.target_size(sized(8192, 16), None)
    with pytest.raises(ToolError, match="1440p or more already"):
        upscale.target_size(sized(2560, 1440), None)


async def test_every_frame_its_rate_shape_and_sound_are_kept(tmp_path: Path) -> None:
    clip = film(tmp_path / "a.mp4", frames=7, fps=Fraction(30000, 1001), size=(96, 64), hertz=500)
    context = Context([], kinds={"video": [clip]}, folder=tmp_path)
    first, second = [await UpscaleVideo().run({"targetResolution": 1080, "seed": seed}, context) for seed in (1, 2)]
    path = tmp_path / "out.mp4"
    path.write_bytes(first.made[0].data)
    info = probe.video(path)
    assert (info.width, info.height, info.fps, info.frames) == (192, 128, Fraction(30000, 1001), 7)
    assert [number_of(rgb) for rgb in frames.read_frames(path)] == list(range(7))
    assert np.array_equal(sound.read_sound(path), sound.read_sound(clip))
    assert "from 96 × 64 px" in first.message
    assert "twice the source, the most that is done at once" in first.message
    assert first.made[0].data == second.made[0].data


def test_closer_than_resampling_and_steadier_than_frame_by_frame() -> None:
    large = cv2.GaussianBlur(scene(300, 240), (0, 0), 0.6)
    truth = [np.ascontiguousarray(large[20:220, 20 + n : 260 + n]) for n in range(6)]
    noise = np.random.default_rng(2)
    small = [
        np.clip(cv2.resize(t, (120, 100), interpolation=cv2.INTER_AREA) + noise.normal(0, 1.2, (100, 120, 1)), 0, 255)
        .astype(np.uint8)
        for t in truth
    ]  # fmt: skip

    def network(piece: np.ndarray) -> np.ndarray:
        return still.multiply(piece, 2, "photo")

    enlarger = upscale.Enlarger(upscale.mode({}), network)
    ours, alone = [enlarger.enlarge(rgb) for rgb in small], [network(rgb) for rgb in small]
    cubic = [cv2.resize(rgb, (240, 200), interpolation=cv2.INTER_CUBIC) for rgb in small]

    def mean_psnr(made: list[np.ndarray]) -> float:
        # Of the brightness: films hold colour at half resolution anyway.
        pairs = [[cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY) for rgb in pair] for pair in zip(made, truth, strict=True)]
        return float(np.mean([psnr(a, b) for a, b in pairs]))

    def flicker(made: list[np.ndarray]) -> float:
        errors = [a.astype(float) - b for a, b in zip(made, truth, strict=True)]
        return float(np.mean([np.abs(a - b).mean() for a, b in itertools.pairwise(errors)]))

    assert mean_psnr(ours) > mean_psnr(cubic)
    assert mean_psnr(ours) > mean_psnr(alone) - 0.1
    assert flicker(ours) < flicker(alone)
    assert enlarger.made < enlarger.tiles


def test_detail_is_made_anew_after_a_cut_and_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upscale, "_TILE", 64)
    enlarger = upscale.Enlarger(upscale.mode({}), sharpened)
    one, other = scene(192, 128, 1), 255 - scene(192, 128, 1)
    breathing = [cv2.add(one, (3.0 * (place % 2),) * 4) for place in range(6)]
    counts = []
    for rgb in [*breathing, other, other, other]:
        before = enlarger.made
        enlarger.enlarge(rgb)
        counts.append(enlarger.made - before)
    assert counts[0] == 6
    assert counts[6] == 6
    assert all(1 <= count <= 3 for count in counts[1:6]), "some tiles in every frame, never all at once"
    assert counts[7:] == [0, 0], "what stands still needs no new detail"


def test_tiles_leave_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = scene(200, 150)
    whole = upscale.Enlarger(upscale.mode({}), sharpened).enlarge(picture)
    monkeypatch.setattr(upscale, "_TILE", 50)
    tiled = upscale.Enlarger(upscale.mode({}), sharpened).enlarge(picture)
    assert np.abs(whole.astype(int) - tiled).max() <= 4


@pytest.mark.parametrize("size", [(2, 2), (300, 8)])
def test_pictures_too_small_for_movement_are_enlarged_one_by_one(size: tuple[int, int]) -> None:
    enlarger = upscale.Enlarger(upscale.mode({}), sharpened)
    shapes = {enlarger.enlarge(scene(*size)).shape for _ in range(3)}
    assert shapes == {(2 * size[1], 2 * size[0], 3)}
    assert enlarger.made == enlarger.tiles


async def test_too_long_a_film_is_refused_with_what_is_possible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = film(tmp_path / "a.mp4", frames=24, size=(96, 64))
    context = Context([], kinds={"video": [clip]}, folder=tmp_path)
    monkeypatch.setattr(upscale.probe, "video", lambda _path: sized(1280, 720, frames=24 * 600))
    with pytest.raises(ToolError, match=r"up to 41 s are done at once. With processingSpeed faster"):
        await UpscaleVideo().run({}, context)

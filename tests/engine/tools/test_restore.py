"""Restoring: measured gains on damage that was made on purpose, and leaving good pictures alone."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.engine.renderers import restore
from studio.engine.tools.restore_photo import RestorePhoto
from tests.engine.tools.conftest import Context, decode, psnr, scene


def outdoors(width: int, height: int) -> np.ndarray:
    """Grey stones on a green slope under a blue sky: neutral contours between light and dark."""
    rng = np.random.default_rng(5)
    picture = np.zeros((height, width, 3), np.float64)
    picture[: height // 2] = (120, 165, 215)
    picture[height // 2 :] = (88, 120, 62)
    for _ in range(60):
        x, y, size = rng.integers(0, width), rng.integers(height // 3, height), int(rng.integers(6, 22))
        tone = float(rng.uniform(2, 250))
        cv2.circle(picture, (int(x), int(y)), size, (tone, tone, tone), -1, cv2.LINE_AA)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8) + rng.normal(0, 1, (height, width, 1)), 0, 255).astype(
        np.uint8
    )


def test_noise_is_removed() -> None:
    clean = scene(320, 240)
    noisy = np.clip(clean + np.random.default_rng(0).normal(0, 16, clean.shape), 0, 255).astype(np.uint8)
    out, steps = restore.restore(noisy, "restore", hq=True)
    assert "removed noise" in steps
    assert psnr(out, clean) > psnr(noisy, clean) + 5


def test_compression_blocks_are_smoothed() -> None:
    clean = scene(320, 240)
    blocky = cv2.imdecode(cv2.imencode(".jpg", clean, [cv2.IMWRITE_JPEG_QUALITY, 12])[1], cv2.IMREAD_COLOR)
    out, steps = restore.restore(np.ascontiguousarray(blocky), "clean it up", hq=True)
    assert "smoothed compression blocks" in steps
    assert psnr(out, clean) > psnr(blocky, clean) + 0.5


def test_scratches_are_mended() -> None:
    clean = cv2.GaussianBlur(scene(480, 360), (0, 0), 1.0)
    damaged = clean.copy()
    for start, end in (((40, 10), (90, 340)), ((300, 20), (250, 330)), ((20, 300), (460, 280))):
        cv2.line(damaged, start, end, (240, 240, 235), 2)
    out, steps = restore.restore(damaged, "remove the scratches", hq=False)
    assert "mended scratches" in steps
    assert psnr(out, clean) > psnr(damaged, clean) + 6


def test_faded_colours_come_back() -> None:
    clean = np.clip(scene(320, 240).astype(float) * 1.3 - 35, 0, 255).astype(np.uint8)
    faded = np.clip(clean * np.array([0.5, 0.45, 0.35]) + np.array([95, 85, 70]), 0, 255).astype(np.uint8)
    out, steps = restore.restore(faded, "restore", hq=False)
    assert "revived contrast and colours" in steps
    assert psnr(out, clean) > psnr(faded, clean) + 3
    kept, steps = restore.restore(faded, "restore, but keep the colours", hq=False)
    assert "revived contrast and colours" not in steps
    assert abs(kept.astype(int) - faded).mean() < 2


def test_a_good_picture_is_left_alone() -> None:
    clean = scene(320, 240)
    out, steps = restore.restore(clean, "restore", hq=False)
    assert steps == []
    assert np.array_equal(out, clean)


async def test_the_tool_uses_the_first_upload_and_its_arguments(save: Callable[..., Path]) -> None:
    context = Context([save(scene(300, 240), "first.png"), save(scene(64, 64), "second.png")])
    outcome = await RestorePhoto().run(
        {
            "prompt": "restore and colorize",
            "scale": 1.5,
            "aspectRatio": "1:1",
            "numberOfVariations": 2,
            "quality": "fast",
        },
        context,
    )
    assert [(made.width, made.height) for made in outcome.made] == [(480, 480), (480, 480)]
    assert "Upload 1" in outcome.message
    assert "Not possible on this computer yet: colouring black-and-white photographs" in outcome.message
    assert decode(outcome.made[0].data).text["tool"] == "restore_photo"


@pytest.mark.parametrize("gains", [(1.25, 1.0, 0.55), (0.7, 0.95, 1.3)])
def test_a_colour_cast_is_taken_out_when_asked(gains: tuple[float, float, float]) -> None:
    clean = outdoors(320, 240)
    linear = np.power(clean / 255.0, 2.2) * np.array(gains)
    tinted = (np.power(np.clip(linear, 0, 1), 1 / 2.2) * 255).astype(np.uint8)
    out, steps = restore.restore(tinted, "remove the colour cast", hq=False)
    assert "took the colour cast out" in steps
    assert psnr(out, clean) > psnr(tinted, clean) + 2
    left, steps = restore.restore(tinted, "restore", hq=False)
    assert "took the colour cast out" not in steps, "a warm motif would lose its colours"
    assert np.array_equal(left, tinted)


def test_fading_with_a_cast_comes_back() -> None:
    clean = outdoors(320, 240)
    faded = np.clip(clean * np.array([0.5, 0.45, 0.32]) + np.array([92, 82, 61]), 0, 255).astype(np.uint8)
    out, steps = restore.restore(faded, "restore this faded photo", hq=False)
    assert "revived contrast and colours" in steps
    assert psnr(out, clean) > psnr(faded, clean) + 4


def test_specks_are_removed_and_lamps_are_not() -> None:
    clean = cv2.GaussianBlur(outdoors(400, 300), (0, 0), 1.2)
    dusty = clean.copy()
    rng = np.random.default_rng(3)
    for x, y, size in zip(rng.integers(10, 390, 25), rng.integers(10, 290, 25), rng.integers(1, 3, 25), strict=True):
        cv2.circle(dusty, (int(x), int(y)), int(size), (243, 240, 236), -1)
    out, steps = restore.restore(dusty, "clean up the dust spots", hq=False)
    assert "removed specks" in steps
    assert psnr(out, clean) > psnr(dusty, clean) + 1.0
    assert "removed specks" not in restore.restore(dusty, "restore", hq=False)[1]


async def test_it_goes_on_to_edit(save: Callable[..., Path]) -> None:
    outcome = await RestorePhoto().run(
        {"prompt": "restore it, then make it sepia and add a white frame", "quality": "fast"},
        Context([save(scene(480, 320))]),
    )
    image = decode(outcome.made[0].data)
    assert image.width > 480
    assert image.height > 320
    assert "toned it sepia" in outcome.message
    assert "put a white frame around it" in outcome.message

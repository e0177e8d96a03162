"""Restoring: measured gains on damage that was made on purpose, and leaving good pictures alone."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from studio.engine.renderers import restore
from studio.engine.tools.restore_photo import RestorePhoto
from tests.engine.tools.conftest import Context, decode, psnr, scene


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

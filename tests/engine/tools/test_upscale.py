"""Enlarging: exact sizes, better than bicubic, seamless, transparent, bounded."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers import looks, upscale
from studio.engine.tools.upscale_image import UpscaleImage
from tests.engine.tools.conftest import Context, decode, psnr, scene


@pytest.mark.parametrize(("factor", "gain_db"), [(2, 0.3), (4, 0.3)])
def test_photographs_come_out_closer_than_bicubic(factor: int, gain_db: float) -> None:
    original = cv2.GaussianBlur(scene(480, 320), (0, 0), 0.6)
    small = cv2.resize(original, (480 // factor, 320 // factor), interpolation=cv2.INTER_AREA)
    cubic = cv2.resize(small, (480, 320), interpolation=cv2.INTER_CUBIC)
    ours = upscale.enlarge(small, 480, 320, "photo")
    assert psnr(ours, original) > psnr(cubic, original) + gain_db


@pytest.mark.parametrize("kind", ["photo", "art"])
def test_tiles_leave_no_seams(kind: upscale.Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = scene(150, 100)
    whole = upscale.multiply(picture, 2, kind)
    monkeypatch.setattr(upscale, "_TILE", 40)
    tiled = upscale.multiply(picture, 2, kind)
    assert abs(whole.astype(int) - tiled).max() <= 6


@pytest.mark.parametrize("size", [(150, 100), (333, 221), (500, 333)])
def test_a_streamed_enlargement_has_no_seams_either(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    picture = scene(90, 60)
    monkeypatch.setattr(upscale, "_WHOLE_PIXELS", 1)
    monkeypatch.setattr(upscale, "_TILE", 16)
    ticks: list[float] = []
    strips = upscale.enlarge(picture, *size, "art", ticks.append)
    assert ticks == sorted(ticks)
    assert ticks[-1] == pytest.approx(1.0)
    monkeypatch.setattr(upscale, "_TILE", 200)
    whole = upscale.enlarge(picture, *size, "art")
    assert strips.shape == (size[1], size[0], 3)
    assert abs(strips.astype(int) - whole).max() <= 8
    expected = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    assert psnr(strips, expected) > 24


async def test_very_large_results_are_jpegs(save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upscale, "_LARGEST_PNG_EDGE", 100)
    outcome = await UpscaleImage().run({"targetLongestEdge": 512}, Context([save(scene(64, 48))]))
    assert outcome.made[0].mime_type == "image/jpeg"
    assert "JPEG" in outcome.message
    assert decode(outcome.made[0].data).size == (512, 384)


@pytest.mark.parametrize(
    ("arguments", "size"),
    [({}, (74, 46)), ({"scale": 3}, (111, 69)), ({"scale": 8}, (296, 184)), ({"targetLongestEdge": 512}, (512, 320))],
)
async def test_sizes_are_exact(save: Callable[..., Path], arguments: dict[str, int], size: tuple[int, int]) -> None:
    outcome = await UpscaleImage().run(arguments, Context([save(scene(37, 23))]))
    assert decode(outcome.made[0].data).size == size == (outcome.made[0].width, outcome.made[0].height)
    assert f"{size[0]} × {size[1]}" in outcome.message


async def test_transparency_is_enlarged_and_the_rim_keeps_its_colour(save: Callable[..., Path]) -> None:
    picture = np.zeros((48, 48, 4), np.uint8)
    cv2.circle(picture, (24, 24), 15, (230, 60, 40, 255), -1)
    outcome = await UpscaleImage().run({"scale": 4}, Context([save(picture)]))
    out = np.asarray(decode(outcome.made[0].data))
    assert out.shape == (192, 192, 4)
    assert out[2, 2, 3] == 0
    assert out[96, 96, 3] == 255
    expected = (picture[:, :, 3] > 127).sum() * 16
    assert abs((out[:, :, 3] > 127).sum() - expected) < 0.06 * expected
    rim = (out[:, :, 3] > 100) & (out[:, :, 3] < 200)
    assert rim.any()
    assert out[rim][:, 0].mean() > 190, "no dark rim"


async def test_tiny_wide_and_repeatable(save: Callable[..., Path]) -> None:
    for width, height in ((1, 1), (2, 300), (300, 2)):
        outcome = await UpscaleImage().run(
            {"scale": 2}, Context([save(scene(max(8, width), max(8, height))[:height, :width])])
        )
        assert decode(outcome.made[0].data).size == (width * 2, height * 2)
    context = Context([save(scene(40, 30))])
    first, second = [await UpscaleImage().run({"scale": 2}, context) for _ in range(2)]
    assert first.made[0].data == second.made[0].data


def test_the_limit_says_what_is_possible() -> None:
    with pytest.raises(ToolError, match="3 times is possible") as caught:
        upscale.target_size(5000, 3000, 4, None)
    assert caught.value.code == "PARAMETER_INVALID"
    assert upscale.target_size(5000, 3000, None, 15360) == (15360, 9216)


def test_drawings_are_told_from_photographs() -> None:
    flat = np.full((200, 200, 3), (250, 220, 120), np.uint8)
    cv2.circle(flat, (100, 100), 60, (40, 90, 160), -1)
    cv2.circle(flat, (100, 100), 60, (20, 20, 20), 4)
    assert looks.is_drawing(flat)
    assert not looks.is_drawing(scene(200, 200))

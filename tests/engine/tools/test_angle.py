"""Turned views: near and far move apart the right way, sizes, the honest limit, refusals."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers import depth, filling, skies
from studio.engine.renderers.relief import angles
from studio.engine.tools.change_angle import ChangeAngle
from tests.engine.tools.conftest import Context, decode, scene, scene_mask
from tests.engine.tools.sights import remembered

__all__ = ["remembered"]


def stage(width: int = 240, height: int = 160) -> np.ndarray:
    """A red ball standing before a wall with a yellow and a green post: what is near and what is far."""
    rng = np.random.default_rng(2)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float64)
    picture = np.stack((150 + 0 * xs, 150 + 20 * ys / height, 160 + 0 * xs), 2)
    picture[:, 24:34] = (225, 205, 30)
    picture[:, 206:216] = (30, 190, 60)
    nx, ny = (xs - 120) / 38, (ys - 90) / 38
    inside = nx**2 + ny**2 <= 1
    light = np.clip(0.35 + 0.8 * (-0.5 * nx - 0.6 * ny + 0.6), 0.2, 1.2)[:, :, None]
    picture = np.where(inside[:, :, None], np.array((215, 35, 30)) * light, picture)
    return np.clip(picture + rng.normal(0, 1.5, picture.shape), 0, 255).astype(np.uint8)


def middle(picture: np.ndarray, colour: str) -> float:
    """Return the mean x, in shares of the width, of what is of *colour*."""
    red, green, blue = (picture[:, :, k].astype(int) for k in range(3))
    where = {
        "red": (red > 1.8 * green) & (red > 60),
        "yellow": (red > 150) & (green > 140) & (blue < 110),
        "green": (green > 1.6 * red) & (green > 100),
    }[colour]
    return float(np.nonzero(where)[1].mean() / picture.shape[1])


async def turned(path: Path, description: str, **arguments: Any) -> tuple[np.ndarray, Any]:
    outcome = await ChangeAngle().run({"description": description, **arguments}, Context([path]))
    return np.asarray(decode(outcome.made[0].data)), outcome


async def test_near_and_far_move_apart_and_the_other_way_round(save: Callable[..., Path]) -> None:
    path = save(stage())
    right, outcome = await turned(path, "front-right quarter view eye-level shot medium shot")
    left, _ = await turned(path, "front-left quarter view eye-level shot medium shot")
    assert "17° to the right (asked: 45°)" in outcome.message
    assert "2.5D" in outcome.message
    assert right.shape == left.shape == (160, 240, 3)
    # From the right what is behind the ball moves to the right of it, from the left to the left.
    apart_right = middle(right, "green") - middle(right, "red")
    apart_left = middle(left, "green") - middle(left, "red")
    before = middle(stage(), "green") - middle(stage(), "red")
    assert apart_right > before + 0.02
    assert apart_left < before - 0.02
    assert not np.array_equal(left, right)


async def test_distances_change_the_size_of_the_subject(save: Callable[..., Path]) -> None:
    path, areas = save(scene(160, 120)), []
    for distance in ("close-up", "wide shot", "medium shot"):
        view, _ = await turned(path, f"front view eye-level shot {distance}")
        areas.append(int(((view[:, :, 0] > 1.8 * view[:, :, 1]) & (view[:, :, 0] > 60)).sum()))
    close, wide, medium = areas
    assert close > 1.5 * medium > 2 * wide
    assert np.abs(view.astype(int) - scene(160, 120)).mean() < 6, "without a move the picture stays"


async def test_shapes_and_repeatable(save: Callable[..., Path]) -> None:
    path = save(scene(160, 120))
    first, _ = await turned(path, "left side view high-angle shot medium shot", aspectRatio="256x320")
    second, _ = await turned(path, "left side view high-angle shot medium shot", aspectRatio="256x320")
    assert first.shape == (320, 256, 3)
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("description", "code", "match"),
    [
        ("back view eye-level shot medium shot", "MODEL_UNAVAILABLE", "does not show the back"),
        ("front view", "PARAMETER_INVALID", "takes one of"),
        ("front view eye-level shot medium shot with hats", "PARAMETER_INVALID", "no camera position"),
    ],
)
async def test_refusals(save: Callable[..., Path], description: str, code: str, match: str) -> None:
    with pytest.raises(ToolError, match=match) as caught:
        await ChangeAngle().run({"description": description}, Context([save(scene(64, 48))]))
    assert caught.value.code == code


def test_strength_scales_the_angle() -> None:
    text = "right side view low-angle shot wide shot"
    assert angles.parse(text, 0.45).yaw == pytest.approx(angles.parse(text).yaw / 2)
    assert angles.parse(text).pitch < 0
    with pytest.raises(ToolError):
        angles.parse(text, 2.0)


def test_depth_puts_the_subject_before_the_ground_before_the_sky() -> None:
    rng = np.random.default_rng(4)
    picture = np.zeros((150, 200, 3), np.float64)
    picture[:70] = (140, 180, 235)
    picture[70:] = np.array((80, 110, 60)) + rng.normal(0, 14, (80, 200, 1))
    cv2.circle(picture, (100, 95), 24, (210, 30, 30), -1)
    rgb = np.clip(picture + rng.normal(0, 1.5, picture.shape), 0, 255).astype(np.uint8)
    mask = np.hypot(*(np.mgrid[0:150, 0:200] - np.array([95, 100])[:, None, None])) < 24
    near = depth.depth_map(rgb, mask.astype(np.float32))
    assert near.shape == (150, 200)
    assert (near.min(), near.max()) == (0.0, pytest.approx(1.0, abs=0.05))
    assert near[95, 100] > near[140, 20] > near[85, 20] > near[20, 20]
    assert skies.backdrop(rgb)[:60].mean() > 0.95
    assert skies.backdrop(rgb)[80:].mean() < 0.1
    sheets = depth.layers(rgb, near, mask.astype(np.float32))
    assert [sheet.is_subject for sheet in sheets] == [False, False, True]
    assert [sheet.depth for sheet in sheets] == sorted(sheet.depth for sheet in sheets)
    laid = sheets[0].rgb.astype(float)
    for sheet in sheets[1:]:
        laid = sheet.rgb * sheet.alpha[:, :, None] + laid * (1 - sheet.alpha[:, :, None])
    assert np.abs(laid - rgb).mean() < 3, "the layers give the picture again"
    hidden = sheets[1].rgb[100:115, 92:108].astype(float)
    assert hidden[:, :, 1].mean() > hidden[:, :, 0].mean(), "grass goes on behind the red ball"


def test_filling_goes_on_with_the_texture() -> None:
    ys, xs = np.mgrid[0:96, 0:128]
    stripes = np.where((xs + ys) // 6 % 2 == 0, 210, 60).astype(np.uint8)
    picture = np.dstack((stripes, stripes, np.full_like(stripes, 128)))
    hole = np.zeros((96, 128), bool)
    hole[36:60, 52:76] = True
    spoilt = picture.copy()
    spoilt[hole] = (255, 0, 0)
    filled = filling.fill(spoilt, hole)
    assert np.array_equal(filled[:30], picture[:30])
    error = np.abs(filled.astype(int) - picture)[hole].mean()
    assert error < 30, "a mean colour would be 75 off"
    assert np.array_equal(filling.fill(spoilt, hole), filled)
    plane = np.where(hole, 9.0, xs / 128).astype(np.float32)
    assert np.abs(filling.fill_plane(plane, hole) - xs / 128).max() < 0.12


def test_nothing_stands_out_of_an_even_picture() -> None:
    even = np.full((60, 80, 3), 128, np.uint8)
    assert depth.subject_mask(even).max() == 0
    assert len(depth.layers(even, depth.depth_map(even), None)) == 1
    found = depth.subject_mask(scene()) > 0.5
    assert (found & scene_mask()).sum() / (found | scene_mask()).sum() > 0.9

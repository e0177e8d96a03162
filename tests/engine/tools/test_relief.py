"""Models from pictures: valid GLB files, closed bodies, sizes as ordered, honest words; and turned views."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.relief import rounding, surfaces
from studio.engine.tools.image_to_3d import ImageTo3d
from tests.engine.tools.conftest import Context, scene
from tests.engine.tools.sights import remembered
from tests.helpers import glb_reader

__all__ = ["remembered"]

SMALL: dict[str, Any] = {
    "meshTargetFaces": 6000,
    "textureSize": 1024,
    "normalMapSize": 512,
    "ambientOcclusionSize": 256,
}


def landscape() -> np.ndarray:
    """A picture without a subject: rough ground all over."""
    rng = np.random.default_rng(3)
    return np.clip(rng.normal(120, 30, (90, 120, 3)), 0, 255).astype(np.uint8)


def closed(primitives: list[glb_reader.Primitive]) -> bool:
    """Tell whether the parts together bound a volume: each directed edge meets its reverse exactly once."""
    positions = np.concatenate([p.positions for p in primitives])
    starts = np.cumsum([0, *(len(p.positions) for p in primitives)])
    triangles = np.concatenate([p.triangles + start for p, start in zip(primitives, starts, strict=False)])
    _, same = np.unique(np.round(positions, 6) + 0.0, axis=0, return_inverse=True)
    corners = same.ravel()[triangles.astype(np.int64)]
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    edges = edges[edges[:, 0] != edges[:, 1]]
    count = int(corners.max()) + 1
    forth, times = np.unique(edges[:, 0] * count + edges[:, 1], return_counts=True)
    back = np.unique(edges[:, 1] * count + edges[:, 0])
    return bool((times == 1).all() and np.array_equal(forth, back))


def volume(primitives: list[glb_reader.Primitive]) -> float:
    """Return the signed volume; positive when the triangles face outwards."""
    total = 0.0
    for part in primitives:
        a, b, c = (part.positions[part.triangles[:, k]].astype(float) for k in range(3))
        total += float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)
    return total


async def model(path: Path, folder: Path, **arguments: Any) -> tuple[Any, dict[str, Any], list[glb_reader.Primitive]]:
    outcome = await ImageTo3d().run({**SMALL, **arguments}, Context([path], folder=folder))
    (file,) = outcome.made
    assert (file.media_type, file.mime_type) == ("model", "model/gltf-binary")
    assert not list((folder / "cache" / "scratch").iterdir())
    return outcome, *glb_reader.read(file.data)


async def test_a_subject_becomes_a_closed_body(save: Callable[..., Path], tmp_path: Path) -> None:
    outcome, document, parts = await model(save(scene()), tmp_path)
    assert "2.5D relief" in outcome.message
    assert document["asset"]["extras"]["tool"] == "image_to_3d"
    faces = sum(len(part.triangles) for part in parts)
    assert 0.8 * 6000 < faces <= 6000
    assert closed(parts)
    # The ball of the scene: an ellipsoid of known outline, flattened by the roundness that is stated.
    size = np.concatenate([part.positions for part in parts])
    width, height, depth = size.max(0) - size.min(0)
    assert abs(width / height - 1) < 0.06
    assert 0.5 < depth / width < 0.75
    assert abs(volume(parts) - np.pi / 6 * width * height * depth) < 0.12 * width * height * depth
    front = parts[0].textures
    assert max(front["colour"].size) == 1024
    assert max(front["normal"].size) == 512
    assert max(front["occlusion"].size) == 256


async def test_the_front_carries_the_picture(save: Callable[..., Path], tmp_path: Path) -> None:
    _, _, (front, _) = await model(save(scene()), tmp_path)
    texture = np.asarray(front.textures["colour"].convert("RGB")).astype(float)
    nearest = front.positions[:, 2].argmax()
    u, v = front.uvs[nearest]
    colour = texture[int(v * texture.shape[0]), int(u * texture.shape[1])]
    assert colour[0] > 1.6 * colour[1], "the ball is red"
    rim = front.positions[:, 2] == 0
    assert rim.any()
    rows = (front.uvs[rim, 1] * texture.shape[0]).astype(int).clip(0, texture.shape[0] - 1)
    columns = (front.uvs[rim, 0] * texture.shape[1]).astype(int).clip(0, texture.shape[1] - 1)
    seen = texture[rows, columns]
    assert (seen[:, 0] > seen[:, 2]).mean() > 0.95, "no background at the rim"
    assert front.normals[nearest, 2] > 0.9


async def test_a_back_view_is_used_and_sides_are_not(save: Callable[..., Path], tmp_path: Path) -> None:
    green = scene()[:, :, [1, 0, 2]]
    front, back = save(scene(), "front.png"), save(green, "back.png")
    context = Context([front, back], folder=tmp_path)
    arguments = {**SMALL, "sourceImageIndex": -1, "backViewImageIndex": -2, "leftViewImageIndex": -2}
    outcome = await ImageTo3d().run(arguments, context)
    assert "your back view" in outcome.message
    assert "side views were not used" in outcome.message
    _, (_, behind) = glb_reader.read(outcome.made[0].data)
    red, green_, _ = np.asarray(behind.textures["colour"].convert("RGB")).reshape(-1, 3).mean(0)
    assert green_ > red


async def test_a_picture_without_a_subject_becomes_a_tile(save: Callable[..., Path], tmp_path: Path) -> None:
    outcome, _, parts = await model(save(landscape()), tmp_path)
    assert "as a tile" in outcome.message
    assert sum(len(part.triangles) for part in parts) <= 6000
    assert closed(parts)
    assert volume(parts) > 0


async def test_transparency_is_the_outline(save: Callable[..., Path], tmp_path: Path) -> None:
    picture = np.zeros((80, 60, 4), np.uint8)
    picture[10:70, 10:50] = (30, 160, 90, 255)
    _, _, parts = await model(save(picture), tmp_path)
    size = np.concatenate([part.positions for part in parts])
    width, height, _ = size.max(0) - size.min(0)
    assert abs(width / height - 40 / 60) < 0.04
    assert closed(parts)


async def test_the_same_picture_gives_the_same_bytes_and_limits_hold(save: Callable[..., Path], tmp_path: Path) -> None:
    path = save(landscape())
    first, second = [(await model(path, tmp_path))[0].made[0].data for _ in range(2)]
    assert first == second
    with pytest.raises(ToolError, match="between 5000 and 700000"):
        await ImageTo3d().run({"meshTargetFaces": 100}, Context([path], folder=tmp_path))


def test_an_inflated_disk_is_a_ball() -> None:
    ys, xs = np.mgrid[0:120, 0:120]
    square = ((xs - 60) ** 2 + (ys - 60) ** 2).astype(float)
    made = rounding.inflate((square < 50**2).astype(np.float32))
    inside = square < 46**2
    ball = np.sqrt(np.maximum(50**2 - square, 0))
    assert np.abs(made - ball)[inside].max() < 5


def test_contours_are_smooth_and_do_not_cross_themselves() -> None:
    ys, xs = np.mgrid[0:60, 0:60].astype(np.float32)
    mask = np.clip(20.5 - np.hypot(xs - 30, ys - 30), 0, 1).astype(np.float32)
    made = surfaces.sheet(mask, mask)
    radius = np.hypot(*(made.places[made.rim] - 30).T)
    assert radius.std() < 0.12
    corners = np.zeros((8, 8), np.float32)
    corners[1:4, 1:4] = corners[4:7, 4:7] = 1.0
    outline = surfaces.sheet(corners, corners).contour
    assert np.bincount(outline[:, 0]).max() == 1, "each contour point has one way on"


@pytest.mark.parametrize("seed", range(4))
def test_ragged_masks_close_up_too(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 1, (70, 70)).astype(np.float32)
    mask = np.clip(cv2.GaussianBlur(noise, (0, 0), 1.4) * 4 + 0.5, 0, 1).astype(np.float32)
    made = surfaces.sheet(mask, np.ones_like(mask))
    place = np.column_stack((made.places, made.heights)).astype(np.float32)
    flat = np.zeros((len(place), 2), np.float32)
    sides = [(place, made.triangles), (place * (1, 1, -1), made.triangles[:, [0, 2, 1]])]
    assert closed([glb_reader.Primitive(p, p, flat, t, {}) for p, t in sides])

"""3D models as pictures: what is in front, where its texture lies, from which side, and damaged files."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.library import mesh
from tests.helpers.models3d import card, glb


def quarters() -> np.ndarray:
    """Red, green, white and black, read like a page."""
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:32, :32], picture[:32, 32:], picture[32:, :32] = (255, 0, 0), (0, 255, 0), (255, 255, 255)
    return picture


@pytest.fixture
def model(tmp_path: Path) -> mesh.Mesh:
    path = tmp_path / "card.glb"
    path.write_bytes(card(quarters(), scale=40))
    return mesh.read_glb(path)


def hue(pixel: np.ndarray) -> str:
    red, green, blue, _ = (int(v) for v in pixel)
    return "red" if red > 2 * green + 40 else "green" if green > 2 * red + 40 else "blue" if blue > 2 * red + 40 else ""


def test_any_model_is_brought_to_one_size(model: mesh.Mesh) -> None:
    assert model.corners.shape == (4, 3, 3)
    assert np.abs(np.linalg.norm(model.corners, axis=2)).max() == pytest.approx(1.0, abs=0.02)


def test_the_front_hides_the_back_and_has_its_texture_upright(model: mesh.Mesh) -> None:
    seen = mesh.paint(model, 240, 200, mesh.View())
    assert hue(seen[70, 90]) == "red"
    assert hue(seen[70, 150]) == "green"
    assert seen[130, 90, :3].min() > 200
    assert seen[130, 150, :3].max() < 30
    assert seen[2, 2, 3] == 0
    solid = np.argwhere(seen[..., 3] > 0)
    top, left = solid.min(0)
    bottom, right = solid.max(0)
    assert (seen[top + 2 : bottom - 2, left + 2 : right - 2, 3] == 255).all()  # no seams
    assert abs((left + right) / 2 - 119.5) < 1.5


def test_from_behind_it_is_blue(model: mesh.Mesh) -> None:
    seen = mesh.paint(model, 240, 200, mesh.View(turn=180))
    assert hue(seen[100, 120]) == "blue"


def test_nearer_is_larger_and_wires_are_thin(model: mesh.Mesh) -> None:
    usual, near = (mesh.paint(model, 120, 100, mesh.View(zoom=zoom))[..., 3] > 0 for zoom in (1.0, 1.4))
    assert near.sum() == pytest.approx(1.96 * usual.sum(), rel=0.06)
    wires = mesh.paint(model, 120, 100, mesh.View(), wires=True)[..., 3] > 0
    assert 0.02 < wires.sum() / usual.sum() < 0.2


def made_to_hurt() -> dict[str, dict[str, Any]]:
    """Documents of a few bytes that would take for ever, or all memory."""
    places = {"bufferView": 0, "componentType": 5126, "type": "VEC3"}
    usual: dict[str, Any] = {
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{**places, "count": 3}],
        "bufferViews": [{"byteLength": 36}],
    }
    branches = [{"children": [place + 1] * 4} for place in range(60)]
    return {
        "list": {
            **usual,
            "materials": [[]],
            "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "material": 0}]}],
        },
        "branches": {**usual, "nodes": [*branches, {"mesh": 0}]},
        "no stride": {**usual, "accessors": [{**places, "count": 10**9}], "bufferViews": [{"byteStride": 0}]},
    }


@pytest.mark.parametrize("name", ["list", "branches", "no stride"])
def test_models_made_to_hurt_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.glb"
    path.write_bytes(glb(made_to_hurt()[name], bytes(36)))
    with pytest.raises(mesh.UnreadableModelError):
        mesh.read_glb(path)


@pytest.mark.parametrize("damage", ["empty", "other", "cut", "outside"])
def test_damaged_models_are_refused(tmp_path: Path, damage: str) -> None:
    whole = card(quarters())
    data = {
        "empty": b"",
        "other": b"PK\x03\x04" + whole[4:],
        "cut": whole[: len(whole) // 2],
        "outside": whole.replace(b'"count": 6', b'"count": 9999999'),
    }[damage]
    if damage == "outside":
        size = struct.unpack_from("<I", whole, 12)[0] + len(data) - len(whole)
        data = data[:12] + struct.pack("<I", size) + data[16:]
    path = tmp_path / "bad.glb"
    path.write_bytes(data)
    with pytest.raises(mesh.UnreadableModelError):
        mesh.read_glb(path)

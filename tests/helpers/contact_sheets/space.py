"""Depth, layers, moved cameras and models that the studio makes of single pictures.

``STUDIO_PHOTOS`` may name a folder of photographs, which are then used beside the starters.
"""

import asyncio
import os
import tempfile
from pathlib import Path

import cv2
import numpy as np

from studio import resources
from studio.engine.renderers import depth, pictures, skies
from studio.engine.tools.change_angle import ChangeAngle
from studio.engine.tools.image_to_3d import ImageTo3d
from tests.engine.tools.conftest import Context, decode
from tests.helpers import glb_reader, glb_view
from tests.helpers.contact_sheets import sheet

_STARTERS = ("lighthouse", "place", "ink", "forest")
_VIEWS = (
    "front-left quarter view eye-level shot medium shot",
    "front-right quarter view eye-level shot medium shot",
    "right side view eye-level shot medium shot",
    "front view high-angle shot medium shot",
    "front view low-angle shot medium shot",
    "front-right quarter view elevated shot close-up",
    "front-left quarter view eye-level shot wide shot",
)
_TURNS = ((0, 0), (-28, 0), (35, 0), (0, 25), (75, 10), (180, 0))


def files() -> list[Path]:
    """Return the pictures to work on."""
    found = [resources.path("starters", f"{name}.jpg") for name in _STARTERS]
    if photos := os.environ.get("STUDIO_PHOTOS"):
        found = sorted(p for p in Path(photos).iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png")) + found
    return found


def _small(path: Path) -> np.ndarray:
    rgb = pictures.load(path).rgb
    return pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], 640))


def _grey(plane: np.ndarray) -> np.ndarray:
    return cv2.cvtColor((plane * 255).astype(np.uint8), cv2.COLOR_GRAY2RGB)


def _layer_row(path: Path) -> tuple[str, list[np.ndarray]]:
    rgb = _small(path)
    mask = depth.subject_mask(rgb)
    near = depth.depth_map(rgb, mask)
    warm = cv2.applyColorMap((near * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[:, :, ::-1]
    cells = [rgb, _grey(mask), _grey(skies.backdrop(rgb, mask)), warm]
    for layer in depth.layers(rgb, near, mask)[:4]:
        weight = layer.alpha[:, :, None]
        cells.append((layer.rgb * weight + 90 * (1 - weight)).astype(np.uint8))
    return f"{path.stem}: subject, backdrop, depth, layers from back to front", cells


async def _angles(path: Path, folder: Path) -> list[np.ndarray]:
    context = Context([path], folder=folder)
    outcomes = [await ChangeAngle().run({"description": words}, context) for words in _VIEWS]
    return [_small(path), *(np.asarray(decode(outcome.made[0].data).convert("RGB")) for outcome in outcomes)]


async def _model(path: Path, folder: Path) -> tuple[str, list[np.ndarray]]:
    arguments = {"meshTargetFaces": 120_000, "textureSize": 2048, "normalMapSize": 512, "ambientOcclusionSize": 256}
    outcome = await ImageTo3d().run(arguments, Context([path], folder=folder))
    _, parts = glb_reader.read(outcome.made[0].data)
    return outcome.message, [_small(path), *(glb_view.view(parts, yaw, pitch) for yaw, pitch in _TURNS)]


def sheets(out: Path) -> None:
    """Write one sheet of layers, one of moved cameras, one of models."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet.rows(out / "depth and layers.png", [_layer_row(path) for path in files()])
        moved = [(f"{path.stem}: source; {'; '.join(_VIEWS)}", asyncio.run(_angles(path, folder))) for path in files()]
        sheet.rows(out / "change_angle.png", moved)
        sheet.rows(out / "image_to_3d.png", [asyncio.run(_model(path, folder)) for path in files()])

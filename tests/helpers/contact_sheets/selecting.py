"""What segment_image, remove_background and upscale_image make of pictures.

``STUDIO_PHOTOS`` may name a folder of photographs, which are then used beside the starters.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from studio.contract.errors import ToolError
from studio.engine.tools.remove_background import RemoveBackground
from studio.engine.tools.segment_image import SegmentImage
from studio.engine.tools.upscale_image import UpscaleImage
from tests.engine.tools.conftest import Context, decode
from tests.helpers.contact_sheets import sheet
from tests.helpers.contact_sheets.space import files

_WORDS = ("the subject", "sky", "ground", "person", "face", "text", "red", "blue", "white", "green plants", "shadows")
_GROUND = (236, 60, 200)


def _laid(cut_out: Image.Image) -> np.ndarray:
    pixels = np.asarray(cut_out.convert("RGBA")).astype(np.float32)
    weight = pixels[:, :, 3:] / 255
    return (pixels[:, :, :3] * weight + np.array(_GROUND) * (1 - weight)).astype(np.uint8)


async def _selected(path: Path, folder: Path, **arguments: Any) -> list[np.ndarray]:
    try:
        outcome = await SegmentImage().run({**arguments, "applyMask": True}, Context([path], folder=folder))
    except ToolError:
        return []
    return [_laid(decode(made.data)) for made in outcome.made[:4]]


def _marked(path: Path, x: float, y: float) -> np.ndarray:
    rgb = np.asarray(Image.open(path).convert("RGB")).copy()
    place = (round(x * rgb.shape[1]), round(y * rgb.shape[0]))
    cv2.circle(rgb, place, max(4, rgb.shape[1] // 60), (40, 255, 60), -1)
    return rgb


def _framed(path: Path, box: dict[str, float]) -> np.ndarray:
    rgb = np.asarray(Image.open(path).convert("RGB")).copy()
    height, width = rgb.shape[:2]
    start, end = (
        (round(box["x0"] * width), round(box["y0"] * height)),
        (
            round(box["x1"] * width),
            round(box["y1"] * height),
        ),
    )
    cv2.rectangle(rgb, start, end, (40, 255, 60), max(2, width // 150))
    return rgb


def _selections(out: Path, folder: Path) -> None:
    content = []
    for path in files():
        for x, y in ((0.5, 0.5), (0.3, 0.65), (0.72, 0.4)):
            points = [{"x": x, "y": y, "label": "positive"}]
            made = asyncio.run(_selected(path, folder, points=points, threshold=0.0))
            content.append((f"{path.stem}: click", [_marked(path, x, y), *made]))
        box = {"x0": 0.25, "y0": 0.15, "x1": 0.75, "y1": 0.95}
        made = asyncio.run(_selected(path, folder, boxes=[box], threshold=0.0))
        content.append((f"{path.stem}: box", [_framed(path, box), *made]))
    sheet.rows(out / "segment_image clicks and boxes.png", content)
    named = []
    for path in files():
        for words in _WORDS:
            made = asyncio.run(_selected(path, folder, text=words, threshold=0.3))
            if made:
                named.append((f"{path.stem}: {words}", [Image.open(path).convert("RGB"), *made]))
    sheet.rows(out / "segment_image words.png", named)


def _cut_outs(out: Path, folder: Path) -> None:
    content = []
    for path in files():
        try:
            outcome = asyncio.run(RemoveBackground().run({}, Context([path], folder=folder)))
        except ToolError:
            continue
        cut = decode(outcome.made[0].data)
        grey = cut.getchannel("A").convert("RGB")
        content.append((f"{path.stem}: {outcome.message}", [Image.open(path).convert("RGB"), grey, _laid(cut)]))
    sheet.rows(out / "remove_background.png", content, 420)


def _enlarged(out: Path, folder: Path) -> None:
    content = []
    for path in files():
        whole = Image.open(path).convert("RGB")
        left, top = whole.width * 2 // 5, whole.height * 2 // 5
        piece = whole.crop((left, top, left + 96, top + 72))
        source = folder / "piece.png"
        piece.save(source)
        outcome = asyncio.run(UpscaleImage().run({"scale": 4}, Context([source], folder=folder)))
        cubic = piece.resize((384, 288), Image.Resampling.BICUBIC)
        content.append((f"{path.stem}: bicubic, then {outcome.model}", [cubic, decode(outcome.made[0].data)]))
    sheet.rows(out / "upscale_image.png", content, 384)


def sheets(out: Path) -> None:
    """Write sheets of selections by clicks, boxes and words, of cut-outs, and of enlargements."""
    with tempfile.TemporaryDirectory() as name:
        _selections(out, Path(name))
        _cut_outs(out, Path(name))
        _enlarged(out, Path(name))

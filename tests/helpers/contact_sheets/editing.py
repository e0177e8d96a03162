"""What edit_image, refine_result, apply_style and restore_photo make of pictures.

The pictures are the studio's own starters and the test scene. ``STUDIO_PHOTOS`` may name a
folder of photographs; then those are edited instead (they are not part of the repository).
"""

import asyncio
import os
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from studio import resources
from studio.contract.errors import ToolError
from studio.engine.tools.apply_style import ApplyStyle
from studio.engine.tools.edit_image import EditImage
from studio.engine.tools.refine_result import RefineResult
from studio.engine.tools.restore_photo import RestorePhoto
from tests.engine.tools.conftest import Context, decode, scene
from tests.helpers.contact_sheets import sheet

_CELL = 300
_EDITS = {
    "background": (
        "put it on a beach at sunset", "change the background to a misty forest", "blur the background",
        "studio background", "replace the background with a gradient from teal to cream", "remove the background",
    ),
    "hour, weather, season": (
        "make it night", "make it sunset", "golden hour", "add heavy rain", "let it snow", "make it foggy", "stormy",
        "turn it into an autumn scene", "make it winter", "make it spring",
    ),
    "sky": (
        "replace the sky with a starry night sky", "turn the sky pink", "a dramatic sky", "clear blue sky with clouds",
    ),
    "light and looks": (
        "enhance", "cinematic", "teal and orange", "vintage film look", "moody", "dreamy", "cyberpunk", "hdr",
        "film noir", "pastel look", "duotone navy and peach", "sepia",
    ),
    "colours": (
        "change the red parts to blue", "change the orange parts to green",
        "everything black and white except the red", "tint it purple",
    ),
    "shape": ("extend it to 21:9", "zoom out", "crop to square", "rotate by 8 degrees", "mirror it"),
    "finish": (
        'add the title "Open Day" at the top', "a caption saying Last light, late June", "gold frame", "polaroid frame",
        "passe-partout in black", "film strip frame", "add sun rays", "lens flare", "light leak and film grain",
        "tilt shift", "glitch effect", "add confetti", "falling petals", "sparkles",
    ),
    "taking out": ("remove the red parts", "remove the subject"),
}  # fmt: skip
_BLENDS = (
    "half monet, half ink",
    "70% van gogh and 30% ukiyo-e",
    "a blend of watercolour and pencil",
    "subtle oil painting",
)


def _pictures(folder: Path) -> list[Path]:
    if photos := os.environ.get("STUDIO_PHOTOS"):
        return sorted(path for path in Path(photos).iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))[:3]
    ball = folder / "scene.png"
    Image.fromarray(scene(480, 360)).save(ball)
    return [resources.path("starters", "lighthouse.jpg"), resources.path("starters", "place.jpg"), ball]


def _shown(data: bytes) -> Image.Image:
    image = decode(data)
    if image.mode == "RGBA":  # transparency as a checkerboard
        ys, xs = np.mgrid[0 : image.height, 0 : image.width] // 12
        board = np.where((ys + xs) % 2 == 0, 205, 235).astype(np.uint8)
        ground = Image.fromarray(np.repeat(board[:, :, None], 3, 2)).convert("RGBA")
        ground.alpha_composite(image)
        image = ground
    return image.convert("RGB")


async def _made(tool: object, files: list[Path], prompt: str) -> Image.Image | None:
    try:
        outcome = await tool.run({"prompt": prompt, "sourceImageIndex": -1}, Context(files))  # type: ignore[attr-defined]
    except ToolError:
        return None  # this picture has no such thing; the sheet leaves it out
    return _shown(outcome.made[0].data)


def _damaged(clean: np.ndarray) -> list[tuple[str, str, np.ndarray]]:
    rng = np.random.default_rng(1)
    floats = clean.astype(np.float64)
    noisy = np.clip(floats + rng.normal(0, 16, clean.shape), 0, 255).astype(np.uint8)
    faded = np.clip(floats * (0.5, 0.45, 0.33) + (93, 83, 64), 0, 255).astype(np.uint8)
    cast = (np.power(np.clip(np.power(floats / 255, 2.2) * (1.25, 1, 0.55), 0, 1), 1 / 2.2) * 255).astype(np.uint8)
    scratched = clean.copy()
    for _ in range(5):
        start, end = rng.integers(0, clean.shape[1], 2), rng.integers(0, clean.shape[1], 2)
        ends = (int(start[0]), 0), (int(end[0]), clean.shape[0])
        cv2.line(scratched, *ends, (238, 236, 230), 2, cv2.LINE_AA)
    blocky = cv2.imdecode(cv2.imencode(".jpg", clean, [cv2.IMWRITE_JPEG_QUALITY, 9])[1], cv2.IMREAD_COLOR)
    return [
        ("noise", "restore it", noisy),
        ("faded", "restore this faded photo", faded),
        ("cast", "remove the yellow cast", cast),
        ("scratches", "remove the scratches", scratched),
        ("blocks", "restore it", blocky),
    ]


def sheets(out: Path) -> None:
    """Write one sheet for each kind of edit, and sheets for styles, restoring and joining."""
    out.mkdir(parents=True, exist_ok=True)
    pictures = _pictures(out)
    for name, prompts in _EDITS.items():
        content = []
        for prompt in prompts:
            made = [asyncio.run(_made(EditImage(), [path], prompt)) for path in pictures]
            content.append((prompt, [image for image in made if image is not None]))
        sheet.rows(out / f"edit {name}.png", [row for row in content if row[1]], _CELL)
    pairs = [list(pictures[:2]), list(pictures[1:]), [pictures[0], pictures[2]]]
    joined = (
        "side by side",
        "double exposure with image 2",
        "use image 2 as the background",
        "match the colours of image 2",
    )
    rows = [(prompt, [asyncio.run(_made(EditImage(), pair, prompt)) for pair in pairs]) for prompt in joined]
    models = [resources.path("starters", f"{name}.jpg") for name in ("glass", "ink", "forest")]
    styled = [("reference pictures", [Image.open(path) for path in models])]
    styled += [
        (
            f"{path.stem} in their manner",
            [asyncio.run(_made(ApplyStyle(), [path, m], "in the style of image 2")) for m in models],
        )
        for path in pictures
    ]
    styled += [(words, [asyncio.run(_made(ApplyStyle(), [path], words)) for path in pictures]) for words in _BLENDS]
    refined = [
        (words, [asyncio.run(_made(RefineResult(), [path], words)) for path in pictures])
        for words in ("refine it", "sharpen, more clarity", "soft glow and warmer", "upscale 2x")
    ]
    for name, content in (
        ("edit several pictures", rows),
        ("apply_style references and blends", styled),
        ("refine_result", refined),
    ):
        kept = [(title, [image for image in images if image is not None]) for title, images in content]
        sheet.rows(out / f"{name}.png", [row for row in kept if row[1]], _CELL)
    _restored(out, pictures)


def _restored(out: Path, pictures: list[Path]) -> None:
    content = []
    for path in pictures:
        clean = np.asarray(Image.open(path).convert("RGB"))
        for name, words, damaged in _damaged(clean):
            file = out / "damaged.png"
            Image.fromarray(damaged).save(file)
            made = asyncio.run(_made(RestorePhoto(), [file], words))
            file.unlink()
            content.append((f"{path.stem}: {name} · restored · original", [damaged, made or damaged, clean]))
    sheet.rows(out / "restore_photo.png", content, _CELL)

"""Pictures to work on and a context that runs renders in this process."""

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.contract.chat import MediaKind
from studio.contract.errors import ToolError
from studio.engine.renderers import worker
from studio.engine.tools.base import Folders, SourceMedia


def scene(width: int = 240, height: int = 180, seed: int = 1) -> np.ndarray:
    """A photograph-like picture: a lit red ball with texture before a soft background, with fine sensor noise."""
    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float64)
    ground = np.stack((90 + 60 * ys / height, 120 + 40 * xs / width, 130 - 50 * ys / height), 2)
    ground += 10 * np.sin(xs / 17)[:, :, None] * np.cos(ys / 23)[:, :, None]
    cx, cy, radius = width * 0.52, height * 0.5, min(width, height) * 0.31
    nx, ny = (xs - cx) / radius, (ys - cy) / radius
    inside = nx**2 + ny**2 <= 1
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    light = np.clip(0.25 + 0.8 * (-0.5 * nx - 0.6 * ny + 0.6 * nz), 0.12, 1.2)
    ball = np.stack((225 * light, 45 * light + 25, 35 * light + 20), 2)
    ball += (14 * np.sign(np.sin(nx * 9)) * np.sign(np.sin(ny * 9)))[:, :, None]
    picture = np.where(inside[:, :, None], ball, ground) + rng.normal(0, 1.0, (height, width, 1))
    return np.clip(picture, 0, 255).astype(np.uint8)


def scene_mask(width: int = 240, height: int = 180) -> np.ndarray:
    """Where the ball of ``scene`` is."""
    ys, xs = np.mgrid[0:height, 0:width]
    radius = min(width, height) * 0.31
    return ((xs - width * 0.52) ** 2 + (ys - height * 0.5) ** 2) <= radius**2


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / (np.mean((a.astype(float) - b.astype(float)) ** 2) + 1e-9)))


def decode(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@dataclass
class Context:
    """A tool context whose renders run here, at once."""

    pictures: list[Path]
    answer: str | None = None
    request_text: str = ""
    asked: list[tuple[str, str, list[Path]]] = field(default_factory=list)
    ticks: list[tuple[float | None, str | None]] = field(default_factory=list)
    kinds: dict[str, list[Path]] = field(default_factory=dict)
    manifest: dict[str, Any] | None = None
    folder: Path | None = None
    renderers: Any = None

    @property
    def folders(self) -> Folders:
        if self.folder is None:
            raise AssertionError("give this context a folder: Context(…, folder=tmp_path)")
        return Folders(self.folder / "cache", self.folder / "packs")

    def count(self, kind: MediaKind, *, uploaded: bool = False) -> int:
        files = self.pictures if kind == "image" else self.kinds.get(kind, [])
        return len(files) if uploaded else 0

    async def choose(self, ability: Any, model: str | None = None) -> Any:
        from studio.engine.renderers.registry import Renderers

        return await (self.renderers or Renderers(())).choose(ability, model)

    async def media_at(self, kind: MediaKind, url: str) -> SourceMedia:
        path = Path(url)
        return SourceMedia(kind, 0, url, path, "image/png", path.name)

    async def ask_model(self, system: str, user: str, images: Sequence[Path] = ()) -> str | None:
        self.asked.append((system, user, list(images)))
        return self.answer

    async def source(self, kind: MediaKind, index: int | None = None) -> SourceMedia:
        files = self.pictures if kind == "image" else self.kinds.get(kind, [])
        place = -1 if index is None else index
        if place >= 0 or -place > len(files):
            raise ToolError("ASSET_NOT_FOUND", f"There is no {kind} here.")
        path = files[-1 - place]
        return SourceMedia(kind, place, f"http://here/{path.name}", path, "image/png", path.name)

    def progress(self, fraction: float | None, label: str | None = None, *, eta_s: float | None = None) -> None:
        self.ticks.append((fraction, label))

    async def render(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        return function(*args, **kwargs)


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Write pixels (or a PIL image) to a file and return its path."""

    def write(pixels: Any, name: str = "in.png", **options: Any) -> Path:
        path = tmp_path / name
        (pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)).save(path, **options)
        return path

    return write


@pytest.fixture(autouse=True)
def reports() -> Any:
    """Leave the reporter of the render worker as it was."""
    yield
    worker._reporter.quiet = False

"""Scriptable models in memory for widget tests and previews, on top of those of the Create workspace."""

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QRadialGradient

from studio.contract.packs import PackInfo
from studio.engine.packs.catalogue import catalogue
from studio.viewmodels.notices import NoticesModel
from studio.viewmodels.observable import Property
from studio.viewmodels.settings import SettingsModel
from studio.viewmodels.state import Piece, SessionRow, TextItem, ToolItem, Turn
from studio.viewmodels.templates.listing import TemplatesModel
from studio.viewmodels.templates.running import TemplateRuns
from tests.helpers.fake_templates import FakeSync, runs_in_memory, template_models
from tests.ui.create.fakes import NOW_MS, FakeConnection, FakeCreate, FakeSessions


class ConnectionWithKeys(FakeConnection):
    """A connection whose keys are kept in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.custom_url = Property("")
        self.key_place = Property("the system keychain")
        self.keys: dict[str, str] = {}
        self.answer = "Answered in 84 ms. 41 models, all tools available."
        self.failure: Exception | None = None

    def has_key(self, kind: str) -> bool:
        return kind in self.keys

    def key_hint(self, kind: str) -> str:
        return self.keys.get(kind, "")[-4:]

    def set_key(self, kind: str, key: str) -> None:
        self.ask("set_key", kind)
        self.keys[kind] = key

    def remove_key(self, kind: str) -> None:
        self.ask("remove_key", kind)
        self.keys.pop(kind, None)

    async def test(self, kind: str) -> str:
        self.ask("test", kind)
        if self.failure is not None:
            raise self.failure
        return self.answer


class FakeEngine:
    """An engine process that does nothing."""

    def __init__(self) -> None:
        self.state = Property("running")


def sample_packs() -> tuple[PackInfo, ...]:
    """Every pack of the catalogue, none of them installed."""
    return tuple(
        PackInfo(
            id=pack.id, title=pack.title, version=pack.version, does=pack.does, tools=list(pack.tools),
            licence=pack.licence, origin=pack.origin, limits=pack.limits, own_model=pack.own_model,
            download_bytes=pack.download_byte_length, installed_bytes=pack.installed_byte_length, state="available",
        )
        for pack in catalogue().values()
    )  # fmt: skip


class FakePacks:
    """Packs that only note what is asked of them."""

    def __init__(self) -> None:
        self.packs: Property[tuple[PackInfo, ...]] = Property(sample_packs())
        self.trouble: Property[str] = Property("")
        self.wanted: Property[str] = Property("")
        self.asked: list[tuple[str, ...]] = []

    def load(self) -> None:
        self.asked.append(("load",))

    def install(self, pack_id: str, source: str | None = None) -> None:
        self.asked.append(("install", pack_id, source or ""))

    def fetch(self, pack_id: str) -> None:
        self.asked.append(("fetch", pack_id))

    def cancel(self, pack_id: str) -> None:
        self.asked.append(("cancel", pack_id))

    def remove(self, pack_id: str) -> None:
        self.asked.append(("remove", pack_id))

    def change(self, pack_id: str, **members: Any) -> None:
        """Replace members of one pack."""
        self.packs.value = tuple(
            msgspec.structs.replace(pack, **members) if pack.id == pack_id else pack for pack in self.packs.value
        )


class StudioInMemory:
    """What the main window needs of a ``StudioModel``."""

    def __init__(self, data_dir: Path) -> None:
        self.sessions = FakeSessions()
        self.create = FakeCreate()
        self.connection = ConnectionWithKeys()
        self.settings = SettingsModel(data_dir, lambda key, value: self.saved.__setitem__(key, value))
        self.notices = NoticesModel()
        self.engine = FakeEngine()
        self.packs = FakePacks()
        self.covers: list[Path] = []
        self.saved: dict[str, Any] = {}
        self.calls: list[str] = []

    @cached_property
    def templates(self) -> TemplatesModel:
        return template_models(self.covers or [Path("none.png")])

    @cached_property
    def templates_sync(self) -> FakeSync:
        return FakeSync()

    @cached_property
    def template_runs(self) -> TemplateRuns:
        return runs_in_memory(self.connection)

    def start(self) -> None:
        self.calls.append("start")

    async def start_services(self) -> None:
        self.calls.append("start_services")

    async def close(self) -> None:
        self.calls.append("close")


@dataclass
class Scenery:
    """Pictures for previews, painted here so that no file is needed."""

    folder: Path
    made: list[Path] = field(default_factory=list)

    def picture(self, name: str, hue: int, width: int = 768, height: int = 512) -> Path:
        """A sky, a sun and hills in one hue."""
        image = QImage(width, height, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sky = QLinearGradient(0, 0, 0, height)
        sky.setColorAt(0, QColor.fromHsv(hue % 360, 150, 150))
        sky.setColorAt(1, QColor.fromHsv((hue + 50) % 360, 90, 245))
        painter.fillRect(image.rect(), sky)
        sun = QPointF(width * 0.68, height * 0.42)
        glow = QRadialGradient(sun, height * 0.4)
        glow.setColorAt(0, QColor(255, 240, 200, 230))
        glow.setColorAt(1, QColor(255, 240, 200, 0))
        painter.fillRect(image.rect(), glow)
        painter.setPen(Qt.PenStyle.NoPen)
        for layer in range(4):
            painter.setBrush(QColor.fromHsv((hue + 20 * layer) % 360, 110, 170 - 32 * layer))
            points = [QPointF(0, height)]
            base = height * (0.55 + 0.12 * layer)
            for step in range(41):
                x = width * step / 40
                wave = math.sin(step / (3 + layer) + hue + layer) * height * 0.05
                points.append(QPointF(x, base + wave))
            painter.drawPolygon([*points, QPointF(width, height)])
        painter.end()
        return self._save(image, name)

    def cutout(self, name: str, hue: int, edge: int = 512) -> Path:
        """A disc on transparency."""
        image = QImage(edge, edge, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor.fromHsv(hue % 360, 180, 220))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(image.rect().adjusted(60, 60, -60, -60))
        painter.end()
        return self._save(image, name)

    def _save(self, image: QImage, name: str) -> Path:
        path = self.folder / name
        image.save(str(path))
        self.made.append(path)
        return path


def image_piece(number: int, path: Path, *, round_number: int = 1, **more: Any) -> Piece:
    """An image with a title, a prompt and provenance."""
    size = QImage(str(path)).size()
    values: dict[str, Any] = {
        "id": f"p{number}",
        "session_id": "s1",
        "kind": "image",
        "badge": f"Image {number}",
        "index": number - 1,
        "path": path,
        "mime_type": "image/png",
        "byte_length": path.stat().st_size,
        "round": round_number,
        "created_ms": NOW_MS,
        "width": size.width(),
        "height": size.height(),
        "name": f"Lighthouse {number}.png",
        "title": ("First light", "Noon glare", "The keeper's hour", "Aurora watch")[(number - 1) % 4],
        "prompt": "A lighthouse above a sea of clouds, one for each hour of the day",
        "used_prompt": "A lone lighthouse above a sea of clouds at dusk, long warm light, fine grain",
        "tool": "generate_image",
        "seed": 3814207556 + number,
        "model": "studio-painter",
        "renderer": "painter",
    }
    return Piece(**{**values, **more})


def sample_studio(folder: Path, *, working: bool = True) -> StudioInMemory:
    """A studio with seven sessions, two rounds of pictures, an upload and, if *working*, a call in progress."""
    folder.mkdir(parents=True, exist_ok=True)
    studio, scenery = StudioInMemory(folder / "data"), Scenery(folder)
    hues = (10, 200, 320, 170)
    pieces = [image_piece(n + 1, scenery.picture(f"piece-{n}.png", hue)) for n, hue in enumerate(hues)]
    pieces.append(image_piece(5, scenery.cutout("cut.png", 40), round_number=2, title="The lamp, cut out"))
    upload = replace(
        image_piece(6, scenery.picture("coast.png", 230)), id="u1", badge="Upload 1", index=-1, uploaded=True,
        name="coast.png", title="", prompt="", tool="", round=0,
    )  # fmt: skip
    pieces.append(upload)
    covers = tuple(piece.path for piece in pieces[:4])
    studio.covers = list(covers)
    day = 86_400_000
    rows = [
        SessionRow("s2", "Herbarium plates", 24, NOW_MS - day, pinned=True, covers=covers[:1]),
        SessionRow("s3", "Tarot of small hours", 78, NOW_MS - 30 * day, pinned=True, covers=covers),
        SessionRow("s1", "Lighthouse above the clouds", 6, NOW_MS, covers=covers, state="working"),
        SessionRow("s4", "Poster: night garden", 6, NOW_MS - day // 12, covers=covers[1:2]),
        SessionRow("s5", "Dunes for the record sleeve", 31, NOW_MS - 3 * day, covers=covers),
        SessionRow("s6", "Paper-cut moods", 9, NOW_MS - 4 * day, covers=covers),
        SessionRow("s7", "Koi, three seasons", 18, NOW_MS - 20 * day, covers=covers[2:3]),
    ]
    studio.sessions.set_rows(rows)
    studio.sessions.current_id.value = "s1"
    studio.create.title.value = "Lighthouse above the clouds"
    studio.create.show(_sample_turns(working), pieces)
    studio.create.working.value = working
    return studio


def _sample_turns(working: bool) -> list[Turn]:
    first = Turn(
        "t1", 1, "A lighthouse above a sea of clouds, one for each hour of the day", status="done", created_ms=NOW_MS,
        items=[
            ToolItem("c1", "generate_image", "Made 4 images", "done", 1.0, seconds=5.1, model="studio-painter",
                     piece_ids=("p1", "p2", "p3", "p4")),
            TextItem("Four hours, one lamp. The third has the **longest light**."),
        ],
    )  # fmt: skip
    call = ToolItem("c3", "upscale_image", "Enlarging Image 3", "working", 0.62, eta_s=38, step="Step 19 of 30")
    second = Turn(
        "t2", 2, "Image 3 is the one. Cut out the lamp, then make Image 3 four times larger.",
        status="working" if working else "done", created_ms=NOW_MS + 240_000,
        items=[
            TextItem("Good choice: the low sun gives the fog somewhere to catch light."),
            ToolItem("c2", "remove_background", "Cut out Image 3", "done", 1.0, piece_ids=("p5",)),
            *([call] if working else []),
        ],
    )  # fmt: skip
    return [first, second]

"""An upload desk on a real database, with a clock that a test moves, and bodies in pieces."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio

from studio.contract.uploads import MIME_TYPES, Slot
from studio.engine.store.assets import AssetStore
from studio.engine.store.database import Database
from studio.engine.uploads.desk import UploadDesk
from studio.engine.uploads.policy import Policy, Signer
from tests.helpers.databases import database_url

BOUNDARY = "a-boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
PICTURE_SLOT = Slot("J", "referenceImage", "media_ref_1")
SOUND_SLOT = Slot("J", "referenceAudio", "media_ref_1")


def wav(size: int) -> bytes:
    """Return *size* bytes that begin as a WAV file does."""
    return (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * size)[:size]


def form(fields: dict[str, str], data: bytes, *, name: str = "a.png", kind: str | None = "image/png") -> bytes:
    """Return the body of a form, the file last."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    declared = f"Content-Type: {kind}\r\n" if kind else ""
    parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n{declared}\r\n')
    return "".join(parts).encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


async def pieces(body: bytes, size: int = 65536) -> AsyncGenerator[bytes, None]:
    for start in range(0, len(body), size):
        yield body[start : start + size]
    yield b""


def left_behind(folder: Path) -> list[Path]:
    """Return what half an upload would leave."""
    return [path for path in (folder / "media").rglob("*") if path.is_file()]


@dataclass
class Bench:
    """The parts under test."""

    folder: Path
    store: AssetStore
    desk: UploadDesk
    database: Database
    now: float = 1_800_000_000.0
    signer: Signer = field(init=False)

    def fields(self, slot: Slot = PICTURE_SLOT, content_type: str = "", **policy: object) -> dict[str, str]:
        kind = "audio" if slot == SOUND_SLOT else "image"
        return self.signer.fields(Policy("me", slot, MIME_TYPES[kind], content_type, **policy))  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    database = Database(tmp_path, database_url(tmp_path))
    store = AssetStore(tmp_path, database)
    made = Bench(tmp_path, store, None, database)  # type: ignore[arg-type]
    made.signer = Signer("secret", now=lambda: made.now)
    made.desk = UploadDesk(store, database, made.signer)
    yield made
    database.close()

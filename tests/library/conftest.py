"""A library in a temporary folder, and small pictures."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from studio.library.library import Library
from studio.library.records import NewPiece, Piece


def png(shade: int = 0, size: tuple[int, int] = (4, 3)) -> bytes:
    """Return a small picture; another *shade* is another file."""
    buffer = io.BytesIO()
    Image.new("RGB", size, (shade % 256, shade // 256 % 256, 7)).save(buffer, "PNG")
    return buffer.getvalue()


def make_piece(library: Library, session_id: str, shade: int = 0, **members: object) -> Piece:
    """Keep a made picture."""
    return library.media.store_bytes(png(shade), NewPiece(session_id, "image", "image/png", **members))  # type: ignore[arg-type]


def files_of(data_dir: Path) -> list[str]:
    """Return every file under ``media``, relative to it."""
    media = data_dir / "media"
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data") as opened:
        yield opened

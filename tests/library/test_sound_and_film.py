"""Films and sounds as uploads: kinds by their bytes, lengths where they can be told, indices of their own."""

import struct
import wave
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.library.errors import LibraryError
from studio.library.library import Library


def film(path: Path, seconds: int = 2) -> Path:
    """Write a small MP4."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 48))
    for number in range(10 * seconds):
        writer.write(np.full((48, 64, 3), number * 10 % 255, np.uint8))
    writer.release()
    return path


def sound(path: Path, seconds: float = 1.5) -> Path:
    """Write a WAV of silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return path


def flac(path: Path, seconds: int = 3) -> Path:
    """Write the head of a FLAC file: its stream facts, no sound."""
    rate, samples = 8000, 8000 * seconds
    facts = struct.pack(">HH", 4096, 4096) + b"\0" * 6
    facts += ((rate << 44) | (0 << 41) | (15 << 36) | samples).to_bytes(8, "big") + b"\0" * 16
    path.write_bytes(b"fLaC" + bytes([0x80]) + len(facts).to_bytes(3, "big") + facts)
    return path


def test_each_kind_counts_on_its_own(library: Library, tmp_path: Path) -> None:
    session = library.sessions.create().id
    first = library.media.import_file(session, film(tmp_path / "harbour.mp4"))
    second = library.media.import_file(session, film(tmp_path / "dawn.mov", 1))
    third = library.media.import_file(session, sound(tmp_path / "fog-horn.wav"))
    assert [(p.kind, p.index, p.badge) for p in (first, second, third)] == [
        ("video", -1, "Upload video 1"),
        ("video", -2, "Upload video 2"),
        ("audio", -1, "Upload sound 1"),
    ]
    assert (first.width, first.height, first.duration_s, first.name) == (64, 48, 2.0, "harbour.mp4")
    assert second.mime_type in ("video/quicktime", "video/mp4")
    assert third.duration_s == 1.5


def test_lengths_of_tagged_sounds(library: Library, tmp_path: Path) -> None:
    session = library.sessions.create().id
    piece = library.media.import_file(session, flac(tmp_path / "rain.flac"))
    assert (piece.kind, piece.mime_type, piece.duration_s) == ("audio", "audio/flac", 3.0)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.webm", b"\x1aE\xdf\xa3" + b"\0" * 80, "video"),
        ("a.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 80, "video"),
        ("a.m4a", b"\0\0\0\x18ftypmp42" + b"\0" * 80, "audio"),
        ("a.mov", b"\0\0\0\x08wide" + b"\0" * 80, "video"),
        ("a.mp3", b"ID3\x04" + b"\0" * 80, "audio"),
        ("a.ogg", b"OggS" + b"\0" * 80, "audio"),
        ("a.flac", b"fLaC" + b"\0" * 80, "audio"),
        ("a.wav", b"RIFF\x0c\0\0\0WAVELIST\x1e\0\0\0" + b"\0" * 80, "audio"),
    ],
)
def test_what_cannot_be_looked_into_is_kept_all_the_same(
    library: Library, name: str, head: bytes, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    session = library.sessions.create().id
    piece = library.media.import_bytes(session, head, name)
    assert (piece.kind, piece.width) == (kind, None)
    assert piece.path.read_bytes() == head
    capfd.readouterr()  # decoders complain on standard error


def test_a_film_above_the_limit_is_refused(library: Library, tmp_path: Path) -> None:
    session = library.sessions.create().id
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.write(b"\0\0\0\x18ftypisom")
        file.truncate(100 * 1024 * 1024 + 1)
    with pytest.raises(LibraryError, match="up to 100 MB"):
        library.media.import_file(session, large)
    assert library.media.list(session) == []

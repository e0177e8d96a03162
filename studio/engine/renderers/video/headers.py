"""The head of an MP4 file, for what can be said of a file that no longer plays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

_CONTAINERS: Final = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}


def mp4(file: Path) -> dict[str, Any]:
    """Return brand, duration, size and codecs as the file's own headers say; empty when it is no MP4 file."""
    with file.open("rb") as stream:
        head = stream.read(12)
        if head[4:8] != b"ftyp":
            return {}
        brand = head[8:12].decode("latin-1").strip()
        return {"format": "MP4", "brand": brand} | _facts(stream, file.stat().st_size)


def _boxes(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, first byte, end) of every MP4 box of interest, containers opened."""
    place = start
    while place + 8 <= end:
        stream.seek(place)
        head = stream.read(8)
        if len(head) < 8:
            return
        length, name = int.from_bytes(head[:4], "big"), head[4:8]
        body = place + 8
        if length == 1:
            length, body = int.from_bytes(stream.read(8), "big"), place + 16
        elif length == 0:
            length = end - place
        if length < body - place or place + length > end:
            return
        yield name, body, place + length
        if name in _CONTAINERS:
            yield from _boxes(stream, body, place + length)
        place += length


def _facts(stream: BinaryIO, size: int) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, body, end in _boxes(stream, 0, size):
        stream.seek(body)
        data = stream.read(min(end - body, 128))
        if name == b"mvhd" and len(data) >= 32:
            wide = data[0] == 1
            scale = int.from_bytes(data[20:24] if wide else data[12:16], "big")
            units = int.from_bytes(data[24:32] if wide else data[16:20], "big")
            if scale:
                facts["duration_s"] = round(units / scale, 3)
        elif name == b"tkhd" and len(data) >= 84:
            place = 88 if data[0] == 1 else 76
            width, height = (int.from_bytes(data[place + i : place + i + 4], "big") >> 16 for i in (0, 4))
            if width and height:
                facts |= {"width": width, "height": height}
        elif name == b"stsd" and len(data) >= 16:
            facts.setdefault("codecs", []).append(data[12:16].decode("latin-1").strip())
    return facts

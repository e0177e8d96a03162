"""What a file really is, by its first bytes; names and declared types are only hints."""

from dataclasses import dataclass

from studio.contract.chat import MediaKind


@dataclass(frozen=True)
class FileType:
    """A recognised type: its kind, MIME type and usual suffix."""

    kind: MediaKind | None
    mime: str
    suffix: str


PNG = FileType("image", "image/png", ".png")
JPEG = FileType("image", "image/jpeg", ".jpg")
WEBP = FileType("image", "image/webp", ".webp")
GIF = FileType("image", "image/gif", ".gif")
MP4 = FileType("video", "video/mp4", ".mp4")
MOV = FileType("video", "video/quicktime", ".mov")
WEBM = FileType("video", "video/webm", ".webm")
MP3 = FileType("audio", "audio/mpeg", ".mp3")
M4A = FileType("audio", "audio/mp4", ".m4a")
WAV = FileType("audio", "audio/wav", ".wav")
FLAC = FileType("audio", "audio/flac", ".flac")
OGG = FileType("audio", "audio/ogg", ".ogg")
GLB = FileType(None, "model/gltf-binary", ".glb")

INLINE = (PNG, JPEG, MP3, M4A, WAV, MP4, MOV)
"""What may come inside a request (contract/chat-completions.md §6)."""

_SUFFIXES = {t.mime: t.suffix for t in (PNG, JPEG, WEBP, GIF, MP4, MOV, WEBM, MP3, M4A, WAV, FLAC, OGG, GLB)} | {
    "audio/webm": ".weba",
    "text/plain": ".txt",
    "application/json": ".json",
    "image/svg+xml": ".svg",
    "audio/midi": ".mid",
    "application/x-subrip": ".srt",
    "text/vtt": ".vtt",
    "text/x-lrc": ".lrc",
}


def suffix_of(mime: str) -> str:
    """Return the usual suffix of a MIME type; ``.bin`` for unknown ones."""
    return _SUFFIXES.get(mime.partition(";")[0].strip().lower(), ".bin")


def sniff(data: bytes) -> FileType | None:
    """Return the type of *data* (its first 64 bytes suffice), or None."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"WAVE"):
        return WEBP if data[8:12] == b"WEBP" else WAV
    if data[4:8] == b"ftyp":
        return _iso_media(data[8:12])
    if data[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return MOV  # QuickTime files older than the ftyp box
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if data.startswith(b"\x1aE\xdf\xa3"):
        return WEBM if b"webm" in data[:64] else None  # Matroska in general is a wider format
    if data.startswith(b"OggS"):
        return None if data[28:35] == b"\x80theora" else OGG
    for magic, kind in ((b"fLaC", FLAC), (b"glTF", GLB), (b"ID3", MP3)):
        if data.startswith(magic):
            return kind
    return MP3 if _is_mpeg_frame(data) else None


def _is_mpeg_frame(data: bytes) -> bool:
    """Return whether *data* begins with an MPEG audio frame: 11 sync bits, layer III, legal bit and sample rates."""
    if len(data) < 3 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2 or data[1] & 0x18 == 0x08:
        return False
    return data[2] & 0xF0 != 0xF0 and data[2] & 0x0C != 0x0C


def _iso_media(brand: bytes) -> FileType | None:
    if brand in (b"M4A ", b"M4B "):
        return M4A
    if brand == b"qt  ":
        return MOV
    if brand in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"):
        return None
    return MP4

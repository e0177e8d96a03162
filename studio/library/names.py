"""Names for people: file names for saving and dragging out, and automatic session titles."""

import re
import unicodedata
from functools import lru_cache

MAX_TITLE_CHARS = 48
_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "model/gltf-binary": "glb",
    "text/plain": "txt",
    "text/markdown": "md",
    "application/json": "json",
}
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$")
_FILLER = re.compile(
    r"^(please|(can|could|would|will) you|i(?:'d| would) (?:like|love)|i want|let'?s|make me|make|draw me|draw|"
    r"paint me|paint|create|generate|show me|give me|design)\s+",
    re.IGNORECASE,
)


def extension(mime_type: str) -> str:
    """Return the file extension of *mime_type*, without a dot; ``bin`` when unknown."""
    return _EXTENSIONS.get(mime_type.partition(";")[0].strip().lower(), "bin")


@lru_cache(4096)  # the pieces of a round share their words
def slug(text: str, limit: int = 60) -> str:
    """Return *text* as lower-case words joined by hyphens; letters of every script are kept.

    Safe as a file name on every system; empty when nothing is left.
    """
    text = unicodedata.normalize("NFKD", text[: 4 * limit])
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    words = re.sub(r"[^\w]+|_+", "-", unicodedata.normalize("NFC", text)).strip("-")
    if len(words) > limit:
        head, _, _ = words[: limit + 1].rpartition("-")
        words = (head or words[:limit]).strip("-")
    return f"{words}-" if _RESERVED.match(words) else words


def export_name(title: str, badge: str, ext: str) -> str:
    """Return ``lighthouse-above-the-clouds-image-3.png``."""
    parts = [part for part in (slug(title), badge.casefold().replace(" ", "-")) if part]
    return f"{'-'.join(parts) or 'piece'}.{ext}"


def automatic_title(text: str) -> str:
    """Return a session title from the first message: its first line without the asking, cut at a word."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    previous = None
    while previous != line:
        previous, line = line, _FILLER.sub("", line)
    line = re.split(r"(?<=[.!?])\s", line, maxsplit=1)[0].rstrip(" .!?,;:")
    line = re.sub(r",? please$", "", line, flags=re.IGNORECASE)
    line = re.sub(r"^(an?|the|some)\s+(?=\S)", "", re.sub(r"\s+", " ", line), flags=re.IGNORECASE)
    if len(line) > MAX_TITLE_CHARS:
        head, _, _ = line[:MAX_TITLE_CHARS].rpartition(" ")
        line = (head or line[: MAX_TITLE_CHARS - 1]).rstrip(" ,;:") + "…"
    return line[:1].upper() + line[1:]

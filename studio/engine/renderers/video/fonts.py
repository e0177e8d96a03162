"""Which font has the letters of a text: the shipped ones first, then those of this computer."""

import os
import struct
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from studio import resources

Weight = str
_SHIPPED: Final = {"normal": "Inter-Regular.ttf", "bold": "Inter-Bold.ttf", "italic": "Inter-Italic.ttf"}
_SUFFIXES: Final = (".ttf", ".otf", ".ttc", ".otc")
_PREFERRED: Final = ("notosans", "noto sans", "dejavusans", "arial", "segoe", "pingfang", "msyh", "msgothic", "noto")
_MOST_FILES: Final = 4000
_FORMATS: Final = {4, 12}
_MOST_FONTS: Final = 5


@cache
def coverage(path: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the characters of a font file as sorted ranges: their first and their last code points.

    A file that cannot be read, or has no outlines, has none.
    """
    try:
        with open(path, "rb") as file:
            tables = _tables(file)
            if "cmap" not in tables or not {"glyf", "CFF ", "CFF2"} & set(tables):
                return (), ()
            ranges = sorted(_ranges(file, *tables["cmap"]))
    except (OSError, struct.error, ValueError):
        return (), ()
    return tuple(first for first, _ in ranges), tuple(last for _, last in ranges)


def _tables(file: BinaryIO) -> dict[str, tuple[int, int]]:
    head = file.read(12)
    if head[:4] == b"ttcf":
        file.seek(struct.unpack(">I", file.read(4))[0])
        head = file.read(12)
    if head[:4] not in (b"\0\1\0\0", b"OTTO", b"true"):
        raise ValueError("not a font")
    count = min(200, struct.unpack(">H", head[4:6])[0])
    rows = [struct.unpack(">4sIII", file.read(16)) for _ in range(count)]
    return {tag.decode("latin-1"): (offset, length) for tag, _, offset, length in rows}


def _ranges(file: BinaryIO, offset: int, length: int) -> list[tuple[int, int]]:
    file.seek(offset)
    data = file.read(min(length, 8_000_000))
    (count,) = struct.unpack_from(">H", data, 2)
    best: tuple[int, int] | None = None
    for row in range(count):
        platform, encoding, place = struct.unpack_from(">HHI", data, 4 + 8 * row)
        (kind,) = struct.unpack_from(">H", data, place)
        unicode_table = platform == 0 or (platform == 3 and encoding in (1, 10))
        if unicode_table and kind in _FORMATS and (best is None or kind > best[0]):
            best = kind, place
    if best is None:
        return []
    kind, place = best
    if kind == 12:
        (groups,) = struct.unpack_from(">I", data, place + 12)
        return [struct.unpack_from(">II", data, place + 16 + 12 * i) for i in range(min(groups, 100_000))]
    (twice,) = struct.unpack_from(">H", data, place + 6)
    lasts = struct.unpack_from(f">{twice // 2}H", data, place + 14)
    firsts = struct.unpack_from(f">{twice // 2}H", data, place + 16 + twice)
    return [(first, last) for first, last in zip(firsts, lasts, strict=True) if first < 0xFFFF]


@lru_cache(maxsize=8192)
def has(path: str, character: str) -> bool:
    """Return whether the font has *character*; what has no shape of its own is always there."""
    if character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Mn"):
        return True
    firsts, lasts = coverage(path)
    place = bisect_right(firsts, ord(character)) - 1
    return place >= 0 and ord(character) <= lasts[place]


def shipped(weight: Weight = "normal") -> str:
    """Return the path of the shipped font: ``normal``, ``bold`` or ``italic``."""
    return str(resources.path("fonts", _SHIPPED[weight]))


def runs(text: str, weight: Weight = "normal") -> list[tuple[str, str]]:
    """Return *text* as pieces, each with the path of the font that draws it.

    One font draws all of it where one can, so that joined scripts stay joined.
    """
    chosen = [shipped(weight)]
    while len(chosen) < _MOST_FONTS:
        missing = "".join(sorted({c for c in text if not any(has(font, c) for font in chosen)}))
        other = system_font(missing) if missing else None
        if other is None:
            break
        if len(chosen) == 1 and all(has(other, character) for character in text):
            return [(text, other)]
        chosen.append(other)
    pieces: list[tuple[str, str]] = []
    for character in text:
        joins = character.isspace() or unicodedata.combining(character)
        able = (font for font in chosen if has(font, character))
        font = pieces[-1][1] if joins and pieces else next(able, chosen[0])
        if pieces and pieces[-1][1] == font:
            pieces[-1] = pieces[-1][0] + character, font
        else:
            pieces.append((character, font))
    return pieces


def missing_letters(text: str, weight: Weight = "normal") -> str:
    """Return the characters of *text* that no font on this computer can draw."""
    drawn = [(character, font) for piece, font in runs(text, weight) for character in piece]
    return "".join(dict.fromkeys(character for character, font in drawn if not has(font, character)))


@cache
def system_font(characters: str) -> str | None:
    """Return the installed font that has most of *characters*, the same one every time; None if none has any."""
    best, most = None, 0
    for path in _installed():
        count = sum(has(path, character) for character in characters)
        if count > most:
            best, most = path, count
            if count == len(characters):
                break
    return best


@cache
def _installed() -> Sequence[str]:
    found: list[str] = []
    for folder in _folders():
        for place, folders, files in os.walk(folder):
            folders.sort()
            found += [os.path.join(place, name) for name in sorted(files) if name.lower().endswith(_SUFFIXES)]
            if len(found) > _MOST_FILES:
                break
    return sorted(found[:_MOST_FILES], key=_preference)


def _preference(path: str) -> tuple[int, int, str]:
    name = os.path.basename(path).lower()
    rank = next((i for i, part in enumerate(_PREFERRED) if part in name.replace("-", "")), len(_PREFERRED))
    plain = 0 if "regular" in name else 1 if not any(w in name for w in ("bold", "italic", "light", "thin")) else 2
    return plain, rank, path


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        own = [Path(local, "Microsoft", "Windows", "Fonts")] if local else []
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"), *own]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]

"""The design tokens as typed look-ups; the only source of colours, lengths and durations.

Colours in the file are ``#RRGGBB`` or ``#RRGGBBAA``; Qt wants the alpha first, so ``argb`` moves it.
"""

import json
from functools import cache
from typing import Any, Literal

from studio import resources

ThemeName = Literal["dark", "light", "highContrast"]
THEMES: tuple[ThemeName, ...] = ("dark", "light", "highContrast")


@cache
def load() -> dict[str, Any]:
    """Return the token file as read; treat it as constant."""
    tokens: dict[str, Any] = json.loads(resources.path("theme", "tokens.json").read_text(encoding="utf-8"))
    return tokens


@cache
def value(key: str) -> Any:
    """Return the token at a dotted *key*, for example ``size.gallery.default``.

    Raises:
        KeyError: there is no such token.
    """
    found: Any = load()
    for part in key.split("."):
        if not isinstance(found, dict) or part not in found:
            raise KeyError(f"no design token {key!r}")
        found = found[part]
    return found


@cache
def argb(theme: ThemeName, key: str) -> str:
    """Return the colour *key* (``text.primary``) of *theme* as ``#AARRGGBB`` or ``#RRGGBB``."""
    text = value(f"themes.{theme}.{key}")
    if not isinstance(text, str):
        raise KeyError(f"{key!r} is not a colour")
    return f"#{text[7:]}{text[1:7]}" if len(text) == 9 else text


def colour_keys(theme: ThemeName) -> list[str]:
    """Return every colour key of *theme*."""
    groups = value(f"themes.{theme}")
    return [f"{group}.{name}" for group, names in groups.items() if isinstance(names, dict) for name in names]


def relative_luminance(colour: str) -> float:
    """Return the WCAG relative luminance of ``#RRGGBB``, 0–1."""
    channels = (int(colour[-6:][i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast ratio of two opaque colours, 1–21."""
    lighter, darker = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)

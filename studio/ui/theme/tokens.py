"""The design tokens as values: one file of names feeds palette, style sheet and painted code."""

import json
import re
from functools import cache
from typing import Any, Literal

from PySide6.QtGui import QColor

from studio import resources

ThemeName = Literal["dark", "light", "highContrast"]
THEME_NAMES: tuple[ThemeName, ...] = ("dark", "light", "highContrast")


@cache
def tokens() -> dict[str, Any]:
    """Return the token file, read once."""
    data: dict[str, Any] = json.loads(resources.path("theme", "tokens.json").read_text(encoding="utf-8"))
    return data


@cache
def color(theme: ThemeName, key: str) -> QColor:
    """Return the colour *key* (``text.primary``) of *theme*. The file's last pair is alpha; Qt wants it first."""
    group, name = key.split(".")
    value: str = tokens()["themes"][theme][group][name]
    if len(value) == 9:
        value = f"#{value[7:]}{value[1:7]}"
    return QColor(value)


def css(theme: ThemeName, key: str) -> str:
    """Return the colour *key* in the notation of style sheets."""
    value = color(theme, key)
    return (
        value.name() if value.alpha() == 255 else f"rgba({value.red()},{value.green()},{value.blue()},{value.alpha()})"
    )


def number(path: str) -> float:
    """Return the number at *path*, for example ``size.control.default`` or ``radius.card``."""
    value: Any = tokens()
    for part in path.split("."):
        value = value[part]
    return float(value)


def fill_template(template: str, theme: ThemeName, scale: float) -> str:
    """Replace ``@{text.primary}`` by a colour and ``@px{12}`` or ``@px{radius.card}`` by scaled pixels."""

    def length(match: re.Match[str]) -> str:
        text = match[1]
        value = float(text) if re.fullmatch(r"[\d.]+", text) else number(text)
        return f"{max(1, round(value * scale)) if value else 0}px"

    out = re.sub(r"@px\{([^}]+)\}", length, template)
    return re.sub(r"@\{([^}]+)\}", lambda match: css(theme, match[1]), out)

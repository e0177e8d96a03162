"""The shipped fonts and the text styles made of them."""

from PySide6.QtGui import QFont, QFontDatabase

from studio import resources
from studio.ui.theme import tokens

# Order matters for the time to first paint: these are all that the first view needs.
FILES = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "EBGaramond12-Regular.otf",
    "EBGaramond12-Italic.otf",
    "JetBrainsMono-Regular.ttf",
    "Inter-Italic.ttf",
    "Inter-Bold.ttf",
    "Inter-BoldItalic.ttf",
)
OURS = {"Inter": "Studio Inter"}
"""Shipped families under a name of their own: another edition of Inter may be installed on the machine."""
_registered: list[int] = []


def register() -> None:
    """Make the shipped families available; later calls change nothing."""
    if not _registered:
        _registered.extend(QFontDatabase.addApplicationFont(str(resources.path("fonts", name))) for name in FILES)


def families(role: str) -> list[str]:
    """Return the families of a role (``ui``, ``display``, ``mono``), best first."""
    return [OURS.get(name, name) for name in tokens.value(f"font.family.{role}")]


def make(style: str, scale: float) -> QFont:
    """Return the font of a text *style* (``body``, ``mono`` …) at an interface *scale*.

    Raises:
        KeyError: there is no such style.
    """
    facts = tokens.value(f"font.scale.{style}")
    font = QFont()
    font.setFamilies(families(facts["family"]))
    font.setPixelSize(max(1, round(facts["size"] * scale)))
    font.setWeight(QFont.Weight(facts["weight"]))
    # Small text keeps its true spacing and shape; hinting would round every letter to whole pixels.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setItalic(bool(facts.get("italic", False)))
    if tracking := facts.get("tracking"):
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, tracking * scale)
    if facts["family"] == "ui":
        # Figures of equal width: numbers that change must not make their neighbours move.
        font.setFeature(QFont.Tag("tnum"), 1)
    return font

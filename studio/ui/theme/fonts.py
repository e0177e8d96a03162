"""The shipped fonts, and the text styles of the design made from them."""

from PySide6.QtGui import QFont, QFontDatabase

from studio import resources
from studio.ui.theme.tokens import tokens

# Debian's EB Garamond names its optical size in the family.
_FAMILY_ALIASES = {"EB Garamond": "EB Garamond 12"}


def load_fonts() -> None:
    """Register the shipped files; missing ones fall back to the lists in the tokens."""
    for path in sorted(resources.path("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))


def families(kind: str) -> list[str]:
    """Return the font families of ``ui``, ``display`` or ``mono``, best first."""
    names: list[str] = tokens()["font"]["family"][kind]
    return [part for name in names for part in (_FAMILY_ALIASES.get(name), name) if part]


def text_font(style: str, scale: float) -> QFont:
    """Return the font of a text style such as ``reading`` at an interface scale."""
    spec = tokens()["font"]["scale"][style]
    font = QFont(families(spec["family"]))
    font.setPixelSize(max(1, round(spec["size"] * scale)))
    font.setWeight(QFont.Weight(spec["weight"]))
    font.setItalic(bool(spec.get("italic")))
    if spec.get("tracking"):
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spec["tracking"] * scale)
    if spec["family"] == "ui":
        font.setFeature(QFont.Tag("tnum"), 1)
    return font

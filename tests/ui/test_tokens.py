"""The token file: complete in every theme, legible, and the only place of colours and sizes."""

import re
from pathlib import Path

import pytest

from studio.ui.theme import tokens

UI = Path(__file__).parents[2] / "studio" / "ui"
TEXTS = ("text.primary", "text.secondary", "text.muted")
GROUNDS = ("bg.canvas", "bg.app", "bg.panel", "bg.card", "bg.raised", "bg.input", "bg.rail")
STATUS = ("queued", "running", "success", "warning", "danger", "info")


def test_every_theme_has_the_same_keys() -> None:
    keys = [set(tokens.colour_keys(theme)) for theme in tokens.THEMES]
    assert keys[0] == keys[1] == keys[2]


@pytest.mark.parametrize("theme", tokens.THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_legible_on_every_ground(theme: tokens.ThemeName, ground: str, text: str) -> None:
    wanted = 7.0 if theme == "highContrast" else 4.5
    assert tokens.contrast(tokens.argb(theme, text), tokens.argb(theme, ground)) >= wanted


@pytest.mark.parametrize("theme", tokens.THEMES)
@pytest.mark.parametrize("ground", ["bg.input", "bg.card"])
def test_placeholders_are_legible_where_they_lie(theme: tokens.ThemeName, ground: str) -> None:
    assert tokens.contrast(tokens.argb(theme, "text.placeholder"), tokens.argb(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", tokens.THEMES)
@pytest.mark.parametrize("status", STATUS)
def test_status_words_are_legible_on_their_fill(theme: tokens.ThemeName, status: str) -> None:
    color, fill = tokens.argb(theme, f"status.{status}"), tokens.argb(theme, f"status.{status}Fill")
    assert tokens.contrast(color, fill) >= 4.5


@pytest.mark.parametrize("theme", tokens.THEMES)
@pytest.mark.parametrize(
    ("front", "ground", "ratio"),
    [
        ("primary.text", "primary.bg", 4.5),
        ("accent.on", "accent.base", 4.5),
        ("accent.text", "bg.app", 4.5),
        ("status.onDangerButton", "status.dangerButton", 4.5),
        ("border.control", "bg.card", 3.0),
        ("focus.ring", "bg.app", 3.0),
        ("accent.base", "bg.canvas", 3.0),
    ],
)
def test_controls_stand_out(theme: tokens.ThemeName, front: str, ground: str, ratio: float) -> None:
    assert tokens.contrast(tokens.argb(theme, front), tokens.argb(theme, ground)) >= ratio


def test_a_badge_is_legible_over_pure_white() -> None:
    for theme in tokens.THEMES:
        badge = tokens.argb(theme, "overlay.badge")
        alpha = int(badge[1:3], 16) / 255 if len(badge) == 9 else 1.0
        channels = [int(badge[-6:][i : i + 2], 16) for i in (0, 2, 4)]
        over_white = "#" + "".join(f"{round(alpha * c + (1 - alpha) * 255):02X}" for c in channels)
        assert tokens.contrast(tokens.argb(theme, "overlay.badgeText"), over_white) >= 4.5


def test_known_contrasts() -> None:
    assert tokens.contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    assert tokens.contrast("#777777", "#777777") == pytest.approx(1.0)


def test_alpha_moves_to_the_front() -> None:
    assert tokens.argb("dark", "overlay.badge") == "#D10C0C0D"


def test_an_unknown_token_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no design token 'size\.nothing'"):
        tokens.value("size.nothing")


OURS = [path for path in sorted(UI.rglob("*.py")) if "create" not in path.relative_to(UI).parts]


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(UI)))
def test_no_colour_or_size_outside_the_tokens(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"[\"']#[0-9A-Fa-f]{3,8}[\"']", text), "a colour literal"
    assert not re.search(r"QColor\(\s*\d", text), "a colour made of numbers"
    assert not re.search(r"GlobalColor\.(?!transparent)", text), "a colour of Qt's own"
    assert not re.search(r"setFixed(?:Width|Height|Size)\(\s*[1-9]", text), "an unscaled size"
    assert not re.search(r"setContentsMargins\(\s*[2-9]|setSpacing\(\s*[1-9]", text), "an unscaled space"
    assert not re.search(r"setStyleSheet\((?!stylesheet\.make)", text), "a style sheet of its own"


def test_style_sheets_name_no_colour() -> None:
    for path in (UI.parents[1] / "resources" / "theme").glob("*.qss"):
        assert not re.search(r":\s*#[0-9A-Fa-f]{3,8}", path.read_text(encoding="utf-8")), path.name

"""Theme, palette, style sheet, fonts and icons."""

from importlib import import_module

import pytest
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QFontInfo, QIcon, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.ui.theme import icons, stylesheet, theme
from studio.ui.widgets.buttons import Button


@pytest.fixture(autouse=True)
def _dark(dark: None) -> None:
    """Every test starts dark."""


def test_a_choice_changes_colours_palette_and_sheet(qapp: QApplication, qtbot: QtBot) -> None:
    before = qapp.styleSheet()
    with qtbot.waitSignal(theme().changed):
        theme().choose("light")
    assert theme().color("bg.app").name() == "#f6f6f4"
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme().color("bg.app")
    assert qapp.styleSheet() != before


def test_the_same_choice_changes_nothing(qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme().changed):
        theme().choose("dark", scale=1.0)


def test_disabled_text_has_its_own_colour(qapp: QApplication) -> None:
    palette = qapp.palette()
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == theme().color("text.disabled")
    assert palette.color(QPalette.ColorRole.PlaceholderText) == theme().color("text.placeholder")


def test_lengths_scale_and_never_vanish() -> None:
    theme().choose(scale=1.5)
    assert theme().px("space.4") == 12
    assert theme().px("stroke.hairline") == 2
    theme().choose(scale=0.9)
    assert theme().px("stroke.hairline") == 1
    assert theme().px(0) == 0
    assert theme().font("body").pixelSize() == 12


def test_the_scale_stays_in_range() -> None:
    theme().choose(scale=9.0)
    assert theme().scale == 2.0


def test_compact_rows_are_lower_but_not_below_24() -> None:
    theme().choose(density="compact")
    assert theme().row_px("session") == 44
    assert theme().row_px("facet") == 24


def test_reduced_motion_has_no_durations() -> None:
    theme().choose(reduced_motion=True)
    assert theme().duration_ms("base") == 0
    theme().choose(reduced_motion=False)
    assert theme().duration_ms("base") == 160


def test_shipped_fonts_are_the_ones_used() -> None:
    assert QFontInfo(theme().font("body")).family() == "Studio Inter"
    assert QFontInfo(theme().font("hero")).family() == "EB Garamond"
    assert QFontInfo(theme().font("label")).italic()
    assert QFontInfo(theme().font("mono")).family() == "JetBrains Mono"
    assert QFontInfo(theme().font("title")).weight() == 600


def test_every_token_in_the_sheet_is_filled_in() -> None:
    assert "@" not in stylesheet.make(theme())


def test_an_icon_takes_the_colour_of_its_token() -> None:
    image = icons.pixmap("heart-filled", 20, "status.danger").toImage()
    assert image.pixelColor(10, 9).name() == theme().color("status.danger").name()


def test_an_icon_is_sharp_at_every_ratio() -> None:
    picture = icons.pixmap("close", 16, "text.primary", 2.0)
    assert picture.size() == QSize(32, 32)
    assert picture.deviceIndependentSize().toSize() == QSize(16, 16)


def test_an_icon_follows_state_and_theme() -> None:
    icon = icons.icon("check", 16, "text.secondary", "accent.base")
    size = QSize(16, 16)
    dark = icon.pixmap(size).toImage()
    assert icon.pixmap(size, QIcon.Mode.Disabled).toImage() != dark
    assert icon.pixmap(size, QIcon.Mode.Active).toImage() != dark
    theme().choose("light")
    assert icon.pixmap(size).toImage() != dark


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="no icon"):
        icons.pixmap("no-such-icon", 16, "text.primary")


def test_the_system_is_followed(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(import_module("studio.ui.theme.theme"), "_system_wants_contrast", lambda: True)
    with qtbot.waitSignal(theme().changed):
        theme().choose("system")
    assert theme().is_high_contrast


def test_a_listener_goes_with_its_owner(qtbot: QtBot) -> None:
    class Owner(QObject):
        calls = 0

        def changed(self) -> None:
            Owner.calls += 1

    owner = Owner()
    theme().on_change(owner, owner.changed)
    theme().choose("light")
    del owner
    theme().choose("dark")
    assert Owner.calls == 1


def test_a_closure_is_refused() -> None:
    with pytest.raises(TypeError, match="bound method"):
        theme().on_change(QObject(), lambda: None)


def test_controls_follow_a_new_scale(qtbot: QtBot) -> None:
    button = Button("Make", icon="wand")
    qtbot.addWidget(button)
    small = button.sizeHint().height()
    theme().choose(scale=2.0)
    button.ensurePolished()
    assert button.iconSize().height() == 32
    assert button.sizeHint().height() > small

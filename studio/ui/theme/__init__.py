"""The look of the window: tokens, theme, palette, style sheet, fonts, icons."""

from studio.ui.theme.theme import Theme, theme

__all__ = ["Theme", "theme"]

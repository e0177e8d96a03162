"""The palette of roles, so that native dialogs and unstyled corners match."""

from PySide6.QtGui import QPalette

from studio.ui.theme.theme import Theme

_ROLES: dict[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "bg.app",
    QPalette.ColorRole.WindowText: "text.primary",
    QPalette.ColorRole.Base: "bg.input",
    QPalette.ColorRole.AlternateBase: "bg.card",
    QPalette.ColorRole.Text: "text.primary",
    QPalette.ColorRole.PlaceholderText: "text.placeholder",
    QPalette.ColorRole.Button: "bg.card",
    QPalette.ColorRole.ButtonText: "text.primary",
    QPalette.ColorRole.BrightText: "status.danger",
    QPalette.ColorRole.Highlight: "accent.base",
    QPalette.ColorRole.HighlightedText: "accent.on",
    QPalette.ColorRole.Accent: "accent.base",
    QPalette.ColorRole.Link: "accent.text",
    QPalette.ColorRole.LinkVisited: "accent.text",
    QPalette.ColorRole.ToolTipBase: "bg.raised",
    QPalette.ColorRole.ToolTipText: "text.primary",
    QPalette.ColorRole.Light: "border.strong",
    QPalette.ColorRole.Midlight: "border.default",
    QPalette.ColorRole.Mid: "border.default",
    QPalette.ColorRole.Dark: "border.subtle",
    QPalette.ColorRole.Shadow: "bg.rail",
}
_DISABLED: dict[QPalette.ColorRole, str] = {
    QPalette.ColorRole.WindowText: "text.disabled",
    QPalette.ColorRole.Text: "text.disabled",
    QPalette.ColorRole.ButtonText: "text.disabled",
    QPalette.ColorRole.PlaceholderText: "text.disabled",
    QPalette.ColorRole.Highlight: "fill.pressed",
    QPalette.ColorRole.HighlightedText: "text.disabled",
    QPalette.ColorRole.Link: "text.disabled",
}


def make(theme: Theme) -> QPalette:
    """Return the palette of *theme* with its active, inactive and disabled groups."""
    palette = QPalette()
    for role, key in _ROLES.items():
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
            palette.setColor(group, role, theme.color(key))
    for role, key in _DISABLED.items():
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.color(key))
    return palette

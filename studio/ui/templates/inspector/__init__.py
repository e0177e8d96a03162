"""The inspector: everything about the chosen stage, as a form."""

from studio.ui.templates.inspector.inspector import Inspector

__all__ = ["Inspector"]

"""The one place that builds the desktop's object graph."""

from pathlib import Path

from studio.viewmodels.studio import StudioModel


def build(data_dir: Path) -> StudioModel:
    """Return the model of a window on *data_dir*; nothing is read or started yet."""
    return StudioModel(data_dir)

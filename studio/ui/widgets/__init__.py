"""The parts that every screen is made of."""

from studio.ui.widgets.buttons import Button, Chip, IconButton, Segmented
from studio.ui.widgets.labels import Hairline, label
from studio.ui.widgets.safe import safe

__all__ = ["Button", "Chip", "Hairline", "IconButton", "Segmented", "label", "safe"]

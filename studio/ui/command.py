"""A command of the window, as the palette lists it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One thing the window can do."""

    title: str
    icon: str
    run: Callable[[], object]
    shortcut: str = ""
    group: str = "Commands"

"""Protection of Qt virtuals that return a value: an exception there can kill the interpreter."""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def safe(default: Callable[[], R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate an override: an exception is reported through ``sys.excepthook`` and *default()* is returned."""

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(method)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return method(*args, **kwargs)
            except Exception:  # noqa: BLE001 - anything that escapes from here ends the process
                sys.excepthook(*sys.exc_info())
                return default()

        return guarded

    return decorate

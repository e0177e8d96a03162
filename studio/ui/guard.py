"""Overrides of Qt virtuals that return a value must not raise: an exception there can end the interpreter."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_log = logging.getLogger("studio.ui")


def guarded(default: R) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Catch everything in the decorated override, report it, and return *default*."""

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        @wraps(method)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return method(*args, **kwargs)
            except Exception:  # noqa: BLE001 - see the module's first line
                _log.exception("ui.override_failed")
                return default

        return call

    return decorate

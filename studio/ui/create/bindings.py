"""Listeners of view models that end with the widget that listens."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from studio.viewmodels.observable import Binding


def cut_with(owner: QObject, bindings: Sequence[Binding]) -> None:
    """Cut all *bindings* when *owner* is destroyed; view models outlive widgets."""

    def cut(_gone: object = None) -> None:
        for binding in bindings:
            binding.cut()

    owner.destroyed.connect(cut)

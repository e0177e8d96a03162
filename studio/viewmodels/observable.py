"""Observable state without Qt: signals and properties that emit only on real change.

Emission is synchronous and in connection order; use from one thread (the UI thread).
"""

from collections.abc import Callable
from typing import Generic, TypeVar, TypeVarTuple

Args = TypeVarTuple("Args")
T = TypeVar("T")


class Binding:
    """A connection that can be cut; cutting twice is harmless."""

    __slots__ = ("_cut",)

    def __init__(self, cut: Callable[[], None]) -> None:
        self._cut: Callable[[], None] | None = cut

    def cut(self) -> None:
        """Disconnect."""
        cut, self._cut = self._cut, None
        if cut is not None:
            cut()


class Signal(Generic[*Args]):
    """Calls its listeners with typed arguments."""

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: list[Callable[[*Args], object]] = []

    def connect(self, listener: Callable[[*Args], object]) -> Binding:
        """Call *listener* on every emission until the binding is cut."""
        self._listeners.append(listener)

        def cut() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return Binding(cut)

    def emit(self, *args: *Args) -> None:
        """Call every listener with *args*."""
        for listener in tuple(self._listeners):
            listener(*args)


class Property(Generic[T]):
    """A value with a ``changed`` signal."""

    __slots__ = ("_value", "changed")

    def __init__(self, value: T) -> None:
        self._value = value
        self.changed: Signal[T] = Signal()

    @property
    def value(self) -> T:
        """The current value."""
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        if value != self._value:
            self._value = value
            self.changed.emit(value)

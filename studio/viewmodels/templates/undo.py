"""Undo and redo of immutable values: every step has a name, and a gesture is one step."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_MOST_STEPS: Final = 1000


@dataclass(frozen=True)
class Step(Generic[T]):
    """One edit: its name, what was before and after, and the gesture that it belongs to."""

    name: str
    before: T
    after: T
    gesture: str = ""


class History(Generic[T]):
    """What was done, and what was undone. The value itself is kept by whoever owns the history."""

    def __init__(self, value: T) -> None:
        self._done: list[Step[T]] = []
        self._undone: list[Step[T]] = []
        self._value = value
        self._clean: T | None = value

    @property
    def value(self) -> T:
        """The present value."""
        return self._value

    @property
    def undo_name(self) -> str:
        """Name of the step that ``undo`` takes back; empty when there is none."""
        return self._done[-1].name if self._done else ""

    @property
    def redo_name(self) -> str:
        """Name of the step that ``redo`` does again; empty when there is none."""
        return self._undone[-1].name if self._undone else ""

    @property
    def is_clean(self) -> bool:
        """Whether the present value is the one that was saved last, also after undo."""
        return self._value is self._clean

    def __len__(self) -> int:
        return len(self._done)

    def push(self, name: str, value: T, gesture: str = "") -> None:
        """Note an edit. Edits of one *gesture* (a drag, typing into one field) that follow each other are one step."""
        last = self._done[-1] if self._done else None
        if (
            gesture
            and last is not None
            and last.gesture == gesture
            and not self._undone
            and self._value is not self._clean
        ):
            self._done[-1] = Step(name, last.before, value, gesture)
        else:
            self._done.append(Step(name, self._value, value, gesture))
            del self._done[:-_MOST_STEPS]
        self._undone.clear()
        self._value = value

    def end_gesture(self) -> None:
        """Let the next edit be a step of its own, whatever its gesture."""
        if self._done and self._done[-1].gesture:
            last = self._done[-1]
            self._done[-1] = Step(last.name, last.before, last.after)

    def undo(self) -> T:
        """Take the last step back and return the value; nothing happens without one."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._value = step.before
        return self._value

    def redo(self) -> T:
        """Do the last undone step again and return the value."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._value = step.after
        return self._value

    def set_clean(self) -> None:
        """The present value is saved."""
        self._clean = self._value

    def set_unclean(self) -> None:
        """No value of this history is saved (a recovered draft)."""
        self._clean = None

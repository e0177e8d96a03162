"""How long a run still takes, measured from the work that it has done."""

from typing import Final

_TELLING_FRACTION: Final = 0.03
_TELLING_S: Final = 3.0
_NEW_PART: Final = 0.3


class RunPace:
    """How fast a run goes. Times are seconds of one clock; waiting for a person is not counted."""

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None
        self._left_s: float | None = None

    def rest(self) -> None:
        """The run stands still: measure anew when it goes on."""
        self._first = self._left_s = None

    def left_s(self, fraction: float | None, now_s: float) -> float | None:
        """Return the seconds left when *fraction* (0–1) of the work is done at *now_s*; None while nobody can tell."""
        if fraction is None:
            return None
        if self._first is None or fraction < self._first[0]:
            self._first = fraction, now_s
            return None
        done, spent_s = fraction - self._first[0], now_s - self._first[1]
        if done < _TELLING_FRACTION or spent_s < _TELLING_S:
            return None
        left_s = spent_s * max(0.0, 1.0 - fraction) / done
        self._left_s = left_s if self._left_s is None else (1 - _NEW_PART) * self._left_s + _NEW_PART * left_s
        return self._left_s

"""Toasts: short outcomes of actions, with at most one action button."""

from collections.abc import Callable
from itertools import count
from typing import Literal

from studio.viewmodels.observable import Signal
from studio.viewmodels.state import Notice

Kind = Literal["info", "success", "warning", "error"]
_KEPT = 100


class NoticesModel:
    """The notices of this run of the window.

    Attributes:
        posted: a notice to show.
        dismissed: id of a notice that is over (its action ran, or it was withdrawn).
        recent: the last hundred notices, oldest first.
    """

    def __init__(self) -> None:
        self.posted: Signal[Notice] = Signal()
        self.dismissed: Signal[str] = Signal()
        self.recent: list[Notice] = []
        self._actions: dict[str, Callable[[], object]] = {}
        self._ids = count(1)

    def post(
        self,
        kind: Kind,
        title: str,
        text: str = "",
        *,
        action: str = "",
        run: Callable[[], object] | None = None,
        details: str = "",
    ) -> str:
        """Show a notice and return its id; *run* is called when its *action* button is pressed."""
        notice = Notice(f"notice-{next(self._ids)}", kind, title, text, action if run else "", details)
        if run is not None:
            self._actions[notice.id] = run
        self.recent.append(notice)
        for old in self.recent[:-_KEPT]:
            self._actions.pop(old.id, None)
        del self.recent[:-_KEPT]
        self.posted.emit(notice)
        return notice.id

    def run_action(self, notice_id: str) -> None:
        """Do what the notice's button says, once, and dismiss the notice."""
        run = self._actions.pop(notice_id, None)
        self.dismiss(notice_id)
        if run is not None:
            run()

    def dismiss(self, notice_id: str) -> None:
        """Take the notice away; its action can still not be run twice."""
        self.dismissed.emit(notice_id)

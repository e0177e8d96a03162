"""Progress of tools in a terminal."""

import sys

from studio.contract.chat import SogniProgress
from studio.viewmodels.words import working_sentence


class Progress:
    """One line on standard error that is written over on a terminal, and written once elsewhere."""

    def __init__(self) -> None:
        self._over = sys.stderr.isatty()
        self._said: set[str] = set()
        self._shown = False
        self._sentences: dict[str, str] = {}

    def show(self, tick: SogniProgress) -> None:
        """Show a tick."""
        call = tick.tool_call_id
        if call not in self._sentences:
            self._sentences[call] = working_sentence(tick.tool_name, tick.arguments or {})
        sentence = self._sentences[call]
        if not self._over:
            if call not in self._said:
                self._said.add(call)
                print(f"{sentence}…", file=sys.stderr, flush=True)  # noqa: T201
            return
        parts = [sentence, f"{tick.progress:.0%}" if tick.progress is not None else "", tick.step_label or ""]
        sys.stderr.write("\r\x1b[K" + " · ".join(part for part in parts if part))
        sys.stderr.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False

"""Calls that a model writes as text: a JSON fence, a ``<tool_call>`` tag, or bare JSON.

Small models often write the right call where no server looks for it. ``CallScanner`` lets
ordinary text through as it streams and holds back only what may still turn out a call.
"""

import re
import secrets

import msgspec

from studio.contract.chat import FunctionCall, ToolCall

_OPENERS = ("```", "<tool_call>")
_INFO = re.compile(r"```[ \t]*(\w*)[ \t]*\r?\n?\s*(.?)", re.DOTALL)


def new_call_id() -> str:
    """Return a fresh call id."""
    return f"call_{secrets.token_hex(12)}"


def make_call(name: str, arguments: object) -> ToolCall:
    """Return a call with its arguments as JSON text."""
    return ToolCall(FunctionCall(name, msgspec.json.encode(arguments).decode()), id=new_call_id())


def read_call(text: str, names: frozenset[str]) -> list[ToolCall]:
    """Return the calls that *text* (fence or tag taken off) spells, or nothing."""
    text = text.strip().removeprefix("<tool_call>").removesuffix("</tool_call>").strip()
    text = re.sub(r"^```[ \t]*\w*\s*|\s*```$", "", text)
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return []
    calls = []
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            return []
        function = item.get("function")
        inner = function if isinstance(function, dict) else item
        name = inner.get("name") or item.get("tool")
        arguments = inner.get("arguments", inner.get("parameters", {}))
        if isinstance(arguments, str):
            try:
                arguments = msgspec.json.decode(arguments)
            except msgspec.DecodeError:
                return []
        if name not in names or not isinstance(arguments, dict):
            return []
        calls.append(make_call(name, arguments))
    return calls


class CallScanner:
    """Splits streamed text into what may be shown at once and calls in disguise."""

    def __init__(self, names: frozenset[str], *, bare_json: bool = True) -> None:
        """Make a scanner.

        Args:
            names: tools that may be called; none switches the scanner off.
            bare_json: whether an answer that begins with ``{`` may be a call (not when JSON was asked for).
        """
        self._names = names
        self._bare_json = bare_json
        self._held = ""
        self._started = False
        self.calls: list[ToolCall] = []

    def feed(self, text: str) -> str:
        """Take in more text and return what may be shown."""
        if not self._names:
            return text
        self._held += text
        shown = ""
        while self._held:
            free, rest = self._split()
            shown += free
            if free.strip():
                self._started = True
            self._held = rest
            if not rest or self._waiting():
                break
            shown += self._settle()
        return shown

    def finish(self) -> str:
        """Return what is left at the end that is no call."""
        if calls := read_call(self._held, self._names):
            self.calls += calls
            self._held = ""
        left, self._held = self._held, ""
        return left

    def _split(self) -> tuple[str, str]:
        """Divide the held text into free text and what begins with an opener."""
        text = self._held
        if self._bare_json and not self._started and text.lstrip()[:1] == "{":
            return "", text
        places = [place for opener in _OPENERS if (place := text.find(opener)) >= 0]
        if places:
            return text[: min(places)], text[min(places) :]
        for length in range(min(len(text), 10), 0, -1):
            if any(opener.startswith(text[-length:]) for opener in _OPENERS):
                return text[:-length], text[-length:]
        return text, ""

    def _waiting(self) -> bool:
        """Whether the held text may still become a call."""
        text = self._held
        if any(opener.startswith(text) for opener in _OPENERS):
            return True
        if text.startswith("<tool_call>"):
            return "</tool_call>" not in text
        if not text.startswith("```"):
            return True  # bare JSON: only its end tells
        found = _INFO.match(text)
        if found is None or not found[2]:
            return len(text) < 64
        if found[1].lower() not in ("", "json", "tool", "tool_call", "tool_code") or found[2] not in "{[":
            return False
        return "```" not in text[3:]

    def _settle(self) -> str:
        """The held text is complete: record its call, or let it go."""
        text = self._held
        closer = "</tool_call>" if text.startswith("<tool_call>") else "```"
        end = text.find(closer, 3)
        if end >= 0:
            block, rest = text[: end + len(closer)], text[end + len(closer) :]
            if calls := read_call(block, self._names):
                self.calls += calls
                self._held = rest
                return ""
        # A code block for a person: let its opener through, so that it is not looked at again.
        self._started = True
        self._held = text[3:]
        return text[:3]

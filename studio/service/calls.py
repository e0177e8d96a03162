"""Putting streamed tool calls back together, whatever the server leaves out.

OpenAI numbers its fragments and names each call once. Others omit ``index``, number every
call 0, omit ``id``, repeat ``name`` in each fragment, or send arguments as an object.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from studio.contract.chat import FunctionCall, ToolCall

MAX_CALLS = 256


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.arguments)

    @property
    def whole(self) -> bool:
        """Whether the arguments are a complete JSON value."""
        try:
            msgspec.json.decode(self.text)
        except msgspec.DecodeError:
            return False
        return True


@dataclass(frozen=True)
class Fragment:
    """What one delta added to one call.

    Attributes:
        position: place of the call among all calls of the answer, from 0.
        id, name: of the call, as far as known.
        arguments: the JSON text that this fragment added.
    """

    position: int
    id: str
    name: str
    arguments: str


class CallAssembler:
    """Folds ``delta.tool_calls`` into whole calls."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, int] = {}

    def add(self, deltas: object) -> list[Fragment]:
        """Fold the ``tool_calls`` member of one delta (decoded JSON, possibly nonsense)."""
        if not isinstance(deltas, list):
            return []
        touched: set[int] = set()
        found = []
        for raw in deltas:
            if isinstance(raw, Mapping):
                fragment = self._fold(raw, touched)
                if fragment is not None:
                    touched.add(fragment.position)
                    found.append(fragment)
        return found

    def calls(self) -> list[ToolCall]:
        """Return the complete calls, in order; a missing id is made up, empty arguments are ``{}``."""
        made = []
        for call in self._calls:
            if call.name:
                call.id = call.id or f"call_{os.urandom(8).hex()}"
                made.append(ToolCall(FunctionCall(call.name, call.text.strip() or "{}"), id=call.id))
        return made

    def _fold(self, raw: Mapping[str, Any], touched: set[int]) -> Fragment | None:
        function = raw.get("function")
        function = function if isinstance(function, Mapping) else {}
        call_id, name = _text(raw.get("id")), _text(function.get("name"))
        index = raw.get("index")
        arguments = _arguments(function.get("arguments"))
        if isinstance(index, int) and not isinstance(index, bool):
            place = self._place_numbered(index, call_id)
        else:
            place = self._place_unnumbered(call_id, name, touched)
        if place is None:
            return None
        call = self._calls[place]
        call.id = call.id or call_id
        if name and name != call.name:
            # A name may itself come in pieces, but only before any argument.
            call.name = name if not call.name else call.name if call.arguments else call.name + name
        if arguments:
            call.arguments.append(arguments)
        return Fragment(place, call.id, call.name, arguments)

    def _place_numbered(self, index: int, call_id: str) -> int | None:
        place = self._by_index.get(index)
        if place is not None:
            known = self._calls[place].id
            if not call_id or not known or known == call_id:
                return place
            for other, call in enumerate(self._calls):
                if call.id == call_id:
                    self._by_index[index] = other
                    return other
        place = self._new()
        if place is not None:
            self._by_index[index] = place
        return place

    def _place_unnumbered(self, call_id: str, name: str, touched: set[int]) -> int | None:
        if call_id:
            for place, call in enumerate(self._calls):
                if call.id == call_id:
                    return place
            return self._new()
        if not self._calls:
            return self._new()
        last = len(self._calls) - 1
        if not name:
            return last
        same = self._calls[last].name == name and last not in touched and not self._calls[last].whole
        return last if same else self._new()

    def _new(self) -> int | None:
        if len(self._calls) >= MAX_CALLS:
            return None
        self._calls.append(_Call())
        return len(self._calls) - 1


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _arguments(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()

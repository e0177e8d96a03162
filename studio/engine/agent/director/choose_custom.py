# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Whether a request plainly asks for one of the caller's own tools."""

import re

from studio.contract.chat import ToolSpec
from studio.contract.tools import catalogue
from studio.engine.agent.director.meaning import by_meaning, labelled, name_words, numbers
from studio.engine.agent.director.text import Text, read

_VERBS = frozenset(
    ["get", "set", "fetch", "find", "search", "look", "lookup", "query", "list", "show", "create", "make", "add", "run", "do", "call", "use", "send", "read", "write", "update", "check", "current", "tool", "function", "api", "new", "execute", "start"]
)  # fmt: skip
_DULL = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "to",
        "in",
        "on",
        "and",
        "or",
        "with",
        "from",
        "by",
        "this",
        "that",
        "it",
        "is",
        "are",
        "be",
        "as",
        "at",
        "your",
        "my",
        "any",
        "all",
        "given",
        "user",
        "returns",
        "return",
        "gets",
        "get",
        "value",
        "data",
        "information",
    ]
)
_CODING = frozenset(
    [
        "bash",
        "shell",
        "edit",
        "write",
        "read",
        "glob",
        "grep",
        "task",
        "todo",
        "multi_edit",
        "str_replace",
        "apply_patch",
        "terminal",
        "exec",
        "command",
        "ls",
        "webfetch",
    ]
)


def fitting_custom_tool(text: Text, tools: dict[str, ToolSpec], *, insist: bool = False) -> ToolSpec | None:
    """Return the custom tool that *text* asks for; with *insist*, the best of them however weak."""
    best: tuple[float, ToolSpec] | None = None
    for name, spec in tools.items():
        if name in catalogue():
            continue
        score = _score(text, spec)
        if best is None or score > best[0]:
            best = (score, spec)
    if best is None or (best[0] < 3 and not insist):
        return None
    return best[1]


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s|e)$", "", word) if len(word) > 4 else word


def _score(text: Text, spec: ToolSpec) -> float:
    name = spec.function.name
    said = {_stem(word) for word in re.findall(r"[a-z0-9]+", text.norm)}
    if f" {read(name).norm.strip()} " in text.norm or (
        re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text.raw) and ("_" in name or len(name) > 5)
    ):
        return (
            8 if "_" in name or re.search(rf"(?i)\b(?:call|use|run|invoke)\b.*\b{re.escape(name)}\b", text.raw) else 2
        )
    words = name_words(name)
    nouns = [word for word in words if word not in _VERBS and word not in _DULL]
    if not nouns or (set(words) & _CODING and len(words) <= 2):
        return 0.0
    hits = sum(_stem(word) in said for word in nouns)
    described = [
        w
        for w in re.findall(r"[a-z]{4,}", (spec.function.description or "").lower())
        if w not in _DULL and w not in _VERBS
    ]
    overlap = len({_stem(w) for w in described} & said)
    if hits < len(nouns) and not (hits and overlap >= 2) and overlap < 3:
        return 0.0
    score = 2.5 * hits + min(3, overlap) * 0.75
    return score if _fillable(text, spec) else score - 2.5


def _fillable(text: Text, spec: ToolSpec) -> bool:
    """Whether the text has something for every required argument."""
    schema = spec.function.parameters or {}
    properties = schema.get("properties", {})
    for key in schema.get("required", []):
        kind = properties.get(key, {}).get("type", "string")
        if kind in ("integer", "number"):
            if not numbers(text):
                return False
        elif (
            kind == "string"
            and not properties.get(key, {}).get("enum")
            and labelled(text, key) is None
            and not by_meaning(text, key, set())
        ):
            return False
    return True

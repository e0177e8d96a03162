"""Two editions of a template in words, and three of them merged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from studio.contract.editing.document import REMOVE, Document, Json, same_json
from studio.contract.tools import snake

ChangeKind = Literal["added", "removed", "changed"]
_KEYED: Final = {"stages": "id", "subStages": "id", "inputs": "name", "nodes": "stageId"}
"""Lists whose entries are known by a member, so that moving one is no change of the others."""
_SERVER: Final = frozenset({"id", "version", "author", "createdAt", "updatedAt"})
"""Members that only the server says."""
_LAYOUT: Final = "graph"
_KIND_WORDS: Final = {"fixed": "runs once", "batch": "runs for each of a list", "interactive": "asks the person"}
_OF_KIND: Final = frozenset(
    {
        "type", "tool", "args", "overBinding", "itemName", "itemStage", "concurrency", "partialExecutionEnabled",
        "maxAttemptsPerItem", "itemLabelTemplate", "systemPrompt", "userMessage", "allowedTools",
    }
)  # fmt: skip
"""Members that come and go with the kind of a stage."""
_MISSING: Final = object()
Path = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One difference: where (members and keys of entries), and what in words."""

    kind: ChangeKind
    path: Path
    words: str


@dataclass(frozen=True)
class Conflict:
    """A place that both changed, each in its way; ``REMOVE`` stands for taken away."""

    path: Path
    words: str
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merge:
    """A three-way merge: where both changed the same, *mine* was taken."""

    document: Document
    conflicts: tuple[Conflict, ...]


def changes(before: Document, after: Document) -> list[Change]:
    """Return what is different in *after*, in the order of the document; layout and what the server says left out."""
    found: list[Change] = []
    _compare(_shown(before.content), _shown(after.content), (), found, before, after)
    return found


def merged(base: Document, mine: Document, theirs: Document) -> Merge:
    """Return both changes of *base* together.

    Members are merged one by one, stages and inputs by their ids; what only one side changed is taken from it.
    """
    conflicts: list[Conflict] = []
    content = _merge(base.content, mine.content, theirs.content, (), conflicts, mine)
    assert isinstance(content, Mapping)
    return Merge(Document(content), tuple(conflicts))


def resolved(merge: Merge, theirs: frozenset[Path]) -> Document:
    """Return the merged document with *their* side at the chosen conflicts."""
    content: Any = merge.document.content
    for conflict in merge.conflicts:
        if conflict.path in theirs:
            content = _replaced(content, conflict.path, conflict.theirs)
    return Document(content)


def _shown(content: Json) -> Json:
    return {key: value for key, value in content.items() if key not in _SERVER and key != _LAYOUT}


def _compare(before: Any, after: Any, path: Path, found: list[Change], old: Document, new: Document) -> None:
    if same_json(before, after):
        return
    left, right = _members(before, path), _members(after, path)
    if left is None or right is None or _is_value(path):
        kind: ChangeKind = "added" if before is _MISSING else "removed" if after is _MISSING else "changed"
        found.append(Change(kind, path, _words(kind, path, after, old, new)))
        return
    skipped: frozenset[str] = frozenset()
    if path[-2:-1] in (("stages",), ("subStages",)) and left.get("type") != right.get("type"):
        words = _KIND_WORDS.get(str(right.get("type")), "is of another kind")
        found.append(Change("changed", (*path, "type"), f"{_named('stages', path[-1], new)} {words} now"))
        skipped = _OF_KIND
    for key in [*left, *(key for key in right if key not in left)]:
        if key in skipped:
            continue
        _compare(left.get(key, _MISSING), right.get(key, _MISSING), (*path, key), found, old, new)
    if list(left) != list(right) and set(left) == set(right) and isinstance(before, list):
        found.append(Change("changed", path, f"Other order of {_member_words(path[-1]).lower()}"))


def _is_value(path: Path) -> bool:
    """Whether what is there is one value for a person: an argument, a condition, an option list."""
    return (len(path) >= 2 and path[-2] == "args") or path[-1:] in (("condition",), ("options",), ("jsonSchema",))


def _members(value: Any, path: Path) -> dict[str, Any] | None:
    if isinstance(value, Mapping):
        return {str(key): entry for key, entry in value.items()}
    key = _KEYED.get(path[-1]) if path else None
    if key is None or not isinstance(value, list):
        return None
    found = {}
    for entry in value:
        name = entry.get(key) if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = entry
    return found


def _merge(base: Any, mine: Any, theirs: Any, path: Path, conflicts: list[Conflict], shown: Document) -> Any:
    if same_json(mine, theirs) or same_json(base, theirs):
        return mine
    if same_json(base, mine):
        return theirs
    left, middle, right = _members(mine, path), _members(base, path), _members(theirs, path)
    if left is None or right is None:
        conflicts.append(
            Conflict(path, _place_words(path, shown), *(REMOVE if v is _MISSING else v for v in (mine, theirs)))
        )
        return mine
    before = middle or {}
    keys = [*left, *(key for key in right if key not in left)]
    entries: dict[str, Any] = {}
    for key in keys:
        merged_entry = _merge(
            before.get(key, _MISSING), left.get(key, _MISSING), right.get(key, _MISSING), (*path, key), conflicts, shown
        )
        if merged_entry is not _MISSING:
            entries[key] = merged_entry
    return list(entries.values()) if isinstance(mine, list) else entries


def _replaced(holder: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(holder, Mapping):
        if not rest and value is REMOVE:
            return {name: entry for name, entry in holder.items() if name != key}
        return {**holder, key: _replaced_in(holder.get(key), path, rest, value)}
    return holder


def _replaced_in(entry: Any, path: Path, rest: Path, value: Any) -> Any:
    member = _KEYED.get(path[0])
    if member is None or not isinstance(entry, list) or not rest:
        return _replaced(entry, rest, value) if rest else value
    found = []
    there = False
    for each in entry:
        if isinstance(each, Mapping) and each.get(member) == rest[0]:
            there = True
            each = _replaced(each, rest[1:], value) if rest[1:] else value
            if each is REMOVE:
                continue
        found.append(each)
    if not there and len(rest) == 1 and value is not REMOVE:
        found.append(value)
    return found


def _words(kind: ChangeKind, path: Path, value: Any, old: Document, new: Document) -> str:
    document = old if kind == "removed" else new
    if len(path) >= 2 and path[-2] in _KEYED and path[-2] != "nodes":
        thing = "input" if path[-2] == "inputs" else "stage"
        verb = {"added": "New", "removed": "Without", "changed": "Other"}[kind]
        return f"{verb} {thing}: {_named(path[-2], path[-1], document)}"
    where = _place_words(path, document)
    if kind == "removed":
        return f"{where}: taken out"
    return f"{where} is now {_value_words(value)}"


def _place_words(path: Path, document: Document) -> str:
    holders = [
        _named(path[number - 1], key, document)
        for number, key in enumerate(path)
        if number and path[number - 1] in _KEYED
    ]
    member = path[-1] if path else "template"
    if len(path) >= 2 and path[-2] in _KEYED:
        return holders[-1]
    return f"{holders[-1]}: {_member_words(member).lower()}" if holders else _member_words(member)


def _named(holder: str, key: str, document: Document) -> str:
    if holder == "inputs":
        return f"“{key}”"
    return document.stage(key).label if document.has_stage(key) else key


def _member_words(member: str) -> str:
    return snake(member).replace("_", " ").capitalize()


def _value_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value if len(value) <= 60 else value[:59] + '…'}”"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "nothing" if value is None else "something else"

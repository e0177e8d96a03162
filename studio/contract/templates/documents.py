"""Template documents as values: spelled as the contract spells them, made, changed and copied.

Source: contract/templates.md §1. Pure: whoever calls brings the time, the owner and the dice.
"""

import re
import unicodedata
from collections.abc import Container, Mapping
from typing import Any, Final

from studio.contract.templates.structs import SYSTEM, Author
from studio.contract.tools import snake
from studio.contract.wire import camel

FIRST_VERSION: Final = "0.0.1"
MOST_BYTES: Final = 1024 * 1024
"""How large a template may be as JSON."""
_NAME_CHARS = 200
_ID_CHARS = 64

_TOP = (
    "id version name description brief category stability author visibility inputs stages reviewFocus "
    "estimatedCredits estimatedCapacityUnits exposeToLLM llmPriority graph thumbnailUrl previewArtifacts tags "
    "metadata openMontageImport createdAt updatedAt"
)
_INPUT = "name type required description default options multiple internal jsonSchema"
_STAGE = (
    "id label type produces requiredArtifactsIn optionalArtifactsIn reviewFocus successCriteria checkpointRequired "
    "humanApprovalDefault condition onError subStages tool args systemPrompt allowedTools userMessage skillRef "
    "overBinding itemName itemStage concurrency partialExecutionEnabled itemLabelTemplate maxAttemptsPerItem"
)
_CONDITION = "type stageId artifactName expression"


def _spellings(names: str) -> dict[str, str]:
    return {spelling: name for name in names.split() for spelling in (snake(name), camel(snake(name)), name)}


_TOP_NAMES = _spellings(_TOP) | {"expose_to_llm": "exposeToLLM", "exposeToLlm": "exposeToLLM"}
_INPUT_NAMES = _spellings(_INPUT)
_STAGE_NAMES = _spellings(_STAGE)
_CONDITION_NAMES = _spellings(_CONDITION)
_DEEPEST = 32


def respelled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return *document* with its known members in camelCase; what is inside arguments and schemas stays as it is."""
    found = _renamed(document, _TOP_NAMES)
    if isinstance(found.get("inputs"), list):
        entries = found["inputs"]
        found["inputs"] = [_said(_renamed(each, _INPUT_NAMES)) if isinstance(each, dict) else each for each in entries]
    if isinstance(found.get("stages"), list):
        found["stages"] = [_stage(entry, 0) for entry in found["stages"]]
    return found


def as_kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return *given* as it is checked and kept: known members in camelCase, without those that are null."""
    return {name: value for name, value in respelled(given).items() if value is not None}


def new_document(given: Mapping[str, Any], *, template_id: str, author: Author, now_ms: int) -> dict[str, Any]:
    """Return a new template: what was *given* with defaults and what only the server says."""
    document = {
        "description": "",
        "category": "custom",
        "stability": "experimental",
        "visibility": "private",
        "inputs": [],
        **as_kept(given),
        "id": template_id,
        "version": FIRST_VERSION,
        "author": {"userId": author.user_id, "displayName": author.display_name},
        "createdAt": now_ms,
        "updatedAt": now_ms,
    }
    return _in_order(document)


def patched(document: Mapping[str, Any], patch: Mapping[str, Any], *, now_ms: int) -> dict[str, Any]:
    """Return *document* with the top-level members of *patch*; null removes one. The patch number goes up by one."""
    changed = {**document, **respelled(patch)}
    for name in ("id", "author", "createdAt"):
        changed[name] = document.get(name)
    changed["version"] = bumped(document.get("version"))
    changed["updatedAt"] = now_ms
    return _in_order({name: value for name, value in changed.items() if value is not None})


def forked(
    document: Mapping[str, Any], *, template_id: str, author: Author, new_name: str | None, now_ms: int
) -> dict[str, Any]:
    """Return a private copy of *document* for *author*."""
    copy = {**document, "name": fork_name(str(document.get("name", "")), new_name), "visibility": "private"}
    return new_document(copy, template_id=template_id, author=author, now_ms=now_ms)


def fork_name(name: str, new_name: str | None = None) -> str:
    """Return the name of a fork of *name*."""
    return new_name.strip() if new_name and new_name.strip() else f"Copy of {name}"[:_NAME_CHARS].rstrip()


def bumped(version: object) -> str:
    """Return semantic *version* with its patch number one higher."""
    match = re.fullmatch(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?", version) if isinstance(version, str) else None
    return f"{match[1]}.{match[2]}.{int(match[3]) + 1}" if match else FIRST_VERSION


def slug(name: str) -> str:
    """Return *name* as an id: lower case, everything else than letters and digits as single hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_ID_CHARS].strip("-") or "template"


def minted(name: str, taken: Container[str], suffix: str) -> str:
    """Return an id for *name*: its slug, with *suffix* (random, made by the caller) when that one is taken."""
    wanted = slug(name)
    return f"{wanted}-{suffix}" if wanted in taken else wanted


def is_id(text: object) -> bool:
    """Whether *text* can be the id of a template: 1 to 128 characters that need no escape in an address."""
    if not isinstance(text, str) or text in (".", ".."):
        return False
    return re.fullmatch(r"[A-Za-z0-9_.:-]{1,128}", text) is not None


def is_system(document: Mapping[str, Any]) -> bool:
    """Whether *document* came with the server and is read-only."""
    return document.get("author") == SYSTEM


def _stage(entry: Any, depth: int) -> Any:
    if not isinstance(entry, dict) or depth > _DEEPEST:
        return entry
    found = _said(_renamed(entry, _STAGE_NAMES))
    if isinstance(found.get("condition"), dict):
        found["condition"] = _said(_renamed(found["condition"], _CONDITION_NAMES))
    if isinstance(found.get("subStages"), list):
        found["subStages"] = [_stage(each, depth + 1) for each in found["subStages"]]
    if isinstance(found.get("itemStage"), dict):
        found["itemStage"] = _stage(found["itemStage"], depth + 1)
    return found


def _renamed(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in given.items():
        name = names.get(key, key)
        # Both spellings present: snake_case wins, as everywhere in the API.
        if name not in found or key != name:
            found[name] = value
    return found


def _said(entry: dict[str, Any]) -> dict[str, Any]:
    """Return *entry* without the members that are null: they say nothing."""
    return {name: value for name, value in entry.items() if value is not None}


def _in_order(document: Mapping[str, Any]) -> dict[str, Any]:
    order = {name: place for place, name in enumerate(_TOP.split())}
    return dict(sorted(document.items(), key=lambda entry: order.get(entry[0], len(order))))

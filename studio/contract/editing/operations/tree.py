"""Walking and changing the tree of stages."""

import re
from collections.abc import Mapping
from typing import Any

from studio.contract.editing.document import REMOVE, Document, Json, Place, Stage


def order_of(place: Place) -> tuple[str, ...]:
    return tuple(f"{part:06d}" if isinstance(part, int) else part for part in place)


def is_inside(place: Place, other: Place) -> bool:
    """Whether *place* lies inside *other*, which is another one."""
    return len(place) > len(other) and place[: len(other)] == other


def with_nested(document: Document, stage: Stage) -> list[Stage]:
    return [stage, *(each for each in document.every_stage if is_inside(each.place, stage.place))]


def map_stages(document: Document, change: Any) -> Document:
    """Return the document with *change* done to the JSON of every outer stage and everything nested in it."""

    def nested(body: Any) -> Any:
        if not isinstance(body, Mapping):
            return body
        changed = dict(change(body))
        if isinstance(changed.get("subStages"), list):
            changed["subStages"] = [nested(each) for each in changed["subStages"]]
        if isinstance(changed.get("itemStage"), Mapping):
            changed["itemStage"] = nested(changed["itemStage"])
        return changed

    stages = document.content.get("stages")
    if not isinstance(stages, list):
        return document
    return document.put(("stages",), [nested(body) for body in stages])


def map_conditions(document: Document, change: Any) -> Document:
    def on(body: Json) -> Json:
        condition = body.get("condition")
        if not isinstance(condition, Mapping):
            return body
        new = change(condition)
        if new is REMOVE:
            return {key: value for key, value in body.items() if key != "condition"}
        return body if new is condition else {**body, "condition": new}

    return map_stages(document, on)


def condition_with(condition: Json, root: str, name: str, new_name: str) -> Json:
    changed = dict(condition)
    if root == "artifacts" and condition.get("artifactName") == name:
        changed["artifactName"] = new_name
    expression = condition.get("expression")
    if isinstance(expression, str):
        changed["expression"] = path_of(root, name).sub(lambda found: f"{found[1]}{new_name}", expression)
    return condition if changed == condition else changed


def reads(condition: Json, root: str, name: str) -> bool:
    expression = condition.get("expression")
    return isinstance(expression, str) and path_of(root, name).search(expression) is not None


def path_of(root: str, name: str) -> re.Pattern[str]:
    """Match the start of a path in an expression; strings in quotes are not told apart, which is rare and harmless."""
    return re.compile(rf"(?<![\w.])(\$?{root}\.){re.escape(name)}(?!\w)", re.ASCII)

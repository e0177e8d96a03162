"""Templates at random: edited as an artist would, then broken as nobody should."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from studio.contract.editing import operations as ops
from studio.contract.editing.document import Document
from tests.contract.editing.test_operations import PRODUCT, starters
from tests.contract.editing.test_problems import step
from tests.contract.templates.samples import STILL, VIEWS

SERVER = ("id", "version", "author", "createdAt", "updatedAt")
"""Members that only a server says: nobody sends them."""
BASES = [PRODUCT, Document(STILL), Document(VIEWS), *starters()]
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**9, "", " ", "x", "a b", [], {}, [None], [1], ["still"], {"a": 1}, [[]],
    "$inputs.nope", "$inputs", "$artifacts.nope[0].selectedVersion.url", "$artifacts.film[0]", "$5", "$", "$item.value",
    "$inputs.scene[", "$run.id", "for $inputs.nope now", "a $5 fox", "fixed", "batch", "interactive", "select", "image",
    "future_tool", "compose_lyrics", "analyze_image", "retry_once", "public", "team", {"min": 3, "max": 1},
    {"type": "expr", "expression": "inputs.music =="}, {"type": "expr", "expression": "inputs.music == true"},
    {"type": "if_success_of", "stageId": "nope"}, {"type": "if_artifact_exists", "artifactName": "nope"},
    {"type": "if_error_in"}, {"type": "often"}, [{"value": "a", "label": "A"}], [{"label": "A"}],
)  # fmt: skip
MEMBERS = (
    "name", "description", "category", "visibility", "inputs", "stages", "tags", "llmPriority", "exposeToLLM",
    "metadata", "estimatedCredits", "somethingNew", "brief", "reviewFocus",
)  # fmt: skip
STAGE_MEMBERS = (
    "type", "tool", "args", "produces", "requiredArtifactsIn", "optionalArtifactsIn", "condition", "onError",
    "subStages", "itemStage", "overBinding", "itemName", "concurrency", "maxAttemptsPerItem", "partialExecutionEnabled",
    "label", "checkpointRequired", "allowedTools", "systemPrompt", "on_error", "future",
)  # fmt: skip
INPUT_MEMBERS = ("name", "type", "required", "default", "options", "multiple", "internal", "jsonSchema", "description")


def template(dice: random.Random) -> dict[str, Any]:
    """A template, valid in about half of the cases."""
    document = dice.choice(BASES)
    for _ in range(dice.choice((0, 2, 5))):
        try:
            document = step(document, dice)
        except ops.EditError:
            continue
    content = copy.deepcopy({key: value for key, value in document.content.items() if key not in SERVER})
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        _break(content, dice)
    return content


def _break(content: dict[str, Any], dice: random.Random) -> None:
    stages = [each for each in _dicts(content.get("stages")) if "type" in each or "tool" in each]
    inputs = [each for each in _dicts(content.get("inputs")) if "name" in each]
    match dice.randrange(9):
        case 0:
            content[dice.choice(MEMBERS)] = copy.deepcopy(dice.choice(ODD))
        case 1 | 2 if stages:
            dice.choice(stages)[dice.choice(STAGE_MEMBERS)] = copy.deepcopy(dice.choice(ODD))
        case 3 if inputs:
            dice.choice(inputs)[dice.choice(INPUT_MEMBERS)] = copy.deepcopy(dice.choice(ODD))
        case 4 if stages:
            args = dice.choice(stages).get("args")
            if isinstance(args, dict):
                args[dice.choice(("prompt", "sourceImageIndex", "duration", "deep"))] = copy.deepcopy(dice.choice(ODD))
        case 5 if isinstance(content.get("stages"), list) and content["stages"]:
            dice.shuffle(content["stages"])
        case 6 if isinstance(content.get("stages"), list) and content["stages"]:
            content["stages"].append(copy.deepcopy(dice.choice(content["stages"])))
        case 7 if isinstance(content.get("inputs"), list) and content["inputs"]:
            content["inputs"].append(copy.deepcopy(dice.choice(content["inputs"])))
        case _:
            place = dice.choice(list(_places(content)) or [(content, "name")])
            if dice.random() < 0.5:
                del place[0][place[1]]
            else:
                place[0][place[1]] = copy.deepcopy(dice.choice(ODD))


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _dicts(inner)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])

"""Every issue code of a template, at its path."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import InvalidRequest
from studio.contract.templates.documents import respelled
from studio.contract.templates.validation import check_template, validate_template
from tests.contract.templates.samples import STILL, VIEWS

Document = dict[str, Any]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def found(document: object) -> list[tuple[str, str, str | None]]:
    return [(issue.severity, issue.code, issue.path) for issue in validate_template(document).issues]


def still(change: Callable[[Document], None]) -> Document:
    document = copy.deepcopy(STILL)
    change(document)
    return document


def views(change: Callable[[Document], None]) -> Document:
    document = copy.deepcopy(VIEWS)
    change(document)
    return document


@pytest.mark.parametrize("document", [STILL, VIEWS])
def test_the_worked_examples_are_valid(document: Document) -> None:
    assert found(document) == []
    check_template(document)


def test_duplicate_stage_id_counts_item_stages_and_sub_stages() -> None:
    expected = [("error", "duplicate_stage_id", "stages/still")]
    assert found(still(lambda d: d["stages"][2].update(id="still")))[:1] == expected
    sub = {"id": "view_item", "type": "fixed", "tool": "generate_image", "args": {"prompt": "x"}}
    document = views(lambda d: d["stages"][2].update(subStages=[sub]))
    assert found(document) == [("error", "duplicate_stage_id", "stages/view_item")]


def test_duplicate_input_name() -> None:
    document = still(lambda d: d["inputs"].append({"name": "scene", "type": "text"}))
    assert found(document) == [("error", "duplicate_input_name", "inputs/scene")]


def test_duplicate_artifact_producer_warns() -> None:
    document = still(lambda d: d["stages"][2].update(produces=["clip"]))
    assert found(document) == [("warning", "duplicate_artifact_producer", "stages/track/produces")]
    assert validate_template(document).valid


def test_missing_artifact_producer_and_missing_optional_artifact() -> None:
    document = still(lambda d: d["stages"][2].update(requiredArtifactsIn=["a"], optionalArtifactsIn=["b"]))
    assert found(document) == [
        ("error", "missing_artifact_producer", "stages/track/requiredArtifactsIn"),
        ("warning", "missing_optional_artifact", "stages/track"),
    ]


def test_forward_artifact_reference_and_cycle() -> None:
    document = still(lambda d: d["stages"][0].update(requiredArtifactsIn=["track"]))
    assert found(document) == [("error", "forward_artifact_reference", "stages/still/requiredArtifactsIn")]
    around = still(lambda d: d["stages"][0].update(optionalArtifactsIn=["clip"]))
    assert found(around) == [
        ("error", "forward_artifact_reference", "stages/still"),
        ("error", "cyclic_stage_dependency", "stages"),
    ]
    itself = still(lambda d: d["stages"][1].update(requiredArtifactsIn=["clip"]))
    assert ("error", "cyclic_stage_dependency", "stages") in found(itself)


def test_a_binding_to_a_later_artifact_is_a_forward_reference() -> None:
    document = still(lambda d: d["stages"][0]["args"].update(aspectRatio="$artifacts.clip[0].selectedVersion.url"))
    assert found(document) == [("error", "forward_artifact_reference", "stages/still/args")]
    own = views(
        lambda d: d["stages"][0]["itemStage"]["args"].update(sourceImageIndex="$artifacts.views[0].selectedVersion.url")
    )
    assert found(own) == [("error", "forward_artifact_reference", "stages/view_item/args")]


def test_unknown_input_and_unknown_artifact_in_pure_bindings_only() -> None:
    document = still(
        lambda d: d["stages"][0]["args"].update(
            prompt="$inputs.brand sits on a table", nested=[{"deep": "$artifacts.nothing[0]"}], free="a $inputs.nothing"
        )
    )
    assert found(document) == [
        ("error", "unknown_input", "stages/still/args"),
        ("error", "unknown_artifact", "stages/still/args"),
    ]
    over = views(lambda d: d["stages"][0].update(overBinding="$inputs.nothing"))
    assert found(over) == [("error", "unknown_input", "stages/view/overBinding")]


def test_a_bare_root_is_allowed() -> None:
    assert found(still(lambda d: d["stages"][0]["args"].update(a="$inputs", b="$run.id", c="$runtime"))) == []


def test_item_binding_outside_batch() -> None:
    document = still(lambda d: d["stages"][0]["args"].update(aspectRatio="$item.value"))
    assert found(document) == [("error", "item_binding_outside_batch", "stages/still/args")]
    over = views(lambda d: d["stages"][1].update(overBinding="$item.value"))
    assert found(over) == [("error", "item_binding_outside_batch", "stages/move/overBinding")]


def test_invalid_binding_syntax() -> None:
    document = still(lambda d: d["stages"][0]["args"].update(prompt="$5 off", aspectRatio="$inputs.scene[x]"))
    assert found(document) == [("error", "invalid_binding_syntax", "stages/still/args")] * 2


@pytest.mark.parametrize(
    ("member", "value", "code", "path"),
    [
        ("overBinding", "views", "batch_over_binding_not_a_binding", "stages/view/overBinding"),
        ("overBinding", None, "batch_over_binding_not_a_binding", "stages/view/overBinding"),
        ("itemName", " ", "batch_item_name_required", "stages/view"),
        ("concurrency", 0, "batch_concurrency_invalid", "stages/view"),
        ("concurrency", "2", "batch_concurrency_invalid", "stages/view"),
        ("maxAttemptsPerItem", 0, "batch_max_attempts_invalid", "stages/view"),
        ("maxAttemptsPerItem", 1.5, "batch_max_attempts_invalid", "stages/view"),
        ("itemStage", None, "invalid_template", "stages/view"),
        ("produces", [], "invalid_template", "stages/view/produces"),
    ],
)
def test_batches(member: str, value: Any, code: str, path: str) -> None:
    def change(document: Document) -> None:
        document["stages"][0][member] = value
        # What the others would say about a missing artifact is not the question here.
        del document["stages"][1:]

    assert found(views(change))[0] == ("error", code, path)


def test_unsupported_stage_tool_and_unsupported_allowed_tool() -> None:
    assert found(still(lambda d: d["stages"][0].update(tool="compose_workflow"))) == [
        ("error", "unsupported_stage_tool", "stages/still")
    ]
    talk = {"id": "talk", "type": "interactive", "systemPrompt": "Talk", "allowedTools": ["generate_image", "nothing"]}
    assert found(still(lambda d: d["stages"].append(talk))) == [("error", "unsupported_allowed_tool", "stages/talk")]
    item = views(lambda d: d["stages"][0].update(itemStage={**talk, "allowedTools": []}))
    assert found(item) == [("warning", "invalid_template", "stages/talk")]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d.update(name=" "), "name"),
        (lambda d: d.update(name="x" * 201), "name"),
        (lambda d: d.pop("name"), "name"),
        (lambda d: d.update(description=3), "description"),
        (lambda d: d.update(category="films"), "category"),
        (lambda d: d.update(visibility="team"), "visibility"),
        (lambda d: d.update(tags=[1]), "tags"),
        (lambda d: d.update(exposeToLLM="yes"), "exposeToLLM"),
        (lambda d: d.update(llmPriority=True), "llmPriority"),
        (lambda d: d.update(estimatedCredits={"min": 1}), "estimatedCredits"),
        (lambda d: d.update(graph=[]), "graph"),
        (lambda d: d.update(inputs={}), "inputs"),
        (lambda d: d.update(stages=[]), "stages"),
        (lambda d: d["inputs"].append(3), "inputs/4"),
        (lambda d: d["inputs"][0].update(name=""), "inputs/0"),
        (lambda d: d["inputs"][1].update(type="colour"), "inputs/scene"),
        (lambda d: d["inputs"][1].update(multiple={"min": 3, "max": 2}), "inputs/scene"),
        (lambda d: d["inputs"][1].update(type="select"), "inputs/scene"),
        (lambda d: d["inputs"][1].update(type="select", options=[{"label": "x"}]), "inputs/scene"),
        (lambda d: d["inputs"][1].update(default=3), "inputs/scene"),
        (lambda d: d["inputs"][1].update(required="yes"), "inputs/scene"),
        (lambda d: d["stages"].append("x"), "stages/3"),
        (lambda d: d["stages"][0].update(type="loop"), "stages/still"),
        (lambda d: d["stages"][2].pop("id"), "stages/2"),
        (lambda d: d["stages"][0].update(args=[]), "stages/still/args"),
        (lambda d: d["stages"][0].pop("tool"), "stages/still"),
        (lambda d: d["stages"][0].update(onError="panic"), "stages/still"),
        (lambda d: d["stages"][2].update(produces="x"), "stages/track/produces"),
        (lambda d: d["stages"][0].update(checkpointRequired=1), "stages/still"),
        (lambda d: d["stages"][0].update(subStages={}), "stages/still"),
        (lambda d: d["stages"][0].update(condition={"type": "sometimes"}), "stages/still/condition"),
        (lambda d: d["stages"][0].update(condition={"type": "if_success_of"}), "stages/still/condition"),
        (lambda d: d["stages"][0].update(condition={"type": "if_error_in", "stageId": "no"}), "stages/still/condition"),
        (lambda d: d["stages"][0].update(condition={"type": "expr", "expression": "a =="}), "stages/still/condition"),
    ],
)
def test_the_basic_shape(change: Callable[[Document], None], path: str) -> None:
    document = still(change)
    assert ("error", "invalid_template", path) in found(document)
    with pytest.raises(InvalidRequest) as caught:
        check_template(document)
    assert {"severity": "error", "code": "invalid_template", "path": path}.items() <= next(
        issue for issue in caught.value.details["issues"] if issue["path"] == path
    ).items()


def test_what_is_not_an_object_is_no_template() -> None:
    for document in (None, [], "x", 3):
        assert found(document) == [("error", "invalid_template", None)]


def test_a_name_that_text_cannot_use_and_a_condition_that_waits_for_nothing_warn() -> None:
    document = still(lambda d: d["inputs"].append({"name": "my name", "type": "text"}))
    assert found(document) == [("warning", "invalid_template", "inputs/my name")]
    waiting = {"type": "if_artifact_exists", "artifactName": "nothing"}
    assert found(still(lambda d: d["stages"][0].update(condition=waiting))) == [
        ("warning", "missing_optional_artifact", "stages/still/condition")
    ]


def test_flat_order_is_stage_sub_stages_item_stage() -> None:
    inner = {
        "id": "inner",
        "type": "fixed",
        "tool": "upscale_image",
        "produces": ["big"],
        "requiredArtifactsIn": ["still"],
        "args": {"sourceImageIndex": "$artifacts.still[0].selectedVersion.url"},
    }
    document = still(lambda d: d["stages"][0].update(subStages=[inner]))
    document["stages"][1]["args"]["sourceImageIndex"] = "$artifacts.big[0].selectedVersion.url"
    assert found(document) == []


def test_nesting_has_an_end() -> None:
    stage: Document = {"id": "s", "type": "fixed", "tool": "upscale_image", "args": {}}
    for number in range(200):
        stage = {"id": f"s{number}", "type": "fixed", "tool": "upscale_image", "args": {}, "subStages": [stage]}
    assert not validate_template({"name": "deep", "stages": [stage]}).valid
    many = {"id": "s", "subStages": [{"type": "batch", "itemStage": {"id": "i"}}] * 1000}
    told = validate_template({"name": "wide", "stages": [many], "inputs": [1] * 5000})
    assert [(issue.path, issue.message.count("2,001")) for issue in told.issues] == [("stages", 1), ("inputs", 0)]
    args: Any = "x"
    for _ in range(200):
        args = [args]
    deep = {"id": "s", "type": "fixed", "tool": "upscale_image", "args": {"a": args}}
    assert found({"name": "deep", "stages": [deep]}) == [("error", "invalid_template", "stages/s/args")]


@given(JSON)
def test_any_json_is_validated(value: Any) -> None:
    for document in (
        value,
        {"name": value, "inputs": value, "stages": value},
        {"name": "n", "inputs": [value], "stages": [value]},
        {
            "name": "n",
            "stages": [{"id": "a", "type": "fixed", "tool": "edit_image", "args": value, "condition": value}],
        },
        {
            "name": "n",
            "stages": [{"id": "a", "type": "batch", "overBinding": value, "itemStage": value, "produces": value}],
        },
    ):
        report = validate_template(document)
        assert report.valid == all(issue.severity != "error" for issue in report.issues)
        if isinstance(document, dict):
            validate_template(respelled(document))


@given(st.sampled_from((STILL, VIEWS)), st.data())
def test_a_valid_looking_template_with_one_member_broken_never_crashes(base: Document, data: st.DataObject) -> None:
    document = copy.deepcopy(base)
    holder: Any = document
    for _ in range(data.draw(st.integers(0, 4))):
        inner = holder.values() if isinstance(holder, dict) else holder
        nested = [each for each in inner if isinstance(each, dict | list) and each]
        if not nested:
            break
        holder = data.draw(st.sampled_from(nested))
    key = (
        data.draw(st.sampled_from(sorted(holder)))
        if isinstance(holder, dict)
        else data.draw(st.integers(0, len(holder) - 1))
    )
    holder[key] = data.draw(JSON)
    result = validate_template(document)
    if result.valid:
        check_template(document)

"""Problems and their repairs: each is found where it is, and its repair puts it right."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, Document
from studio.contract.editing.ports import input_ports
from studio.contract.editing.problems import Problem, problems_of, steps_of
from studio.contract.editing.wires import wires_of
from studio.contract.templates.validation import validate_template
from tests.contract.editing.test_operations import PRODUCT, starters


def found(document: Document, code: str) -> Problem:
    return next(problem for problem in problems_of(document).found if problem.code == code)


def repaired(document: Document, code: str, number: int = 0) -> Document:
    problem = found(document, code)
    changed = problem.repairs[number].apply(document)
    assert problem.id not in {each.id for each in problems_of(changed).found}
    return changed


@pytest.mark.parametrize("document", [PRODUCT, *starters()], ids=lambda document: document.name)
def test_good_templates_have_nothing_to_fix(document: Document) -> None:
    assert problems_of(document).to_fix == ()


def test_a_missing_argument_can_be_asked_for() -> None:
    document, stage_id = ops.add_stage(ops.new_template("New"), tool="generate_image")
    problem = found(document, "missing_argument")
    assert (problem.to_fix, problem.node, problem.member) == (True, stage_id, "prompt")
    changed = repaired(document, "missing_argument")
    assert changed.input("prompt") == {"name": "prompt", "type": "text", "required": True, "description": ""}
    assert changed.stage(stage_id).arguments == {"prompt": "$inputs.prompt"}
    assert problems_of(changed).to_fix == ()


def test_values_outside_their_range_are_brought_in() -> None:
    document = ops.set_argument(PRODUCT, "track", "duration", 100_000)
    problem = found(document, "invalid_argument")
    assert problem.member == "duration"
    assert repaired(document, "invalid_argument").stage("track").arguments["duration"] <= 600


def test_a_source_that_may_be_skipped_is_made_optional_or_skipped_together() -> None:
    document, join = ops.add_stage(PRODUCT, tool="stitch_video", label="Join")
    document = ops.connect(document, "clip", "clip", join, "videoIndices")
    document = ops.connect(document, "track", "track", join, "audioIndex")
    problem = found(document, "source_may_be_skipped")
    assert problem.message == "Join needs what track makes, but track may be skipped."
    assert repaired(document, "source_may_be_skipped").stage(join).body["optionalArtifactsIn"] == ["track"]
    together = repaired(document, "source_may_be_skipped", 1)
    assert together.stage(join).body["condition"] == PRODUCT.stage("track").body["condition"]


def test_a_text_that_starts_with_a_dollar_is_read_as_one() -> None:
    document = PRODUCT.put(("stages", 2, "args", "prompt"), "$5 per beat")
    assert repaired(document, "invalid_binding_syntax").stage("track").arguments["prompt"] == " $5 per beat"


def test_an_unknown_input_is_declared_or_read_as_words() -> None:
    document = PRODUCT.put(("stages", 2, "args", "prompt"), "$inputs.melody")
    assert repaired(document, "unknown_input").input("melody") is not None
    document = PRODUCT.put(("stages", 2, "args", "prompt"), "$inputs.scene in spring")
    assert repaired(document, "unknown_input").stage("track").arguments["prompt"] == " $inputs.scene in spring"


def test_a_glued_reference_gets_its_space() -> None:
    document = PRODUCT.put(("stages", 1, "args", "prompt"), "Pan over $inputs.scene.Then rest")
    changed = repaired(document, "glued_reference")
    assert changed.stage("clip").arguments["prompt"] == "Pan over $inputs.scene. Then rest"


def test_a_batch_over_one_piece_runs_once() -> None:
    document = ops.convert_stage(PRODUCT, "clip", "batch")
    assert not found(document, "batch_over_one").to_fix
    changed = repaired(document, "batch_over_one")
    assert changed.stage("clip").kind == "fixed"
    assert changed.stage("clip").arguments["sourceImageIndex"] == "$artifacts.still[0].selectedVersion.url"


def test_steps_are_counted_through_batches() -> None:
    document, _ = ops.add_input(PRODUCT, "text", "views")
    document = ops.set_input_member(document, "views", "multiple", {"min": 2, "max": 4})
    document = ops.set_input_member(document, "views", "default", [str(n) for n in range(7)])
    document, views = ops.add_stage(document, tool="change_angle", kind="batch", label="Views")
    document = document.put((*document.stage(views).place, "overBinding"), "$inputs.views")
    document, move = ops.add_stage(document, tool="animate_photo", kind="batch", label="Move")
    document = ops.connect(document, views, "views", move, "overBinding")
    assert steps_of(document) == 3 + 7 + 7
    assert found(document, "too_many_steps").message == "A run would have 17 steps; the service takes 12."


def test_an_unused_input_is_only_looked_at() -> None:
    document, name = ops.add_input(PRODUCT, "number", "hours")
    problem = found(document, "unused_input")
    assert (problem.to_fix, problem.node, problem.member) == (False, INPUTS, name)
    assert repaired(document, "unused_input").same_as(PRODUCT)


def test_two_stages_of_one_id_get_their_own() -> None:
    document = PRODUCT.put(("stages", 2, "id"), "clip")
    changed = repaired(document, "duplicate_stage_id")
    assert [stage.id for stage in changed.stages] == ["still", "clip", "clip_2"]


# --- edits at random ---------------------------------------------------------------------------

TOOLS = (
    "generate_image",
    "animate_photo",
    "stitch_video",
    "generate_music",
    "upscale_image",
    "analyze_image",
    "edit_image",
)


def step(document: Document, dice: random.Random) -> Document:
    """One edit, as an artist's hand might do it."""
    ids = [stage.id for stage in document.stages]
    names = [str(entry["name"]) for entry in document.inputs]
    wires = wires_of(document)

    def one(things: list[Any]) -> Any:
        if not things:
            raise ops.EditError("nothing there")
        return dice.choice(things)

    match dice.randrange(14):
        case 0 | 1:
            kind: Any = dice.choice(["fixed", "fixed", "batch", "interactive"])
            return ops.add_stage(document, tool="" if kind == "interactive" else dice.choice(TOOLS), kind=kind)[0]
        case 2:
            return ops.remove_stages(document, [one(ids)])
        case 3 | 4 | 5:
            outputs = [(s.id, name) for s in document.stages for name in s.produces[:1]] + [(INPUTS, n) for n in names]
            source, output = one(outputs)
            target = document.stage(one(ids))
            ports = [port.name for port in input_ports(target)] or [""]
            return ops.connect(document, source, output, target.id, dice.choice(ports))
        case 6:
            return ops.disconnect(document, one(list(wires)))
        case 7:
            return ops.duplicate_stages(document, dice.sample(ids, min(len(ids), 2)))[0] if ids else document
        case 8:
            return ops.add_input(document, dice.choice(["text", "image", "number", "boolean", "select"]))[0]
        case 9:
            return ops.rename_input(document, one(names), f"renamed_{dice.randrange(1000)}")
        case 10:
            return ops.remove_input(document, one(names))
        case 11:
            return ops.convert_stage(document, one(ids), dice.choice(["fixed", "batch", "interactive"]))
        case 12:
            artifacts = list(document.producers)
            return ops.rename_artifact(document, one(artifacts), f"made_{dice.randrange(1000)}")
        case _:
            return ops.insert_on_wire(document, one(list(wires)), dice.choice(TOOLS))[0]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_edit_makes_a_template_that_cannot_be_saved_in_a_way_that_the_editor_does_not_say(seed: int) -> None:
    dice = random.Random(seed)
    document = PRODUCT if seed % 2 else ops.add_stage(ops.new_template("New"), tool="generate_image")[0]
    structural = {
        "duplicate_stage_id", "duplicate_input_name", "missing_artifact_producer", "forward_artifact_reference",
        "unknown_input", "unknown_artifact", "cyclic_stage_dependency", "invalid_binding_syntax",
        "item_binding_outside_batch",
    }  # fmt: skip
    for _ in range(25):
        before = document
        try:
            document = step(document, dice)
        except ops.EditError:
            assert document is before
            continue
        issues = validate_template(document.content).issues
        broken = [issue for issue in issues if issue.severity == "error" and issue.code in structural]
        assert broken == [], (broken, before.content, document.content)
        said = {(problem.code, problem.message) for problem in problems_of(document).found}
        assert {(issue.code, issue.message) for issue in issues} <= said

"""Templates as plans: the worked examples exactly, and what is decided when a run gets there."""

import copy
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.errors import InvalidRequest, ToolError
from studio.contract.templates.artifacts import Result
from studio.contract.templates.compile import RunView, compile_template
from studio.contract.templates.plan import BatchNode, CheckpointNode, Compiled, InteractiveNode, StepNode
from tests.contract.templates.samples import (
    STILL,
    STILL_COMPILED,
    STILL_INPUTS,
    VIEWS,
    VIEWS_COMPILED,
    VIEWS_INPUTS,
)


@dataclass(frozen=True)
class Thing:
    """What a step made."""

    id: str
    kind: str = "image"
    url: str = "https://x/1.png"
    content: str | None = None
    metadata: dict[str, Any] | None = field(default=None)


def fixed(stage_id: str, tool: str = "generate_image", **members: Any) -> dict[str, Any]:
    args = members.pop("args", {"prompt": "x"} if tool == "generate_image" else {})
    return {"id": stage_id, "type": "fixed", "tool": tool, "produces": [stage_id], "args": args, **members}


def upscale(stage_id: str, source: str, **members: Any) -> dict[str, Any]:
    binding = f"$artifacts.{source}[0].selectedVersion.url"
    return fixed(stage_id, "upscale_image", args={"sourceImageIndex": binding}, **members)


def batch(stage_id: str, over: str, tool: str, args: dict[str, Any], **members: Any) -> dict[str, Any]:
    inner = {"id": f"{stage_id}_item", "type": "fixed", "tool": tool, "args": args, **members.pop("inner", {})}
    return {
        "id": stage_id,
        "type": "batch",
        "produces": [stage_id],
        "overBinding": over,
        "itemName": "each",
        "itemStage": inner,
        **members,
    }


def template(*stages: dict[str, Any], inputs: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"name": "T", "inputs": inputs or [], "stages": list(stages)}


def compiled(*stages: dict[str, Any], inputs: list[dict[str, Any]] | None = None, **given_inputs: Any) -> Compiled:
    return compile_template(template(*stages, inputs=inputs), given_inputs)


def step(plan: Compiled, step_id: str) -> StepNode:
    return next(node for node in plan.nodes if isinstance(node, StepNode) and node.spec.id == step_id)


def bound(node: StepNode) -> list[tuple[str, int, str, str]]:
    return [
        (each.source_step_id, each.source_artifact_index, each.transform, each.target_argument)
        for each in node.spec.depends_on
    ]


def shapes(plan: Compiled) -> list[tuple[str, str]]:
    return [(type(node).__name__, node.spec.id if isinstance(node, StepNode) else node.stage) for node in plan.nodes]


@pytest.mark.parametrize(
    ("document", "given_inputs", "expected"),
    [(STILL, STILL_INPUTS, STILL_COMPILED), (VIEWS, VIEWS_INPUTS, VIEWS_COMPILED)],
)
def test_the_worked_examples_compile_to_exactly_the_shown_steps(
    document: dict[str, Any], given_inputs: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = copy.deepcopy(document)
    plan = compile_template(document, given_inputs)
    assert plan.title == expected["input"]["title"]
    assert plan.media == expected["media_references"]
    assert msgspec.to_builtins(plan.steps) == expected["input"]["steps"]
    assert document == before


def test_the_examples_keep_what_orders_and_repeats_their_steps() -> None:
    still = compile_template(STILL, STILL_INPUTS)
    clip = step(still, "clip")
    assert (clip.on_error, clip.attempts, clip.needs, clip.concurrency) == ("retry_once", 2, ["still"], None)
    views = compile_template(VIEWS, VIEWS_INPUTS)
    assert (step(views, "view_0").concurrency, step(views, "view_0").attempts) == (2, 2)
    assert (step(views, "move_1").concurrency, step(views, "move_1").attempts) == (1, 1)
    assert step(views, "film").needs == ["move"]
    with_music = compile_template(STILL, {**STILL_INPUTS, "music": "true"})
    assert [each.id for each in with_music.steps] == ["still", "clip", "track"]
    assert with_music.inputs == {
        "product": STILL_INPUTS["product"],
        "scene": "a sunlit kitchen counter",
        "seconds": 8,
        "music": True,
    }


def test_a_plan_is_json_with_a_type_for_every_entry() -> None:
    plan = compiled(fixed("a", checkpointRequired=True, label="A"), batch("b", "$artifacts.a", "upscale_image", {}))
    entries = msgspec.json.decode(msgspec.json.encode(plan.nodes))
    assert [entry["type"] for entry in entries] == ["step", "checkpoint", "step"]
    assert entries[0]["spec"]["toolName"] == "generate_image"
    assert entries[1] == {"type": "checkpoint", "stage": "a", "details": {"label": "A", "produces": ["a"]}}


def test_inputs_that_do_not_fit_are_all_told() -> None:
    with pytest.raises(InvalidRequest) as caught:
        compile_template(STILL, {"seconds": "long", "nothing": 1})
    assert caught.value.code == "invalid_inputs"
    for part in ("product is required", "seconds must be a number", '"nothing"'):
        assert part in str(caught.value)


def test_an_invalid_template_is_refused_with_its_issues() -> None:
    with pytest.raises(InvalidRequest) as caught:
        compiled(upscale("a", "nothing"))
    assert caught.value.details["issues"][0]["code"] == "unknown_artifact"


def test_arguments_that_fail_the_tools_schema_are_refused_with_their_step() -> None:
    declared = [{"name": "n", "type": "number"}]
    stage = fixed("a", args={"prompt": "x", "numberOfVariations": "$inputs.n"})
    assert compiled(stage, inputs=declared, n=3).steps[0].arguments["numberOfVariations"] == 3
    with pytest.raises(InvalidRequest, match=r"\(a\), generate_image: numberOfVariations must be <= 16"):
        compiled(stage, inputs=declared, n=99)


def test_an_optional_input_without_a_value_leaves_its_argument_out() -> None:
    plan = compiled(
        fixed("a", args={"prompt": "A fox$inputs.more", "seed": "$inputs.seed"}),
        inputs=[{"name": "more", "type": "text"}, {"name": "seed", "type": "number"}],
    )
    assert plan.steps[0].arguments == {"prompt": "A fox"}


def test_media_are_numbered_for_index_arguments_and_stay_links_elsewhere() -> None:
    declared = [{"name": "p", "type": "image"}, {"name": "q", "type": "image", "multiple": {"min": 0, "max": 3}}]
    url, other = "https://x/p.png", "https://x/q.png"
    plan = compile_template(
        template(
            fixed("cut", "remove_background", args={"source_image_url": "$inputs.p"}),
            fixed("big", "upscale_image", args={"source_image_index": "$inputs.p"}),
            fixed("clip", "generate_video", args={"prompt": "x", "referenceImageIndices": "$inputs.q"}),
            inputs=declared,
        ),
        {"p": url, "q": [other, url]},
        media=[{"kind": "image", "url": "https://x/own.png", "note": 1}],
    )
    assert plan.media == [
        {"kind": "image", "url": "https://x/own.png", "note": 1},
        {"kind": "image", "url": url},
        {"kind": "image", "url": other},
    ]
    assert step(plan, "cut").spec.arguments == {"source_image_url": url}
    assert bound(step(plan, "big")) == [("$input_media", 1, "image_index", "sourceImageIndex")]
    assert [place for _, place, _, _ in bound(step(plan, "clip"))] == [2, 1]


def test_a_medium_inside_an_object_becomes_its_number_and_a_result_there_is_refused() -> None:
    overlay = {"kind": "image", "position": "center", "sourceImageIndex": "$inputs.p"}
    clip = fixed("clip", "generate_video", args={"prompt": "x"})
    plan = compiled(
        clip,
        fixed("over", "overlay_video", args={"overlays": [overlay]}),
        inputs=[{"name": "p", "type": "image"}],
        p="https://x/p.png",
    )
    assert step(plan, "over").spec.arguments["overlays"][0]["sourceImageIndex"] == -1
    made = {**overlay, "sourceImageIndex": "$artifacts.logo[0].selectedVersion.url"}
    with pytest.raises(InvalidRequest, match="a whole argument can"):
        compiled(fixed("logo"), clip, fixed("over", "overlay_video", args={"overlays": [made]}))


@pytest.mark.parametrize(
    ("tool", "target", "source", "transform"),
    [
        ("upscale_image", "sourceImageIndex", "generate_image", "image_index"),
        ("remove_background", "source_image_url", "generate_image", "image_url"),
        ("upscale_video", "sourceVideoIndex", "generate_video", "video_index"),
        ("stitch_video", "audioIndex", "generate_music", "audio_index"),
        ("add_subtitles", "srt", "analyze_video", "subtitle_srt"),
        ("add_subtitles", "cues", "analyze_video", "subtitle_cues"),
        ("overlay_video", "overlays", "analyze_image", "overlay_items"),
        ("label_asset", "asset_id", "generate_image", "asset_ref"),
    ],
)
def test_an_artifact_is_taken_as_what_the_argument_is(tool: str, target: str, source: str, transform: str) -> None:
    needed: dict[str, dict[str, Any]] = {
        "analyze_video": {"query": "x"},
        "analyze_image": {"query": "x"},
        "generate_music": {"prompt": "x", "duration": 10},
        "stitch_video": {"videoIndices": [-1, -2]},
    }
    plan = compiled(
        fixed("made", source, args=needed.get(source, {"prompt": "x"})),
        fixed("used", tool, args={**needed.get(tool, {}), target: "$artifacts.made[0].selectedVersion.url"}),
    )
    assert bound(step(plan, "used")) == [("made", 0, transform, target)]


def test_variations_are_items_of_which_each_can_be_taken() -> None:
    plan = compiled(
        fixed("takes", args={"prompt": "x", "numberOfVariations": 3}),
        batch("big", "$artifacts.takes.items[*]", "upscale_image", {"sourceImageIndex": "$item.selectedVersion.url"}),
        upscale("last", "big"),
    )
    assert [bound(step(plan, f"big_{n}"))[0][:2] for n in range(3)] == [("takes", n) for n in range(3)]
    assert bound(step(plan, "last"))[0][:2] == ("big_0", 0)


def test_an_index_that_nothing_will_have_is_refused() -> None:
    stage = fixed("b", "upscale_image", args={"sourceImageIndex": "$artifacts.a[1].selectedVersion.url"})
    with pytest.raises(InvalidRequest, match="stage b"):
        compiled(fixed("a"), stage)


def test_step_ids_are_clean_and_unique() -> None:
    plan = compiled(
        batch("a", "$inputs.l", "generate_image", {"prompt": "$item.value"}),
        fixed("a_0"),
        fixed("a stage!"),
        inputs=[{"name": "l", "type": "text", "multiple": {"min": 1, "max": 3}, "default": ["x", "y"]}],
    )
    assert [each.id for each in plan.steps] == ["a_0", "a_1", "a_0_", "a_stage_"]
    assert [node.stage for node in plan.nodes] == ["a", "a", "a_0", "a stage!"]


def test_sub_stages_run_right_after_their_parent() -> None:
    plan = compiled(fixed("a", subStages=[upscale("b", "a")]), fixed("c"))
    assert [each.id for each in plan.steps] == ["a", "b", "c"]


def test_more_than_twelve_steps_are_refused() -> None:
    declared = [{"name": "l", "type": "text", "multiple": {"min": 0, "max": 20}}]
    stage = batch("a", "$inputs.l", "generate_image", {"prompt": "$item.value"})
    assert len(compiled(stage, inputs=declared, l=["x"] * 12).steps) == 12
    with pytest.raises(InvalidRequest, match="13 items"):
        compiled(stage, inputs=declared, l=["x"] * 13)
    with pytest.raises(InvalidRequest, match="comes to 13"):
        compiled(stage, fixed("b"), inputs=declared, l=["x"] * 12)


def test_what_only_the_inputs_decide_is_decided_at_once() -> None:
    declared = [{"name": "m", "type": "boolean", "default": False}]
    optional = {"type": "expr", "expression": "inputs.m"}
    plan = compiled(fixed("a", condition=optional), fixed("b"), inputs=declared)
    assert shapes(plan) == [("StepNode", "b")]
    assert step(compiled(fixed("a", condition=optional), fixed("b"), inputs=declared, m=True), "a").condition is None
    with pytest.raises(InvalidRequest, match="Nothing is left"):
        compiled(fixed("a", condition=optional), inputs=declared)
    with pytest.raises(InvalidRequest, match='stage b needs "a"'):
        compiled(fixed("a", condition=optional), upscale("b", "a", requiredArtifactsIn=["a"]), inputs=declared)
    without = compiled(fixed("a", condition=optional), upscale("b", "a", optionalArtifactsIn=["a"]), inputs=declared)
    assert step(without, "b").spec.depends_on == []


def test_an_item_is_left_out_when_its_condition_is_false() -> None:
    plan = compiled(
        batch(
            "a",
            "$inputs.l",
            "generate_image",
            {"prompt": "$item.value"},
            inner={"condition": {"type": "expr", "expression": "item.value != 'y'"}},
        ),
        inputs=[{"name": "l", "type": "text", "multiple": {"min": 1, "max": 3}, "default": ["x", "y", "z"]}],
    )
    assert [each.id for each in plan.steps] == ["a_0", "a_2"]


def test_an_optional_artifact_that_is_made_binds_without_being_required() -> None:
    plan = compiled(fixed("a"), upscale("b", "a", optionalArtifactsIn=["a"]))
    assert step(plan, "b").spec.depends_on[0].required is False
    assert (step(plan, "b").after, step(plan, "b").needs) == (["a"], [])


def test_a_condition_on_results_is_decided_when_it_is_reached() -> None:
    document = template(
        fixed("a", onError="continue"), fixed("b", condition={"type": "if_error_in", "stageId": "a"}, produces=["a"])
    )
    plan = compile_template(document, {})
    condition = step(plan, "b").condition
    assert condition is not None
    for status, value in (("failed", True), ("completed", False), ("skipped", False)):
        view = RunView(document, plan.inputs, plan.media, [Result("a", "a", status)])
        assert view.holds(condition) is value
        assert view.holds(msgspec.to_builtins(condition)) is value


def test_two_stages_of_which_one_makes_the_artifact() -> None:
    document = template(
        fixed("a", onError="continue", produces=["x"]),
        fixed("b", condition={"type": "if_error_in", "stageId": "a"}, produces=["x"]),
        upscale("c", "x", requiredArtifactsIn=["x"]),
    )
    plan = compile_template(document, {})
    assert shapes(plan)[-1] == ("BatchNode", "c")
    assert plan.nodes[-1].after == ["a", "b"]  # type: ignore[union-attr]
    for done in ("a", "b"):
        results = [
            Result(s, s, "completed" if s == done else "failed", [Thing("1")] if s == done else []) for s in "ab"
        ]
        (node,) = RunView(document, plan.inputs, plan.media, results).expand("c", taken=["a", "b"])
        assert bound(node)[0][0] == done


def test_a_batch_over_what_may_fail_takes_what_there_is() -> None:
    document = template(
        batch("a", "$inputs.l", "generate_image", {"prompt": "$item.value"}, onError="continue"),
        batch("b", "$artifacts.a.items[*].selectedVersion.url", "upscale_image", {"sourceImageIndex": "$item.value"},
              requiredArtifactsIn=["a"]),
        inputs=[{"name": "l", "type": "text", "multiple": {"min": 1, "max": 3}, "default": ["x", "y", "z"]}],
    )  # fmt: skip
    plan = compile_template(document, {})
    assert shapes(plan)[3:] == [("BatchNode", "b")]
    results = [
        Result("a", "a_0", "completed", [Thing("0")]),
        Result("a", "a_1", "failed"),
        Result("a", "a_2", "completed", [Thing("2")]),
    ]
    view = RunView(document, plan.inputs, plan.media, results)
    nodes = view.expand("b", taken=["a_0", "a_1", "a_2"])
    assert [(node.spec.id, bound(node)[0][0]) for node in nodes] == [("b_0", "a_0"), ("b_1", "a_2")]
    assert [item.id for item in view.artifacts["a"].items] == ["a/0", "a/2"]
    with pytest.raises(ToolError, match='needs "a"'):
        RunView(document, plan.inputs, plan.media, [Result("a", "a_0", "failed")]).expand("b")
    with pytest.raises(ToolError, match="at most 12"):
        view.expand("b", taken=[str(n) for n in range(11)])


def test_words_that_a_stage_writes_are_put_into_a_prompt_when_its_step_starts() -> None:
    document = template(
        fixed("look", "analyze_image", args={"query": "What is it?"}),
        fixed("paint", args={"prompt": "A poster of $artifacts.look[0].selectedVersion.content."}),
    )
    plan = compile_template(document, {})
    node = step(plan, "paint")
    assert shapes(plan) == [("StepNode", "look"), ("StepNode", "paint")]
    assert (node.after, node.spec.depends_on) == (["look"], [])
    results = [Result("look", "look", "completed", [Thing("t", "text", "https://x/t", "a $inputs.fox")])]
    view = RunView(document, plan.inputs, plan.media, results)
    # What was written is text: a reference in it stays as it is.
    assert view.late(node.late) == {"prompt": "A poster of a $inputs.fox."}
    with pytest.raises(ToolError, match="has no value"):
        RunView(document, plan.inputs, plan.media, []).late(node.late)


def test_a_stage_with_somebody_in_it_pauses_and_what_uses_it_waits() -> None:
    talk = {
        "id": "pick",
        "type": "interactive",
        "label": "Pick",
        "systemPrompt": "Help to pick.",
        "userMessage": "Which one?",
        "allowedTools": [],
        "produces": ["pick"],
    }
    document = template(fixed("a"), talk, upscale("b", "pick", requiredArtifactsIn=["pick"], checkpointRequired=True))
    plan = compile_template(document, {})
    assert [type(node) for node in plan.nodes] == [StepNode, InteractiveNode, BatchNode, CheckpointNode]
    pause = plan.nodes[1]
    assert isinstance(pause, InteractiveNode)
    assert pause.details["message"] == "Which one?"
    results = [Result("a", "a", "completed", [Thing("1")]), Result("pick", "pick", "completed", [Thing("2")])]
    (node,) = RunView(document, plan.inputs, plan.media, results).expand("b", taken=["a"])
    assert bound(node) == [("pick", 0, "image_index", "sourceImageIndex")]


def test_media_of_a_stage_that_waits_are_known_from_the_start() -> None:
    document = template(
        {"id": "pick", "type": "interactive", "systemPrompt": "", "allowedTools": [], "produces": ["pick"]},
        fixed(
            "clip",
            "animate_photo",
            args={
                "prompt": "x",
                "sourceImageIndex": "$artifacts.pick[0].selectedVersion.url",
                "endImageIndex": "$inputs.p",
            },
        ),
        inputs=[{"name": "p", "type": "image"}],
    )
    plan = compile_template(document, {"p": "https://x/p.png"})
    assert plan.media == [{"kind": "image", "url": "https://x/p.png"}]
    results = [Result("pick", "pick", "completed", [Thing("2")])]
    (node,) = RunView(document, plan.inputs, plan.media, results).expand("clip")
    assert bound(node)[1] == ("$input_media", 0, "image_index", "endImageIndex")


def test_what_cannot_be_expanded_is_a_failed_step_and_no_crash() -> None:
    document = template(fixed("a"), upscale("b", "a"))
    view = RunView(document, {}, [], [])
    for stage in ("b", "nothing"):
        with pytest.raises(ToolError):
            view.expand(stage)


def test_a_tolerant_batch_counts_as_done_when_something_was_made() -> None:
    document = template(
        batch("a", "$inputs.l", "generate_image", {"prompt": "$item.value"}, onError="continue"),
        inputs=[{"name": "l", "type": "text", "multiple": {"min": 1, "max": 3}, "default": ["x", "y"]}],
    )
    done, lost = Result("a", "a_0", "completed", [Thing("0")]), Result("a", "a_1", "failed")
    success = {"type": "if_success_of", "stageId": "a"}
    assert RunView(document, {}, [], [done, lost]).holds(success)
    assert not RunView(document, {}, [], [lost]).holds(success)


@settings(max_examples=60)
@given(
    st.lists(st.text(min_size=1, max_size=6).filter(str.strip), min_size=1, max_size=4),
    st.sampled_from(("stop", "continue", "retry_once")),
    st.sampled_from((None, "if_success_of", "if_artifact_exists")),
)
def test_what_is_expanded_later_is_what_would_have_been_compiled(
    looks: list[str], on_error: str, kind: str | None
) -> None:
    """A run in which all goes well comes to the same steps, whether they were known before or not."""
    condition = {"type": kind, "stageId": "a", "artifactName": "a"} if kind else None
    second = batch("b", "$artifacts.a[*].selectedVersion.url", "upscale_image", {"sourceImageIndex": "$item.value"})
    if condition:
        second["condition"] = condition
    document = template(
        batch("a", "$inputs.l", "generate_image", {"prompt": "A $item.value"}, onError=on_error),
        second,
        inputs=[{"name": "l", "type": "text", "multiple": {"min": 1, "max": 4}}],
    )
    plan = compile_template(document, {"l": looks})
    first = [node for node in plan.nodes if isinstance(node, StepNode) and node.stage == "a"]
    results = [Result("a", node.spec.id, "completed", [Thing(node.spec.id)]) for node in first]
    known = [node for node in plan.nodes if isinstance(node, StepNode) and node.stage == "b"]
    view = RunView(document, plan.inputs, plan.media, results)
    later = view.expand("b", taken=[node.spec.id for node in first])
    assert [bound(node)[0][:2] for node in later] == [(node.spec.id, 0) for node in first]
    if known:
        assert [node.spec for node in later] == [node.spec for node in known]
    assert all(view.holds(node.condition) for node in known if node.condition)

"""Operations on templates: each does what it says, keeps what nobody knows, and changes nothing when it cannot."""

import copy
import json

import msgspec
import pytest

from studio import resources
from studio.contract.editing import operations as ops
from studio.contract.editing.comparing import changes, merged, resolved
from studio.contract.editing.document import INPUTS, REMOVE, Document, EditError
from studio.contract.editing.layout import tidied
from studio.contract.editing.ports import OVER
from studio.contract.editing.wires import wires_of
from studio.contract.templates.validation import validate_template

PRODUCT = Document(
    {
        "name": "Product clip",
        "description": "",
        "version": "0.0.4",
        "somethingNew": {"kept": [1, None]},
        "inputs": [
            {"name": "product", "type": "image", "required": True, "x-mine": 1},
            {"name": "scene", "type": "text", "default": "a kitchen"},
            {"name": "music", "type": "boolean", "default": False},
        ],
        "stages": [
            {
                "id": "still", "type": "fixed", "label": "Place product", "produces": ["still"], "tool": "edit_image",
                "args": {
                    "prompt": "Put it on $inputs.scene, same label. $5 off.", "sourceImageIndex": "$inputs.product",
                },
            },
            {
                "id": "clip", "type": "fixed", "label": "Animate", "produces": ["clip"], "future": True,
                "requiredArtifactsIn": ["still"], "tool": "animate_photo",
                "args": {
                    "prompt": "Slow push-in", "sourceImageIndex": "$artifacts.still[0].selectedVersion.url",
                    "duration": 6,
                },
            },
            {
                "id": "track", "type": "fixed", "produces": ["track"], "tool": "generate_music",
                "condition": {"type": "expr", "expression": "inputs.music == true"},
                "args": {"prompt": "Warm lo-fi", "duration": 10},
            },
        ],
        "graph": {
            "nodes": [{"stageId": "still", "x": 0, "y": 0}, {"stageId": "clip", "x": 256, "y": 0, "collapsed": True}],
            "edges": [{"from": "still", "to": "clip"}],
        },
    }
)  # fmt: skip


def starters() -> list[Document]:
    return [
        Document(msgspec.json.decode(path.read_bytes())) for path in sorted(resources.path("templates").glob("*.json"))
    ]


def test_the_sample_is_valid() -> None:
    assert validate_template(PRODUCT.content).valid


def test_wires_are_read_from_bindings_conditions_and_orders() -> None:
    assert [(w.source, w.output, w.target, w.port, w.kind, w.form) for w in wires_of(PRODUCT)] == [
        (INPUTS, "scene", "still", "prompt", "text", "text"),
        (INPUTS, "product", "still", "sourceImageIndex", "image", "value"),
        ("still", "still", "clip", "sourceImageIndex", "image", "value"),
        (INPUTS, "music", "track", "condition", "boolean", "condition"),
    ]


def test_a_stage_is_added_with_free_names_and_a_place_on_the_grid() -> None:
    changed, stage_id = ops.add_stage(PRODUCT, tool="upscale_image", label="Clip", at=(301, 99))
    assert stage_id == "clip_2"
    assert changed.stage("clip_2").produces == ("clip_2",)
    assert changed.positions()["clip_2"] == (304.0, 96.0)
    assert PRODUCT.positions().keys() == {"still", "clip"}
    assert changed.content["somethingNew"] is PRODUCT.content["somethingNew"]


def test_a_removed_stage_takes_its_wires_along() -> None:
    changed = ops.remove_stages(PRODUCT, ["still"])
    assert [stage.id for stage in changed.stages] == ["clip", "track"]
    assert changed.stage("clip").arguments == {"prompt": "Slow push-in", "duration": 6}
    assert "requiredArtifactsIn" not in changed.stage("clip").body
    assert changed.stage("clip").body["future"] is True
    assert changed.content["graph"] == {"nodes": [{"stageId": "clip", "x": 256, "y": 0, "collapsed": True}]}
    assert validate_template(changed.content).valid


def test_names_can_be_changed_and_everything_follows() -> None:
    changed = ops.rename_input(PRODUCT, "scene", "place")
    assert changed.stage("still").arguments["prompt"] == "Put it on $inputs.place, same label. $5 off."
    changed = ops.rename_input(changed, "music", "score")
    assert changed.stage("track").body["condition"]["expression"] == "inputs.score == true"
    changed = ops.rename_artifact(changed, "still", "placed")
    assert changed.stage("clip").arguments["sourceImageIndex"] == "$artifacts.placed[0].selectedVersion.url"
    assert changed.stage("clip").body["requiredArtifactsIn"] == ["placed"]
    changed = ops.rename_stage(changed, "still", "set_up")
    assert changed.positions().keys() == {"set_up", "clip"}
    assert validate_template(changed.content).valid
    for bad in ("product", "9lives", "a b", ""):
        with pytest.raises(EditError):
            ops.rename_input(PRODUCT, "scene", bad)
    with pytest.raises(EditError):
        ops.rename_stage(PRODUCT, "still", "clip")


def test_a_removed_input_leaves_texts_without_it() -> None:
    changed = ops.remove_input(PRODUCT, "scene")
    assert changed.stage("still").arguments["prompt"] == "Put it on , same label. $5 off."
    changed = ops.remove_input(changed, "product")
    assert "sourceImageIndex" not in changed.stage("still").arguments
    changed = ops.remove_input(changed, "music")
    assert "condition" not in changed.stage("track").body
    assert changed.content["inputs"] == []


def test_connecting_binds_waits_and_orders() -> None:
    first, join = ops.add_stage(PRODUCT, tool="stitch_video", label="Join")
    changed = ops.connect(first, "clip", "clip", join, "videoIndices")
    assert changed.stage(join).arguments["videoIndices"] == "$artifacts.clip.items[*].selectedVersion.url"
    assert changed.stage(join).body["requiredArtifactsIn"] == ["clip"]
    with pytest.raises(EditError, match="circle"):
        ops.connect(changed, join, "join", "still", "sourceImageIndex")
    with pytest.raises(EditError, match="can't go into"):
        ops.connect(changed, "track", "track", join, "videoIndices")
    early, upscale = ops.add_stage(PRODUCT, tool="upscale_image", label="Larger")
    early = ops.connect(early, INPUTS, "product", upscale, "sourceImageIndex")
    early = ops.connect(early, upscale, "larger", "still", "sourceImageIndex")
    assert [stage.id for stage in early.stages].index(upscale) < [stage.id for stage in early.stages].index("still")
    assert validate_template(early.content).valid


def test_a_text_keeps_its_words_when_something_is_wired_into_it() -> None:
    changed = ops.connect(PRODUCT, INPUTS, "scene", "clip", "prompt")
    assert changed.stage("clip").arguments["prompt"] == "Slow push-in $inputs.scene"
    wire = next(w for w in wires_of(changed) if w.target == "clip" and w.port == "prompt")
    back = ops.disconnect(changed, wire)
    assert back.stage("clip").arguments["prompt"] == "Slow push-in "


def test_disconnecting_takes_the_value_and_the_waiting() -> None:
    wire = next(w for w in wires_of(PRODUCT) if w.source == "still")
    changed = ops.disconnect(PRODUCT, wire)
    assert "sourceImageIndex" not in changed.stage("clip").arguments
    assert "requiredArtifactsIn" not in changed.stage("clip").body
    guard = next(w for w in wires_of(PRODUCT) if w.form == "condition")
    assert "condition" not in ops.disconnect(PRODUCT, guard).stage("track").body


def test_a_stage_is_put_onto_a_wire() -> None:
    wire = next(w for w in wires_of(PRODUCT) if w.source == "still")
    changed, stage_id = ops.insert_on_wire(PRODUCT, wire, "upscale_image")
    assert changed.stage(stage_id).arguments["sourceImageIndex"] == "$artifacts.still[0].selectedVersion.url"
    assert changed.stage("clip").arguments["sourceImageIndex"] == (
        f"$artifacts.{changed.stage(stage_id).produces[0]}[0].selectedVersion.url"
    )
    assert changed.stage("clip").body["requiredArtifactsIn"] == [changed.stage(stage_id).produces[0]]
    order = [stage.id for stage in changed.stages]
    assert order.index("still") < order.index(stage_id) < order.index("clip")
    assert validate_template(changed.content).valid
    with pytest.raises(EditError):
        ops.insert_on_wire(PRODUCT, wire, "generate_music")


def test_copies_are_wired_among_themselves_and_from_outside() -> None:
    changed, ids = ops.duplicate_stages(PRODUCT, ["still", "clip"])
    assert ids == ["still_2", "clip_2"]
    copied = changed.stage("clip_2")
    assert copied.arguments["sourceImageIndex"] == "$artifacts.still_2[0].selectedVersion.url"
    assert changed.stage("still_2").arguments["sourceImageIndex"] == "$inputs.product"
    assert copied.body["future"] is True
    assert changed.positions()["clip_2"] == (288.0, 32.0)
    assert validate_template(changed.content).valid


def test_pasting_elsewhere_brings_the_inputs_and_drops_what_is_not_there() -> None:
    clip = json.loads(json.dumps(ops.copy_stages(PRODUCT, ["clip", "still"])))
    other = ops.new_template("Other")
    brought, _ids = ops.paste_stages(other, clip)
    assert [entry["name"] for entry in brought.inputs] == ["product", "scene"]
    assert brought.stage("still").arguments == PRODUCT.stage("still").arguments
    again, _ids = ops.paste_stages(brought, clip)
    assert again.inputs == brought.inputs
    only = ops.paste_stages(PRODUCT, clip)[0]
    assert only.inputs == PRODUCT.inputs
    changed, ids = ops.paste_stages(other, {**clip, "inputs": []})
    assert ids == ["still", "clip"]
    assert "sourceImageIndex" not in changed.stage("still").arguments
    assert changed.stage("still").arguments["prompt"] == "Put it on , same label. $5 off."
    assert changed.stage("clip").arguments["sourceImageIndex"] == "$artifacts.still[0].selectedVersion.url"
    with pytest.raises(EditError):
        ops.paste_stages(other, {"stages": "no"})


def test_a_stage_becomes_a_batch_and_comes_back() -> None:
    batch = ops.convert_stage(PRODUCT, "clip", "batch")
    body = batch.stage("clip").body
    assert body["overBinding"] == "$artifacts.still.items[*].selectedVersion.url"
    assert body["itemStage"]["args"]["sourceImageIndex"] == "$item.value"
    assert body["future"] is True
    assert validate_template(batch.content).valid
    assert [(w.source, w.port) for w in wires_of(batch) if w.target == "clip"] == [("still", OVER)]
    back = ops.convert_stage(batch, "clip", "fixed")
    assert back.stage("clip").arguments == {"prompt": "Slow push-in", "duration": 6}
    asks = ops.convert_stage(PRODUCT, "clip", "interactive")
    assert asks.stage("clip").body["allowedTools"] == ["animate_photo"]
    assert validate_template(asks.content).valid


def test_stages_are_nested_and_taken_out_again() -> None:
    inside = ops.nest_stages(PRODUCT, "still", ["clip"])
    assert inside.stage("clip").parent == "still"
    assert [stage.id for stage in inside.stages] == ["still", "clip", "track"]
    assert validate_template(inside.content).valid
    assert ops.unnest_stages(inside, ["clip"]).content["stages"] == PRODUCT.content["stages"]
    with pytest.raises(EditError):
        ops.nest_stages(inside, "clip", ["still"])


def test_inputs_are_ordered_by_hand() -> None:
    changed, name = ops.add_input(PRODUCT, "select", "scene")
    assert name == "scene_2"
    changed = ops.move_input(changed, "scene_2", 0)
    assert [entry["name"] for entry in changed.inputs] == ["scene_2", "product", "scene", "music"]
    assert changed.input("product") == {"name": "product", "type": "image", "required": True, "x-mine": 1}


def test_arguments_wait_for_what_they_name() -> None:
    changed = ops.set_argument(PRODUCT, "track", "prompt", "Music for $artifacts.still[0].selectedVersion.content")
    assert changed.stage("track").body["requiredArtifactsIn"] == ["still"]
    assert "requiredArtifactsIn" not in ops.set_argument(changed, "track", "prompt", "Calm").stage("track").body
    assert "duration" not in ops.set_argument(PRODUCT, "clip", "duration", REMOVE).stage("clip").arguments


def test_operations_change_nothing_in_place() -> None:
    before = copy.deepcopy(PRODUCT.content)
    for change in (
        lambda: ops.remove_stages(PRODUCT, ["still", "track"]),
        lambda: ops.duplicate_stages(PRODUCT, ["clip"]),
        lambda: ops.rename_input(PRODUCT, "scene", "x"),
        lambda: ops.convert_stage(PRODUCT, "clip", "batch"),
        lambda: tidied(PRODUCT, lambda _node: (154, 120)),
    ):
        change()
        assert PRODUCT.content == before


@pytest.mark.parametrize("document", starters(), ids=lambda document: document.name)
def test_tidying_leaves_no_two_nodes_on_each_other(document: Document) -> None:
    spots = tidied(document, lambda _node: (154, 120)).positions()
    assert set(spots) == {INPUTS, *(stage.id for stage in document.stages)}
    for name, (x, y) in spots.items():
        for other, (left, top) in spots.items():
            assert name == other or abs(x - left) >= 154 or abs(y - top) >= 120
    for wire in wires_of(document):
        assert spots[wire.source][0] < spots[wire.target][0]


def test_what_changed_is_said_in_words() -> None:
    changed = ops.set_argument(PRODUCT, "clip", "duration", 8)
    changed = ops.set_stage_member(changed, "still", "checkpointRequired", True)
    changed, _ = ops.add_input(changed, "number", "hours")
    changed = ops.remove_stages(changed, ["track"])
    changed = ops.place_nodes(changed, {"clip": (640, 0)})
    assert [change.words for change in changes(PRODUCT, changed)] == [
        "New input: “hours”",
        "Place product: checkpoint required is now yes",
        "Animate: duration is now 8",
        "Without stage: track",
    ]


def test_two_changes_are_merged_and_one_place_is_asked_about() -> None:
    mine = ops.set_argument(PRODUCT, "clip", "duration", 8)
    mine = ops.set_member(mine, "name", "Mine")
    mine, _ = ops.add_stage(mine, tool="upscale_image", label="Larger")
    theirs = ops.set_argument(PRODUCT, "clip", "duration", 4)
    theirs = ops.set_stage_member(theirs, "track", "label", "Score")
    theirs = ops.remove_input(theirs, "scene")
    merge = merged(PRODUCT, mine, theirs)
    assert [(conflict.words, conflict.mine, conflict.theirs) for conflict in merge.conflicts] == [
        ("Animate: duration", 8, 4)
    ]
    result = merge.document
    assert result.name == "Mine"
    assert result.has_stage("larger")
    assert result.stage("track").label == "Score"
    assert result.input("scene") is None
    assert result.stage("clip").arguments["duration"] == 8
    chosen = resolved(merge, frozenset({merge.conflicts[0].path}))
    assert chosen.stage("clip").arguments["duration"] == 4


def test_merging_with_no_change_is_the_change() -> None:
    mine = ops.remove_stages(PRODUCT, ["clip"])
    assert merged(PRODUCT, mine, PRODUCT).document.content == mine.content
    assert merged(PRODUCT, PRODUCT, mine).document.content == mine.content
    assert merged(PRODUCT, mine, mine).conflicts == ()

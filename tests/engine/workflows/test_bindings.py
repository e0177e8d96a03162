"""Each transform from end to end, and what the request's media become."""

import base64
from pathlib import Path
from typing import Any

import pytest

from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from studio.engine.workflows import words
from tests.engine.workflows.conftest import Bench, bench_of, bound, image, saying, step
from tests.helpers.engines import FakeTool, picture

CUES = [{"startSeconds": 0, "endSeconds": 1.5, "text": "Hello"}, {"startSeconds": 2, "endSeconds": 3, "text": "there"}]
SRT = "1\n00:00:00,000 --> 00:00:01,500\nHello\n\n2\n00:00:02,000 --> 00:00:03,000\nthere\n"


def clip(step_id: str = "clip") -> dict[str, Any]:
    return {"id": step_id, "toolName": "generate_video", "arguments": {"prompt": "Waves roll in."}}


async def _made_with(
    bench: Bench, tool: str, arguments: dict[str, Any], dependency: dict[str, Any], *before: Any
) -> Any:
    record = await bench.run(
        *before, {"id": "last", "toolName": tool, "arguments": arguments, "dependsOn": [dependency]}
    )
    assert record["status"] == "completed", record.get("error")
    return bench.tools[tool].ran[-1][dependency["targetArgument"]]


@pytest.mark.parametrize("transform", ["artifact_url", "image_url"])
async def test_urls_open_the_artifact(bench: Bench, transform: str) -> None:
    cut = {"id": "b", "toolName": "remove_background", "arguments": {}}
    record = await bench.run(image(id="a"), {**cut, "dependsOn": [bound("a", transform, "source_image_url")]})
    assert record["status"] == "completed", record["error"]
    url = step(record, "b")["arguments"]["source_image_url"]
    assert url.startswith("http://127.0.0.1:")
    assert (await bench.client.get(url)).status_code == 200


async def test_a_data_uri_carries_the_bytes_and_the_record_only_names_them(tmp_path: Path) -> None:
    large = picture(64, 64) + bytes(4000)

    def paint(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        return ToolOutcome("Ready", "fake", "Fake", made=[Made(large, "image", "image/png")])

    seen: list[str] = []

    def take(arguments: dict[str, Any], context: ToolContext) -> None:
        seen.append(str(arguments.get("source_image_url") or arguments.get("sourceImageIndex")))

    async with bench_of(tmp_path, FakeTool("generate_image", paint), FakeTool("label_asset", take)) as bench:
        record = await bench.run(
            image(id="a"),
            {"id": "b", "toolName": "label_asset", "arguments": {"asset_id": "asset_001"},
             "dependsOn": [bound("a", "artifact_data_uri", "url")]},
        )  # fmt: skip
        sent = bench.tools["label_asset"].ran[0]["url"]
        assert base64.b64decode(sent.partition(",")[2]) == large
        shown = step(record, "b")["arguments"]["url"]
        assert shown.startswith("data:image/png;base64")
        assert len(shown) < 100


async def test_video_url_and_index(bench: Bench) -> None:
    assert await _made_with(bench, "stitch_video", {}, bound("clip", "video_index", "videoIndices"), clip()) == [0]
    url = await _made_with(
        bench, "label_asset", {"asset_id": "asset_001"}, bound("clip", "video_url", "url"), clip()
    )  # fmt: skip
    assert (await bench.client.get(url)).headers["content-type"] == "video/mp4"


async def test_several_bindings_fill_a_list_in_order(bench: Bench) -> None:
    record = await bench.run(
        clip("one"),
        clip("two"),
        {"id": "film", "toolName": "stitch_video", "arguments": {},
         "dependsOn": [bound("two", "video_index", "videoIndices"), bound("one", "video_index", "videoIndices")]},
    )  # fmt: skip
    assert step(record, "film")["arguments"]["videoIndices"] == [1, 0]


async def test_audio_index_and_url_of_request_media(bench: Bench) -> None:
    media = [{"kind": "audio", "url": f"https://cdn.example.com/{name}.mp3"} for name in "ab"]
    record = await bench.run(
        clip(),
        {"id": "film", "toolName": "stitch_video", "arguments": {},
         "dependsOn": [bound("clip", "video_index", "videoIndices"),
                       bound("$input_media", "audio_index", "audioIndex", sourceArtifactIndex=1)]},
        {"id": "label", "toolName": "label_asset", "arguments": {"asset_id": "asset_001"},
         "dependsOn": [bound("$input_media", "audio_url", "url")]},
        media_references=media,
    )  # fmt: skip
    assert record["status"] == "completed", record["error"]
    assert step(record, "film")["arguments"]["audioIndex"] == -2
    assert step(record, "label")["arguments"]["url"] == "https://cdn.example.com/a.mp3"


async def test_input_media_counts_within_its_kind(bench: Bench) -> None:
    media = [
        {"kind": "video", "url": "https://cdn.example.com/v.mp4"},
        {"kind": "image", "url": "https://cdn.example.com/1.png"},
        {"kind": "image", "url": "https://cdn.example.com/2.png"},
    ]
    found = await _made_with_media(bench, media, bound("$input_media", "image_index", "sourceImageIndex"))
    assert found == -1
    second = bound("$input_media", "image_index", "sourceImageIndex", mediaType="image", sourceArtifactIndex=1)
    assert await _made_with_media(bench, media, second) == -2


async def _made_with_media(bench: Bench, media: list[dict[str, Any]], dependency: dict[str, Any]) -> Any:
    record = await bench.run(
        {"id": "edit", "toolName": "edit_image", "arguments": {"prompt": "x"}, "dependsOn": [dependency]},
        media_references=media,
    )
    return step(record, "edit")["arguments"]["sourceImageIndex"]


async def test_a_piece_of_our_own_is_found_again_through_a_stale_url(bench: Bench) -> None:
    first = await bench.run(image(id="a"))
    stale = first["artifacts"][0]["url"].partition("?")[0].replace("127.0.0.1:", "127.0.0.1:1")

    async def look(arguments: dict[str, Any], context: ToolContext) -> None:
        assert (await context.source("image", arguments["sourceImageIndex"])).path.is_file()

    bench.tools["edit_image"].work = look
    record = await bench.run(
        {"id": "edit", "toolName": "edit_image", "arguments": {"prompt": "x"},
         "dependsOn": [bound("$input_media", "image_index", "sourceImageIndex")]},
        media_references=[{"kind": "image", "url": stale}],
    )  # fmt: skip
    assert record["status"] == "completed", record["error"]
    assert "signature=" in record["input"]["mediaReferences"][0]["url"]


async def test_subtitles_from_what_a_step_found_out(tmp_path: Path) -> None:
    listening = FakeTool("analyze_video", saying(cues=CUES))
    async with bench_of(tmp_path, listening) as bench:
        arguments = {"query": "what is said", "sourceVideoIndex": 0}
        heard = {"id": "heard", "toolName": "analyze_video", "arguments": arguments}
        cues = await _made_with(bench, "add_subtitles", {}, bound("heard", "subtitle_cues", "cues"), clip(), heard)
        assert cues == CUES
        srt = await _made_with(bench, "add_subtitles", {}, bound("heard", "subtitle_srt", "srt"), clip(), heard)
        assert srt == SRT
        items = await _made_with(
            bench, "overlay_video", {}, bound("heard", "overlay_items", "overlays"), clip(), heard
        )  # fmt: skip
        assert [item["text"] for item in items] == ["Hello", "there"]


async def test_a_picture_becomes_an_overlay(bench: Bench) -> None:
    items = await _made_with(
        bench, "overlay_video", {}, bound("logo", "overlay_items", "overlays"), clip(), image(id="logo")
    )  # fmt: skip
    assert items == [{"kind": "image", "position": "bottom-right", "sourceImageIndex": 0}]


async def test_asset_ref_is_the_artifacts_id(bench: Bench) -> None:
    record = await bench.run(
        image(id="a"),
        {"id": "b", "toolName": "inspect_asset", "arguments": {}, "dependsOn": [bound("a", "asset_ref", "asset_id")]},
    )
    assert step(record, "b")["arguments"]["asset_id"] == record["artifacts"][0]["id"]


async def test_artifacts_are_picked_by_position_and_by_id(tmp_path: Path) -> None:
    def two(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        made = [Made(picture(colour=colour), "image", "image/png") for colour in ("red", "blue")]
        return ToolOutcome("2", "fake", "Fake", made=made)

    async with bench_of(tmp_path, FakeTool("generate_image", two)) as bench:
        dependency = bound("a", "image_index", "sourceImageIndex", sourceArtifactIndex=1)
        assert await _made_with(bench, "edit_image", {"prompt": "x"}, dependency, image(id="a")) == 1


async def test_what_matches_nothing_fails_unless_it_is_optional(bench: Bench) -> None:
    missing = bound("a", "image_index", "sourceImageIndex", sourceArtifactIndex=5)
    edit = {"id": "b", "toolName": "edit_image", "arguments": {"prompt": "x"}}
    record = await bench.run(image(id="a"), {**edit, "dependsOn": [missing]})
    assert record["status"] == "partial_failure"
    assert step(record, "b")["error"]["code"] == "ASSET_NOT_FOUND"
    record = await bench.run(image(id="a"), {**edit, "dependsOn": [{**missing, "required": False}]})
    assert record["status"] == "completed"
    assert "sourceImageIndex" not in step(record, "b")["arguments"]


async def test_arguments_are_checked_again_right_before_the_step(tmp_path: Path) -> None:
    odd = FakeTool("analyze_video", saying(overlays=[{"kind": "text", "text": "x", "position": "nowhere"}]))
    async with bench_of(tmp_path, odd) as bench:
        record = await bench.run(
            clip(),
            {"id": "heard", "toolName": "analyze_video", "arguments": {"query": "x", "sourceVideoIndex": 0}},
            {"id": "last", "toolName": "overlay_video", "arguments": {},
             "dependsOn": [bound("heard", "overlay_items", "overlays")]},
        )  # fmt: skip
        assert step(record, "last")["error"]["code"] == "PARAMETER_INVALID"
        assert "overlays[0].position" in step(record, "last")["error"]["message"]
        assert bench.tools["overlay_video"].ran == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"segments":[{"start":1,"end":2,"text":"a"}]}', [(1, 2, "a")]),
        ('[{"start_seconds":"00:01.500","text":"a"}]', [(1.5, 4.5, "a")]),
        ("WEBVTT\n\n00:01.000 --> 00:02.250 align:start\nfirst\nline\n", [(1, 2.25, "first\nline")]),
        ('{"srt":"1\\n00:00:01,000 --> 00:00:02,000\\nx\\n"}', [(1, 2, "x")]),
        ('{"objects":["cup"]}', []),
        ("no subtitles here", []),
        (
            "[00:01.50]one\n[00:04.00]two\n[00:06.00]\n[01:00.25] three\n",
            [(1.5, 4.0, "one"), (4.0, 6.0, "two"), (60.25, 63.25, "three")],
        ),  # LRC, as songs have it
        ("[Verse]\nno times\n", []),
    ],
)
def test_cues_are_read_in_the_forms_that_tools_write(content: str, expected: list[Any]) -> None:
    assert [(c["startSeconds"], c["endSeconds"], c["text"]) for c in words.cues(content)] == expected

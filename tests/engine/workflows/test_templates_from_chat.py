"""A template drafted from a chat makes the same calls again, on other pieces."""

from pathlib import Path
from typing import Any

from studio.contract.editing.from_chat import ChatCall, ChatPiece, drafted
from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from tests.engine.workflows.conftest import bench_of, picture, saying
from tests.engine.workflows.test_templates import launched
from tests.helpers.engines import FakeTool

MUG = "https://cdn.example.com/mug.png"


def several(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
    """Make as many pictures as are asked for."""
    count = int(arguments.get("numberOfVariations", 1))
    made = [
        Made(picture(8 + each, 6), "image", "image/png", width=8 + each, height=6, seed=each, prompt="p", title="T")
        for each in range(count)
    ]
    return ToolOutcome(f"{count} pictures", "fake", "Fake painter", made=made)


async def test_a_draft_runs_as_the_chat_did(tmp_path: Path) -> None:
    document = drafted(
        [
            ChatCall("generate_image", {"prompt": "two foxes", "numberOfVariations": 2}, ("i0", "i1")),
            ChatCall("edit_image", {"prompt": "my mug in snow", "sourceImageIndex": -1}, ("i2",)),
            ChatCall("upscale_image", {"scale": 2}, ("i3",)),
            ChatCall("animate_photo", {"prompt": "pan", "sourceImageIndex": 1}, ("v0",)),
            ChatCall("animate_photo", {"prompt": "tilt", "sourceImageIndices": [0, 1]}, ("v1", "v2")),
            ChatCall("stitch_video", {"videoIndices": [0, 1]}, ("v3",)),
        ],
        [
            ChatPiece("u1", "image", -1, "mug.png"),
            *(ChatPiece(f"i{number}", "image", number) for number in range(4)),
            *(ChatPiece(f"v{number}", "video", number) for number in range(4)),
        ],
        name="From a chat",
    )
    async with bench_of(tmp_path, FakeTool("generate_image", several)) as bench:
        inputs = {"picture": MUG, "prompt": "two owls"}
        record = await bench.ended(await launched(bench, dict(document.content), inputs))
        assert record["status"] == "completed", record.get("error")
        ran = {name: tool.ran for name, tool in bench.tools.items()}
        assert [call["prompt"] for call in ran["generate_image"]] == ["two owls"]
        assert [(call["prompt"], call["sourceImageIndex"]) for call in ran["edit_image"]] == [("my mug in snow", -1)]
        assert ran["upscale_image"][0]["scale"] == 2
        pan = next(call for call in ran["animate_photo"] if call["prompt"] == "pan")
        tilt = next(call for call in ran["animate_photo"] if call["prompt"] == "tilt")
        of_foxes = tilt["sourceImageIndices"]
        assert len(set(of_foxes)) == 2
        assert pan["sourceImageIndex"] == of_foxes[1]
        assert ran["upscale_image"][0]["sourceImageIndex"] not in of_foxes
        assert len(ran["stitch_video"][0]["videoIndices"]) == 2


async def test_a_restoration_gets_the_photo_that_is_given(tmp_path: Path) -> None:
    document = drafted(
        [ChatCall("restore_photo", {"prompt": "restore it"}, ("i0",))],
        [ChatPiece("u1", "image", -1, "old.jpg"), ChatPiece("i0", "image", 0)],
        name="Restore",
    )
    async with bench_of(tmp_path, FakeTool("restore_photo"), FakeTool("analyze_image", saying(seen=True))) as bench:
        record = await bench.ended(await launched(bench, dict(document.content), {"picture": MUG}))
        assert record["status"] == "completed", record.get("error")
        assert record["input"]["mediaReferences"] == [{"kind": "image", "url": MUG}]
        assert [call["prompt"] for call in bench.tools["restore_photo"].ran] == ["restore it"]

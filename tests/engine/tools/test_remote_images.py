"""An OpenAI-style images endpoint against a protocol server of our own: sizes, edits, masks, refusals, cancel."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.registry import Renderers, Unavailable
from studio.engine.renderers.remote.image_sizes import accepted
from studio.engine.renderers.remote.images import ImagesRenderer
from studio.engine.tools.registry import runners
from tests.engine.tools.conftest import Context, decode, psnr, scene
from tests.helpers.images_server import ImagesServer, running_images


@pytest.fixture
async def images() -> AsyncIterator[ImagesServer]:
    async with running_images() as server:
        yield server


def connected(server: ImagesServer, pictures: list[Path], folder: Path, **options: Any) -> Context:
    return Context(pictures, folder=folder, renderers=Renderers([ImagesRenderer(server.url, **options)], runners))


async def call(tool: str, context: Context, **arguments: Any) -> Any:
    choice = await context.choose(tool, arguments.get("model"))
    if choice.other is not None:
        return await choice.other.run(tool, choice.model, arguments, context)
    return await runners()[tool].run(arguments, context)


async def test_words_become_pictures_of_exactly_the_asked_size(images: ImagesServer, tmp_path: Path) -> None:
    context = connected(images, [], tmp_path)
    outcome = await call("generate_image", context, prompt="a fox", width=900, height=500, numberOfVariations=2)
    assert (outcome.renderer, outcome.model) == ("images-endpoint", "gpt-image-2")
    assert [decode(each.data).size for each in outcome.made] == [(900, 500)] * 2
    path, members, _ = images.asked[0]
    assert (path, members["n"]) == ("/v1/images/generations", 2)
    width, height = (int(edge) for edge in members["size"].split("x"))
    assert width / height == pytest.approx(900 / 500, rel=0.02)
    assert outcome.data["usage"] == [{"input_tokens": 10, "output_tokens": 200, "total_tokens": 210}]
    assert outcome.made[0].seed is None, "the endpoint takes no seed"
    assert decode(outcome.made[0].data).text["renderer"] == "images-endpoint"
    assert outcome.message == "Made 2 pictures at 900 × 500 px with gpt-image-2 at 127.0.0.1."


async def test_each_option_of_a_group_is_a_request_of_its_own(images: ImagesServer, tmp_path: Path) -> None:
    context = connected(images, [], tmp_path)
    outcome = await call(
        "generate_image", context, prompt="a {red|blue} fox", numberOfVariations=2, negativePrompt="text",
        gptImageQuality="low", outputFormat="webp", width=640, height=640,
    )  # fmt: skip
    assert [members["prompt"] for _, members, _ in images.asked] == [
        "a red fox\nAvoid: text",
        "a blue fox\nAvoid: text",
    ]
    assert all(members["quality"] == "low" for _, members, _ in images.asked)
    assert [each.mime_type for each in outcome.made] == ["image/webp"] * 2
    assert [each.prompt for each in outcome.made] == ["a red fox", "a blue fox"]


@pytest.mark.parametrize("by_url", [False, True])
async def test_a_local_server_that_makes_one_at_a_time(tmp_path: Path, by_url: bool) -> None:
    server = ImagesServer(models=["flux.1-schnell", "llama"], one_each=True, by_url=by_url, edits=False)
    async with running_images(server) as images:
        context = connected(images, [], tmp_path)
        outcome = await call("generate_image", context, prompt="a fox", width=320, height=256, numberOfVariations=3)
        assert [decode(each.data).size for each in outcome.made] == [(320, 256)] * 3
        assert [members["size"] for _, members, _ in images.asked] == ["320x256"] * 3
        assert images.asked[0][1]["response_format"] == "b64_json"
        with pytest.raises(Unavailable, match="no /v1/images/edits"):
            await ImagesRenderer(images.url).models("edit_image")


async def test_an_edit_sends_the_pictures_and_keeps_the_shape(
    images: ImagesServer, tmp_path: Path, save: Callable[..., Path]
) -> None:
    source = scene(600, 400)
    context = connected(images, [save(source), save(scene(300, 300, seed=2), "2.png")], tmp_path)
    outcome = await call("edit_image", context, prompt="make it night")
    path, members, files = images.asked[0]
    assert path == "/v1/images/edits"
    assert members["prompt"] == "make it night"
    assert len(files["image[]"]) == 2
    got = np.asarray(decode(outcome.made[0].data).convert("RGB"))
    assert got.shape == source.shape
    assert psnr(got, source) > 12
    await call("restore_photo", context, prompt="please")
    assert images.asked[1][1]["prompt"].startswith("Restore this photograph")
    await call("apply_style", context, prompt="ink")
    assert images.asked[2][1]["prompt"].endswith("ink")
    await call("apply_style", context, prompt="like image 2")
    assert "in the manner of the second one" in images.asked[3][1]["prompt"]
    assert len(images.asked[3][2]["image[]"]) == 2


async def test_a_mask_keeps_everything_else_to_the_pixel(
    images: ImagesServer, tmp_path: Path, save: Callable[..., Path]
) -> None:
    source = scene(400, 304)
    alpha = np.full((304, 400), 255, np.uint8)
    alpha[100:200, 120:260] = 0
    mask = save(np.dstack((source, alpha)), "mask.png")
    outcome = await call(
        "edit_image", connected(images, [save(source)], tmp_path), prompt="a door", mask_image_url=str(mask)
    )
    got = np.asarray(decode(outcome.made[0].data).convert("RGB"))
    assert np.array_equal(got[alpha == 255], source[alpha == 255])
    assert not np.array_equal(got[alpha == 0], source[alpha == 0])
    assert "mask" in images.asked[0][2]


async def test_a_source_with_a_strength_stays_with_the_studio(
    images: ImagesServer, tmp_path: Path, save: Callable[..., Path]
) -> None:
    context = connected(images, [save(scene(256, 256))], tmp_path)
    outcome = await call("generate_image", context, prompt="fog", starting_image_strength=0.8)
    assert outcome.renderer == "painter"
    assert outcome.alternatives == [
        f"Images endpoint at 127.0.0.1:{images.port}: an images endpoint takes no strength of a source picture."
    ]
    assert images.asked == []


@pytest.mark.parametrize("model", ["gpt-image-2", "gpt-image-1-mini", "dall-e-3"])
@pytest.mark.parametrize("size", [(1024, 1024), (1920, 1080), (300, 900), (64, 640), (4096, 4096), (4096, 1024)])
def test_every_size_is_one_that_the_model_takes(model: str, size: tuple[int, int]) -> None:
    server = ImagesServer(models=[model])
    width, height = accepted(model, size)
    assert server._problem("/generations", {"model": model, "prompt": "x", "size": f"{width}x{height}"}, {}) is None


@pytest.mark.parametrize(
    ("status", "error", "code", "words"),
    [
        (400, {"message": "Rejected by the safety system.", "code": "moderation_blocked"}, "SAFETY_REJECTED", "safety"),
        (401, {"message": "Bad key"}, "PERMISSION_REQUIRED", "refuses the key"),
        (429, {"message": "You exceeded your quota", "code": "insufficient_quota"}, "COST_LIMIT_EXCEEDED", "no credit"),
        (429, {"message": "Slow down"}, "PROVIDER_TIMEOUT", "Try again soon"),
        (404, {"message": "No such model"}, "MODEL_UNAVAILABLE", "No such model"),
        (400, {"message": "Too long."}, "PARAMETER_INVALID", "Too long"),
        (500, None, "GPU_WORKER_FAILED", "HTTP 500"),
    ],
)
async def test_refusals_are_sentences(
    images: ImagesServer, tmp_path: Path, status: int, error: Any, code: str, words: str
) -> None:
    images.refuse = status, {"error": error}
    with pytest.raises(ToolError, match=words) as caught:
        await call("generate_image", connected(images, [], tmp_path), prompt="a fox")
    assert caught.value.code == code


async def test_results_elsewhere_are_fetched_only_from_the_open_web(tmp_path: Path) -> None:
    async with running_images(ImagesServer(by_url=True)) as images:
        images.elsewhere = f"http://localhost:{images.port}"
        with pytest.raises(ToolError, match="inside this network"):
            await call("generate_image", connected(images, [], tmp_path), prompt="a fox")


async def test_cancel_closes_the_request_and_leaves_nothing(images: ImagesServer, tmp_path: Path) -> None:
    images.hang = asyncio.Event()
    task = asyncio.create_task(call("generate_image", connected(images, [], tmp_path), prompt="a fox"))
    await asyncio.wait_for(images.hung.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list((tmp_path / "cache" / "scratch").iterdir()) == []
    images.hang.set()


async def test_what_it_has_is_asked_once_and_only_pictures_count(images: ImagesServer) -> None:
    renderer = ImagesRenderer(f"{images.url}/v1")
    assert await renderer.models("generate_image") == ["gpt-image-2"]
    assert await renderer.models("edit_image") == ["gpt-image-2"]
    assert images.looked == 1
    assert await ImagesRenderer(images.url, "my-model").models("generate_image") == ["my-model", "gpt-image-2"]
    with pytest.raises(Unavailable, match="pictures only"):
        await renderer.models("generate_video")
    images.models = ["some-chat-model"]
    with pytest.raises(Unavailable, match="--images-model"):
        await ImagesRenderer(images.url).models("generate_image")
    images.key = "secret"
    with pytest.raises(Unavailable, match="refuses the key"):
        await ImagesRenderer(images.url, "m", "wrong").models("generate_image")
    with pytest.raises(Unavailable, match="nothing answers"):
        await ImagesRenderer("http://127.0.0.1:9").models("generate_image")

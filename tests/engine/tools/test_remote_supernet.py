"""The Supernet renderer with the unmodified public SDK, against an engine of our own that prices its work."""

import asyncio
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.registry import Renderers, Unavailable
from studio.engine.renderers.remote.supernet.renderer import SupernetRenderer
from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from studio.engine.tools.registry import runners
from tests.engine.tools.conftest import Context, scene
from tests.helpers.engines import FakeTool, picture, refusing
from tests.helpers.supernet_double import Supernet, running_supernet


def connected(net: Supernet, pictures: list[Path], folder: Path, **options: Any) -> Context:
    renderer = SupernetRenderer(net.key, net.url, **options)
    return Context(pictures, folder=folder / "here", renderers=Renderers([renderer], runners))


async def call(tool: str, context: Context, **arguments: Any) -> Any:
    choice = await context.choose(tool, arguments.get("model"))
    if choice.other is not None:
        return await choice.other.run(tool, choice.model, arguments, context)
    return await runners()[tool].run(arguments, context)


async def test_a_call_is_one_step_with_the_same_arguments_and_is_paid_there(tmp_path: Path) -> None:
    async with running_supernet(tmp_path, FakeTool("generate_image")) as net:
        context = connected(net, [], tmp_path)
        before = await net.balance()
        outcome = await call("generate_image", context, prompt="a fox", model="z-turbo", width=512, height=512)
        assert (outcome.renderer, outcome.model) == ("sogni-supernet", "Fake painter"), "as the Supernet says"
        assert outcome.reason == "Sogni Supernet has the model z-turbo."
        (made,) = outcome.made
        assert (made.data, made.mime_type, made.width, made.height) == (picture(), "image/png", 8, 6)
        (asked,) = net.tools["generate_image"].ran
        assert {**asked} == {"prompt": "a fox", "model": "z-turbo", "width": 512, "height": 512}
        assert await net.balance() < before
        assert net.key not in repr(outcome)
        unnamed = await call("generate_image", context, prompt="a fox")
        assert "model" not in net.tools["generate_image"].ran[1]
        assert unnamed.reason == "Sogni Supernet is connected."


async def test_pieces_go_along_and_are_found_by_the_step(tmp_path: Path, save: Callable[..., Path]) -> None:
    seen: list[bytes] = []

    async def looking(arguments: dict[str, Any], context: ToolContext) -> None:
        for index in (arguments.get("sourceImageIndex"), arguments.get("endImageIndex")):
            if index is not None:
                seen.append((await context.source("image", index)).path.read_bytes())

    first, second = save(scene(64, 48), "1.png"), save(scene(48, 64, seed=2), "2.png")
    async with running_supernet(tmp_path, FakeTool("animate_photo", looking), FakeTool("edit_image", looking)) as net:
        context = connected(net, [first, second], tmp_path)
        await call("animate_photo", context, prompt="wind", frameRole="both", sourceImageIndex=-2, endImageIndex=-1)
        assert seen == [second.read_bytes(), first.read_bytes()]
        seen.clear()
        await call("edit_image", context, prompt="join them", sourceImageIndex=-2)
        assert seen == [second.read_bytes()]
        listed = (await net.engine.client.get("/v1/creative-agent/workflows")).json()["data"]["workflows"]
        (record,) = [each for each in listed if each["input"]["steps"][0]["toolName"] == "edit_image"]
        assert record["status"] == "completed"


async def test_progress_and_films_with_their_length(tmp_path: Path) -> None:
    from tests.helpers.films import film

    path = film(tmp_path / "clip.mp4", frames=12, size=(64, 48))

    def filming(arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        context.progress(0.25, "A quarter")
        clip = Made(path.read_bytes(), "video", "video/mp4", width=64, height=48, duration_s=0.5)
        return ToolOutcome("1 clip", "fake", "Fake camera", made=[clip])

    async with running_supernet(tmp_path, FakeTool("generate_video", filming)) as net:
        context = connected(net, [], tmp_path)
        outcome = await call("generate_video", context, prompt="waves")
        (made,) = outcome.made
        assert (made.media_type, made.mime_type, made.width, made.height) == ("video", "video/mp4", 64, 48)
        assert made.duration_s == pytest.approx(0.5, abs=0.05)
        assert made.data == path.read_bytes()
        assert any(fraction for fraction, _ in context.ticks)


async def test_what_costs_too_much_or_more_than_there_is_stays_with_the_studio(tmp_path: Path) -> None:
    async with running_supernet(tmp_path, FakeTool("generate_image"), spark="0") as net:
        context = connected(net, [], tmp_path, limit=4.0)
        small = {"width": 256, "height": 256}
        poor = await call("generate_image", context, prompt="a lighthouse", **small)
        assert poor.renderer == "painter"
        assert poor.alternatives == ["Sogni Supernet: the account has no credit for it."]
        again = await call("generate_image", context, prompt="a lighthouse", **small)
        assert again.alternatives == ["Sogni Supernet: the account has no credit for it."]
        assert net.tools["generate_image"].ran == []
        renderer = SupernetRenderer(net.key, net.url, 4.0)
        with pytest.raises(Unavailable, match="one call costs more than the limit of 4 units"):
            await renderer.models("animate_photo")
        with pytest.raises(Unavailable, match="estimated at 5 units, above the limit of 4"):
            await renderer.run("generate_image", "automatic", {"prompt": "a fox", "numberOfVariations": 5}, context)


async def test_failures_are_sentences(tmp_path: Path) -> None:
    broken = FakeTool("generate_image", refusing("SAFETY_REJECTED", "That is not allowed."))
    async with running_supernet(tmp_path, broken) as net:
        with pytest.raises(ToolError, match="The Supernet failed: That is not allowed"):
            await call("generate_image", connected(net, [], tmp_path), prompt="a fox")
        with pytest.raises(Unavailable, match="refuses the key"):
            await SupernetRenderer("wrong", net.url).models("generate_image")
    with pytest.raises(Unavailable, match="does not answer"):
        await SupernetRenderer("key", net.url).models("generate_image")


async def test_cancel_is_passed_on(tmp_path: Path) -> None:
    entered, stopped = asyncio.Event(), asyncio.Event()

    async def waiting(arguments: dict[str, Any], context: ToolContext) -> None:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async with running_supernet(tmp_path, FakeTool("generate_image", waiting)) as net:
        before = await net.balance()
        task = asyncio.create_task(call("generate_image", connected(net, [], tmp_path), prompt="a fox"))
        await asyncio.wait_for(entered.wait(), 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(stopped.wait(), 60)
        await net.runtime.idle()
        assert await net.balance() == before, "nothing was made, nothing is paid"


async def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def missing(name: str, *rest: Any) -> Any:
        if name == "sogni_client":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(Unavailable, match=r"sogni-intelligence-studio\[supernet\]"):
        await SupernetRenderer("key").models("generate_image")

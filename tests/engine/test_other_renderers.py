"""Other renderers in a whole engine: named by its settings, chosen by its tools, told in the result, never trusted."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio import cli
from studio.engine.cli import add_arguments, add_renderer_arguments, renderer_settings
from studio.engine.renderers.remote.connect import COMFY_URL, connect
from studio.engine.settings import RendererSettings, address
from studio.engine.tools.registry import runners
from tests.helpers.comfy_server import ComfyServer, Files, running_comfy
from tests.helpers.engines import running_engine
from tests.helpers.images_server import ImagesServer, running_images
from tests.helpers.inline_runtime import InlineRuntime


async def test_an_engine_renders_with_the_comfyui_that_it_was_told_of(tmp_path: Path) -> None:
    async with running_comfy(ComfyServer(key="comfy-secret")) as comfy:
        settings = RendererSettings(comfy_url=comfy.url, comfy_api_key="comfy-secret")
        parts: dict[str, Any] = {"runners": runners(), "runtime": InlineRuntime}
        async with running_engine(tmp_path, parts=parts, renderers=settings) as engine:
            answer = (await engine.chat("paint a lighthouse at dusk, 256x256")).json()
            (result,) = answer["sogni_tool_results"]
            made = result["x_studio"]
            assert (made["renderer"], made["model"]) == ("comfyui", "dreamshaper_8")
            assert made["reason"] == "ComfyUI is connected."
            picture = await engine.client.get(result["resultUrls"][0])
            assert picture.status_code == 200
        assert "comfy-secret" not in json.dumps(answer)
        async with running_engine(
            tmp_path / "2", parts=parts, renderers=RendererSettings(comfy_url=comfy.url)
        ) as engine:
            answer = (await engine.chat("paint a lighthouse at dusk, 256x256")).json()
            (result,) = answer["sogni_tool_results"]
            assert result["x_studio"]["renderer"] == "painter"
            assert result["x_studio"]["alternatives"] == [f"ComfyUI: the server at {comfy.url} refuses the key."]


def test_only_what_was_set_up_may_be_asked() -> None:
    assert connect(RendererSettings(), detect=False) == []
    (found,) = connect(RendererSettings(), detect=True)
    assert (found.title, COMFY_URL) == ("ComfyUI", "http://127.0.0.1:8188")
    everything = RendererSettings(
        comfy_url="http://render.example:8188", images_url="http://localhost:9000/v1", supernet_api_key="k"
    )
    titles = [other.title for other in connect(everything, detect=False)]
    assert titles == ["ComfyUI", "Images endpoint at localhost:9000", "Sogni Supernet"]


def test_the_command_line_wins_and_keys_come_only_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    add_renderer_arguments(parser)
    for name, value in {
        "STUDIO_COMFY_URL": "http://a:1",
        "STUDIO_COMFY_API_KEY": "comfy-secret",
        "STUDIO_IMAGES_URL": "https://images.example/v1/",
        "STUDIO_IMAGES_API_KEY": "images-secret",
        "STUDIO_SUPERNET_API_KEY": "supernet-secret",
        "STUDIO_SUPERNET_LIMIT": "2.5",
    }.items():
        monkeypatch.setenv(name, value)
    settings = renderer_settings(parser.parse_args(["--comfy-url", "b:2"]))
    assert (settings.comfy_url, settings.images_url) == ("http://b:2", "https://images.example/v1")
    assert (settings.comfy_api_key, settings.supernet_limit) == ("comfy-secret", 2.5)
    assert "secret" not in repr(settings)
    served = argparse.ArgumentParser()
    add_arguments(served)
    assert not [option for option in served._option_string_actions if "key" in option and option != "--api-key"]
    monkeypatch.setenv("STUDIO_SUPERNET_LIMIT", "much")
    with pytest.raises(SystemExit):
        renderer_settings(parser.parse_args([]))


@pytest.mark.parametrize("text", ["ftp://host", "http://", "file:///etc/passwd", "http://host:port"])
def test_what_is_no_address_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"address|[Pp]ort"):
        address(text)
    assert cli.run(["doctor", "--comfy-url", text]) == 2
    assert "--comfy-url" in capsys.readouterr().err


async def test_the_doctor_lists_what_each_can_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    files = Files(upscalers=["4x-UltraSharp.pth"])
    async with running_comfy(ComfyServer(files)) as comfy, running_images(ImagesServer(key="right")) as images:
        monkeypatch.setenv("STUDIO_IMAGES_API_KEY", "images-secret")
        where = ["--comfy-url", comfy.url, "--images-url", images.url, "--data-dir", str(tmp_path)]
        await asyncio.to_thread(cli.run, ["doctor", *where])
        words = capsys.readouterr().out
        await asyncio.to_thread(cli.run, ["doctor", "--json", *where])
        facts = json.loads(capsys.readouterr().out)["renderers"]
    assert [each["title"] for each in facts] == ["ComfyUI", f"Images endpoint at 127.0.0.1:{images.port}"]
    assert facts[0]["abilities"]["generate_image"] == "dreamshaper_8"
    assert facts[0]["abilities"]["upscale_image"] == "4x-UltraSharp.pth"
    assert "restore_photo" not in facts[0]["abilities"]
    assert facts[1]["problem"] == "it refuses the key."
    assert "upscale_image with 4x-UltraSharp.pth" in words
    assert "images-secret" not in words

"""Films of ComfyUI: the graph fits the model, and the file has exactly the asked size, rate and length."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.engine.renderers.remote.comfy.film_recipes import RECIPES, film_models, frames_for
from studio.engine.renderers.remote.comfy.installed import Installed
from studio.engine.renderers.video import probe
from studio.engine.renderers.video.frames import frame_at
from tests.engine.tools.conftest import decode, psnr, scene
from tests.engine.tools.test_remote_comfy import call, connected
from tests.helpers.comfy_server import ComfyServer, Files, object_info, running_comfy

UMT5, T5 = "umt5_xxl_fp8_e4m3fn_scaled.safetensors", "t5xxl_fp16.safetensors"
WAN_5B = Files([], ["wan2.2_ti2v_5B_fp16.safetensors"], [UMT5], ["wan2.2_vae.safetensors"])
WAN_14B = Files(
    [],
    [f"wan2.2_{kind}_{noise}_noise_14B_fp8_scaled.safetensors" for kind in ("t2v", "i2v") for noise in ("high", "low")],
    [UMT5],
    ["wan_2.1_vae.safetensors"],
)
LTX = Files(["ltx-video-2b-v0.9.5.safetensors"], [], [T5], [])


def kinds(server: ComfyServer) -> list[str]:
    return [node["class_type"] for node in server.seen[-1].values()]


async def test_words_become_a_film_of_exactly_the_asked_length_and_size(tmp_path: Path) -> None:
    async with running_comfy(ComfyServer(WAN_5B)) as comfy:
        context = connected(comfy, [], tmp_path)
        outcome = await call("generate_video", context, prompt="waves", duration=0.6, width=162, height=90)
        (made,) = outcome.made
        path = tmp_path / "film.mp4"
        path.write_bytes(made.data)
        info = probe.video(path)
        assert (info.width, info.height, info.frames, info.fps) == (162, 90, 14, 24)
        assert (info.video_codec, info.pixel_format) == ("h264", "yuv420p")
        assert made.duration_s == pytest.approx(14 / 24)
        latent = next(n["inputs"] for n in comfy.seen[0].values() if n["class_type"] == "Wan22ImageToVideoLatent")
        assert latent["length"] == 17, "the model makes 4 n + 1 frames"
        assert latent["width"] % 32 == latent["height"] % 32 == 0
        assert "ModelSamplingSD3" in kinds(comfy)
        assert outcome.message == (
            "Made a film of 0.5833 s at 162 × 90 px, 24 frames per second, with wan2.2_ti2v_5B_fp16 in ComfyUI."
            " It has no sound."
        )
        assert any(label == "Filming" and fraction for fraction, label in context.ticks)


async def test_a_picture_begins_the_film_and_another_ends_it(tmp_path: Path, save: Callable[..., Path]) -> None:
    first, last = scene(128, 96), 255 - scene(128, 96, seed=3)
    async with running_comfy(ComfyServer(WAN_14B)) as comfy:
        context = connected(comfy, [save(first, "1.png"), save(last, "2.png")], tmp_path)
        outcome = await call(
            "animate_photo", context, prompt="wind", frameRole="both", sourceImageIndex=-1, endImageIndex=-2,
            duration=0.5, returnLastFrame=True,
        )  # fmt: skip
        film, still = outcome.made
        path = tmp_path / "film.mp4"
        path.write_bytes(film.data)
        info = probe.video(path)
        assert (info.frames, info.fps) == (8, 16)
        assert info.width / info.height == pytest.approx(4 / 3, rel=0.02)
        small = np.asarray(decode(still.data).convert("RGB").resize((128, 96)))
        assert still.role == "last_frame"
        assert psnr(small, last) > 15
        begins = frame_at(path, 0.0)
        assert begins.shape[:2] == (info.height, info.width)
        assert kinds(comfy).count("KSamplerAdvanced") == 2
        assert "WanFirstLastFrameToVideo" in kinds(comfy)
        samplers = [n["inputs"] for n in comfy.seen[0].values() if n["class_type"] == "KSamplerAdvanced"]
        assert [(s["add_noise"], s["start_at_step"]) for s in samplers] == [("enable", 0), ("disable", 10)]
        assert outcome.model == "wan2.2_i2v_14B_fp8_scaled"


async def test_the_fan_out_makes_one_film_for_each_picture(tmp_path: Path, save: Callable[..., Path]) -> None:
    async with running_comfy(ComfyServer(LTX)) as comfy:
        context = connected(comfy, [save(scene(96, 64), "1.png"), save(scene(96, 64, seed=2), "2.png")], tmp_path)
        outcome = await call(
            "animate_photo", context, prompt="", sourceImageIndices=[-1, -2], prompts=["rain", "snow"], duration=0.5,
            targetResolution=64,
        )  # fmt: skip
        assert [(each.prompt, each.width, each.height) for each in outcome.made] == [("rain", 96, 64), ("snow", 96, 64)]
        assert len(comfy.seen) == 2
        assert {"LTXVImgToVideo", "LTXVConditioning", "SamplerCustom", "SaveVideo"} <= set(kinds(comfy))


async def test_orders_that_a_model_cannot_do_are_left_to_others(tmp_path: Path, save: Callable[..., Path]) -> None:
    from studio.engine.renderers.registry import Unavailable
    from studio.engine.renderers.remote.comfy.client import ComfyClient
    from studio.engine.renderers.remote.comfy.renderer import ComfyRenderer

    async with running_comfy(ComfyServer(WAN_5B)) as comfy:
        renderer = ComfyRenderer(ComfyClient(comfy.url))
        context = connected(comfy, [save(scene(96, 64))], tmp_path)
        name = (await renderer.models("generate_video"))[0]
        for arguments, why in (
            ({"duration": 20}, "at most 10 seconds"),
            ({"referenceAudioIndices": [-1]}, "no graph for referenceAudioIndices"),
        ):
            with pytest.raises(Unavailable, match=why):
                await renderer.run("generate_video", name, {"prompt": "waves", **arguments}, context)
        with pytest.raises(Unavailable, match="cannot end with a given picture"):
            await renderer.run("animate_photo", name, {"prompt": "", "frameRole": "end"}, context)
    assert film_models(Installed(object_info(WAN_5B, without=frozenset({"SaveVideo"})))) == []


@pytest.mark.parametrize("wanted", [1, 2, 24, 80, 81, 120, 240])
def test_lengths_follow_the_step_of_each_family(wanted: int) -> None:
    for recipe in RECIPES:
        made = frames_for(recipe, wanted)
        assert made >= wanted
        assert made % recipe.step == 1
        assert made - wanted < recipe.step

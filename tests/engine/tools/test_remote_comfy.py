"""ComfyUI against a protocol server of our own: what it can do, doing it, progress, cancel, failure, fall-back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.contract.errors import ToolError
from studio.engine.renderers.registry import Renderers, Unavailable, same_model
from studio.engine.renderers.remote.comfy.client import ComfyClient
from studio.engine.renderers.remote.comfy.installed import Installed
from studio.engine.renderers.remote.comfy.recipes import factor_of, image_models
from studio.engine.renderers.remote.comfy.renderer import ComfyRenderer
from studio.engine.tools.registry import runners
from tests.engine.tools.conftest import Context, decode, psnr, scene
from tests.helpers.comfy_server import ComfyServer, Files, field_of, object_info, running_comfy

QWEN_EDIT = Files(
    checkpoints=["sd_xl_base_1.0.safetensors"],
    diffusion=["qwen_image_edit_2509_fp8_e4m3fn.safetensors", "z_image_turbo_bf16.safetensors"],
    clips=["qwen_2.5_vl_7b_fp8_scaled.safetensors", "qwen_3_4b.safetensors"],
    vaes=["qwen_image_vae.safetensors", "ae.safetensors"],
)


@pytest.fixture
async def comfy() -> AsyncIterator[ComfyServer]:
    async with running_comfy() as server:
        yield server


def connected(server: ComfyServer, pictures: list[Path], folder: Path) -> Context:
    renderer = ComfyRenderer(ComfyClient(server.url))
    return Context(pictures, folder=folder, renderers=Renderers([renderer], runners))


async def call(tool: str, context: Context, **arguments: Any) -> Any:
    choice = await context.choose(tool, arguments.get("model"))
    if choice.other is not None:
        return await choice.other.run(tool, choice.model, arguments, context)
    return await runners()[tool].run(arguments, context)


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(decode(data).convert("RGB"))


async def test_words_become_pictures_of_the_asked_size(comfy: ComfyServer, tmp_path: Path) -> None:
    context = connected(comfy, [], tmp_path)
    asked = {"prompt": "a {red|blue} fox", "width": 640, "height": 384, "numberOfVariations": 2, "seed": 5}
    outcome = await call("generate_image", context, **asked)
    assert (outcome.renderer, outcome.model) == ("comfyui", "dreamshaper_8")
    assert outcome.reason == "ComfyUI is connected."
    assert [decode(each.data).size for each in outcome.made] == [(640, 384)] * 2
    assert [(each.seed, each.prompt) for each in outcome.made] == [(5, "a red fox"), (6, "a blue fox")]
    assert "640 × 384 px with dreamshaper_8 in ComfyUI" in outcome.message
    info = decode(outcome.made[0].data).text
    assert (info["renderer"], info["model"], info["seed"]) == ("comfyui", "dreamshaper_8", "5")
    again = await call("generate_image", context, **asked)
    assert [each.data for each in again.made] == [each.data for each in outcome.made]
    assert outcome.made[0].data != outcome.made[1].data


async def test_a_small_model_drafts_then_goes_over_it_once_more(comfy: ComfyServer, tmp_path: Path) -> None:
    await call("generate_image", connected(comfy, [], tmp_path), prompt="a fox", width=1024, height=768)
    kinds = [node["class_type"] for node in comfy.seen[0].values()]
    assert kinds.count("KSampler") == 2
    draft = next(node["inputs"] for node in comfy.seen[0].values() if node["class_type"] == "EmptyLatentImage")
    assert draft["width"] * draft["height"] == pytest.approx(512**2, rel=0.1)
    assert draft["width"] / draft["height"] == pytest.approx(4 / 3, rel=0.05)
    larger = next(node["inputs"] for node in comfy.seen[0].values() if node["class_type"] == "LatentUpscale")
    assert (larger["width"], larger["height"]) == (1024, 768)


async def test_progress_comes_from_sampling_steps_and_never_goes_back(comfy: ComfyServer, tmp_path: Path) -> None:
    context = connected(comfy, [], tmp_path)
    await call("generate_image", context, prompt="a fox", width=512, height=512, numberOfVariations=2)
    fractions = [fraction for fraction, _ in context.ticks if fraction is not None]
    assert len(fractions) >= 2 * 25
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 1.0
    assert {"Drawing 1 of 2", "Drawing 2 of 2"} <= {label for _, label in context.ticks}


@pytest.mark.parametrize(("keep", "closer"), [(0.9, 26.0), (0.2, 10.0)])
async def test_a_source_stays_as_much_as_asked(
    comfy: ComfyServer, tmp_path: Path, save: Callable[..., Path], keep: float, closer: float
) -> None:
    source = scene(512, 512)
    context = connected(comfy, [save(source)], tmp_path)
    outcome = await call("generate_image", context, prompt="fog", starting_image_strength=keep, seed=3)
    got = pixels(outcome.made[0].data)
    drawn = field_of("fog|sd15/dreamshaper_8.safetensors", 3, 512, 512)
    expected = np.clip(source * keep + drawn * (1 - keep), 0, 255)
    assert psnr(got, expected) > 40
    assert psnr(got, source) == pytest.approx(closer, abs=8)


async def test_a_mask_keeps_everything_else_to_the_pixel(
    comfy: ComfyServer, tmp_path: Path, save: Callable[..., Path]
) -> None:
    source = scene(400, 304)
    alpha = np.full((304, 400), 255, np.uint8)
    alpha[100:200, 120:260] = 0
    mask = save(np.dstack((source, alpha)), "mask.png")
    context = connected(comfy, [save(source)], tmp_path)
    outcome = await call("edit_image", context, prompt="a door", mask_image_url=str(mask), seed=4)
    got = pixels(outcome.made[0].data)
    assert got.shape == source.shape
    assert np.array_equal(got[alpha == 255], source[alpha == 255])
    assert psnr(got[120:180, 140:240], source[120:180, 140:240]) < 20
    assert "Outside the mask it is unchanged." in outcome.message
    wrong = save(scene(100, 100), "small.png")
    with pytest.raises(ToolError, match="100 × 100 px; it must have the picture's 400 × 304") as caught:
        await call("edit_image", context, prompt="a door", mask_image_url=str(wrong))
    assert caught.value.code == "PARAMETER_INVALID"


async def test_a_small_mask_in_a_large_picture_is_filled_at_the_models_own_size(
    comfy: ComfyServer, tmp_path: Path, save: Callable[..., Path]
) -> None:
    source = scene(800, 600)
    alpha = np.full((600, 800), 255, np.uint8)
    alpha[450:550, 650:790] = 0
    mask = save(np.dstack((source, alpha)), "mask.png", compress_level=1)
    context = connected(comfy, [save(source, compress_level=1)], tmp_path)
    outcome = await call("edit_image", context, prompt="a door", mask_image_url=str(mask), width=400)
    assert decode(outcome.made[0].data).size == (400, 300)
    (sent,) = comfy.inputs.values()
    seen = decode(sent)
    assert seen.size == (512, 512), "the hole and room around it, at full size"
    hole = np.asarray(seen)[:, :, 3] == 0
    assert hole.mean() == pytest.approx(100 * 140 / 512**2, rel=0.02)
    got = pixels(outcome.made[0].data).astype(int)
    small = np.asarray(Image.fromarray(source).resize((400, 300), Image.Resampling.BOX)).astype(int)
    assert np.abs(got - small)[:210, :300].mean() < 2
    assert np.abs(got - small)[235:265, 335:385].mean() > 15


async def test_instructions_go_only_to_models_that_follow_them(
    comfy: ComfyServer, tmp_path: Path, save: Callable[..., Path]
) -> None:
    source = scene(256, 192)
    mask = save(np.dstack((source, np.zeros((192, 256), np.uint8))), "mask.png")
    context = connected(comfy, [save(source)], tmp_path)
    warmer = await call("edit_image", context, prompt="make it warmer")
    assert warmer.renderer != "comfyui"
    assert warmer.alternatives == ["ComfyUI: dreamshaper_8 does not follow instructions; it only fills a mask."]
    both = Files(**{**QWEN_EDIT.__dict__, "checkpoints": ["sd15.safetensors", "512-inpainting-ema.safetensors"]})
    async with running_comfy(ComfyServer(both)) as other:
        context = connected(other, [save(source)], tmp_path)
        filled = await call("edit_image", context, prompt="a door", mask_image_url=str(mask))
        assert filled.model == "512-inpainting-ema"
        assert "InpaintModelConditioning" in [node["class_type"] for node in other.seen[0].values()]


async def test_a_second_picture_that_a_model_cannot_see_is_left_to_the_studio(
    comfy: ComfyServer, tmp_path: Path, save: Callable[..., Path]
) -> None:
    context = connected(comfy, [save(scene(96, 64)), save(scene(96, 64, seed=2), "2.png")], tmp_path)
    outcome = await call("apply_style", context, prompt="like image 2")
    assert outcome.renderer != "comfyui"
    assert outcome.alternatives == ["ComfyUI: it works from one picture at once, and the words name another."]
    assert comfy.seen == []


async def test_an_editing_model_gets_the_instruction_and_up_to_three_pictures(
    tmp_path: Path, save: Callable[..., Path]
) -> None:
    pictures = [save(scene(600, 400, seed=n), f"{n}.png") for n in range(4)]
    async with running_comfy(ComfyServer(QWEN_EDIT)) as comfy:
        context = connected(comfy, pictures, tmp_path)
        outcome = await call("edit_image", context, prompt="make it night", seed=1)
        assert outcome.model == "qwen_image_edit_2509_fp8_e4m3fn"
        assert decode(outcome.made[0].data).size == (600, 400)
        encoder = next(n["inputs"] for n in comfy.seen[0].values() if n["class_type"] == "TextEncodeQwenImageEditPlus")
        assert encoder["prompt"] == "make it night"
        assert {"image1", "image2", "image3"} <= set(encoder)
        source = scene(600, 400, seed=0)
        assert psnr(pixels(outcome.made[0].data), source) > 12, "made from the first upload"
        for tool, arguments in (
            ("restore_photo", {"prompt": "fix it"}),
            ("apply_style", {"prompt": "ink drawing"}),
        ):
            assert (await call(tool, context, **arguments)).renderer == "comfyui"


async def test_a_drawing_model_of_several_files_is_put_together_right(tmp_path: Path) -> None:
    async with running_comfy(ComfyServer(QWEN_EDIT)) as comfy:
        outcome = await call("generate_image", connected(comfy, [], tmp_path), prompt="a fox", negativePrompt="text")
        assert outcome.model == "z_image_turbo_bf16"
        nodes = {node["class_type"]: node["inputs"] for node in comfy.seen[0].values()}
        assert nodes["CLIPLoader"] == {"clip_name": "qwen_3_4b.safetensors", "type": "lumina2"}
        assert nodes["VAELoader"] == {"vae_name": "ae.safetensors"}
        assert nodes["KSampler"]["cfg"] == 1.0
        assert "ModelSamplingAuraFlow" in nodes
        named = await call("generate_image", connected(comfy, [], tmp_path), prompt="a fox", model="SDXL base 1.0")
        assert named.model == "sd_xl_base_1.0" or "has no model SDXL base 1.0" in str(named.reason)


async def test_enlarging_is_exact_and_what_it_cannot_do_the_studio_does(
    tmp_path: Path, save: Callable[..., Path]
) -> None:
    async with running_comfy(ComfyServer(Files(upscalers=["4x-UltraSharp.pth"]))) as comfy:
        context = connected(comfy, [save(scene(61, 47))], tmp_path)
        outcome = await call("upscale_image", context, scale=3)
        assert (outcome.renderer, outcome.model) == ("comfyui", "4x-UltraSharp.pth")
        assert decode(outcome.made[0].data).size == (183, 141)
        beyond = await call("upscale_image", context, targetLongestEdge=512)
        assert beyond.renderer == "ncnn"
        assert beyond.alternatives == ["ComfyUI: 4x-UltraSharp.pth enlarges 4 times, which is not enough."]
        assert max(decode(beyond.made[0].data).size) == 512


async def test_loras_are_used_where_they_are_installed(tmp_path: Path) -> None:
    files = Files(loras=["style/krea2_darkbrush.safetensors"])
    async with running_comfy(ComfyServer(files)) as comfy:
        context = connected(comfy, [], tmp_path)
        outcome = await call(
            "generate_image", context, prompt="a fox", loras=["krea2-darkbrush", "other"], loraStrengths=[0.6]
        )
        loaders = [node["inputs"] for node in comfy.seen[0].values() if node["class_type"] == "LoraLoader"]
        assert [(each["lora_name"], each["strength_model"]) for each in loaders] == [(files.loras[0], 0.6)]
        assert "1 of the LoRAs are not installed there." in outcome.message


@pytest.mark.parametrize("newer", [True, False])
def test_both_published_forms_of_choices_are_read(newer: bool) -> None:
    installed = Installed(object_info(QWEN_EDIT, newer=newer))
    families = [model.recipe.family for model in image_models(installed)]
    assert families == ["Z-Image Turbo", "Qwen Image Edit", "SDXL"]


def test_a_model_whose_parts_are_missing_is_not_offered() -> None:
    files = Files(checkpoints=[], diffusion=QWEN_EDIT.diffusion, clips=QWEN_EDIT.clips, vaes=["ae.safetensors"])
    families = [model.recipe.family for model in image_models(Installed(object_info(files)))]
    assert families == ["Z-Image Turbo"]
    for damaged in ({"UNETLoader": None}, {"KSampler": {"input": [1]}}, {"CheckpointLoaderSimple": {"input": {}}}, {}):
        assert image_models(Installed(damaged)) == []


def test_names_are_matched_as_people_write_them() -> None:
    models = ["sd15/dreamshaperXL_v21Turbo.safetensors", "z_image_turbo_bf16.safetensors"]
    assert same_model("dreamshaper-xl", models) == models[0]
    assert same_model("z_image_turbo_bf16", models) == models[1]
    assert same_model("flux", models) is None
    assert [factor_of(name) for name in ("RealESRGAN_x4plus.pth", "2xNomos.pth", "1x-DeJPEG.pth")] == [4, 2, 0]


@pytest.mark.parametrize(("moment", "held_at"), [("queued", 1), ("start", 1), ("middle", 12), ("end", 25)])
async def test_cancel_takes_the_work_back(comfy: ComfyServer, tmp_path: Path, moment: str, held_at: int) -> None:
    comfy.held_at = held_at
    if moment == "queued":
        comfy.own_ids = True
        other = asyncio.create_task(call("generate_image", connected(comfy, [], tmp_path), prompt="another", width=512))
        await until(lambda: comfy.steps == 1)
    context = connected(comfy, [], tmp_path)
    task = asyncio.create_task(call("generate_image", context, prompt="a fox", width=512, height=512))
    wanted = {"queued": lambda: len(comfy.pending) == 1, "start": lambda: len(comfy.seen) == 1}
    await until(wanted.get(moment, lambda: comfy.steps == held_at))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    if moment == "queued":
        await until(lambda: comfy.pending == [])
        assert comfy.running is not None, "the work before it goes on"
        comfy.gate.set()
        assert (await other).renderer == "comfyui"
    await until(lambda: comfy.running is None)
    assert list((tmp_path / "cache" / "scratch").iterdir()) == []


async def test_waiting_in_the_queue_is_told(comfy: ComfyServer, tmp_path: Path) -> None:
    comfy.held_at = 1
    first = asyncio.create_task(call("generate_image", connected(comfy, [], tmp_path), prompt="one", width=512))
    await until(lambda: comfy.steps == 1)
    context = connected(comfy, [], tmp_path)
    second = asyncio.create_task(call("generate_image", context, prompt="two", width=512))
    await until(lambda: "Waiting for ComfyUI (1 before this)" in [label for _, label in context.ticks])
    comfy.gate.set()
    assert [(await task).renderer for task in (first, second)] == ["comfyui", "comfyui"]


async def test_a_lost_connection_is_followed_by_asking(comfy: ComfyServer, tmp_path: Path) -> None:
    comfy.held_at = 6
    task = asyncio.create_task(call("generate_image", connected(comfy, [], tmp_path), prompt="a fox", width=512))
    await until(lambda: comfy.steps == 6)
    comfy.drop.set()
    comfy.gate.set()
    assert (await task).renderer == "comfyui"


async def test_failures_are_sentences(comfy: ComfyServer, tmp_path: Path) -> None:
    context = connected(comfy, [], tmp_path)
    comfy.fail_in = "KSampler"
    with pytest.raises(ToolError, match="ComfyUI failed in KSampler: mat1 and mat2") as caught:
        await call("generate_image", context, prompt="a fox")
    assert caught.value.code == "GPU_WORKER_FAILED"
    comfy.failure = "torch.OutOfMemoryError: CUDA out of memory"
    with pytest.raises(ToolError, match="ran out of graphics memory"):
        await call("generate_image", context, prompt="a fox")
    comfy.fail_in, comfy.held_at = "", 3
    task = asyncio.create_task(call("generate_image", context, prompt="a fox"))
    await until(lambda: comfy.steps == 3)
    comfy.interrupted = True
    with pytest.raises(ToolError, match="stopped in ComfyUI") as caught:
        await task
    assert caught.value.code == "USER_CANCELLED"
    comfy.interrupted, comfy.files.checkpoints = False, ["other.safetensors"]  # removed since it was asked
    with pytest.raises(ToolError, match=r"refused the graph: Value not in list ckpt_name \(CheckpointLoaderSimple\)"):
        await call("generate_image", context, prompt="a fox")


async def test_without_a_server_the_studio_draws_itself_and_says_why(tmp_path: Path) -> None:
    async with running_comfy() as comfy:
        context = connected(comfy, [], tmp_path)
        await call("generate_image", context, prompt="a fox", width=256, height=256)
    lost = await call("generate_image", context, prompt="a lighthouse", width=256, height=256)
    assert lost.renderer == "painter"
    assert lost.alternatives == [f"ComfyUI: the server at {comfy.url} does not take a connection."]
    absent = Context([], folder=tmp_path, renderers=Renderers([ComfyRenderer(ComfyClient(comfy.url))], runners))
    outcome = await call("generate_image", absent, prompt="a lighthouse", width=256, height=256)
    assert (outcome.renderer, outcome.alternatives) == ("painter", [f"ComfyUI: nothing answers at {comfy.url}."])


async def test_a_key_is_sent_and_a_wrong_one_told() -> None:
    async with running_comfy(ComfyServer(key="secret")) as comfy:
        assert await ComfyRenderer(ComfyClient(comfy.url, "secret")).models("generate_image") == ["dreamshaper_8"]
        with pytest.raises(Unavailable, match="refuses the key"):
            await ComfyRenderer(ComfyClient(comfy.url, "wrong")).models("generate_image")


async def test_what_is_installed_is_asked_once_a_minute(comfy: ComfyServer) -> None:
    now = 100.0
    renderer = ComfyRenderer(ComfyClient(comfy.url), clock=lambda: now)
    await asyncio.gather(*(renderer.models("generate_image") for _ in range(5)))
    assert comfy.requests.count(("GET", "/object_info")) == 1
    comfy.files.checkpoints = ["flux1-schnell-fp8.safetensors"]
    now += 61
    assert await renderer.models("generate_image") == ["flux1-schnell-fp8"]
    with pytest.raises(Unavailable, match="edits by instruction"):
        await renderer.models("restore_photo")


async def until(condition: Callable[[], bool], limit_s: float = 20.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - the server is not told of its watchers
            await asyncio.sleep(0.005)

"""The newer families of ComfyUI: FLUX.2, Krea 2, LTX-2, ACE-Step and Hunyuan3D, from files to graphs to results."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.engine.renderers.registry import Unavailable
from studio.engine.renderers.remote.comfy import checking, drawing, film_recipes, filming, music, recipes, shapes
from studio.engine.renderers.remote.comfy.client import ComfyClient
from studio.engine.renderers.remote.comfy.graph import Graph
from studio.engine.renderers.remote.comfy.installed import Installed
from studio.engine.renderers.remote.comfy.renderer import ComfyRenderer
from studio.engine.renderers.remote.music_orders import music_wish
from studio.engine.renderers.video import probe
from studio.engine.renderers.video.sound import loudness_lufs, read_sound
from tests.engine.tools.conftest import decode, psnr, scene
from tests.engine.tools.test_remote_comfy import call, connected
from tests.helpers.comfy_nodes import Files, object_info
from tests.helpers.comfy_server import ComfyServer, running_comfy

FLUX_2 = Files(
    [],
    ["flux2_dev_fp8mixed.safetensors", "flux-2-klein-base-9b-fp8.safetensors", "flux-2-klein-4b.safetensors"],
    ["mistral_3_small_flux2_bf16.safetensors", "qwen_3_8b_fp8mixed.safetensors", "qwen_3_4b.safetensors"],
    ["flux2-vae.safetensors"],
)
KLEIN = dataclasses.replace(FLUX_2, diffusion=FLUX_2.diffusion[-1:])
KREA_2 = Files(
    [],
    ["krea2_raw_bf16.safetensors", "krea2_turbo_fp8_scaled.safetensors"],
    ["qwen3vl_4b_fp8_scaled.safetensors"],
    ["qwen_image_vae.safetensors"],
)
GEMMA = ["gemma_3_12B_it_fp4_mixed.safetensors"]
LTX_2 = Files(
    ["ltx-2-19b-distilled.safetensors", "ltx-2-19b-dev-fp8.safetensors"],
    clips=GEMMA,
    loras=["ltx-2-19b-distilled-lora-384.safetensors"],
    latent_upscalers=["ltx-2-spatial-upscaler-x2-1.0.safetensors"],
)
LTX_2_3 = Files(
    ["ltx-2.3-22b-dev-fp8.safetensors", "ltx-2.3-22b-distilled-fp8.safetensors"],
    clips=GEMMA,
    loras=["ltx-2.3-22b-distilled-lora-384.safetensors"],
    latent_upscalers=["ltx-2.3-spatial-upscaler-x2-1.1.safetensors"],
)
ACE = Files(
    ["ace_step_1.5_turbo_aio.safetensors", "ace_step_v1_3.5b.safetensors"],
    ["acestep_v1.5_xl_sft_bf16.safetensors", "acestep_v1.5_turbo.safetensors"],
    ["qwen_0.6b_ace15.safetensors", "qwen_1.7b_ace15.safetensors"],
    ["ace_1.5_vae.safetensors"],
)
HUNYUAN = Files(["hunyuan_3d_v2.1.safetensors", "hunyuan3d-dit-v2-mv_fp16.safetensors"])
VIEWS = {view: f"{view}.png" for view in ("front", "left", "back")}


def asked(files: Files, **options: Any) -> Installed:
    return Installed(object_info(files, **options))


def inputs(graph: Graph, kind: str) -> list[dict[str, Any]]:
    return [node["inputs"] for node in graph.nodes.values() if node["class_type"] == kind]


def pictures(files: Files) -> list[Graph]:
    """Return the graphs of all that the picture models of *files* do."""
    installed, graphs = asked(files), []
    for model in recipes.image_models(installed):
        size = (1024, 768)
        graphs.append(drawing.Drawing(installed, model, size=size).from_words("fox", "", 5, None, size))
        graphs.append(drawing.Drawing(installed, model, size=size).from_picture("fox", "", "a.png", 5, None, 0.4))
        graphs.append(drawing.Drawing(installed, model, size=size).into_mask("fox", "", "a.png", 5, 3.0))
        if model.recipe.edits:
            edit = drawing.Drawing(installed, model, size=size)
            graphs.append(edit.by_instruction("night", "", ["a.png", "b.png"], 5, None))
    return graphs


def films(files: Files, **order: Any) -> list[Graph]:
    """Return the graphs of a film with each model of *files*."""
    installed = asked(files)
    wanted = {"start": None, "end": None, "prompt": "waves", "negative": "", "size": (1280, 704), "frames": 121}
    return [
        filming.filming(installed, model, **{**wanted, "seed": 5, **order})
        for model in film_recipes.film_models(installed)
        if order.get("end") is None or model.ends_with_picture(installed)
    ]


def pieces(files: Files, **arguments: Any) -> list[Graph]:
    """Return the graphs of a piece of music with each model of *files*."""
    installed, wish = asked(files), music_wish({"prompt": "lo-fi", "seed": 5, **arguments})
    return [music.playing(installed, model, wish, 0, "Composing") for model in music.music_models(installed)]


@pytest.mark.parametrize(
    ("files", "make", "count"),
    [
        (FLUX_2, pictures, 12),
        (KREA_2, pictures, 3),
        (LTX_2, films, 2),
        (LTX_2, lambda files: films(files, start="a.png", sound=False), 2),
        (LTX_2_3, films, 2),
        (LTX_2_3, lambda files: films(files, start="a.png"), 2),
        (LTX_2_3, lambda files: films(files, start="a.png", end="b.png"), 2),
        (ACE, lambda files: pieces(files, keyscale="Bb minor", bpm=84, timesig=3, lyrics="[Verse]\nla"), 4),
        (HUNYUAN, lambda files: [shapes.shaping(each, VIEWS, 5) for each in shapes.shape_models(asked(files))], 2),
    ],
)
def test_every_graph_is_one_that_the_server_takes(
    files: Files, make: Callable[[Files], list[Graph]], count: int
) -> None:
    graphs = make(files)
    assert len(graphs) == count
    for graph in graphs:
        checking.complete(graph, asked(files))
        used = {
            value[0] for node in graph.nodes.values() for value in node["inputs"].values() if isinstance(value, list)
        }
        shows = {name for name, node in graph.nodes.items() if asked(files).shows(node["class_type"])}
        assert set(graph.nodes) - used - shows <= _optional(graph), "nothing hangs loose"


def _optional(graph: Graph) -> set[str]:
    """Return what a guider of one condition leaves unused."""
    single = bool(inputs(graph, "BasicGuider"))
    return {name for name, node in graph.nodes.items() if single and node["class_type"] == "ConditioningZeroOut"}


def test_each_family_is_sampled_as_its_documentation_says() -> None:
    dev, klein = (recipes.image_models(asked(files))[0] for files in (FLUX_2, KLEIN))
    assert (dev.recipe.family, klein.recipe.family) == ("FLUX.2", "FLUX.2 klein")
    drawn = drawing.Drawing(asked(FLUX_2), dev, size=(1024, 768)).from_words("fox", "", 5, None, (1024, 768))
    assert inputs(drawn, "CLIPLoader") == [{"clip_name": FLUX_2.clips[0], "type": "flux2"}]
    assert inputs(drawn, "Flux2Scheduler") == [{"steps": 20, "width": 1024, "height": 768}]
    assert inputs(drawn, "FluxGuidance")[0]["guidance"] == 4.0
    edited = drawing.Drawing(asked(KLEIN), klein, size=(640, 480)).by_instruction("night", "", ["a.png"], 5, None)
    assert [each["cfg"] for each in inputs(edited, "CFGGuider")] == [1.0]
    assert len(inputs(edited, "ReferenceLatent")) == 2, "what is unwanted sees the picture too"
    (krea,) = recipes.image_models(asked(KREA_2))
    sampler = inputs(
        drawing.Drawing(asked(KREA_2), krea, size=(512, 512)).from_words("fox", "", 5, None, (512, 512)), "KSampler"
    )[0]
    assert (sampler["steps"], sampler["cfg"], sampler["sampler_name"], sampler["scheduler"]) == (
        8,
        1.0,
        "euler",
        "simple",
    )
    distilled, dev_film = films(LTX_2)[::-1]
    assert [each["cfg"] for each in inputs(dev_film, "CFGGuider")] == [4.0, 1.0]
    assert [each["cfg"] for each in inputs(distilled, "CFGGuider")] == [1.0, 1.0]
    assert inputs(dev_film, "EmptyLTXVLatentVideo")[0] == {"width": 640, "height": 352, "length": 121, "batch_size": 1}
    assert [each["frame_idx"] for each in inputs(films(LTX_2_3, start="a", end="b")[0], "LTXVAddGuide")] == [0, -1]
    sft, turbo, aio, first = pieces(ACE, duration=30, bpm=84, keyscale="B-flat minor")
    assert [inputs(each, "KSampler")[0]["steps"] for each in (sft, turbo, aio, first)] == [50, 8, 8, 50]
    words = inputs(turbo, "TextEncodeAceStepAudio1.5")[0]
    assert (words["bpm"], words["keyscale"], words["duration"], words["lyrics"]) == (
        84,
        "Bb minor",
        30.0,
        "[instrumental]",
    )
    several, one = (
        inputs(shapes.shaping(m, VIEWS, 5), "CLIPVisionEncode") for m in shapes.shape_models(asked(HUNYUAN))[::-1]
    )
    assert ([each["crop"] for each in several], [each["crop"] for each in one]) == (["none"] * 3, ["center"])


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({"vaes": []}, "flux2_dev_fp8mixed lacks the VAE flux2-vae"),
        ({"clips": ["qwen_3_8b.safetensors"]}, "flux2_dev_fp8mixed lacks the text encoder mistral_3_small_flux2"),
    ],
)
def test_a_model_without_its_parts_says_what_it_lacks(change: dict[str, Any], lack: str) -> None:
    assert lack in recipes.incomplete(asked(dataclasses.replace(FLUX_2, **change)))


async def test_an_incomplete_installation_is_told_for_every_tool() -> None:
    files = Files(
        ["ltx-2.3-22b-dev.safetensors", "hunyuan_3d_v2.1.safetensors"],
        ["krea2_turbo_bf16.safetensors", "acestep_v1.5_turbo.safetensors", "mystery_model.safetensors"],
    )
    async with running_comfy(ComfyServer(files, without=frozenset({"SaveGLB", "ManualSigmas"}))) as comfy:
        renderer = ComfyRenderer(ComfyClient(comfy.url))
        for ability, why in (
            ("generate_image", "krea2_turbo_bf16 lacks the text encoder qwen3vl_4b and the VAE qwen_image_vae"),
            ("generate_video", "ltx-2.3-22b-dev lacks the node ManualSigmas and the text encoder gemma_3_12B_it"),
            (
                "generate_music",
                "ace_step_1.5_turbo lacks the text encoder qwen_0.6b_ace15 and the text encoder qwen_1.7",
            ),
            ("image_to_3d", "hunyuan_3d_v2.1 lacks the node SaveGLB."),
        ):
            with pytest.raises(Unavailable, match=why):
                await renderer.models(ability)
    older = asked(KREA_2)
    assert older.options("CLIPLoader", "type").index("krea2")
    info = object_info(KREA_2)
    info["CLIPLoader"]["input"]["required"]["type"][1]["options"].remove("krea2")
    assert recipes.incomplete(Installed(info)) == ["krea2_turbo_fp8_scaled lacks the type krea2 in CLIPLoader"]


@pytest.mark.parametrize(
    ("kind", "given", "why"),
    [
        ("Unheard", {}, "the node Unheard is not installed"),
        ("RandomNoise", {"noise_seed": -1}, "RandomNoise does not take -1 for noise_seed"),
        ("RandomNoise", {"noise_seed": "1"}, "RandomNoise takes no str for noise_seed"),
        ("RandomNoise", {"control": 1}, "RandomNoise takes no control; the studio knows another version"),
        ("KSamplerSelect", {"sampler_name": "magic"}, "KSamplerSelect does not offer magic for sampler_name"),
        ("VAELoader", {}, "VAELoader also needs vae_name, which the studio does not know"),
        ("PreviewImage", {"images": ["1", 1]}, "PreviewImage gets an output that does not exist for images"),
        ("PreviewImage", {"images": ["1", 0]}, "PreviewImage gets CLIP instead of IMAGE for images"),
    ],
)
def test_a_graph_that_the_server_would_refuse_is_not_sent(kind: str, given: dict[str, Any], why: str) -> None:
    graph = Graph()
    graph.add("CLIPLoader", clip_name=KREA_2.clips[0], type="krea2")
    graph.add(kind, **given)
    with pytest.raises(Unavailable, match=why):
        checking.complete(graph, asked(KREA_2))


def test_what_newer_nodes_also_want_gets_their_own_default() -> None:
    (graph, *_) = films(LTX_2)
    checking.complete(graph, asked(LTX_2))
    assert inputs(graph, "SaveVideo")[0]["bit_depth"] == "auto"
    assert inputs(graph, "LTXAVTextEncoderLoader")[0]["device"] == "default"


async def test_flux_2_redraws_and_edits(tmp_path: Path, save: Callable[..., Path]) -> None:
    async with running_comfy(ComfyServer(KLEIN)) as comfy:
        context = connected(comfy, [save(scene(320, 256))], tmp_path)
        kept = await call("generate_image", context, prompt="fog", starting_image_strength=0.75, seed=3)
        source = scene(320, 256)
        assert kept.model == "flux-2-klein-4b"
        assert psnr(np.asarray(decode(kept.made[0].data).convert("RGB")), source) > 15
        assert any(node["class_type"] == "SplitSigmasDenoise" for node in comfy.seen[-1].values())
        edited = await call("edit_image", context, prompt="make it night", seed=1)
        assert edited.renderer == "comfyui"
        assert any(node["class_type"] == "ReferenceLatent" for node in comfy.seen[-1].values())


async def test_ltx_2_films_with_sound_from_a_picture_to_another(tmp_path: Path, save: Callable[..., Path]) -> None:
    first, last = scene(192, 128), 255 - scene(192, 128, seed=3)
    async with running_comfy(ComfyServer(LTX_2_3)) as comfy:
        context = connected(comfy, [save(first, "1.png"), save(last, "2.png")], tmp_path)
        made = {"prompt": "wind", "duration": 0.5, "width": 192, "height": 128}
        begun = (await call("animate_photo", context, sourceImageIndex=-1, **made)).made[0]
        both = await call(
            "animate_photo",
            context,
            frameRole="both",
            sourceImageIndex=-1,
            endImageIndex=-2,
            generateAudio=False,
            **made,
        )
        for place, (data, heard) in enumerate(((begun.data, True), (both.made[0].data, False))):
            path = tmp_path / f"{place}.mp4"
            path.write_bytes(data)
            info = probe.video(path)
            assert (info.width, info.height, info.frames, info.fps, info.has_audio) == (192, 128, 12, 24, heard)
        assert "It has no sound." in both.message
        assert [sum(n["class_type"] == "SamplerCustomAdvanced" for n in g.values()) for g in comfy.seen] == [2, 1]


async def test_ace_step_makes_exactly_the_asked_music(tmp_path: Path) -> None:
    async with running_comfy(ComfyServer(ACE)) as comfy:
        context = connected(comfy, [], tmp_path)
        asked_for = {"prompt": "lo-fi piano, 84 bpm in D minor", "duration": 10, "numberOfVariations": 2}
        outcome = await call("generate_music", context, model="ace_step_1.5_turbo", outputFormat="wav", **asked_for)
        assert outcome.model == "ace_step_1.5_turbo"
        assert [(each.mime_type, each.duration_s) for each in outcome.made] == [("audio/wav", 10.0)] * 2
        path = tmp_path / "piece.wav"
        path.write_bytes(outcome.made[0].data)
        sound = read_sound(path)
        assert len(sound) == 10 * 48_000
        assert loudness_lufs(sound, 48_000) == pytest.approx(-14, abs=0.5)
        words = next(n["inputs"] for n in comfy.seen[0].values() if n["class_type"] == "TextEncodeAceStepAudio1.5")
        assert (words["bpm"], words["keyscale"], words["generate_audio_codes"]) == (84, "D minor", True)
        assert outcome.message == (
            "Made 2 pieces of 10 s with ace_step_1.5_turbo in ComfyUI. It was asked for 84 BPM, D minor."
        )


async def test_hunyuan_shapes_what_a_picture_shows(tmp_path: Path, save: Callable[..., Path]) -> None:
    async with running_comfy(ComfyServer(HUNYUAN)) as comfy:
        alone = np.zeros((64, 96, 4), np.uint8)
        alone[10:50, 20:60] = (200, 200, 200, 255)
        pictured = [save(alone, "1.png"), save(alone[:, ::-1], "2.png")]
        context = connected(comfy, pictured, tmp_path)
        outcome = await call("image_to_3d", context, sourceImageIndex=-1, backViewImageIndex=-2, seed=1)
        assert (outcome.model, outcome.made[0].data[:4]) == ("hunyuan3d-dit-v2-mv_fp16", b"glTF")
        assert outcome.message == (
            "Made a GLB model of Upload 1 with 1 triangles with hunyuan3d-dit-v2-mv_fp16 in ComfyUI."
            " The back view was used. It has a shape all around, but no colours."
        )
        sent = [decode(data) for data in comfy.inputs.values()]
        white, grey = (255, 255, 255), (200, 200, 200)
        assert [(each.size, each.getpixel((0, 0)), each.getpixel((384, 384))) for each in sent] == [
            ((768, 768), white, grey)
        ] * len(sent)
        textured = ComfyRenderer(ComfyClient(comfy.url))
        with pytest.raises(Unavailable, match="shapes without colours, and a texture was asked for"):
            await textured.run("image_to_3d", "hunyuan_3d_v2.1", {"textureSize": 2048}, context)

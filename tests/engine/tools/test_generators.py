"""What pictures of other generators say about themselves: notes written here as those programs write them."""

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from studio.engine.renderers import generators, metadata
from tests.engine.tools.conftest import scene

A1111 = (
    "a red fox, (detailed fur:1.2), soft light\nsecond line\nNegative prompt: blurry, text\n"
    "Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 1234567890, Size: 832x1216, "
    'Model hash: 31e35c80fc, Model: sdxl_base, Lora hashes: "fur: aa11, eyes: bb22", Version: v1.10.1'
)

JOB = "0a1b2c3d-0a1b-4c3d-8e5f-0a1b2c3d4e5f"


def png(path: Path, texts: dict[str, str] | None = None, xmp: str | None = None) -> Path:
    info = PngImagePlugin.PngInfo()
    for key, value in (texts or {}).items():
        info.add_text(key, value)
    if xmp:
        info.add_itxt("XML:com.adobe.xmp", xmp)
    Image.fromarray(scene(16, 16)).save(path, pnginfo=info)
    return path


def generation(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = metadata.read(str(path), "image")["generation"]
    return found


def with_comment(path: Path, text: str) -> Path:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[0x9286] = b"UNICODE\0" + text.encode("utf-16-be")
    Image.fromarray(scene(16, 16)).save(path, exif=exif)
    return path


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_web_ui_in_every_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    made = generation(png(path, {"parameters": A1111}) if suffix == "png" else with_comment(path, A1111))
    assert made["made_by"] == "Stable Diffusion web UI"
    assert made["prompt"] == "a red fox, (detailed fur:1.2), soft light\nsecond line"
    assert made["negative_prompt"] == "blurry, text"
    assert (made["steps"], made["seed"], made["cfg_scale"]) == ("28", "1234567890", "6.5")
    assert made["lora_hashes"] == "fur: aa11, eyes: bb22"
    assert made["model"] == "sdxl_base"


def test_its_relatives() -> None:
    for version, name in (("f2.0.1v1.10.1", "Forge"), ("stable-diffusion.cpp", "stable-diffusion.cpp")):
        made = generators.generation({"parameters": f"x\nSteps: 4, Seed: 1, Version: {version}"}, {}, {})
        assert made is not None
        assert name in made["made_by"]


COMFY = {
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 77, "steps": 30, "cfg": 5.5, "sampler_name": "euler", "scheduler": "normal", "denoise": 1,
                   "positive": ["10", 0], "negative": ["7", 0], "model": ["4", 0]},
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dream.safetensors"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a cat on a roof", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "dogs", "clip": ["4", 1]}},
    "10": {"class_type": "ControlNetApply", "inputs": {"conditioning": ["6", 0], "strength": 1}},
}  # fmt: skip


def test_comfy_graphs_are_followed_to_the_prompts(tmp_path: Path) -> None:
    made = generation(png(tmp_path / "c.png", {"prompt": json.dumps(COMFY), "workflow": "{}"}))
    assert made["made_by"] == "ComfyUI"
    assert (made["prompt"], made["negative_prompt"]) == ("a cat on a roof", "dogs")
    assert (made["seed"], made["steps"], made["cfg_scale"], made["model"]) == (77, 30, 5.5, "dream.safetensors")
    exif = Image.Exif()
    exif[ExifTags.Base.Model], exif[ExifTags.Base.Make] = f"prompt:{json.dumps(COMFY)}", "workflow:{}"
    Image.fromarray(scene(16, 16)).save(tmp_path / "c.webp", exif=exif)
    assert generation(tmp_path / "c.webp")["prompt"] == "a cat on a roof"


@pytest.mark.parametrize(
    ("texts", "maker", "rows"),
    [
        (
            {
                "invokeai_metadata": json.dumps(
                    {
                        "positive_prompt": "owl",
                        "negative_prompt": "day",
                        "seed": 3,
                        "steps": 20,
                        "cfg_scale": 7,
                        "model": {"name": "Juggernaut", "base": "sdxl"},
                    }
                )
            },
            "InvokeAI",
            {"prompt": "owl", "negative_prompt": "day", "seed": 3, "model": "Juggernaut"},
        ),
        (
            {
                "sd-metadata": json.dumps(
                    {
                        "model_weights": "sd-1.5",
                        "image": {"prompt": [{"prompt": "tree", "weight": 1}], "seed": 5, "cfg_scale": 7.5},
                    }
                )
            },
            "InvokeAI",
            {"prompt": "tree", "seed": 5, "model": "sd-1.5"},
        ),
        (
            {
                "Software": "NovelAI",
                "Source": "NovelAI Diffusion V4",
                "Description": "elf",
                "Comment": json.dumps({"seed": 8, "steps": 28, "scale": 5.0, "uc": "bad", "sampler": "k_euler"}),
            },
            "NovelAI",
            {"prompt": "elf", "negative_prompt": "bad", "seed": 8, "cfg_scale": 5.0, "model": "NovelAI Diffusion V4"},
        ),
        (
            {
                "fooocus_scheme": "fooocus",
                "parameters": json.dumps(
                    {
                        "prompt": "harbour",
                        "negative_prompt": "",
                        "styles": "['Fooocus V2']",
                        "performance": "Speed",
                        "seed": "99",
                        "base_model": "juggernautXL",
                        "guidance_scale": 4,
                        "full_prompt": ["harbour, cinematic"],
                        "version": "Fooocus v2.5.5",
                    }
                ),
            },
            "Fooocus",
            {"prompt": "harbour", "seed": "99", "model": "juggernautXL", "cfg_scale": 4, "styles": "Fooocus V2"},
        ),
        (
            {"fooocus_scheme": "a1111", "parameters": A1111},
            "Fooocus",
            {"seed": "1234567890"},
        ),
        (
            {
                "parameters": json.dumps(
                    {
                        "sui_image_params": {
                            "prompt": "moor",
                            "negativeprompt": "",
                            "model": "flux",
                            "seed": 21,
                            "steps": 8,
                            "cfgscale": 1.0,
                        },
                        "sui_extra_data": {"date": "2026-01-02"},
                    }
                )
            },
            "SwarmUI",
            {"prompt": "moor", "seed": 21, "cfg_scale": 1.0, "date": "2026-01-02"},
        ),
        (
            {"Description": f"a lighthouse, dusk --ar 16:9 --v 6.1 --no people Job ID: {JOB}", "Author": "someone"},
            "Midjourney",
            {"prompt": "a lighthouse, dusk", "aspect_ratio": "16:9", "version": "6.1", "negative_prompt": "people"},
        ),
        (
            {
                "prompt": "a barn",
                "negative_prompt": "fog",
                "seed": "4",
                "num_inference_steps": "25",
                "use_stable_diffusion_model": "sd-v1-5",
            },
            "Easy Diffusion",
            {"prompt": "a barn", "steps": "25", "model": "sd-v1-5"},
        ),
    ],
)
def test_text_chunks(tmp_path: Path, texts: dict[str, str], maker: str, rows: dict[str, Any]) -> None:
    made = generation(png(tmp_path / "g.png", texts))
    assert made["made_by"] == maker
    assert {key: made[key] for key in rows} == rows


def test_draw_things_writes_xmp(tmp_path: Path) -> None:
    noted = json.dumps(
        {"c": "a kite", "uc": "rain", "seed": 11, "steps": 6, "scale": 2, "model": "x.ckpt", "sampler": "DDIM"}
    )
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmp:CreatorTool="Draw Things"><exif:UserComment><rdf:Alt>'
        f'<rdf:li xml:lang="x-default">{noted.replace(chr(34), "&quot;")}</rdf:li></rdf:Alt></exif:UserComment>'
        "</rdf:Description></x:xmpmeta>"
    )
    made = generation(png(tmp_path / "d.png", xmp=xmp))
    assert made["made_by"] == "Draw Things"
    assert (made["prompt"], made["negative_prompt"], made["seed"], made["cfg_scale"]) == ("a kite", "rain", 11, 2)


def test_content_credentials_are_found_but_not_believed(tmp_path: Path) -> None:
    path = png(tmp_path / "dalle.png")
    data = path.read_bytes()
    body = b"\0\0\0\x20jumb\0\0\0\x18jumdc2pa c2pa.claim claim_generator ChatGPT c2pa.actions trainedAlgorithmicMedia"
    chunk = struct.pack(">I", len(body)) + b"caBX" + body + struct.pack(">I", zlib.crc32(b"caBX" + body))
    path.write_bytes(data[:33] + chunk + data[33:])
    facts = metadata.read(str(path), "image")
    assert facts["content_credentials"] == {
        "found": True,
        "verified": False,
        "name": "ChatGPT c2pa.actions trainedAlgor",
    } or (facts["content_credentials"]["found"] and "ChatGPT" in facts["content_credentials"]["name"])
    assert "DALL·E" in facts["generation"]["made_by"]
    assert "not verified" in facts["generation"]["note"]
    assert facts["declared_source"] == "made by an AI model"


def test_declared_sources_in_xmp(tmp_path: Path) -> None:
    kind = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    xmp = f'<rdf:Description Iptc4xmpExt:DigitalSourceType="{kind}" photoshop:Credit="Made with Google AI"/>'
    made = generation(png(tmp_path / "g.png", xmp=xmp))
    assert made["made_by"] == "Made with Google AI"
    assert made["declared_source"] == "made by an AI model"


def test_photographs_and_broken_notes_are_no_generations(tmp_path: Path) -> None:
    for texts in ({"parameters": "{broken"}, {"prompt": "{not json"}, {"Comment": "hello"}, {"Description": "my cat"}):
        assert "generation" not in metadata.read(str(png(tmp_path / "n.png", texts)), "image")
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Lumen", "Box 3"
    buffer = io.BytesIO()
    Image.fromarray(scene(16, 16)).save(buffer, "JPEG", exif=exif)
    (tmp_path / "p.jpg").write_bytes(buffer.getvalue())
    assert "generation" not in metadata.read(str(tmp_path / "p.jpg"), "image")

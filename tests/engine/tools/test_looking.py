"""Analysis and metadata: measured facts, honest limits, every generator's notes, round trips."""

import io
import json
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw, ImageFont, PngImagePlugin

from studio.contract.errors import ToolError
from studio.engine.renderers import looks, pictures, seeing
from studio.engine.tools.analyze_image import AnalyzeImage
from studio.engine.tools.common import about
from studio.engine.tools.extract_metadata import ExtractMetadata
from studio.engine.tools.generate_image import GenerateImage
from tests.engine.tools.conftest import Context, scene

PHOTOS = Path(__file__).parents[2] / "fixtures" / "photos"


async def test_the_vision_model_answers_when_there_is_one(save: Callable[..., Path]) -> None:
    context = Context([save(scene())], answer="A red ball.")
    outcome = await AnalyzeImage().run({"query": "What is it?", "analysisType": "objects"}, context)
    assert outcome.message == "A red ball."
    system, user, images = context.asked[0]
    assert user == "What is it?"
    assert "List the objects" in system
    assert images == context.pictures


async def test_measured_facts_without_a_model(save: Callable[..., Path]) -> None:
    outcome = await AnalyzeImage().run(
        {"query": "Describe it", "analysisType": "ocr"}, Context([save(scene(360, 270))])
    )
    assert outcome.data is not None
    assert (outcome.data["width"], outcome.data["height"]) == (360, 270)
    assert outcome.data["orientation"] == "landscape"
    box = outcome.data["composition"]["box"]
    assert abs((box[0] + box[2]) / 2 - 0.52) < 0.05
    assert "in the centre" in outcome.message
    assert outcome.message.startswith("No readable text was found.")
    assert "no vision model is connected" in outcome.message
    assert abs(sum(row["share"] for row in outcome.data["palette"]) - 1) < 0.05


@pytest.mark.parametrize(("photo", "names"), [("cat", {"Egyptian cat", "tabby"}), ("espresso", {"espresso"})])
async def test_photographs_are_named(photo: str, names: set[str]) -> None:
    outcome = await AnalyzeImage().run({"query": "What is it?"}, Context([PHOTOS / f"{photo}.jpg"]))
    assert outcome.data is not None
    assert outcome.data["labels"][0]["name"] in names
    assert outcome.data["labels"][0]["name"] in outcome.message
    assert outcome.data["faces"] == []


def test_a_face_is_counted_and_found() -> None:
    faces = seeing.faces(np.asarray(Image.open(PHOTOS / "astronaut.jpg").convert("RGB")))
    assert len(faces) == 1
    left, top, right, bottom = faces[0]
    assert left < 0.43 < right  # between her eyes
    assert top < 0.23 < bottom
    wood = Image.open(PHOTOS / "espresso.jpg").convert("RGB")
    wood.thumbnail((640, 640))
    assert seeing.faces(np.asarray(wood)) == [], "the grain of the table looks like one at this size"


async def test_text_is_read_in_its_order(save: Callable[..., Path]) -> None:
    page = Image.new("RGB", (640, 240), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(44)
    pen.text((30, 30), "LIVE at 20:45", fill="black", font=font)
    pen.text((30, 140), "Hall B-12", fill="#203060", font=font)
    outcome = await AnalyzeImage().run({"query": "Read it", "analysisType": "ocr"}, Context([save(page)]))
    assert outcome.message.startswith("Text in it: “LIVE at 20:45” / “Hall B-12”.")
    assert outcome.data is not None
    for line in outcome.data["text"]:
        assert line["score"] > 0.75
        assert 0 <= line["box"][0] < line["box"][2] <= 1


async def test_comparison(save: Callable[..., Path]) -> None:
    context = Context([save(scene(), "a.png"), save(scene(), "b.png"), save(255 - scene()[::-1], "c.png")])
    same = await AnalyzeImage().run({"query": "same?", "sourceImageIndex": -1, "compareImageIndex": -2}, context)
    assert "the same pixels" in same.message
    other = await AnalyzeImage().run({"query": "same?", "sourceImageIndex": -1, "compareImageIndex": -3}, context)
    assert other.data is not None
    assert other.data["comparison"]["structure"] < 0.5


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((255, 0, 0), "red"),
        ((10, 10, 12), "black"),
        ((255, 255, 255), "white"),
        ((20, 34, 84), "navy"),
        ((60, 150, 60), "green"),
        ((82, 59, 99), "purple"),
        ((115, 75, 111), "purple"),
        ((124, 122, 120), "grey"),
    ],
)
def test_colour_names(rgb: tuple[int, int, int], name: str) -> None:
    assert looks.colour_name(rgb) == name
    assert [colour["name"] for colour in looks.palette(np.full((1, 1, 3), rgb, np.uint8))] == [name]


@pytest.mark.parametrize("output", ["png", "jpg", "webp"])
async def test_our_own_pictures_tell_how_they_were_made(tmp_path: Path, output: str) -> None:
    made = await GenerateImage().run(
        {"prompt": "ein Schiff – 船", "seed": 4, "width": 256, "height": 256, "outputFormat": output}, Context([])
    )
    path = tmp_path / f"made.{output}"
    path.write_bytes(made.made[0].data)
    outcome = await ExtractMetadata().run({}, Context([path]))
    assert outcome.data is not None
    generation = outcome.data["generation"]
    assert generation["prompt"] == "ein Schiff – 船"
    assert generation["seed"] == "4"
    assert generation["tool"] == "generate_image"
    assert "Sogni Intelligence Studio" in generation["made_by"]
    assert "船" in outcome.message
    texts = about("edit_image", prompt="🦊\0\x1b" * 100_000, renderer="r", model="m")
    path.write_bytes(pictures.encode(scene(16, 16), None, output, texts).data)
    found = (await ExtractMetadata().run({}, Context([path]))).data
    assert found is not None
    assert set(found["generation"]["prompt"].strip("…")) == {"🦊"}


def _png(path: Path, **texts: str) -> Path:
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    Image.fromarray(scene(16, 16)).save(path, pnginfo=info)
    return path


async def test_settings_of_another_generator_are_told(tmp_path: Path) -> None:
    notes = "a red fox\nNegative prompt: blurry\nSteps: 28, Sampler: Euler a, CFG scale: 6.5, Seed: 7, Model: dream_8"
    outcome = await ExtractMetadata().run({}, Context([_png(tmp_path / "a.png", parameters=notes)]))
    for words in ("“a red fox”", "model dream_8", "sampler Euler a", "steps 28", "guidance 6.5", "seed 7", "“blurry”"):
        assert words in outcome.message


async def test_other_generators(tmp_path: Path) -> None:
    web_ui = "a fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, Seed: 42, Model: dream"
    comfy = json.dumps(
        {"3": {"class_type": "KSampler", "inputs": {"seed": 9}}, "6": {"class_type": "T", "inputs": {"text": "a cat"}}}
    )
    rows = [
        ({"parameters": web_ui}, "Stable Diffusion web UI", ("prompt", "a fox"), ("seed", "42")),
        ({"prompt": comfy, "workflow": "{}"}, "ComfyUI", ("prompts", ["a cat"]), ("seeds", [9])),
        (
            {"invokeai_metadata": '{"positive_prompt": "owl", "seed": 3}'},
            "InvokeAI",
            ("positive_prompt", "owl"),
            ("seed", 3),
        ),
        (
            {"Software": "NovelAI", "Description": "elf", "Comment": '{"seed": 8}'},
            "NovelAI",
            ("prompt", "elf"),
            ("seed", 8),
        ),
    ]
    for texts, maker, *facts in rows:
        outcome = await ExtractMetadata().run({}, Context([_png(tmp_path / "g.png", **texts)]))
        assert outcome.data is not None
        generation = outcome.data["generation"]
        assert generation["made_by"] == maker
        for key, value in facts:
            assert generation[key] == value


async def test_camera_facts(save: Callable[..., Path]) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Lumen", "Box 3"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ExposureTime] = 0.004
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 12.0, 30.0), "W", (16.0, 0.0, 0.0)
    outcome = await ExtractMetadata().run({}, Context([save(scene(20, 10), "c.jpg", exif=exif)]))
    assert outcome.data is not None
    assert outcome.data["exif"]["gps"] == {"latitude": 48.208333, "longitude": -16.0}
    assert outcome.data["exif"]["ExposureTime"] == pytest.approx(0.004)
    assert "taken with Lumen Box 3" in outcome.message


async def test_sound_and_clips(tmp_path: Path) -> None:
    sound = tmp_path / "s.wav"
    with wave.open(str(sound), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(np.zeros(12000, np.int16).tobytes())

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + name + body

    header = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 7250) + bytes(80))
    track = box(b"trak", box(b"tkhd", bytes(76) + struct.pack(">II", 640 << 16, 360 << 16)))
    clip = tmp_path / "c.mp4"
    clip.write_bytes(box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", header + track))
    context = Context([], kinds={"audio": [sound], "video": [clip]})
    heard = await ExtractMetadata().run({"audioSourceIndex": -1}, context)
    assert heard.data is not None
    assert heard.data["duration_s"] == pytest.approx(1.5)
    assert heard.data["sample_rate_hz"] == 8000
    seen = await ExtractMetadata().run({"mediaType": "video"}, context)
    assert seen.data is not None
    assert (seen.data["duration_s"], seen.data["width"], seen.data["height"]) == (7.25, 640, 360)
    (tmp_path / "odd.bin").write_bytes(b"\0" * 64)
    odd = await ExtractMetadata().run({"mediaType": "video"}, Context([], kinds={"video": [tmp_path / "odd.bin"]}))
    assert "cannot look inside" in odd.message


async def test_notes_before_a_damage_are_told(tmp_path: Path) -> None:
    path = _png(tmp_path / "cut.png", Comment="by hand")
    path.write_bytes(path.read_bytes()[:-60])
    outcome = await ExtractMetadata().run({}, Context([path]))
    assert outcome.data is not None
    assert outcome.data["texts"] == {"Comment": "by hand"}


async def test_nothing_there() -> None:
    with pytest.raises(ToolError) as caught:
        await ExtractMetadata().run({}, Context([]))
    assert caught.value.code == "ASSET_NOT_FOUND"


def test_gif_comment(tmp_path: Path) -> None:
    from studio.engine.renderers import metadata

    buffer = io.BytesIO()
    Image.fromarray(scene(8, 8)).convert("P").save(buffer, "GIF", comment=b"hello")
    (tmp_path / "c.gif").write_bytes(buffer.getvalue())
    assert metadata.read(str(tmp_path / "c.gif"), "image")["texts"]["comment"] == "hello"

"""Metadata of films and sounds: counted facts, tags, and who made them."""

import json
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.engine.renderers.video import ffmpeg, frames, sound
from studio.engine.tools.extract_metadata import ExtractMetadata
from tests.engine.tools.conftest import Context
from tests.helpers.films import film, numbered, tone

ABOUT = {"prompt": 'a "quiet" sea\nat night', "tool": "generate_video", "renderer": "painter", "seed": "7"}


async def facts(path: Path, kind: str) -> tuple[dict[str, Any], str]:
    outcome = await ExtractMetadata().run({"mediaType": kind}, Context([], kinds={kind: [path]}))
    assert outcome.data is not None
    return outcome.data, outcome.message


def tagged(source: Path, target: Path, **tags: str) -> Path:
    arguments = [part for key, value in tags.items() for part in ("-metadata", f"{key}={value}")]
    command = [ffmpeg.executable(), "-loglevel", "error", "-i", str(source), "-c", "copy", *arguments]
    subprocess.run([*command, "-movflags", "use_metadata_tags", str(target)], check=True)
    return target


async def test_a_film_of_ours_tells_how_it_was_made(tmp_path: Path) -> None:
    sound.write_sound(tmp_path / "s.wav", tone(1.0), 48_000)
    path = tmp_path / "f.mp4"
    with frames.FilmWriter(path, 128, 96, Fraction(30000, 1001), sound=tmp_path / "s.wav", about=ABOUT) as writer:
        for number in range(20):
            writer.write(numbered(number))
    found, message = await facts(path, "video")
    assert (found["format"], found["width"], found["height"], found["frames"]) == ("MP4", 128, 96, 20)
    assert found["frame_rate"] == pytest.approx(29.97, abs=0.001)
    assert found["duration_s"] == pytest.approx(20 * 1001 / 30000, abs=0.001)
    assert (found["video_codec"], found["audio_codec"], found["channels"]) == ("h264", "aac", 2)
    assert found["colour_matrix"] == "bt709"
    assert {key: found["generation"][key] for key in ABOUT} == ABOUT
    assert found["byte_length"] == path.stat().st_size
    assert "20 frames at 29.97 a second (h264), sound in aac" in message
    assert "seed 7" in message


@pytest.mark.parametrize("name", ["mp3", "flac", "m4a", "wav"])
async def test_a_sound_of_ours_is_measured(tmp_path: Path, name: sound.Container) -> None:
    path = tmp_path / f"s.{name}"
    sound.write_sound(path, tone(1.5, 1000, level=0.25), 44_100, name, ABOUT)
    found, message = await facts(path, "audio")
    assert found["duration_s"] == pytest.approx(72_000 / 44_100, abs=0.002)
    assert (found["sample_rate_hz"], found["channels"]) == (44_100, 2)
    assert found["peak_dbfs"] == pytest.approx(-12.0, abs=0.8)
    assert found["loudness_lufs"] == pytest.approx(-12.0, abs=0.6)
    assert found["generation"]["prompt"] == ABOUT["prompt"]
    assert "44100 Hz stereo, loudness" in message


async def test_tags_of_other_programs(tmp_path: Path) -> None:
    plain = film(tmp_path / "f.mp4", frames=3)
    graph = {"3": {"class_type": "KSampler", "inputs": {"seed": 41, "positive": ["6", 0]}},
             "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red kite"}}}  # fmt: skip
    for number, tags in enumerate(
        ({"prompt": json.dumps(graph)}, {"comment": json.dumps({"prompt": json.dumps(graph), "workflow": {}})})
    ):
        found, _ = await facts(tagged(plain, tmp_path / f"{number}.mp4", **tags), "video")
        assert found["generation"]["made_by"] == "ComfyUI"
        assert "a red kite" in json.dumps(found["generation"])
    found, message = await facts(
        tagged(plain, tmp_path / "t.mp4", title="Holiday", comment="by the sea", date="2020"), "video"
    )
    assert (found["title"], found["comment"], found["date"]) == ("Holiday", "by the sea", "2020")
    assert "generation" not in found
    assert "without sound" in message


async def test_silence_is_called_silence(tmp_path: Path) -> None:
    sound.write_sound(tmp_path / "s.wav", np.zeros((4800, 2), np.float32), 48_000)
    found, message = await facts(tmp_path / "s.wav", "audio")
    assert found["silent"] is True
    assert "loudness_lufs" not in found
    assert "silent" in message


async def test_damaged_files_still_say_what_they_can(tmp_path: Path) -> None:
    data = film(tmp_path / "f.mp4", frames=3).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: data.index(b"mdat")])
    found, message = await facts(tmp_path / "cut.mp4", "video")
    assert (found["width"], found["height"], found["duration_s"]) == (128, 96, 0.125)
    assert "these facts are what its header says" in message
    (tmp_path / "junk.mp3").write_bytes(b"\1\2\3" * 99)
    found, _ = await facts(tmp_path / "junk.mp3", "audio")
    assert set(found) == {"byte_length", "sha256", "note", "filename"} - ({"filename"} - set(found))

"""Every tool that renders can be cancelled at any point: its process, the programs it started and its files go.

The render is held at the moment in question (see ``tests.helpers.brakes``), so the outcome is the same on a fast
and on a slow machine. Each tool is cancelled once, some at their start, middle and end; every tool
at all three with ``STUDIO_FULL_TESTS=1`` (``packaging/test --full``).
"""

import os
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image

from studio.engine.renderers.video.sound import write_sound
from tests.engine.tools.conftest import Context, scene
from tests.engine.tools.test_pool import until_gone
from tests.helpers.brakes import cancelled
from tests.helpers.films import film

FULL = bool(os.environ.get("STUDIO_FULL_TESTS"))
START, MIDDLE, END = 0.0, 0.3, 0.7
RATE: Final = 48_000

ARGUMENTS: Final[dict[str, dict[str, Any]]] = {
    "generate_image": {"prompt": "a boat", "width": 256, "height": 256},
    "edit_image": {"prompt": "warmer, oil painting style, upscale 2x"},
    "apply_style": {"prompt": "ink drawing"},
    "restore_photo": {"prompt": "remove the noise"},
    "refine_result": {"prompt": "brighter"},
    "upscale_image": {"scale": 2},
    "change_angle": {"description": "front-right quarter view eye-level shot medium shot"},
    "image_to_3d": {"meshTargetFaces": 5000},
    "remove_background": {},
    "segment_image": {"points": [{"x": 0.5, "y": 0.5, "label": "positive"}]},
    "analyze_image": {"query": "what is it"},
    "extract_metadata": {"videoIndex": -1},
    "animate_photo": {"prompt": "slow zoom", "duration": 1, "targetResolution": 96},
    "generate_video": {"prompt": "rain", "duration": 2, "targetResolution": 96},
    "sound_to_video": {"prompt": "rain", "sourceImageIndex": -1, "duration": 2, "targetResolution": 64},
    "video_to_video": {"prompt": "noir"},
    "extend_video": {"prompt": "rain", "duration": 2, "videoIndex": -1},
    "replace_video_segment": {"prompt": "rain", "startSeconds": 0, "endSeconds": 0.4, "videoIndex": -1},
    "orbit_video": {},
    "dance_montage": {"dance": "chanel", "duration": 8},
    "stitch_video": {"videoIndices": [-1, -1, -1]},
    "overlay_video": {"overlays": [{"kind": "text", "position": "center", "text": "Hello"}]},
    "add_subtitles": {"srt": "1\n00:00:00,000 --> 00:00:00,400\nHello\n"},
    "upscale_video": {"processingSpeed": "faster"},
    "analyze_video": {"query": "What happens?"},
    "generate_music": {"prompt": "solo harp", "duration": 10},
}
"""Small work for every tool that renders. ``generate_speech`` needs a pack: ``test_speech`` cancels it."""

OFTEN: Final = ("upscale_image", "edit_image", "stitch_video", "generate_music")
"""One of each way of working: strips, steps, frames, sounds."""

EARLIER: Final = {"orbit_video": 0.1, "dance_montage": 0.1, "upscale_video": 0.1, "extract_metadata": START}
"""Where the middle would take seconds to reach; reading metadata is one step without a middle."""


def cases() -> list[tuple[str, float]]:
    if FULL:
        every = [(name, moment) for name in ARGUMENTS for moment in (START, MIDDLE, END)]
        return [(name, moment) for name, moment in every if name != "extract_metadata" or moment == START]
    often = [(name, moment) for name in OFTEN for moment in (START, MIDDLE, END)]
    return often + [(name, EARLIER.get(name, MIDDLE)) for name in ARGUMENTS if name not in OFTEN]


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    folder = tmp_path_factory.mktemp("media")
    Image.fromarray(scene(96, 72)).save(folder / "in.png")
    wave = 0.4 * np.sin(np.arange(RATE * 2) / 20).astype(np.float32)
    write_sound(folder / "in.wav", np.stack((wave, wave), 1), RATE)
    clip = film(folder / "in.mp4", frames=12, size=(96, 64), hertz=440)
    return {"image": [folder / "in.png"], "audio": [folder / "in.wav"], "video": [clip]}


@pytest.mark.parametrize(("name", "moment"), cases())
async def test_cancel_leaves_no_process_and_no_file(
    media: dict[str, list[Path]], tmp_path: Path, name: str, moment: float
) -> None:
    context = Context(media["image"], kinds=media, folder=tmp_path)
    for process in await cancelled(name, ARGUMENTS[name], context, moment):
        assert await until_gone(process, 5.0)

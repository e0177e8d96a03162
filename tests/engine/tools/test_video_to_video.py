"""Films from films: exact lengths and sizes, steady styles, what was hidden comes back, masks are kept to."""

import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers import cutout, style, style_names
from studio.engine.renderers.video import probe, subjects, temporal
from studio.engine.renderers.video.frames import FilmWriter, read_frames
from studio.engine.tools.video_to_video import VideoToVideo
from tests.engine.tools.conftest import Context, psnr, scene
from tests.helpers.films import film

SIZE = (160, 96)
LARGE = cv2.GaussianBlur(scene(400, 200, seed=2), (0, 0), 0.8)


def view(x: float) -> np.ndarray:
    """A window into a large scene whose left edge is at *x* pixels."""
    matrix = np.float32([[1, 0, -x], [0, 1, -40]])
    return cv2.warpAffine(LARGE, matrix, SIZE, flags=cv2.INTER_CUBIC)


def walker(i: int, x: float = 60.0) -> np.ndarray:
    return cv2.ellipse(view(x).copy(), (14 + 11 * i, 56), (9, 24), 0, 0, 360, (250, 240, 30), -1, cv2.LINE_AA)


def clip(path: Path, draw: Callable[[int], np.ndarray], frames: int = 12, fps: int = 12, **options: Any) -> Path:
    return film(path, frames=frames, fps=fps, size=SIZE, draw=draw, **options)


async def transformed(source: Path, folder: Path, pictures: list[Path] | None = None, **arguments: Any) -> Any:
    context = Context(pictures or [], folder=folder, kinds={"video": [source]})
    outcome = await VideoToVideo().run({"prompt": "", **arguments}, context)
    path = folder / "out.mp4"
    path.write_bytes(outcome.made[0].data)
    return outcome, path, list(read_frames(path))


async def test_a_style_keeps_frames_length_and_sound(tmp_path: Path) -> None:
    source = clip(tmp_path / "in.mp4", lambda i: view(40 + 3 * i), hertz=440.0)
    outcome, path, frames = await transformed(
        source, tmp_path, prompt="an ink drawing", controlMode="canny", returnLastFrame=True
    )
    info = probe.video(path)
    assert (info.frames, info.fps, info.width, info.height) == (12, Fraction(12), *SIZE)
    assert (info.video_codec, info.pixel_format, info.audio_codec) == ("h264", "yuv420p", "aac")
    assert probe.audio(path).duration_s == pytest.approx(1.0, abs=1 / 12)
    assert "ink drawing" in outcome.message
    assert [made.role for made in outcome.made] == ["result", "last_frame"]
    assert float(np.abs(np.diff(frames[5].astype(int), axis=2)).mean()) < 6, "ink has no colours"
    assert not list((tmp_path / "cache" / "scratch").iterdir())


def flicker(frames: list[np.ndarray], step: float) -> float:
    """How much frames differ from the one before, carried along the true movement."""
    off = [np.abs(b[:, : -int(step)].astype(float) - a[:, int(step) :]).mean() for a, b in itertools.pairwise(frames)]
    return float(np.mean(off))


def test_the_style_moves_with_the_picture() -> None:
    rng = np.random.default_rng(4)
    noisy = [np.clip(view(30 + 2.0 * i) + rng.normal(0, 5, (96, 160, 3)), 0, 255).astype(np.uint8) for i in range(13)]
    oil = style_names.by_name("pencil sketch")
    assert oil is not None

    def draw(frame: np.ndarray) -> np.ndarray:
        return style._drawn(frame, oil, 1)

    alone = [draw(frame) for frame in noisy]
    together = list(temporal.carried(iter(noisy), draw, 3))
    assert len(together) == 13
    assert flicker(together, 2) < 0.6 * flicker(alone, 2)
    assert psnr(together[6], alone[6]) > 12


def test_nothing_is_carried_over_a_cut() -> None:
    frames = [view(30)] * 5 + [view(30) // 4] * 5
    made = list(temporal.carried(iter(frames), lambda frame: frame, 4))
    assert all(psnr(a, b) > 40 for a, b in zip(frames, made, strict=True))


async def test_words_without_a_style_give_light_and_colours(tmp_path: Path) -> None:
    source = clip(tmp_path / "in.mp4", lambda i: view(40 + 3 * i), frames=6)
    before = list(read_frames(source))
    outcome, _, frames = await transformed(
        source, tmp_path, prompt="a ship on the deep blue sea", controlMode="depth", numberOfVariations=1
    )
    warmth = [np.mean([f[:, :, 0].astype(int) - f[:, :, 2] for f in film]) for film in (before, frames)]
    assert warmth[1] < warmth[0] - 15
    assert "what it shows stays the same" in outcome.message
    again = await transformed(source, tmp_path, prompt="a ship on the deep blue sea", controlMode="depth")
    assert again[0].made[0].data == outcome.made[0].data


async def test_named_light_and_weather_are_graded_alike_and_fall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutout, "saliency", lambda rgb: np.zeros(rgb.shape[:2], np.float32))  # asked 36 times
    source = clip(tmp_path / "in.mp4", lambda i: view(50), frames=6)
    before = list(read_frames(source))
    outcome, _, frames = await transformed(source, tmp_path, prompt="make it night", controlMode="depth")
    assert frames[2].mean() < 0.7 * before[2].mean()
    assert np.abs(frames[1].astype(int) - frames[4]).mean() < 2, "a fixed change does not flicker"
    assert outcome.message.startswith("Graded")
    outcome, _, frames = await transformed(source, tmp_path, prompt="heavy snow is falling", controlMode="depth")
    assert np.abs(frames[1].astype(int) - frames[4]).mean() > 2, "snow moves"
    assert "snow moving over it" in outcome.message


async def test_a_walker_is_taken_out_and_what_was_behind_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(small: np.ndarray) -> np.ndarray:  # a network that misses half of the subject
        yellow = (small[:, :, 0] > 200) & (small[:, :, 1] > 200) & (small[:, :, 2] < 120)
        yellow[: small.shape[0] // 2] = False
        return np.where(yellow, 255, 0).astype(np.uint8)

    monkeypatch.setattr(subjects, "_look", look)
    source = clip(tmp_path / "in.mp4", lambda i: walker(i, 60 + i))
    outcome, _, frames = await transformed(source, tmp_path, prompt="remove the walker", controlMode="inpaint")
    for i in (2, 6, 10):
        clean = view(60 + i)
        assert psnr(frames[i], clean) > 26 > psnr(walker(i, 60 + i), clean) + 5
    assert "other frames" in outcome.message
    assert outcome.data["films"][0]["invented_share"] < 0.3


async def test_a_mask_is_kept_to(tmp_path: Path, save: Callable[..., Path]) -> None:
    def marked(_: int) -> np.ndarray:
        return cv2.putText(view(50).copy(), "TV", (62, 56), 0, 0.8, (255, 255, 255), 2)

    source = clip(tmp_path / "in.mp4", marked, frames=5)
    mask = np.zeros((96, 160), np.uint8)
    mask[30:62, 56:98] = 255
    _, _, frames = await transformed(
        source, tmp_path, [save(mask, "mask.png")], prompt="fill", controlMode="inpaint", maskImageIndex=-1
    )
    before = list(read_frames(source))
    outside = np.ones_like(mask, bool)
    outside[20:72, 46:108] = False
    assert psnr(frames[3][outside], before[3][outside]) > 38
    truth = view(50)
    assert psnr(frames[3][~outside], truth[~outside]) > psnr(before[3][~outside], truth[~outside]) + 6
    with pytest.raises(ToolError, match="mask"):
        await transformed(
            source, tmp_path, [save(mask * 0, "mask.png")], prompt="fill", controlMode="inpaint", maskImageIndex=-1
        )


async def test_a_wider_canvas_shows_what_the_camera_saw_later(tmp_path: Path) -> None:
    source = clip(tmp_path / "in.mp4", lambda i: view(60 + 5 * i))
    outcome, _, frames = await transformed(
        source, tmp_path, controlMode="outpaint", outpaintAspectRatio="21:9", outpaintPosition="left"
    )
    assert frames[0].shape == (96, 224, 3)
    truth = cv2.warpAffine(LARGE, np.float32([[1, 0, -60], [0, 1, -40]]), (224, 96))
    assert psnr(frames[0][:, :150], truth[:, :150]) > 30
    assert psnr(frames[0][4:-4, 164:196], truth[4:-4, 164:196]) > 22, "seen by the camera eleven frames later"
    assert outcome.data["films"][0]["from_other_frames"] > 0.2
    wide = film(tmp_path / "wide.mp4", frames=2, size=(128, 72))
    with pytest.raises(ToolError, match="shape"):
        await transformed(wide, tmp_path, controlMode="outpaint", outpaintAspectRatio="16:9")


async def test_noise_is_calmed(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    source = tmp_path / "in.mp4"
    with FilmWriter(source, *SIZE, Fraction(12), crf=4) as writer:
        for _ in range(8):
            writer.write(np.clip(view(40) + rng.normal(0, 9, (96, 160, 3)), 0, 255).astype(np.uint8))
    noisy = list(read_frames(source))
    _, _, frames = await transformed(source, tmp_path, controlMode="detailer")
    unrest = [np.abs(f[-1].astype(float) - f[-2]).mean() for f in (noisy, frames)]
    assert unrest[1] < 0.75 * unrest[0]


async def test_a_picture_moves_as_the_film_does(tmp_path: Path, save: Callable[..., Path]) -> None:
    source = clip(tmp_path / "in.mp4", lambda i: view(40 + 4 * i))
    picture = save(scene(200, 150, seed=9), "p.png")
    outcome, _, frames = await transformed(source, tmp_path, [picture], controlMode="animate-move", sourceImageIndex=-1)
    assert frames[0].shape == (150, 200, 3)
    assert len(frames) == 12
    shift, _ = cv2.phaseCorrelate(
        *(cv2.cvtColor(f, cv2.COLOR_RGB2GRAY).astype(np.float32) for f in (frames[0], frames[4]))
    )
    assert shift[0] < -3, "a camera that pans right moves the picture left"
    assert "nobody in it acts" in outcome.message


async def test_a_cut_out_takes_the_place_of_the_subject(
    tmp_path: Path, save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        subjects,
        "_look",
        lambda small: np.where((small[:, :, 1] > 200) & (small[:, :, 2] < 120), 255, 0).astype(np.uint8),
    )
    figure = np.zeros((80, 40, 4), np.uint8)
    figure[5:75, 8:32] = (20, 60, 240, 255)
    source = clip(tmp_path / "in.mp4", walker)
    outcome, _, frames = await transformed(
        source, tmp_path, [save(figure, "f.png")], controlMode="animate-replace", sourceImageIndex=-1
    )
    for i in (3, 8):
        blue = (frames[i][:, :, 2].astype(int) - frames[i][:, :, 0]) > 110
        assert abs(np.nonzero(blue)[1].mean() - (14 + 11 * i)) < 8
        assert not ((frames[i][:, :, 1] > 190) & (frames[i][:, :, 2] < 110)).any(), "the walker is gone"
    assert outcome.data["films"][0]["subject_share"] == 1.0


async def test_lengths_variations_and_bad_input(tmp_path: Path) -> None:
    source = clip(tmp_path / "in.mp4", lambda i: view(40), frames=30, fps=10)
    outcome, path, _ = await transformed(
        source, tmp_path, prompt="{noir|sepia} film", duration=2, generateAudio=False, numberOfVariations=2
    )
    assert probe.video(path).frames == 20
    assert [made.prompt for made in outcome.made] == ["noir film", "sepia film"]
    assert outcome.made[0].data != outcome.made[1].data
    outcome, path, _ = await transformed(source, tmp_path, prompt="noir", duration=5, targetResolution=144)
    assert probe.video(path).frames == 30
    assert probe.video(path).height == 144
    assert "2 s of the asked length are missing" in outcome.message
    for bad in ({"prompt": " "}, {"prompt": "noir", "targetResolution": 4000}, {"prompt": "x", "videoSourceIndex": 3}):
        with pytest.raises(ToolError):
            await transformed(source, tmp_path, **bad)
    (tmp_path / "bad.mp4").write_bytes(b"nothing")
    with pytest.raises(ToolError, match="not a film"):
        await transformed(tmp_path / "bad.mp4", tmp_path, prompt="noir")

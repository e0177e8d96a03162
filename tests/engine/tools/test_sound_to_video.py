"""Films to sounds: exact lengths, light struck by the beat, pace by loudness, the catalogue's rules."""

import itertools
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers import cutout
from studio.engine.renderers.sound_analysis import analyse
from studio.engine.renderers.video import probe, rhythm, sounding
from studio.engine.renderers.video.frames import read_frames
from studio.engine.renderers.video.sound import read_sound, write_sound
from studio.engine.tools.sound_to_video import SoundToVideo
from tests.engine.tools.conftest import Context, psnr, scene
from tests.helpers.tunes import tune

RATE = 22_050
SMALL = {"targetResolution": 96}


@pytest.fixture(autouse=True)
def quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the subject in the middle without asking the network: its work has its own tests."""

    def middle(rgb: np.ndarray) -> np.ndarray:
        ys, xs = np.mgrid[-1 : 1 : rgb.shape[0] * 1j, -1 : 1 : rgb.shape[1] * 1j]
        return np.clip(2.2 - 4 * np.hypot(xs, ys), 0, 1).astype(np.float32)

    monkeypatch.setattr(cutout, "saliency", middle)


@pytest.fixture
def flat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without depth, for speed."""
    monkeypatch.setattr(sounding, "Stage", partial(sounding.Stage, flat=True))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    write_sound(path, tune(8, bpm=100, rate=RATE), RATE)
    return path


async def filmed(song: Path, pictures: list[Path], **arguments: Any) -> Any:
    context = Context(pictures, folder=song.parent, kinds={"audio": [song]})
    outcome = await SoundToVideo().run({"prompt": "a red ball", **SMALL, **arguments}, context)
    path = song.parent / "film.mp4"
    path.write_bytes(outcome.made[0].data)
    return outcome, path


async def test_light_and_camera_are_struck_by_the_beat(song: Path, save: Callable[..., Path]) -> None:
    picture = save(scene(160, 120))
    outcome, path = await filmed(song, [picture], sourceImageIndex=-1, duration=3, audioStart=1.2, returnLastFrame=True)
    info = probe.video(path)
    assert (info.frames, info.fps, info.width, info.height) == (72, Fraction(24), 128, 96)
    assert (info.video_codec, info.audio_codec) == ("h264", "aac")
    frames = list(read_frames(path))
    assert psnr(frames[0], np.asarray(frames[0])) > 60
    assert outcome.data["films"][0]["tempo_bpm"] == pytest.approx(100, abs=0.5)
    light = np.array([frame.mean() for frame in frames])
    jumps = np.diff(light)
    beats = np.round((np.arange(2, 8) * 0.6 - 1.2) * 24).astype(int)[1:]
    for beat in beats[beats < 71]:
        near = jumps[max(0, beat - 2) : beat + 1]
        assert near.max() > 4 * np.median(np.abs(jumps)), f"no light at the beat in frame {beat}"
    assert outcome.made[1].role == "last_frame"
    sound = read_sound(path)
    assert len(sound) == 3 * 48_000
    whole = read_sound(song)[round(1.2 * 48_000) :][: len(sound)]
    assert np.corrcoef(sound[:, 0], whole[:, 0])[0, 1] > 0.95
    assert not list((song.parent / "cache" / "scratch").iterdir())


def test_the_rhythm_of_frames() -> None:
    quiet, loud = 0.06 * tune(4, rate=RATE), tune(4, rate=RATE)
    heard = analyse(np.concatenate((quiet, loud)), RATE)
    beat = rhythm.of(heard, 0.0, 192, Fraction(24))
    assert beat.steady
    assert beat.level[30:80].mean() < 0.4 < 0.7 < beat.level[110:180].mean()
    half = float(beat.way[96])
    assert half < 0.4, "more way is made where it is louder"
    assert (np.diff(beat.way) > 0).all()
    struck = [i for i in range(1, 191) if beat.pulse[i] > beat.pulse[i - 1] and beat.pulse[i] >= beat.pulse[i + 1]]
    assert all(min(i % 12, 12 - i % 12) <= 1 for i in struck)
    assert len(struck) >= 13
    assert np.abs(np.diff(beat.beat) - 2 / 24).max() < 0.02
    beyond = rhythm.of(heard, 6.0, 96, Fraction(24))
    assert beyond.level[60:].max() == 0


@pytest.mark.usefixtures("flat")
async def test_paintings_change_on_the_bars(song: Path) -> None:
    outcome, path = await filmed(song, [], prompt="misty mountains", duration=8, aspectRatio="1:1", targetResolution=64)
    assert probe.video(path).frames == 192
    assert outcome.data["films"][0]["scenes"] == 2
    frames = list(read_frames(path))
    change = np.array([np.abs(b.astype(int) - a).mean() for a, b in itertools.pairwise(frames)])
    cut = int(np.argmax(change)) + 1
    beats = cut / 24 / 0.6
    assert abs(beats - round(beats)) < 0.06
    assert "painting" in outcome.message


@pytest.mark.usefixtures("flat")
async def test_a_last_picture_is_reached(song: Path, save: Callable[..., Path]) -> None:
    first, last = save(scene(128, 96), "a.png"), save(255 - scene(128, 96, seed=5), "b.png")
    model = "minimax-h3-fasth3-flfa2v-turbo"
    _, path = await filmed(song, [first, last], sourceImageIndex=-1, endImageIndex=-2, videoModel=model, duration=2)
    frames = list(read_frames(path))
    assert psnr(frames[-1], 255 - scene(128, 96, seed=5)) > 28
    assert psnr(frames[0], scene(128, 96)) > 26


@pytest.mark.usefixtures("flat")
async def test_the_same_words_give_the_same_film_and_variations_differ(song: Path, save: Callable[..., Path]) -> None:
    pictures = [save(scene(128, 96))]
    outcome, _ = await filmed(song, pictures, sourceImageIndex=-1, duration=2, numberOfVariations=2)
    again, _ = await filmed(song, pictures, sourceImageIndex=-1, duration=2)
    assert again.made[0].data == outcome.made[0].data != outcome.made[1].data


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"prompt": " "}, "Say what"),
        ({"endImageIndex": -1}, "only supported"),
        ({"videoModel": "minimax-h3-fasth3-flfa2v-turbo", "sourceImageIndex": -1}, "both"),
        ({"videoModel": "wan-s2v"}, "needs a picture"),
        ({"videoModel": "minimax-h3-fasth3-a2v-turbo", "sourceImageIndex": -1}, "takes no sourceImageIndex"),
        ({"videoModel": "minimax-h3-fasth3-a2v-turbo", "generateAudio": False}, "generateAudio"),
        ({"videoModel": "minimax-h3-fasth3-a2v-turbo", "negativePrompt": "fog"}, "negativePrompt"),
        ({"audioStart": 30}, "ends before"),
        ({"audioSourceIndex": 4}, "no audio"),
        ({"aspectRatio": "wide as the sea"}, "not a shape"),
    ],
)
async def test_what_cannot_be_is_refused(
    song: Path, save: Callable[..., Path], arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ToolError, match=said):
        await filmed(song, [save(scene(64, 48))], duration=2, **arguments)


@pytest.mark.usefixtures("flat")
async def test_silence_strikes_nothing_and_noise_is_no_beat(tmp_path: Path, save: Callable[..., Path]) -> None:
    path = tmp_path / "song.wav"
    write_sound(path, np.zeros((RATE * 2, 2), np.float32), RATE)
    outcome, film = await filmed(path, [save(scene(96, 72))], sourceImageIndex=-1, duration=3, generateAudio=False)
    assert "silent here" in outcome.message
    assert "ends 1 s before" in outcome.message
    assert probe.video(film).frames == 72
    assert not probe.video(film).has_audio

"""Joining films: every frame in its place, sounds with them, transitions as asked, cancelled at any point."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.video import frames, probe, sound, splice, transitions
from studio.engine.renderers.video.splice import Part
from studio.engine.tools.stitch_video import StitchVideo
from tests.engine.tools.conftest import Context
from tests.helpers.films import film, number_of, pitch_of, tone


def numbers(path: Path) -> list[int]:
    return [number_of(rgb) for rgb in frames.read_frames(path)]


def save(outcome: Any, path: Path) -> Path:
    path.write_bytes(outcome.made[0].data)
    return path


def test_cut_pieces_add_up_to_the_whole(tmp_path: Path) -> None:
    path = str(film(tmp_path / "a.mp4", frames=30, hertz=500))
    for cut_s in (0.51, 0.04, 1.2):
        joined = splice.join([Part(path, 0, cut_s), Part(path, cut_s)], tmp_path / "j.mp4")
        assert numbers(tmp_path / "j.mp4") == list(range(30))
        assert joined.frames == probe.video(tmp_path / "j.mp4").frames == 30
    before, after = sound.read_sound(path), sound.read_sound(tmp_path / "j.mp4")
    assert np.abs(before - after)[3000:-3000].max() < 0.05, "no gap in the sound at the cut"
    with pytest.raises(ToolError, match="at least one frame"):
        splice.join([Part(path, 0.5, 0.5)], tmp_path / "x.mp4")


def test_a_window_is_replaced_and_may_keep_its_sound(tmp_path: Path) -> None:
    base = str(film(tmp_path / "a.mp4", frames=48, hertz=500))
    new = str(film(tmp_path / "b.mp4", frames=12, first=100, hertz=1000))
    parts = [Part(base, 0, 0.5), Part(new, sound_path=base, sound_start_s=0.5), Part(base, 1.0)]
    splice.join(parts, tmp_path / "j.mp4")
    assert numbers(tmp_path / "j.mp4") == [*range(12), *range(100, 112), *range(24, 48)]
    heard = sound.read_sound(tmp_path / "j.mp4")
    assert [pitch_of(heard[s : s + 9600]) for s in (4800, 28_000, 60_000)] == pytest.approx([500] * 3, abs=5)
    splice.join([parts[0], Part(new), Part(base, 1.0, silent=True)], tmp_path / "j.mp4")
    heard = sound.read_sound(tmp_path / "j.mp4")
    pitches = [pitch_of(heard[s : s + 9600]) for s in (4800, 28_000, 60_000)]
    assert pitches == pytest.approx([500, 1000, 0], abs=5)


async def test_hard_cuts_of_different_clips(tmp_path: Path) -> None:
    first = film(tmp_path / "a.mp4", frames=24, hertz=500)
    second = film(tmp_path / "b.mp4", frames=50, fps=25, size=(256, 192), first=100, hertz=1000)
    third = film(tmp_path / "c.mp4", frames=12, fps=12, size=(96, 128), first=200)
    context = Context([], kinds={"video": [third, second, first]}, folder=tmp_path)
    outcome = await StitchVideo().run({"videoIndices": [-3, -2, -1]}, context)
    made = outcome.made[0]
    path = save(outcome, tmp_path / "out.mp4")
    info = probe.video(path)
    assert (info.width, info.height, info.fps, info.frames) == (128, 96, 24, 24 + 48 + 24)
    assert (made.width, made.height, made.duration_s, made.mime_type) == (128, 96, 4.0, "video/mp4")
    seen = numbers(path)
    assert seen[:24] == list(range(24))
    assert seen[24] == 100
    assert seen[71] in (148, 149)
    last = list(frames.read_frames(path, start_s=3.0))
    assert all(rgb[:, :20].max() < 20 and rgb[:, -20:].max() < 20 for rgb in last), "a tall clip has bars at its sides"
    heard = sound.read_sound(path)
    assert [round(pitch_of(heard[s : s + 9600]), -1) for s in (20_000, 90_000)] == [500, 1000]
    assert np.abs(heard[3 * 48_000 + 3000 :]).max() < 1e-3
    assert "4 s, 128 × 96 px, 24 frames per second) with hard cuts." in outcome.message
    assert outcome.message.endswith("black bars: Upload video 1. Without sound: Upload video 1.")
    assert outcome.data == {"startsSeconds": [0.0, 1.0, 3.0], "transitionSeconds": 0.0}
    assert not list((tmp_path / "cache" / "scratch").iterdir())


@pytest.mark.parametrize("kind", ["dissolve", "slideup"])
async def test_transitions_take_their_time_from_both(tmp_path: Path, kind: transitions.Kind) -> None:
    clips = [film(tmp_path / f"{n}.mp4", frames=24, first=n, hertz=500) for n in (0, 100)]
    context = Context([], kinds={"video": clips[::-1]}, folder=tmp_path)
    arguments = {"videoIndices": [-2, -1], "transition": {"type": kind, "durationSeconds": 0.25}}
    outcome = await StitchVideo().run(arguments, context)
    path = save(outcome, tmp_path / "out.mp4")
    seen = numbers(path)
    assert len(seen) == probe.video(path).frames == 24 + 24 - 6
    assert seen[:18] == list(range(18))
    assert seen[24:] == list(range(106, 124))
    assert outcome.data == {"startsSeconds": [0.0, 0.75], "transitionSeconds": 0.25}
    assert probe.audio(path).duration_s == pytest.approx(42 / 24, abs=1 / 24)
    old, new, half = (next(iter(frames.read_frames(p, start_s=s))) for p, s in (
        (clips[0], 20 / 24), (clips[1], 2 / 24), (path, 20 / 24)))  # fmt: skip
    assert np.abs(half.astype(int) - old).mean() > 2
    assert np.abs(half.astype(int) - new).mean() > 2


def test_what_transitions_look_like() -> None:
    old, new = np.full((60, 80, 3), 30, np.uint8), np.full((60, 80, 3), 220, np.uint8)
    for kind in transitions.KINDS:
        shares = [transitions.between(old, new, share, kind).mean() for share in (0, 0.25, 0.5, 0.75, 1)]
        assert shares[0] == pytest.approx(30, abs=1)
        assert shares[2] == pytest.approx(125, abs=6)
        assert shares[-1] == pytest.approx(220, abs=1)
        assert shares == sorted(shares)
    middle = {kind: transitions.between(old, new, 0.5, kind) for kind in transitions.KINDS}
    assert middle["wipeleft"][30, 75, 0] > 200 > 50 > middle["wipeleft"][30, 5, 0]
    assert middle["wiperight"][30, 5, 0] > 200 > 50 > middle["wiperight"][30, 75, 0]
    assert middle["slideup"][55, 40, 0] > 200 > 50 > middle["slideup"][5, 40, 0]
    assert middle["slidedown"][5, 40, 0] > 200 > 50 > middle["slidedown"][55, 40, 0]
    assert middle["dissolve"].std() > 60
    assert middle["fade"].std() < 1


async def test_a_transition_longer_than_a_clip_is_shortened_and_said(tmp_path: Path) -> None:
    clips = [film(tmp_path / f"{n}.mp4", frames=count, first=n) for n, count in ((0, 24), (100, 8), (200, 24))]
    context = Context([], kinds={"video": clips[::-1]}, folder=tmp_path)
    arguments = {"videoIndices": [-3, -2, -1], "transition": {"type": "fade", "durationSeconds": 2}}
    outcome = await StitchVideo().run(arguments, context)
    assert probe.video(save(outcome, tmp_path / "o.mp4")).frames == 24 + 8 + 24 - 2 * 4
    assert "shorter than asked" in outcome.message
    assert "None of the clips has sound." in outcome.message


@pytest.mark.parametrize("track_s", [0.6, 5.0])
async def test_one_soundtrack_for_all(tmp_path: Path, track_s: float) -> None:
    clips = [film(tmp_path / f"{n}.mp4", frames=24, first=n, hertz=500) for n in (0, 100)]
    sound.write_sound(tmp_path / "t.mp3", tone(track_s, 900), 48_000, "mp3")
    context = Context([], kinds={"video": clips[::-1], "audio": [tmp_path / "t.mp3"]}, folder=tmp_path)
    outcome = await StitchVideo().run({"videoIndices": [-2, -1], "audioIndex": -1}, context)
    heard = sound.read_sound(save(outcome, tmp_path / "o.mp4"))
    assert len(heard) == 96_000
    assert pitch_of(heard[:24_000]) == pytest.approx(900, abs=5)
    if track_s < 2:
        assert np.abs(heard[40_000:]).max() < 1e-3
        assert "silent after it ends" in outcome.message
    else:
        assert np.abs(heard[-500:]).max() < 0.02, "faded out, not chopped"
        assert "faded out" in outcome.message


async def test_the_same_clip_twice_and_the_same_bytes_again(tmp_path: Path) -> None:
    clip = film(tmp_path / "a.mp4", frames=6, hertz=500)
    context = Context([], kinds={"video": [clip]}, folder=tmp_path)
    arguments = {"videoIndices": [-1, -1], "transition": {"type": "dissolve", "durationSeconds": 0.2}}
    one, two = [(await StitchVideo().run(arguments, context)).made[0].data for _ in range(2)]
    assert one == two


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"videoIndices": [-1]}, "PARAMETER_INVALID"),
        ({"videoIndices": [-1] * 101}, "PARAMETER_INVALID"),
        ({"videoIndices": [-1, 0.5]}, "PARAMETER_INVALID"),
        ({"videoIndices": [-1, -9]}, "ASSET_NOT_FOUND"),
        ({"videoIndices": [-1, -1], "audioIndex": -1}, "ASSET_NOT_FOUND"),
        ({"videoIndices": [-1, -2]}, "PARAMETER_INVALID"),
    ],
)
async def test_bad_input(tmp_path: Path, arguments: dict[str, Any], code: str) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(100))
    clips = [film(tmp_path / "a.mp4", frames=2), tmp_path / "broken.mp4"]
    context = Context([], kinds={"video": clips}, folder=tmp_path)
    with pytest.raises(ToolError) as caught:
        await StitchVideo().run(arguments, context)
    assert caught.value.code == code
    if arguments["videoIndices"] == [-1, -2]:
        assert caught.value.message.startswith("Clip 2 of 2: ")

"""Reading, writing and measuring films and sounds: exact by frames and samples, upright, bounded, safe."""

import contextlib
import subprocess
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
import soundfile

from studio.contract.errors import ToolError
from studio.engine.renderers.video import ffmpeg, frames, probe, sound
from tests.helpers.films import film, number_of, numbered, pitch_of, tone


def convert(source: Path, target: Path, *arguments: str) -> Path:
    subprocess.run(
        [ffmpeg.executable(), "-loglevel", "error", "-y", "-i", str(source), *arguments, str(target)], check=True
    )
    return target


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30000, 1001), Fraction(25, 2)])
def test_a_film_is_exactly_what_was_written(tmp_path: Path, fps: Fraction) -> None:
    path = film(tmp_path / "film.mp4", frames=31, fps=fps, hertz=500)
    info = probe.video(path)
    assert (info.width, info.height, info.fps, info.frames) == (128, 96, fps, 31)
    assert info.duration_s == pytest.approx(31 / fps, abs=1e-6)
    assert (info.video_codec, info.pixel_format, info.matrix, info.transfer) == ("h264", "yuv420p", "bt709", "bt709")
    assert (info.audio_codec, info.sample_rate, info.channels) == ("aac", 48_000, 2)
    assert probe.audio(path).duration_s == pytest.approx(31 / fps, abs=1 / 48_000)
    other = cv2.VideoCapture(str(path))  # another reader sees the same
    assert int(other.get(cv2.CAP_PROP_FRAME_COUNT)) == 31
    assert other.get(cv2.CAP_PROP_FPS) == pytest.approx(float(fps))
    seen = 0
    while other.read()[0]:
        seen += 1
    assert seen == 31
    assert [number_of(rgb) for rgb in frames.read_frames(path)] == list(range(31))
    head = path.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat"), "plays before it is loaded"
    assert sorted(left.name for left in tmp_path.iterdir()) == ["film.mp4", "film.tone.wav"]


def test_colours_survive(tmp_path: Path) -> None:
    colours = [(200, 30, 30), (30, 180, 60), (40, 60, 200), (240, 240, 240), (12, 12, 12), (240, 200, 40)]
    with frames.FilmWriter(tmp_path / "c.mp4", 64, 64, Fraction(12)) as writer:
        for colour in colours:
            writer.write(np.full((64, 64, 3), colour, np.uint8))
    for rgb, colour in zip(frames.read_frames(tmp_path / "c.mp4"), colours, strict=True):
        assert np.abs(rgb[32, 32].astype(int) - colour).max() <= 5


def test_frames_at_a_time_are_those_on_screen(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=48)
    web = convert(path, tmp_path / "film.webm", "-c:v", "libvpx", "-b:v", "2M", "-cpu-used", "8")
    for file in (path, web):  # WebM rounds its times to milliseconds
        info = probe.video(file)
        assert (info.fps, info.frames, info.duration_s) == (24, 48, 2.0)
        assert [number_of(f) for f in frames.read_frames(file, start_s=0.5, duration_s=0.25)] == [
            12,
            13,
            14,
            15,
            16,
            17,
        ]
        assert [number_of(f) for f in frames.read_frames(file, fps=Fraction(24), start_s=1.75)] == [
            42,
            43,
            44,
            45,
            46,
            47,
        ]
        for seconds, number in ((-1.0, 0), (0.0, 0), (0.041, 0), (0.042, 1), (1.5, 36), (1.99, 47), (9.0, 47)):
            assert number_of(frames.frame_at(file, seconds, info=info)) == number
    assert [number_of(f) for f in frames.read_frames(path, fps=Fraction(12), start_s=1.5)] == [36, 38, 40, 42, 44, 46]
    assert [number_of(f) for f in frames.read_frames(path, fps=Fraction(60), start_s=1.9)] == [45, 46, 46, 46, 47, 47]
    assert list(frames.read_frames(path, start_s=2.0)) == []


def test_other_shapes_are_fitted(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=2, size=(128, 64))
    stretched, whole, filled = (
        next(iter(frames.read_frames(path, size=(96, 96), fit=fit)))  # type: ignore[arg-type]
        for fit in ("stretch", "contain", "cover")
    )
    assert stretched.shape == whole.shape == filled.shape == (96, 96, 3)
    assert whole[:20].max() <= 2
    assert whole[30:60].min() > 10
    assert stretched[:20].mean() > 60
    assert filled[:20].mean() > 60


def test_turned_and_squeezed_films_are_read_as_they_are_shown(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=3, size=(128, 64))
    turned = tmp_path / "turned.mp4"
    subprocess.run(
        [
            ffmpeg.executable(),
            "-loglevel",
            "error",
            "-display_rotation",
            "90",
            "-i",
            str(path),
            "-c",
            "copy",
            str(turned),
        ],
        check=True,
    )
    info = probe.video(turned)
    assert (info.width, info.height, info.rotation) == (64, 128, 270)
    straight, upright = next(iter(frames.read_frames(path))), next(iter(frames.read_frames(turned)))
    assert np.abs(np.rot90(straight).astype(int) - upright).mean() < 3
    wide = convert(path, tmp_path / "wide.mp4", "-vf", "setsar=2/1")
    assert (probe.video(wide).width, next(iter(frames.read_frames(wide))).shape) == (256, (64, 256, 3))


def test_high_dynamic_range_is_brought_down_and_half_pictures_are_joined(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=4)
    straight = frames.frame_at(path, 0.0)
    curve = "zscale=t=smpte2084:p=bt2020:m=bt2020nc:npl=203,format=yuv420p10le"
    high = convert(
        path, tmp_path / "h.mkv", "-vf", curve, "-c:v", "ffv1", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"
    )
    assert probe.video(high).transfer == "smpte2084"
    assert np.abs(frames.frame_at(high, 0.0).astype(int) - straight).mean() < 20
    assert number_of(frames.frame_at(high, 0.13)) == 3
    woven = convert(path, tmp_path / "w.mp4", "-vf", "interlace", "-c:v", "libx264", "-flags", "+ilme+ildct")
    info = probe.video(woven)
    assert info.interlaced
    assert len(list(frames.read_frames(woven))) == info.frames == 2


def test_a_reader_and_a_writer_that_are_left_leave_nothing(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=60)
    reader = frames.read_frames(path)
    next(reader)
    assert [child.name() for child in psutil.Process().children() if "ffmpeg" in child.name()]
    reader.close()
    with contextlib.suppress(RuntimeError), frames.FilmWriter(tmp_path / "new.mp4", 128, 96, Fraction(24)) as writer:
        writer.write(numbered(0))
        raise RuntimeError("the work failed")
    assert not [child.name() for child in psutil.Process().children() if "ffmpeg" in child.name()]
    assert [left.name for left in tmp_path.iterdir()] == ["film.mp4"]


def test_the_writer_refuses_what_it_cannot_hold(tmp_path: Path) -> None:
    for size, fps in (((63, 64), 24), ((64, 0), 24), ((64, 64), 0), ((64, 20_000), 24)):
        with pytest.raises(ValueError, match="a film cannot"):
            frames.FilmWriter(tmp_path / "x.mp4", *size, Fraction(fps))
    with pytest.raises(ToolError, match="no frames"), frames.FilmWriter(tmp_path / "x.mp4", 64, 64, Fraction(24)):
        pass
    with frames.FilmWriter(tmp_path / "x.mp4", 64, 64, Fraction(24)) as writer:
        writer.write(np.zeros((64, 64, 3), np.uint8))
        for wrong in (np.zeros((64, 63, 3), np.uint8), np.zeros((64, 64, 3), np.float32)):
            with pytest.raises(ValueError, match="in a film of 64 × 64"):
                writer.write(wrong)


@pytest.mark.parametrize(("seconds", "silent_from_s"), [(0.5, 0.5), (3.0, 9.0)])
def test_sound_is_cut_or_continued_with_silence(tmp_path: Path, seconds: float, silent_from_s: float) -> None:
    sound.write_sound(tmp_path / "s.wav", tone(seconds, 700)[:, 0], 48_000)  # mono plays on both sides
    with frames.FilmWriter(tmp_path / "f.mp4", 64, 64, Fraction(10), sound=tmp_path / "s.wav") as writer:
        for _ in range(15):
            writer.write(np.zeros((64, 64, 3), np.uint8))
    heard = sound.read_sound(tmp_path / "f.mp4")
    assert len(heard) == 72_000
    assert pitch_of(heard[:20_000]) == pytest.approx(700, abs=5)
    assert np.abs(heard[5000:20_000]).max(axis=0) == pytest.approx([0.3, 0.3], abs=0.03)
    if silent_from_s < 1.5:
        assert np.abs(heard[round(silent_from_s * 48_000) + 2000 :]).max() < 1e-3


def test_an_unchanged_soundtrack_is_not_encoded_again(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=12, hertz=500)
    with frames.FilmWriter(tmp_path / "new.mp4", 128, 96, Fraction(24), sound=path, keep_sound=True) as writer:
        for rgb in frames.read_frames(path):
            writer.write(255 - rgb)
    assert np.array_equal(sound.read_sound(tmp_path / "new.mp4"), sound.read_sound(path))


@pytest.mark.parametrize("name", ["wav", "flac", "mp3", "m4a"])
def test_sounds_keep_length_pitch_level_and_words(tmp_path: Path, name: sound.Container) -> None:
    path = tmp_path / f"s.{name}"
    sound.write_sound(path, tone(1.37, 600), 44_100, name, {"prompt": "rain\non a roof", "seed": "7"})
    info, count = probe.audio(path), round(1.37 * 48_000)
    assert info.duration_s == pytest.approx(count / 44_100, abs=1e-4)
    assert (info.sample_rate, info.channels) == (44_100, 2)
    assert info.tags["title"] == "rain\non a roof"
    assert '"seed": "7"' in info.tags["comment"]
    heard = sound.read_sound(path, 44_100)
    assert len(heard) == count
    assert pitch_of(heard, 44_100) == pytest.approx(600 * 44_100 / 48_000, abs=2)
    assert float(np.abs(heard[9000:-9000]).max()) == pytest.approx(0.3, abs=0.02)
    assert len(sound.read_sound(path, 24_000, start_s=1.0, duration_s=0.25)) == 6000


def test_numbers_that_are_none_are_silence(tmp_path: Path) -> None:
    waves = np.full((4800, 2), 0.25, np.float32)
    waves[100], waves[200] = np.nan, np.inf
    soundfile.write(tmp_path / "odd.wav", waves, 48_000, subtype="FLOAT")
    heard = sound.read_sound(tmp_path / "odd.wav")
    assert (heard[100, 0], heard[200, 0], heard[300, 0]) == (0.0, 1.0, 0.25)


def test_loudness_follows_the_standard() -> None:
    # ITU-R BS.1770: a full-scale 997 Hz sine on one channel is −3.01 LKFS.
    for rate in (44_100, 48_000):
        time = np.arange(5 * rate) / rate
        left = np.stack((np.sin(2 * np.pi * 997 * time), np.zeros_like(time)), 1).astype(np.float32)
        assert sound.loudness_lufs(left, rate) == pytest.approx(-3.01, abs=0.02)
    # EBU Tech 3341, case 3: quiet parts 10 s long at −36 around 60 s at −23 do not count (here shorter).
    quiet, loud = (tone(s, 1000, level=10 ** (db / 20)) for s, db in ((2, -36.0), (12, -23.0)))
    assert sound.loudness_lufs(np.concatenate((quiet, loud, quiet)), 48_000) == pytest.approx(-23.0, abs=0.1)
    assert sound.loudness_lufs(np.zeros((48_000, 2), np.float32), 48_000) == -np.inf
    assert sound.loudness_lufs(np.zeros((0, 2), np.float32), 48_000) == -np.inf


def test_loudness_agrees_with_another_meter(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 0.1, (48_000 * 4, 2)) * np.linspace(0.05, 1, 48_000 * 4)[:, None]
    sound.write_sound(tmp_path / "n.wav", noise.astype(np.float32), 48_000)
    said = subprocess.run(
        [ffmpeg.executable(), "-i", str(tmp_path / "n.wav"), "-af", "ebur128", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    theirs = float(said.rsplit("I:", 1)[1].split("LUFS")[0])
    assert sound.loudness_lufs(sound.read_sound(tmp_path / "n.wav"), 48_000) == pytest.approx(theirs, abs=0.15)


def test_levelling_reaches_the_loudness_without_clipping() -> None:
    rng = np.random.default_rng(1)
    spiky = rng.normal(0, 0.03, (48_000 * 2, 2)).astype(np.float32)
    spiky[::6000] = 0.95
    out = sound.normalise(spiky, 48_000)
    assert sound.loudness_lufs(out, 48_000) == pytest.approx(-14, abs=0.3)
    assert 20 * np.log10(np.abs(out).max()) <= -1 + 1e-3
    loud = sound.normalise(tone(1.0, 300, level=0.99), 48_000)
    assert sound.loudness_lufs(loud, 48_000) == pytest.approx(-14, abs=0.1)
    silent = np.zeros((4800, 2), np.float32)
    assert np.array_equal(sound.normalise(silent, 48_000), silent)


def test_more_than_a_render_can_do_is_refused() -> None:
    frames.refuse_too_much(24 * 60 * 30, (1920, 1080), Fraction(24))
    with pytest.raises(ToolError, match=r"120 minutes at 1920 × 1080 px are too much .* up to 30 minutes"):
        frames.refuse_too_much(24 * 3600 * 2, (1920, 1080), Fraction(24))


def test_files_that_are_no_films_are_refused(tmp_path: Path) -> None:
    (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(0).bytes(5000))
    (tmp_path / "empty.mp4").write_bytes(b"")
    secret = film(tmp_path / "film.mp4", frames=2)
    (tmp_path / "list.mp4").write_text(f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n")
    (tmp_path / "concat.mp4").write_text(f"ffconcat version 1.0\nfile '{secret.name}'\n")
    sound.write_sound(tmp_path / "s.wav", tone(0.1), 48_000)
    for name in ("noise.mp4", "empty.mp4", "list.mp4", "concat.mp4", "s.wav"):
        with pytest.raises(ToolError) as caught:
            probe.video(tmp_path / name)
        assert caught.value.code == "PARAMETER_INVALID"
    with pytest.raises(ToolError, match="no sound"):
        probe.audio(secret)
    with pytest.raises(ToolError) as caught:
        probe.video(tmp_path / "gone.mp4")
    assert caught.value.code == "ASSET_NOT_FOUND"


def test_a_cut_off_film_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = convert(film(tmp_path / "film.mp4", frames=48), tmp_path / "film.webm", "-c:v", "libvpx", "-cpu-used", "8")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    info = probe.video(path)
    assert 0 < info.frames < 48
    assert 0 < len(list(frames.read_frames(path))) <= info.frames


def test_run_reports_progress_and_says_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: list[float] = []
    monkeypatch.setattr(ffmpeg, "report", lambda fraction, _label: ticks.append(fraction))
    path = film(tmp_path / "film.mp4", frames=48)
    ffmpeg.run(
        [*ffmpeg.source(path), "-c:v", "libx264", ffmpeg.target(tmp_path / "again.mp4")],
        total_s=2.0,
        label="Writing",
        span=(0.2, 0.6),
    )
    assert probe.video(tmp_path / "again.mp4").frames == 48
    assert (ticks[0], ticks[-1]) == (0.2, 0.6)
    assert ticks == sorted(ticks)
    with pytest.raises(ToolError, match=r"ffmpeg said: .*nowhere"):
        ffmpeg.run([*ffmpeg.source(path), ffmpeg.target(tmp_path / "nowhere" / "x.mp4")], total_s=None, label="x")

"""Moving pictures: words, cameras, sheets, weather, light, changes, sounds, and whole clips measured."""

import io
import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from studio.contract.errors import ToolError
from studio.engine.renderers import depth, filling
from studio.engine.renderers.registry import Renderers
from studio.engine.renderers.video import frames, probe, sound
from studio.engine.renderers.video.motion import ambience, brief, camera, edits, shape
from studio.engine.renderers.video.motion.ambience_names import NAMES
from studio.engine.renderers.video.motion.light import Light
from studio.engine.renderers.video.motion.morph import Morph
from studio.engine.renderers.video.motion.particles import KINDS, Moment, Particles
from studio.engine.renderers.video.motion.shape import Wanted, film_size
from studio.engine.renderers.video.motion.shot import Shot, Timing
from studio.engine.renderers.video.motion.stage import Stage
from studio.engine.tools.animate_photo import AnimatePhoto
from studio.engine.tools.base import ToolOutcome
from studio.engine.tools.extend_video import ExtendVideo
from studio.engine.tools.generate_video import GenerateVideo
from studio.engine.tools.orbit_video import OrbitVideo
from studio.engine.tools.replace_video_segment import ReplaceVideoSegment
from tests.engine.tools.conftest import Context, psnr, scene, scene_mask
from tests.helpers.films import film, number_of, pitch_of

SMALL = "160x120"
TIMING = Timing(24, Fraction(24))


@pytest.fixture(autouse=True)
def known_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say where the ball of ``scene`` is and fill behind it plainly: the tests of depth hold how that is found."""
    monkeypatch.setattr(depth, "subject_mask", _ball)
    monkeypatch.setattr(filling, "fill", _plain_fill)


def _plain_fill(rgb: np.ndarray, hole: np.ndarray, *, smooth: bool = False) -> np.ndarray:
    return np.asarray(cv2.inpaint(rgb, hole.astype(np.uint8), 3, cv2.INPAINT_TELEA), np.uint8)


def _ball(rgb: np.ndarray) -> np.ndarray:
    return scene_mask(rgb.shape[1], rgb.shape[0]).astype(np.float32)


@pytest.fixture
def context(save: Callable[..., Path], tmp_path: Path) -> Context:
    pictures = [save(scene(160, 120), "a.png"), save(scene(160, 120, 2)[:, ::-1].copy(), "b.png")]
    return Context(pictures, folder=tmp_path / "home")


def written(outcome: ToolOutcome, tmp_path: Path, place: int = 0) -> Path:
    path = tmp_path / f"made-{place}.mp4"
    path.write_bytes(outcome.made[place].data)
    return path


def shown(path: Path) -> list[np.ndarray]:
    return list(frames.read_frames(path))


def shot(prompt: str, **options: Any) -> Shot:
    return Shot(Stage(scene(160, 120), 160, 120), brief.read(prompt), TIMING, 5, **options)


# ---- words


@pytest.mark.parametrize(
    ("prompt", "moves"),
    [
        ("slow push in", (("zoom_in",),)),
        ("the camera pulls back to reveal the valley", (("zoom_out",),)),
        ("pan left, then zoom in", (("pan_left",), ("zoom_in",))),
        ("camera tilts up and tracks right", (("tilt_up", "truck_right"),)),
        ("orbit around the statue", (("orbit",),)),
        ("zoom in and out", (("zoom_in",),)),
        ("do not zoom in", ()),
        ("a quiet lake", ()),
    ],
)
def test_camera_words(prompt: str, moves: tuple[tuple[str, ...], ...]) -> None:
    read = brief.read(prompt)
    assert set(read.moves[0] if read.moves else ()) == set(moves[0] if moves else ())
    assert len(read.moves) == len(moves)


def test_words_for_weather_light_sound_and_what_cannot_be_done() -> None:
    read = brief.read('Heavy rain and lightning over the sea. The girl smiles and says "We are home". No fog.', "snow")
    assert read.particles == (("rain", 1.7),)
    assert read.light == ("lightning",)
    assert read.sounds[0] in ("rain", "thunder", "sea")
    assert {"rain", "thunder", "sea"} == set(read.sounds)
    assert read.spoken == ("We are home",)
    assert read.cannot == ("smiles",)
    assert brief.read("snow and wind", "snow").particles == ()
    assert brief.read("a static camera").static
    assert not brief.read("a static camera, then zoom in").static
    assert brief.read("slow pan").pace < 1 < brief.read("fast pan").pace
    assert "camera" not in brief.scene_words("A red house by a lake, the camera pans left slowly")


# ---- camera and stage


def test_a_camera_begins_with_the_whole_picture_and_ends_softly() -> None:
    for words in ("push in", "pan right", "tilt down", "orbit", "rise", "roll", "nothing in particular"):
        path = camera.path_of(brief.read(words), 5)
        start = path.pose(0.0)
        assert start.zoom == pytest.approx(1)
        assert abs(start.x) + abs(start.y) + abs(start.dolly) + abs(start.pan) + abs(start.tilt) < 1e-6, words
    back = camera.path_of(brief.read("pull back"), 5)
    assert back.pose(0.0).zoom > 1.05
    assert back.pose(1.0).zoom == pytest.approx(1)
    way = [camera.ease(t) for t in np.linspace(0, 1, 50)]
    assert (way[0], way[-1]) == (0, pytest.approx(1))
    assert all(later >= earlier for earlier, later in itertools.pairwise(way))
    assert way[1] < 0.01
    still = camera.path_of(brief.read("static camera"), 5)
    assert still.rests
    assert still.pose(0.0) == still.pose(1.0) == camera.Pose()


def test_at_rest_the_sheets_are_the_picture() -> None:
    stage = Stage(scene(160, 120), 160, 120)
    assert any(sheet.subject for sheet in stage.sheets)
    assert psnr(stage.frame(camera.Pose()), stage.still) > 45


def test_near_things_move_against_far_ones_and_no_edge_shows() -> None:
    stage = Stage(scene(160, 120), 160, 120)
    pose = camera.Pose(x=0.10)
    (far, near) = stage.sheets[0], stage.sheets[-1]
    closer = stage._closer(pose)
    assert closer.zoom > 1.02
    moved = []
    for sheet in (far, near):
        map_x, map_y = stage._maps(sheet, closer, None)
        width, height = sheet.pixels.shape[1], sheet.pixels.shape[0]
        moved.append(float(map_x[60, 80] - (80 + 0.5) * width / 160 + 0.5))
        if sheet is far:
            assert map_x.min() > -1
            assert map_x.max() < width
            assert map_y.min() > -1
            assert map_y.max() < height
    assert moved[0] < -3
    assert abs(moved[1]) < 0.5 * abs(moved[0])


def test_what_is_not_sure_is_not_cut_out() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (120, 160, 3)).astype(np.uint8)
    assert not any(sheet.subject for sheet in Stage(noise, 160, 120).sheets)


# ---- weather and light


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_moves_and_repeats(kind: str) -> None:
    ground = np.repeat(np.linspace(20, 220, 160).astype(np.uint8)[None, :, None], 120, 0).repeat(3, 2)

    def drawn(seconds: float, strength: float = 1.0) -> np.ndarray:
        picture = ground.copy()
        particles = Particles(kind, 1.7, 0.3, 7, (160, 120))
        for near in (False, True):
            particles.draw(picture, Moment(seconds, strength, camera.Pose()), near=near)
        return picture

    first, again, later = drawn(1.0), drawn(1.0), drawn(1.4)
    assert (first == again).all()
    assert np.abs(first.astype(int) - ground).max() > 12
    assert (first != later).any()
    assert (drawn(1.0, 0.0) == ground).all()


def test_light_does_what_it_is_called() -> None:
    grey = np.tile(np.array([150, 110, 70], np.uint8), (60, 80, 1))

    def at(kinds: tuple[str, ...], seconds: float, begin: float = 1.0) -> np.ndarray:
        light = Light(kinds, 4.0, 3, (80, 60))
        return np.asarray(light.over(grey.copy(), seconds, seconds / 4, begin), np.float32)

    assert at(("nightfall",), 4.0).mean() < 0.6 * grey.mean()
    assert np.abs(at(("nightfall",), 0.0) - grey).max() == 0
    assert at(("daybreak",), 4.0).mean() > grey.mean() + 5
    assert at(("fade_out",), 4.0).max() == 0
    assert at(("fade_in",), 0.0).max() == 0
    assert np.ptp(at(("to_grey",), 4.0), axis=2).max() <= 1
    assert np.ptp(at(("to_colour",), 0.0), axis=2).max() <= 1
    storm = Light(("lightning",), 4.0, 3, (80, 60))
    (when, _), *_ = storm.flashes
    assert storm.flash(when) > 0.5
    assert storm.flash(when - 0.1) == 0
    struck = np.asarray(storm.over(grey.copy(), when, when / 4, 1.0), np.float32)
    assert struck.mean() > grey.mean() + 8


def test_a_shot_begins_with_the_picture_and_weather_comes_up() -> None:
    one = shot("heavy rain, lightning, push in")
    still = one.stage.still
    assert (one.frame(0) == still).all()
    assert psnr(one.frame(1), still) > 30
    assert psnr(one.frame(23), still) < 28
    assert (one.frame(12) == shot("heavy rain, lightning, push in").frame(12)).all()


@pytest.mark.parametrize(
    ("words", "loops"), [("a looping clip, snow", True), ("a gif", True), ("no loop, snow", False)]
)
def test_words_for_a_loop(words: str, loops: bool) -> None:
    assert brief.read(words).loops == loops
    assert "loop" not in brief.scene_words("a looping video of a fire")


def test_the_end_of_a_loop_runs_into_its_beginning() -> None:
    wishes = brief.read("a loop, heavy snow, slow push in")
    way = camera.Round(camera.path_of(wishes, 1.0), TIMING.frames)
    one = Shot(Stage(scene(160, 120), 160, 120), wishes, TIMING, 5, path=way, from_still=False)
    made = [frame.astype(int) for frame in one.frames()]
    steps = [np.abs(after - before).mean() for before, after in itertools.pairwise(made)]
    assert np.abs(made[0] - made[-1]).mean() < 1.3 * np.median(steps)
    assert way.pose(0.0) == camera.path_of(wishes, 1.0).pose(0.0)
    assert way.pose(0.5).zoom > 1.01, "and in between it goes somewhere"


def test_a_camera_that_comes_closer_keeps_what_eyes_go_to() -> None:
    night = np.full((120, 160, 3), (18, 20, 40), np.uint8)
    cv2.circle(night, (80, 112), 4, (255, 150, 40), -1)
    cv2.circle(night, (80, 30), 5, (235, 235, 225), -1)
    one = Shot(Stage(night, 160, 120, subject=False), brief.read("push in"), TIMING, 5)
    assert len(one.stage.eyes) == 2
    last = one.frame(TIMING.frames - 1)
    assert (last[:, :, 0] > last[:, :, 2] + 90).sum() > 12, "the fire is still seen"
    assert np.abs(last.astype(int) - one.stage.still).mean() > 0.3, "but it comes closer"
    assert Stage(np.full((60, 80, 3), 90, np.uint8), 80, 60, subject=False).eyes == []


def test_snow_falls_also_in_a_film_that_is_played_backwards() -> None:
    def fall(backwards: bool) -> float:
        ground = Stage(np.zeros((120, 160, 3), np.uint8), 160, 120, flat=True)
        one = Shot(ground, brief.read("heavy snow, static"), TIMING, 5, from_still=False, backwards=backwards)
        places = (11, 12) if not backwards else (12, 11)
        before, after = (cv2.cvtColor(one.frame(place), cv2.COLOR_RGB2GRAY).astype(np.float32) for place in places)
        shift, _ = cv2.phaseCorrelate(before, after)
        return shift[1]

    assert fall(backwards=False) > 0.2
    assert fall(backwards=True) > 0.2


# ---- from one picture to another


def test_points_travel_half_the_way_by_half_the_time() -> None:
    wide = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 255, (120, 220, 3)).astype(np.uint8), (0, 0), 2.5)
    wide = cv2.convertScaleAbs(wide, alpha=2.5, beta=-180)
    a, b = np.ascontiguousarray(wide[:, 20:180]), np.ascontiguousarray(wide[:, 30:190])
    morph = Morph(a, b, brief.read(""), Timing(25, Fraction(24)), 1, (160, 120))
    assert (morph.frame(0) == a).all()
    assert (morph.frame(24) == b).all()
    assert morph.travels
    middle = morph.frame(12)[20:-20, 20:-20]
    half = wide[:, 25:185][20:-20, 20:-20]
    plain = cv2.addWeighted(a, 0.5, b, 0.5, 0)[20:-20, 20:-20]
    assert psnr(middle, half) > psnr(plain, half) + 6


def test_pictures_without_anything_in_common_dissolve() -> None:
    noise = [np.random.default_rng(i).integers(0, 255, (120, 160, 3)).astype(np.uint8) for i in (1, 2)]
    morph = Morph(*noise, brief.read(""), Timing(13, Fraction(24)), 1, (160, 120))
    assert not morph.travels
    assert (morph.frame(0) == noise[0]).all()
    assert (morph.frame(12) == noise[1]).all()
    assert psnr(morph.frame(2), noise[0]) < 25, "the camera moves before anything dissolves"


# ---- sound


def test_beds_are_exact_level_and_their_own() -> None:
    centroids = {}
    for name in NAMES:
        bed = ambience.bed([name], 2.5, 4, [(0.5, 1.0)] if name == "thunder" else [])
        assert bed.shape == (120_000, 2)
        assert sound.loudness_lufs(bed, 48_000) == pytest.approx(ambience.LUFS[name], abs=1.5), name
        assert np.abs(bed).max() < 0.95
        power = np.abs(np.fft.rfft(bed[:, 0])) ** 2
        centroids[name] = float((power * np.fft.rfftfreq(len(bed), 1 / 48_000)).sum() / power.sum())
    assert centroids["thunder"] < 150 < centroids["wind"] < 600 < centroids["rain"]
    assert (ambience.bed(["sea"], 1, 4) == ambience.bed(["sea"], 1, 4)).all()
    assert (ambience.bed(["sea"], 1, 4) != ambience.bed(["sea"], 1, 5)).any()


def test_thunder_follows_lightning() -> None:
    bed = ambience.bed(["thunder"], 4.0, 4, [(1.0, 1.0)])
    level = np.abs(bed[:, 0]).reshape(40, -1).mean(1)
    assert level[14:24].mean() > 3 * level[2:9].mean()


def test_a_sound_goes_on_in_its_own_tone() -> None:
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((48_000, 2)).astype(np.float32) * 0.1
    time = np.arange(48_000)[:, None] / 48_000
    hum = (0.2 * np.sin(2 * np.pi * 330 * time) + 0.02 * noise).astype(np.float32)
    on = ambience.continued(hum, 2.0, 3)
    assert on.shape == (96_000, 2)
    assert pitch_of(on[:48_000]) == pytest.approx(330, abs=8)
    assert not ambience.continued(np.zeros((48_000, 2), np.float32), 1.0, 3).any()


# ---- sizes


@pytest.mark.parametrize(
    ("wanted", "source", "size"),
    [
        (Wanted(), None, (1280, 720)),
        (Wanted(), (3000, 2000), (1280, 854)),
        (Wanted(), (200, 300), (426, 640)),
        (Wanted(width=853, height=480), None, (852, 480)),
        (Wanted(short_edge=480), (1000, 2000), (480, 960)),
        (Wanted(aspect="9:16", short_edge=720), None, (720, 1280)),
        (Wanted(aspect="640x360"), (100, 100), (640, 360)),
        (Wanted(width=400, aspect="4:3"), None, (400, 300)),
    ],
)
def test_sizes(wanted: Wanted, source: tuple[int, int] | None, size: tuple[int, int]) -> None:
    assert film_size(wanted, source) == size


def test_sizes_and_lengths_out_of_reach() -> None:
    for wanted in (Wanted(width=20), Wanted(short_edge=9000), Wanted(aspect="wide-ish")):
        with pytest.raises(ToolError) as caught:
            film_size(wanted, None)
        assert caught.value.code == "PARAMETER_INVALID"
    with pytest.raises(ToolError, match="clips of 2 to 30 s") as caught:
        shape.seconds_of(45, least=2)
    assert caught.value.suggested_args == {"duration": 30.0}
    with pytest.raises(ToolError, match="too much work"):
        shape.check_work((3840, 2160), 720)


# ---- clips


async def test_generated_clips_are_exact_and_repeatable(context: Context, tmp_path: Path) -> None:
    arguments = {"prompt": "waves at sea at dusk, pan right", "width": 128, "height": 96, "duration": 2}
    outcome = await GenerateVideo().run({**arguments, "returnLastFrame": True}, context)
    path = written(outcome, tmp_path)
    info = probe.video(path)
    assert (info.width, info.height, info.fps, info.frames) == (128, 96, 24, 48)
    assert (info.video_codec, info.pixel_format, info.audio_codec) == ("h264", "yuv420p", "aac")
    assert probe.audio(path).duration_s == pytest.approx(2.0, abs=0.05)
    capture = cv2.VideoCapture(str(path))
    assert (capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_COUNT)) == (128, 48)
    capture.release()
    assert [one.role for one in outcome.made] == ["result", "last_frame"]
    last = np.asarray(Image.open(io.BytesIO(outcome.made[1].data)).convert("RGB"))
    assert psnr(last, shown(path)[-1]) > 45
    assert outcome.data is not None
    assert outcome.data["scenes"] == ["coast"]
    assert "pan to the right" in outcome.message
    assert "synthetic: surf" in outcome.message
    again = await GenerateVideo().run(arguments, context)
    assert again.made[0].data == outcome.made[0].data
    assert not list((tmp_path / "home" / "cache" / "scratch").iterdir())
    assert next(fraction for fraction, _ in context.ticks if fraction is not None) == 0.0


async def test_references_and_sounds_of_a_generated_clip(context: Context, tmp_path: Path) -> None:
    song = film(tmp_path / "song.mp4", frames=24, hertz=440, size=(64, 48))
    context.kinds = {"audio": [song], "video": [film(tmp_path / "ref.mp4", frames=12, size=(160, 120), first=1)]}
    base = {"prompt": "calm", "duration": 2, "aspectRatio": SMALL}
    outcome = await GenerateVideo().run(
        {**base, "referenceImageIndices": [-1, -2], "referenceAudioIndices": [-1]}, context
    )
    path = written(outcome, tmp_path)
    first = shown(path)[0]
    assert psnr(first, scene(160, 120)) > 28
    assert pitch_of(sound.read_sound(path, duration_s=0.9)) == pytest.approx(440, abs=3)
    outcome = await GenerateVideo().run({**base, "referenceVideoIndices": [-1], "generateAudio": False}, context)
    path = written(outcome, tmp_path)
    assert not probe.video(path).has_audio
    assert number_of(shown(path)[0]) == 7
    assert "frame of" in outcome.message


async def test_clips_of_a_picture_begin_or_end_with_it(context: Context, tmp_path: Path) -> None:
    base = {
        "prompt": "snow, push in",
        "duration": 1,
        "aspectRatio": SMALL,
        "sourceImageIndex": -1,
        "generateAudio": False,
    }
    starts = await AnimatePhoto().run(base, context)
    seen = shown(written(starts, tmp_path))
    assert len(seen) == 24
    assert psnr(seen[0], scene(160, 120)) > 30 > psnr(seen[-1], scene(160, 120))
    assert "camera moving in and snow" in starts.message
    ends = await AnimatePhoto().run({**base, "frameRole": "end"}, context)
    seen = shown(written(ends, tmp_path))
    assert len(seen) == 24
    assert psnr(seen[-1], scene(160, 120)) > 30 > psnr(seen[0], scene(160, 120))
    both = await AnimatePhoto().run({**base, "frameRole": "both", "endImageIndex": -2}, context)
    seen = shown(written(both, tmp_path))
    assert psnr(seen[0], scene(160, 120)) > 30
    assert psnr(seen[-1], scene(160, 120, 2)[:, ::-1]) > 30


async def test_one_clip_for_each_picture_or_variation(context: Context, tmp_path: Path) -> None:
    base = {"duration": 0.5, "aspectRatio": "96x72", "generateAudio": False}
    fan = await AnimatePhoto().run(
        {**base, "prompt": "x", "sourceImageIndices": [-1, -2], "prompts": ["pan left", "{zoom in|roll}"]}, context
    )
    assert [one.duration_s for one in fan.made] == [0.5, 0.5]
    assert [one.prompt for one in fan.made] == ["pan left", "roll"]
    several = await AnimatePhoto().run({**base, "prompt": "{fog|pan left}", "numberOfVariations": 2}, context)
    assert [one.prompt for one in several.made] == ["fog", "pan left"]
    assert several.made[0].data != several.made[1].data
    assert several.made[0].seed != several.made[1].seed
    assert (1.0, "Made 2 of 2") in context.ticks


async def test_another_renderer_is_asked_first(context: Context) -> None:
    class Other:
        title = "Farm"

        async def models(self, ability: str) -> list[str]:
            return ["fine", "ltx25"]

        async def run(self, ability: str, model: str, arguments: dict[str, Any], context: Any) -> ToolOutcome:
            return ToolOutcome(f"{ability} with {model}", "farm", model)

    context.renderers = Renderers([Other()])
    assert (await GenerateVideo().run({"prompt": "x"}, context)).message == "generate_video with fine"
    named = await AnimatePhoto().run({"prompt": "x", "videoModel": "ltx25"}, context)
    assert named.message == "animate_photo with ltx25"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"frameRole": "both"}, "needs an end picture"),
        ({"sourceImageIndices": [-1], "sourceImageIndex": -1}, "not both"),
        ({"sourceImageIndices": [-1, -2], "prompts": ["one"]}, "as many"),
        ({"sourceImageIndices": [-1], "numberOfVariations": 2}, "cannot be combined"),
        ({"duration": 90}, "clips of 0.5 to 30 s"),
        ({"targetResolution": 20_000}, "3840"),
        ({"sourceImageIndex": -9}, "no image"),
        ({"sourceImageIndex": -1.5}, "whole number"),
        ({"outputScale": 2}, "no longer exists"),
    ],
)
async def test_bad_orders_are_refused(context: Context, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ToolError, match=words):
        await AnimatePhoto().run({"prompt": "move", **arguments}, context)
    assert context.ticks == []


async def test_what_is_no_picture_is_refused(context: Context, tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"nothing")
    context.pictures = [tmp_path / "no.png"]
    with pytest.raises(ToolError, match="not a picture"):
        await AnimatePhoto().run({"prompt": "move", "aspectRatio": SMALL}, context)
    with pytest.raises(ToolError, match="Say what the clip should show"):
        await GenerateVideo().run({"prompt": " "}, context)


async def test_an_orbit_closes(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "_LEAST_DEFAULT_EDGE", 128)
    monkeypatch.setattr("studio.engine.tools.orbit_video.SEGMENT_S", 0.5)
    outcome = await OrbitVideo().run({"sourceImageIndex": -1, "dialogue": "Hello"}, context)
    path = written(outcome, tmp_path)
    info = probe.video(path)
    assert (info.frames, info.width, info.has_audio) == (48, 160, True)
    seen = shown(path)
    steps = [psnr(a, b) for a, b in itertools.pairwise(seen)]
    assert psnr(seen[-1], seen[0]) > min(steps) - 1, "the seam is no larger than a step"
    right, left = seen[12].astype(int), seen[36].astype(int)
    assert np.abs(right - left).mean() > 2
    assert outcome.data is not None
    assert outcome.data["segments"] == 4
    assert "2.5D" in outcome.message
    assert "dialogue is not heard" in outcome.message


# ---- clips that grow or change


@pytest.mark.parametrize(("fps", "hertz"), [(Fraction(24), 440.0), (Fraction(30_000, 1001), None)])
async def test_extending_keeps_every_frame_and_adds_exactly(
    context: Context, tmp_path: Path, fps: Fraction, hertz: float | None
) -> None:
    context.kinds = {"video": [film(tmp_path / "clip.mp4", frames=20, fps=fps, hertz=hertz)]}
    outcome = await ExtendVideo().run({"duration": 2, "videoIndex": -1}, context)
    part, whole = written(outcome, tmp_path, 0), written(outcome, tmp_path, 1)
    added = round(2 * fps)
    assert probe.video(part).frames == added
    info = probe.video(whole)
    assert (info.frames, info.fps) == (20 + added, fps)
    seen = shown(whole)
    assert [number_of(frame) for frame in seen[:20]] == list(range(20))
    assert number_of(seen[20]) == 19, "the new part goes on from the last frame"
    assert psnr(seen[20], seen[19]) > 24
    assert psnr(seen[-1], seen[19]) < psnr(seen[20], seen[19])
    assert info.has_audio is (hertz is not None)
    if hertz:
        after = sound.read_sound(whole, start_s=20 / 24 + 0.1, duration_s=0.5)
        assert pitch_of(after) == pytest.approx(hertz, abs=10)
        assert float(np.abs(after).max()) > 0.05
    assert f"Added {added / float(fps):.4g} s" in outcome.message


async def test_a_moving_camera_goes_on(tmp_path: Path) -> None:
    wide = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 255, (96, 260, 3)).astype(np.uint8), (0, 0), 2.5)
    wide = cv2.convertScaleAbs(wide, alpha=2.5, beta=-180)
    clip = film(tmp_path / "pan.mp4", frames=24, draw=lambda i: np.ascontiguousarray(wide[:, 2 * i : 2 * i + 128]))
    drift = edits._movement(str(clip), probe.video(clip), 1.0)
    assert drift.pan == pytest.approx(48 / 96, abs=0.25)
    assert drift.pan > 0.2
    assert abs(drift.tilt) < 0.05


@pytest.mark.parametrize(
    ("prompt", "how"), [("heavy rain", "over"), ("it goes on", "between"), ("a desert with dunes at sunset", "painted")]
)
async def test_a_window_is_rendered_anew_and_the_rest_is_kept(
    context: Context, tmp_path: Path, prompt: str, how: str
) -> None:
    context.kinds = {"video": [film(tmp_path / "clip.mp4", frames=30, hertz=440)]}
    order = {"startSeconds": 0.5, "endSeconds": 1.0, "videoIndex": -1, "prompt": prompt, "keepOriginalAudio": True}
    outcome = await ReplaceVideoSegment().run(order, context)
    assert outcome.data is not None
    assert outcome.data["how"] == how
    path = written(outcome, tmp_path)
    info = probe.video(path)
    assert info.frames == 30
    before, after = shown(context.kinds["video"][0]), shown(path)
    assert [number_of(frame) for frame in (*after[:12], *after[24:])] == [*range(12), *range(24, 30)]
    assert psnr(after[18], before[18]) < 30
    assert pitch_of(sound.read_sound(path, start_s=0.5, duration_s=0.5)) == pytest.approx(440, abs=4)
    if how == "between":
        assert psnr(after[12], before[11]) > 22


async def test_windows_are_exchanged_for_other_clips(context: Context, tmp_path: Path) -> None:
    base = film(tmp_path / "base.mp4", frames=24, hertz=440)
    other = film(tmp_path / "other.mp4", frames=24, first=100, hertz=880, size=(64, 48))
    context.kinds = {"video": [base, other]}

    async def numbers(**arguments: Any) -> tuple[list[int], Path]:
        outcome = await ReplaceVideoSegment().run({"videoIndex": -1, "replacementVideoIndex": -2, **arguments}, context)
        path = written(outcome, tmp_path)
        assert (probe.video(path).width, probe.video(path).height) == (128, 96)
        return [number_of(frame) for frame in shown(path)], path

    swapped, path = await numbers(
        startSeconds=0.25, endSeconds=0.5, replacementStartSeconds=0.5, replacementEndSeconds=1.0
    )
    assert swapped == [*range(6), *range(112, 124), *range(12, 24)]
    assert pitch_of(sound.read_sound(path, start_s=0.3, duration_s=0.4)) == pytest.approx(880, abs=6)
    inserted, _ = await numbers(startSeconds=0.5, endSeconds=0.5, replacementEndSeconds=0.25)
    assert inserted == [*range(12), *range(100, 106), *range(12, 24)]
    appended, _ = await numbers(startSeconds=-1, endSeconds=-1, replacementEndSeconds=0.25)
    assert appended == [*range(24), *range(100, 106)]
    ending, _ = await numbers(startSeconds=0.75, endSeconds=-1, replacementEndSeconds=0.25)
    assert ending == [*range(18), *range(100, 106)]
    from_the_end, _ = await numbers(startSeconds=-0.25, endSeconds=-1, replacementEndSeconds=0.25)
    assert from_the_end == ending


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"startSeconds": 0.5, "endSeconds": 0.2}, "before it starts"),
        ({"startSeconds": 0.5, "endSeconds": 0.5}, "empty"),
        ({"startSeconds": 5, "endSeconds": 6}, "lasts 1.00 s"),
        ({"startSeconds": 0, "endSeconds": 9}, "lasts 1.00 s"),
        ({"startSeconds": -3, "endSeconds": 1}, "only −1"),
        ({"startSeconds": 0, "endSeconds": 1, "replacementVideoIndex": -1, "replacementStartSeconds": 4}, "lasts only"),
        ({"startSeconds": 0, "endSeconds": 1, "prompt": ""}, "Say what happens"),
        ({"startSeconds": 0, "endSeconds": 1, "videoIndex": -7}, "no video"),
    ],
)
async def test_windows_that_make_no_sense(
    context: Context, tmp_path: Path, arguments: dict[str, Any], words: str
) -> None:
    context.kinds = {"video": [film(tmp_path / "clip.mp4", frames=24, size=(64, 48))]}
    with pytest.raises(ToolError, match=words):
        await ReplaceVideoSegment().run({"videoIndex": -1, "prompt": "rain", **arguments}, context)
    assert not list((tmp_path / "home" / "cache" / "scratch").glob("*"))

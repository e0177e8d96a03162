"""Dance montages: exact length and size, cuts on beats, puppets that keep their shape, pictures that take turns."""

import itertools
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.contract.tools import catalogue
from studio.engine.renderers.music import bed as music
from studio.engine.renderers.sound_analysis import analyse
from studio.engine.renderers.video import montage, probe, puppet
from studio.engine.renderers.video.dances import DANCES
from studio.engine.renderers.video.frames import read_frames
from studio.engine.renderers.video.sound import loudness_lufs, read_sound
from studio.engine.tools.dance_montage import DanceMontage
from tests.engine.tools.conftest import Context
from tests.helpers.tunes import tune


def figure(colour: tuple[int, int, int]) -> np.ndarray:
    """A cut-out: a body of one colour with a white head, transparent around."""
    picture = np.zeros((120, 80, 4), np.uint8)
    picture[40:110, 25:55] = (*colour, 255)
    picture[12:40, 30:50] = (250, 250, 250, 255)
    return picture


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small stage and a tune of known beats, for speed."""
    monkeypatch.setattr(montage, "SIZE", (96, 170))
    monkeypatch.setattr(montage, "FPS", Fraction(12))
    monkeypatch.setattr(montage, "_PAINTING", (144, 192))

    def bed(prompt: str, duration_s: float, seed: int, cache: Any, bpm: float) -> music.Bed:
        sound = np.repeat(tune(duration_s, bpm=bpm, rate=44_100)[:, None], 2, axis=1)
        return music.Bed(sound, list(np.arange(0, duration_s, 60 / bpm)), 44_100, "test", "C major", bpm)

    monkeypatch.setattr(montage, "bed", bed)


async def danced(folder: Path, pictures: list[Path], **arguments: Any) -> tuple[Any, Path]:
    outcome = await DanceMontage().run({"dance": "spongebob", **arguments}, Context(pictures, folder=folder))
    path = folder / "dance.mp4"
    path.write_bytes(outcome.made[0].data)
    return outcome, path


@pytest.mark.usefixtures("small")
async def test_cuts_fall_on_beats(tmp_path: Path, save: Callable[..., Path]) -> None:
    outcome, path = await danced(tmp_path, [save(figure((30, 60, 230)))], duration=8)
    info = probe.video(path)
    assert (info.frames, info.width, info.height) == (96, 96, 170)
    assert info.audio_codec == "aac"
    beat_s = 60 / DANCES["spongebob"].bpm
    cuts = outcome.data["cuts_s"]
    assert len(cuts) == outcome.data["shots"] - 1 >= 4
    for cut in cuts:
        assert abs(cut / beat_s - round(cut / beat_s)) * beat_s <= 1 / 12
    frames = list(read_frames(path))
    change = [np.abs(frames[i].astype(int) - frames[i - 1]).mean() for i in range(1, 96)]
    at_cuts = [change[round(cut * 12) - 1] for cut in cuts]
    assert np.median(at_cuts) > 3 * np.median(change)
    sound = read_sound(path)
    assert len(sound) / 48_000 == pytest.approx(8, abs=1 / 12)
    assert loudness_lufs(sound, 48_000) == pytest.approx(-14, abs=1)
    assert "not the choreography" in outcome.message
    assert not list((tmp_path / "cache" / "scratch").iterdir())


@pytest.mark.usefixtures("small")
async def test_pictures_take_turns_and_the_film_repeats(tmp_path: Path, save: Callable[..., Path]) -> None:
    blue, green = save(figure((30, 60, 230)), "a.png"), save(figure((30, 200, 60)), "b.png")

    class Results(Context):
        def count(self, kind: Any, *, uploaded: bool = False) -> int:
            return 0 if uploaded else 3

        async def source(self, kind: Any, index: int | None = None) -> Any:
            if index == 1:
                raise ToolError("ASSET_NOT_FOUND", "deleted")
            return await super().source(kind, -1 if index == 0 else -2)

    films = []
    for _ in range(2):
        outcome = await DanceMontage().run({"dance": "chanel", "duration": 8}, Results([blue, green], folder=tmp_path))
        films.append(outcome.made[0].data)
    assert films[0] == films[1]
    assert outcome.data["pictures"] == 2
    (tmp_path / "f.mp4").write_bytes(films[0])
    frames = list(read_frames(tmp_path / "f.mp4"))
    first, second = frames[8].astype(int), frames[round(outcome.data["cuts_s"][0] * 12) + 8].astype(int)
    greener = [float((f[50:150, 20:76, 1] - f[50:150, 20:76, 2]).mean()) for f in (first, second)]
    assert greener[1] > greener[0] + 20


@pytest.mark.usefixtures("small")
async def test_one_unbroken_clip(tmp_path: Path, save: Callable[..., Path]) -> None:
    outcome, path = await danced(tmp_path, [save(figure((30, 60, 230)))], duration=8, singleClip=True)
    assert outcome.data["shots"] == 1
    frames = list(read_frames(path))
    change = [np.abs(b.astype(int) - a).mean() for a, b in itertools.pairwise(frames)]
    assert max(change) < 32, "a cut changes more"
    with pytest.raises(ToolError, match="20 s at most") as caught:
        await danced(tmp_path, [], duration=25, singleClip=True)
    assert caught.value.suggested_args == {"duration": 20.0}


@pytest.mark.parametrize("name", sorted(puppet.MOVES))
def test_moves_keep_to_the_beat_and_to_the_paper(name: str) -> None:
    who = puppet.of(figure((20, 40, 240))[:, :, :3], figure((20, 40, 240))[:, :, 3])
    place = puppet.standing(who, 160, 284)
    areas, shapes = [], []
    for beat in np.arange(0, 4, 0.25):
        stage = np.zeros((284, 160, 3), np.float32)
        puppet.drawn(stage, who, place, puppet.MOVES[name](float(beat), 1.0))
        shown = stage.max(axis=2) > 60
        areas.append(shown.sum())
        shapes.append(shown)
    assert min(areas) > (0.1 if name == "spin" else 0.6) * max(areas)
    again = np.zeros((284, 160, 3), np.float32)
    puppet.drawn(again, who, place, puppet.MOVES[name](4.0, 1.0))
    both = (again.max(axis=2) > 60) & shapes[0]
    assert both.sum() > 0.97 * shapes[0].sum(), "it repeats every four beats"
    moved = max((shapes[0] ^ other).sum() for other in shapes)
    assert moved > 0.04 * shapes[0].sum(), "it moves"


def test_a_picture_without_a_subject_dances_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.engine.renderers.cutout.soft_mask", lambda rgb: None)
    who = puppet.of(np.full((60, 80, 3), 120, np.uint8), None)
    assert who.rgb is None
    assert who.behind.shape == (60, 80, 3)


def test_a_figure_that_leaves_its_picture_shows_no_straight_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, mask = np.full((60, 80, 3), 120, np.uint8), np.zeros((60, 80), np.float32)
    mask[10:, 0:40] = 1
    monkeypatch.setattr("studio.engine.renderers.cutout.soft_mask", lambda rgb: mask)
    monkeypatch.setattr(puppet, "fill", lambda rgb, hole: rgb)
    at_the_side = puppet.of(picture, None)
    assert at_the_side.bust
    assert at_the_side.alpha[:, 0].max() < 0.05
    assert at_the_side.alpha[-1, 20] > 0.95
    mask[:10, 0:40] = 1
    assert puppet.of(picture, None).rgb is None, "cut off at the top it is no figure"


def test_the_presets_are_the_catalogues() -> None:
    names = catalogue()["dance_montage"].parameters["properties"]["dance"]["enum"]
    assert set(DANCES) == set(names)
    assert all(set(dance.moves) <= set(puppet.MOVES) for dance in DANCES.values())
    assert DANCES["rasputin"].seconds == 32
    assert len({dance.music for dance in DANCES.values()}) == len(DANCES)


def test_the_music_has_the_presets_tempo() -> None:
    dance = DANCES["rasputin"]
    made = music.bed(dance.music, 8.0, 1, None, dance.bpm)
    tempo = analyse(made.samples, made.rate).tempo_bpm
    assert min(abs(tempo / dance.bpm - ratio) for ratio in (0.5, 1.0, 2.0)) < 0.02


@pytest.mark.usefixtures("small")
async def test_without_a_picture_one_is_painted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.engine.renderers.cutout.soft_mask", lambda rgb: None)
    outcome, path = await danced(tmp_path, [], duration=8, imagePrompt="a robot in the desert")
    assert probe.video(path).frames == 96
    assert "painting" in outcome.message
    assert outcome.data["painted"]

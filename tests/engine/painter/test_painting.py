"""Pictures answer to their prompts; measured on small canvases."""

from __future__ import annotations

import re
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from studio.engine.renderers.painter import Painting, known_families, paint
from studio.engine.renderers.painter.air import air_for
from studio.engine.renderers.painter.brief import read_brief
from studio.engine.renderers.painter.noise import generator
from studio.engine.renderers.painter.scenes import family_for
from studio.engine.renderers.painter.titles import compose_title

Pixels = npt.NDArray[np.float32]

PROMPTS = {
    "coast": "the sea with a boat", "hills": "rolling hills", "mountains": "a mountain lake", "desert": "desert dunes",
    "forest": "a forest", "city": "a city", "sky": "clouds in the sky", "night": "northern lights",
    "cosmic": "a ringed planet",
}  # fmt: skip


@cache
def picture(prompt: str, seed: int = 1, width: int = 144, height: int = 96) -> Painting:
    return paint(prompt, width=width, height=height, seed=seed)


def values(prompt: str, seed: int = 1) -> Pixels:
    return picture(prompt, seed).pixels.astype(np.float32) / 255


def luma(pixels: Pixels) -> float:
    return float((pixels @ np.array([0.2126, 0.7152, 0.0722], np.float32)).mean())


@pytest.mark.parametrize("family", sorted(PROMPTS))
def test_every_family_paints_its_subject_deterministically(family: str) -> None:
    first = picture(PROMPTS[family])
    again = paint(PROMPTS[family], width=144, height=96, seed=1)
    assert first.scene == family
    assert family in known_families()
    assert first.pixels.dtype == np.uint8
    assert first.pixels.shape == (96, 144, 3)
    assert np.array_equal(first.pixels, again.pixels)
    assert first.title == again.title
    assert first.pixels.std() > 12, "a picture, not a flat sheet"


@pytest.mark.parametrize("family", sorted(PROMPTS))
def test_seeds_change_the_composition_not_just_the_grain(family: str) -> None:
    def blurred(seed: int) -> Pixels:
        return cv2.GaussianBlur(values(PROMPTS[family], seed), (0, 0), 6)

    pairs = [(1, 2), (2, 3), (1, 3)]
    assert max(float(np.abs(blurred(a) - blurred(b)).mean()) for a, b in pairs) > 0.04


@pytest.mark.parametrize(
    "subject", ["the sea", "hills", "mountains by a lake", "desert dunes", "a conifer forest", "city skyline"]
)
def test_night_is_darker_than_noon(subject: str) -> None:
    assert luma(values(f"{subject} at night")) < 0.62 * luma(values(f"{subject} at noon"))


@pytest.mark.parametrize(
    "subject",
    ["the sea at noon", "hills at noon", "mountains at noon", "dunes at noon", "skyline at noon", "clouds at noon"],
)
def test_fog_lowers_contrast(subject: str) -> None:
    assert values(f"{subject} in fog").std() < values(subject).std()


@pytest.mark.parametrize("subject", ["sea", "hills", "mountains", "desert", "forest", "clouds", "planet"])
def test_a_colour_word_colours_the_picture(subject: str) -> None:
    def redness(pixels: Pixels) -> float:
        return float((pixels[..., 0] - pixels[..., 1:].mean(-1)).mean())

    red = np.mean([redness(values(f"a crimson {subject}", seed)) for seed in (1, 2)])
    blue = np.mean([redness(values(f"a cobalt {subject}", seed)) for seed in (1, 2)])
    assert red > blue + 0.06


@pytest.mark.parametrize("subject", ["hills at noon", "mountains at noon", "a conifer forest at noon"])
def test_snow_is_whiter_and_cooler(subject: str) -> None:
    def land(pixels: Pixels) -> Pixels:
        return pixels[pixels.shape[0] // 2 :]

    def chroma(pixels: Pixels) -> float:
        return float((pixels.max(-1) - pixels.min(-1)).mean())

    snow, plain = land(values(f"{subject} in snow")), land(values(subject))
    assert luma(snow) > luma(plain)
    assert chroma(snow) < chroma(plain) + 0.01


def test_monochrome_has_no_colour_and_pastel_is_light() -> None:
    mono = values("hills at sunset, black and white")
    assert float((mono.max(-1) - mono.min(-1)).max()) < 0.06
    assert luma(values("the sea at sunset in pastel colours")) > luma(values("the sea at sunset"))


def test_the_number_of_balloons_is_the_one_asked_for() -> None:
    for number, word in ((1, "one balloon"), (3, "three balloons"), (9, "nine balloons")):
        assert f"{number} hot-air balloon" in picture(f"{word} over hills at dawn").used_prompt


def test_forbidden_things_are_left_out_and_missing_ones_are_admitted() -> None:
    without = paint("a city street in the rain without people", width=160, height=120, seed=4)
    assert "walker" not in without.used_prompt
    missing = paint("a whale in the desert", width=160, height=120, seed=4)
    assert "asked for but not drawn: whale" in missing.used_prompt
    assert "jungle" in paint("a waterfall in a jungle", width=96, height=96, seed=4).missing


def test_a_place_comes_back_in_another_light() -> None:
    dusk, night, other = (
        values(f"a city street {when}", seed) for when, seed in (("at dusk", 5), ("at night", 5), ("at night", 6))
    )
    edges = [np.hypot(*np.gradient(picture.mean(-1))).ravel() for picture in (dusk, night, other)]
    same, different = (np.corrcoef(edges[1], edges[k])[0, 1] for k in (0, 2))
    assert same > different + 0.2


def test_snow_stays_white_under_an_evening_sky() -> None:
    fields = np.stack([values("a snowy village at dusk", seed)[64:80] for seed in range(1, 5)])
    assert float((fields.max(-1) - fields.min(-1)).mean()) < 0.16
    assert float(fields.mean()) > 0.45


def test_style_is_named_for_the_pass_that_follows() -> None:
    assert picture("harbour at dusk, watercolour").style == "watercolour"
    assert picture("harbour at dusk").style is None


def title(prompt: str, seed: int) -> str:
    """The title that `paint` would give, without painting."""
    brief = read_brief(prompt, seed)
    family = family_for(brief)
    air = air_for(brief, generator(seed, 11), family.hours)
    kinds = frozenset(thing.kind for thing in brief.things)
    return compose_title(brief, air, kinds, {}, generator(seed, 13), family.titles)


def test_titles_are_short_varied_and_not_the_prompt() -> None:
    prompt = "a lighthouse above a sea of clouds at dusk"
    titles = {title(prompt, seed) for seed in range(40)}
    assert len(titles) >= 8
    for words in titles:
        assert 3 <= len(words) <= 48
        assert words.lower() != prompt
        assert not words.endswith(".")
        assert re.match(r"^[A-Z]", words)


def test_titles_read_as_phrases_in_every_weather() -> None:
    broken = re.compile(r"\b(in|and) (in|with|under|before|between|the the)\b|\bthe \w+ the\b|[{}]", re.IGNORECASE)
    prompts = ("a city in the rain", "snow on the sea", "hills in fog", "a portrait at dusk", "a fox at dawn")
    for prompt in prompts:
        for seed in range(40):
            assert not broken.search(title(prompt, seed)), title(prompt, seed)
    assert not any("summer" in title("a snowy field at noon", seed) for seed in range(40))


@pytest.mark.parametrize(("width", "height"), [(200, 86), (86, 200), (64, 64)])
@pytest.mark.parametrize("family", sorted(PROMPTS))
def test_every_shape_of_picture(family: str, width: int, height: int) -> None:
    result = paint(PROMPTS[family], width=width, height=height, seed=5)
    assert result.pixels.shape == (height, width, 3)
    assert result.scene == family


@pytest.mark.parametrize("size", [(32, 512), (512, 4096), (0, 100)])
def test_sizes_out_of_range_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="px per edge"):
        paint("hills", width=size[0], height=size[1], seed=1)


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    paint("hills", width=96, height=64, seed=1, report=lambda fraction, label: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "quantum banana",
        "日本の夕焼け",
        "portrait of a woman",
        "seamless pattern",
        "a vase of tulips",
        "koi",
        "the sound of jazz",
        "x" * 4000,
    ],
)
def test_any_prompt_becomes_a_picture(prompt: str) -> None:
    assert paint(prompt, width=96, height=96, seed=2).pixels.std() > 4


def test_open_prompts_vary_by_seed() -> None:
    prompt = "Make me something beautiful, use your imagination!"
    assert len({paint(prompt, width=64, height=64, seed=seed).scene for seed in range(12)}) >= 4

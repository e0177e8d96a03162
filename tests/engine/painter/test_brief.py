"""How prompts are read."""

from __future__ import annotations

import pytest

from studio.engine.renderers.painter.brief import read_brief


@pytest.mark.parametrize(
    ("prompt", "family"),
    [
        ("A lone lighthouse on a cliff above a sea of clouds, last light of dusk", "coast"),
        ("three sailing boats on a calm ocean", "coast"),
        ("nine hot air balloons over misty hills at dawn", "hills"),
        ("a windmill in a tulip field", "hills"),
        ("mountain lake with pines", "mountains"),
        ("camels crossing the dunes of the Sahara", "desert"),
        ("a fox in a snowy birch forest", "forest"),
        ("neon city street in the rain", "city"),
        ("towering cumulus clouds", "sky"),
        ("northern lights over Lapland", "night"),
        ("fireworks over a lake", "night"),
        ("a ringed planet and its moons", "cosmic"),
        ("a bouquet of roses and peonies", "botanical"),
        ("koi in a pond, from above", "underwater"),
        ("stained glass window of a sunset", "geometric"),
        ("paper cut landscape in blues", "papercut"),
        ("portrait of a woman", "portrait"),
        ("still life with pears and a jug", "still_life"),
        ("marble swirls, abstract", "abstract"),
        ("seamless paisley pattern", "pattern"),
        ("a cat", "animals"),
        ("a cat on a windowsill in the sun", "interior"),
        ("logo for a coffee shop called Bean There", "poster"),
        ('a lighthouse with the words "Stay Bright"', "poster"),
    ],
)
def test_subject_chooses_the_family(prompt: str, family: str) -> None:
    assert read_brief(prompt, 1).family == family


def test_counts_and_colours_bind_to_the_noun_that_follows() -> None:
    brief = read_brief("nine red balloons over green hills and a blue boat", 1)
    balloons, boat = brief.thing("balloon"), brief.thing("boat")
    assert balloons is not None
    assert boat is not None
    assert balloons.count == 9
    assert boat.count == 1
    assert balloons.colour is not None
    assert balloons.colour[0] > balloons.colour[2]
    assert boat.colour is not None
    assert boat.colour[2] > boat.colour[0]
    assert brief.colours == (), "green is what hills look like; red and blue belong to things"


def test_plural_without_a_number_leaves_the_count_open() -> None:
    balloons, one = read_brief("balloons", 1).thing("balloon"), read_brief("a balloon", 1).thing("balloon")
    assert balloons is not None
    assert balloons.count is None
    assert one is not None
    assert one.count == 1


@pytest.mark.parametrize(
    ("prompt", "field", "value"),
    [
        ("the sea at first light", "time", "dawn"),
        ("hills at golden hour", "time", "golden"),
        ("midnight forest", "time", "night"),
        ("city in the rain", "weather", "rain"),
        ("forest in mist", "weather", "fog"),
        ("a stormy sea", "weather", "storm"),
        ("oaks in autumn", "season", "autumn"),
        ("snowy mountains", "season", "winter"),
        ("a serene lake", "mood", "calm"),
        ("a haunted castle", "mood", "dark"),
        ("harbour, watercolor", "style", "watercolour"),
        ("hills in the style of Van Gogh", "style", "van gogh"),
        ("mountain, ukiyo-e", "style", "ukiyo-e"),
        ("pixel art of a spaceship", "style", "pixel art"),
        ("mountain lake", "style", None),
    ],
)
def test_hour_weather_season_mood_and_style(prompt: str, field: str, value: str | None) -> None:
    assert getattr(read_brief(prompt, 1), field) == value


def test_palettes_and_free_colours() -> None:
    assert "teal and orange" in read_brief("coast in teal and orange", 1).palettes
    assert "monochrome" in read_brief("black and white dunes", 1).palettes
    assert [name for name, _ in read_brief("a crimson and gold desert", 1).colours] == ["crimson", "gold"]


def test_negations_are_taken_back() -> None:
    brief = read_brief("a city street without people, no cars, at night", 1, negative="umbrella")
    assert not brief.allows("figure")
    assert not brief.allows("car")
    assert not brief.allows("umbrella")
    assert not brief.wants("car")
    assert brief.time == "night", "a negation ends at the next preposition"


def test_an_open_prompt_is_recognised_and_the_seed_decides() -> None:
    prompt = "Make me something beautiful, use your imagination!"
    assert read_brief(prompt, 1).open
    assert len({read_brief(prompt, seed).family for seed in range(40)}) >= 5


def test_unknown_subjects_still_get_a_family() -> None:
    assert read_brief("quantum banana paradox", 3).family
    assert read_brief("", 3).family
    assert read_brief("日本の夕焼け 🌅", 3).family


def test_words_to_write_are_taken_out_of_what_to_paint() -> None:
    brief = read_brief('poster that says "Summer Jazz 2025" with a red saxophone by the sea', 1)
    assert brief.wording == ("Summer Jazz 2025",)
    assert brief.named == ("saxophone",)
    assert brief.season is None
    assert brief.colours == (), "red belongs to the saxophone"
    assert read_brief("a dog called Rex on a beach", 1).wording == ("Rex",)
    assert read_brief('a "cosy" room', 1).wording == ()

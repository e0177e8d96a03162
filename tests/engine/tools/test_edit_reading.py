"""What the editor reads in an instruction, and what it hands back unread."""

import subprocess
import sys
from pathlib import Path

import pytest

from studio.engine.renderers.editing.edit import STEPS
from studio.engine.renderers.editing.placement import placement
from studio.engine.renderers.editing.reading import read
from studio.engine.renderers.editing.rules import RULES

ROOT = Path(__file__).parents[3]


def kinds(prompt: str) -> list[str]:
    return [wish.kind for wish in read(prompt).wishes]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("make it brighter", "brightness"),
        ("increase the contrast by 30%", "contrast"),
        ("more saturated please", "saturation"),
        ("warm it up a little", "warmth"),
        ("turn it black and white", "grey"),
        ("give it a sepia tone", "sepia"),
        ("cinematic teal and orange look", "look"),
        ("make it more dramatic", "look"),
        ("put her on a beach at sunset", "background"),
        ("change the background to a misty forest", "background"),
        ("blur the background", "background"),
        ("remove the background", "background"),
        ("change the red dress to blue", "recolour"),
        ("keep only the red in colour, everything else black and white", "splash"),
        ("make it black and white except the coffee cup", "splash"),
        ("make it black and white but keep the orange", "splash"),
        ("turn it grey and keep the eyes in colour", "splash"),
        ("make it black and white and keep the composition", "grey"),
        ("keep the face the same and make it night", "hour"),
        ("make it look like an old photograph", "look"),
        ("add a double rainbow over the hills", "rainbow"),
        ("replace the sky with a starry night sky", "sky"),
        ("make it night", "hour"),
        ("golden hour lighting", "hour"),
        ("add heavy rain", "weather"),
        ("turn the photo into an autumn scene", "season"),
        ("remove the watermark", "erase"),
        ("get rid of the person on the left", "erase"),
        ("remove the scratches", "mend"),
        ("remove the haze", "dehaze"),
        ('add the text "Hello" at the top', "caption"),
        ('write "Hello" on it in big letters at the top', "caption"),
        ('put "Hello" at the bottom in large red letters', "caption"),
        ("crop to 16:9", "crop"),
        ("extend the image to 16:9", "extend"),
        ("rotate 90 degrees left", "rotate"),
        ("mirror it", "mirror"),
        ("straighten the horizon", "straighten"),
        ("add a white frame", "frame"),
        ("film grain", "grain"),
        ("add a vignette", "vignette"),
        ("sharpen it", "sharpen"),
        ("upscale 2x", "enlarge"),
        ("pixelate the faces", "pixelate"),
        ("make it look like an oil painting", "style"),
        ("in the style of Van Gogh", "style"),
        ("put them side by side", "collage"),
        ("double exposure with image 2", "blend"),
        ("add the cat from image 2 on the left", "insert"),
        ("use image 2 as the background", "background"),
        ("match the colours of image 2", "match"),
        ("enhance the photo", "auto"),
        ("add a soft shadow", "shadow"),
        ("change the car's color to matte black", "recolour"),
        ("her dress blue", "recolour"),
        ("I want the coffee to be green", "recolour"),
        ("whiten the teeth", "recolour"),
        ("darker hair", "recolour"),
        ("give the cat blue eyes", "recolour"),
        ("make the cat's eyes blue", "recolour"),
        ("Make the photo look like it was taken at golden hour", "hour"),
        ("crop tightly around the subject", "crop"),
    ],
)
def test_one_wish(prompt: str, expected: str) -> None:
    plan = read(prompt)
    assert [wish.kind for wish in plan.wishes] == [expected]
    assert plan.unread == ()


def test_several_wishes_with_their_strengths_and_regions() -> None:
    plan = read("slightly brighter and much warmer; brighten the subject, and darken the background")
    rows = [(wish.kind, round(wish.amount, 2), wish.where) for wish in plan.wishes]
    assert rows == [
        ("brightness", 0.5, None),
        ("warmth", 1.6, None),
        ("brightness", 1.0, "subject"),
        ("brightness", -1.0, "background"),
    ]
    assert read("make it 2 stops brighter").wishes[0].amount == pytest.approx(2 / 0.6)
    assert read("increase the contrast by 50%").wishes[0].amount == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("prompt", "where"),
    [
        ("make the eyes brighter", "named:eyes"),
        ("blur out the license plate", "named:license plate"),
        ("darken everything except the subject", "background"),
        ("make the sky bluer", "sky"),
        ("make the red car more saturated", "colour:red"),
        ("make the picture brighter", None),
    ],
)
def test_regions(prompt: str, where: str | None) -> None:
    plan = read(prompt)
    assert [wish.where for wish in plan.wishes] == [where]
    assert plan.unread == ()


@pytest.mark.parametrize(
    ("prompt", "value", "other"),
    [
        ("put the cat from picture 1 onto the beach of picture 2", "picture 1", "picture 2"),
        ("put the cup of the second picture on the table of the first", "second picture", "the first picture"),
        ("cut out the cat and put it into the second picture", "", "the second picture"),
        ("place my logo in the lower right corner", "", ""),
        ("put me in front of this background", "", ""),
        ("combine both pictures: the cat on the beach", "", ""),
        ("paste image 2 on top of image 1", "image 2", "image 1"),
    ],
)
def test_which_picture_goes_into_which(prompt: str, value: str, other: str) -> None:
    (wish,) = read(prompt, 2).wishes
    assert (wish.kind, wish.value, wish.other) == ("insert", value, other)


def test_a_single_picture_goes_to_a_place_that_is_painted() -> None:
    for prompt in ("put the cat on the beach", "put me on a beach at sunset"):
        assert [wish.kind for wish in read(prompt, 1).wishes] == ["background"]
    assert [wish.kind for wish in read("put me on a beach at sunset", 2).wishes] == ["background"]
    (card,) = read("put both on one postcard", 2).wishes
    assert (card.kind, card.value) == ("collage", "postcard")


def test_placements() -> None:
    corner = placement("place my logo in the lower right corner, 20% wide, at 30% opacity")
    assert (corner.across, corner.down, corner.share, corner.opacity, corner.flat) == (1.0, 1.0, 0.2, 0.3, True)
    person = placement("put the woman from image 1 in image 2 on the left, half the size")
    assert (person.across, person.down, person.factor, person.is_person) == (0.0, None, 0.5, True)
    assert placement("put the cat on top of the table right next to the lamp").across is None
    assert placement("put the dog into the meadow in the distance").far


def test_a_place_ends_where_the_finish_begins() -> None:
    place, look, grain = read("put her on a beach at sunset, with palms, hdr and film grain").wishes
    assert place.value == "a beach at sunset, with palms"
    assert (look.kind, grain.kind) == ("look", "grain")


def test_details_of_wishes() -> None:
    (words,) = read('add the text "Grüße aus Wien" in yellow at the bottom').wishes
    assert (words.value, words.other) == ("Grüße aus Wien", "yellow@at the bottom")
    (said,) = read("add a caption saying Happy Birthday at the top").wishes
    assert said.value == "Happy Birthday"
    titled, framed = read("a caption saying Last light, late June and add a white frame").wishes
    assert (titled.value, framed.kind) == ("Last light, late June", "frame")
    (ground,) = read("replace the background with a gradient from blue to pink").wishes
    assert (ground.value, ground.other) == ("blue", "gradient:pink")
    (scene,) = read("Put the cat in a snowy forest, soft morning light").wishes
    assert scene.value == "a snowy forest, soft morning light"
    (car,) = read("a red car instead of the yellow one").wishes
    assert (car.kind, car.value, car.other) == ("recolour", "red", "yellow car")
    (named,) = read("change the color of the car to red").wishes
    assert named.other.strip() == "car"
    (paint,) = read("change the red ball from red to green").wishes
    assert (paint.kind, paint.value) == ("recolour", "green")


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ("make her smile", "make her smile"),
        ("give him a beard", "give him a beard"),
        ("turn me into a wizard", "turn me into a wizard"),
        ("colorize the old photo", "colorize the old photo"),
        ("add a hat to the dog and increase the contrast", "add a hat to the dog"),
    ],
)
def test_what_it_cannot_do_is_handed_back(prompt: str, left: str) -> None:
    assert read(prompt).unread == (left,)


@pytest.mark.parametrize("prompt", ["make it warmer but keep the face unchanged", "sepia, don't change anything else"])
def test_wishes_to_keep_things_are_no_wishes(prompt: str) -> None:
    plan = read(prompt)
    assert len(plan.wishes) == 1
    assert plan.unread == ()


def test_every_rule_has_a_step_and_every_step_a_rule() -> None:
    asked = {rule.kind for rule in RULES} - {"cannot"} | {"style", "insert"}
    assert asked == set(STEPS)


def test_reading_loads_nothing_heavy_and_is_quick_on_long_prompts() -> None:
    code = (
        "import sys; from studio.engine.renderers.editing.reading import read;"
        "read('make the ' + 'very ' * 400 + 'red ' * 400 + 'thing ' * 400);"
        "read('a ' * 3000); read('add ' * 500 + 'sky'); read('\"' * 999);"
        "print(sorted({'numpy', 'cv2', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"

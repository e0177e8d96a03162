"""Making pictures: sizes, seeds, variations, formats, style pass, image-to-image, provenance."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers import generate
from studio.engine.renderers.sizes import canvas_size
from studio.engine.tools.common import expand
from studio.engine.tools.generate_image import GenerateImage
from tests.engine.tools.conftest import Context, decode, scene

SMALL = {"width": 256, "height": 256}


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ((None, None, None), (1024, 1024)),
        ((512, None, None), (512, 512)),
        ((800, 600, None), (800, 600)),
        ((None, None, "16:9"), (1368, 768)),
        ((None, None, "3:2"), (1256, 840)),
        ((None, None, "9:16"), (768, 1368)),
        ((None, None, "21:9"), (1568, 672)),
        ((None, None, "1536x1024"), (1536, 1024)),
        ((1024, None, "2:1"), (1024, 512)),
        ((1000, 1000, "4:1"), (2000, 496)),
        ((301, 299, None), (304, 296)),
    ],
)
def test_canvas_sizes(asked: tuple[float | None, float | None, str | None], size: tuple[int, int]) -> None:
    assert canvas_size(*asked) == size


@pytest.mark.parametrize(
    "asked", [(100, 1024, None), (4096, 1024, None), (None, None, "3000x300"), (None, None, "tall-ish")]
)
def test_sizes_out_of_reach(asked: tuple[float | None, float | None, str | None]) -> None:
    with pytest.raises(ToolError) as caught:
        canvas_size(*asked)
    assert caught.value.code == "PARAMETER_INVALID"


def test_dynamic_prompts() -> None:
    assert [expand("a {red|green|blue} boat", i) for i in range(4)] == [
        "a red boat",
        "a green boat",
        "a blue boat",
        "a red boat",
    ]


async def test_same_seed_same_picture_and_provenance() -> None:
    arguments = {"prompt": "a lighthouse at dusk", "seed": 11, **SMALL}
    first = await GenerateImage().run(arguments, Context([]))
    again = await GenerateImage().run(arguments, Context([]))
    other = await GenerateImage().run({**arguments, "seed": 12}, Context([]))
    assert first.made[0].data == again.made[0].data
    assert first.made[0].data != other.made[0].data
    made = first.made[0]
    texts = decode(made.data).text
    assert texts["prompt"] == made.prompt == "a lighthouse at dusk"
    assert texts["seed"] == "11"
    assert made.seed == 11
    assert (texts["tool"], texts["renderer"]) == ("generate_image", "painter")
    assert texts["model"].startswith("Built-in painter · ")
    assert made.title
    assert first.model == texts["model"]


async def test_variations_count_seeds_and_options() -> None:
    context = Context([])
    outcome = await GenerateImage().run(
        {"prompt": "a {red|blue} balloon", "seed": 5, "numberOfVariations": 3, "outputFormat": "jpeg", **SMALL}, context
    )
    assert [made.seed for made in outcome.made] == [5, 6, 7]
    assert [made.prompt for made in outcome.made] == ["a red balloon", "a blue balloon", "a red balloon"]
    assert {made.mime_type for made in outcome.made} == {"image/jpeg"}
    assert len({made.data for made in outcome.made}) == 3
    assert context.ticks[-1] == (1.0, "Painted 3 of 3")


async def test_random_seed_is_reported() -> None:
    seeds = {
        (await GenerateImage().run({"prompt": "waves", "seed": -1, **SMALL}, Context([]))).made[0].seed
        for _ in range(3)
    }
    assert len(seeds) == 3
    assert all(seed is not None and seed > 0 for seed in seeds)


async def test_style_words_bring_the_style_pass() -> None:
    plain = await GenerateImage().run({"prompt": "hills at noon", "seed": 2, **SMALL}, Context([]))
    drawn = await GenerateImage().run({"prompt": "hills at noon, ink drawing", "seed": 2, **SMALL}, Context([]))
    assert "ink drawing" in drawn.model
    pixels = np.asarray(decode(drawn.made[0].data)).astype(int)
    base = np.asarray(decode(plain.made[0].data)).astype(int)
    assert (pixels.max(2) - pixels.min(2)).mean() < 0.6 * (base.max(2) - base.min(2)).mean() + 4


async def test_source_guides_the_picture(save: Callable[..., Path]) -> None:
    original = scene(320, 256)
    context = Context([save(original)])
    far, near, same = [
        np.asarray(
            decode(
                (
                    await GenerateImage().run(
                        {"prompt": "the sea at night", "seed": 1, "starting_image_strength": strength}, context
                    )
                )
                .made[0]
                .data
            )
        )
        for strength in (0.3, 0.75, 1.0)
    ]
    distance = [abs(picture.astype(int) - original).mean() for picture in (far, near, same)]
    assert distance[0] > distance[1] > distance[2] == 0
    assert far.shape == original.shape


def test_blending_carries_colour_not_form() -> None:
    source, guide = scene(96, 96), np.full((96, 96, 3), (20, 40, 120), np.uint8)
    out = generate.blend_into(source, guide, 0.75)
    assert out[:, :, 2].mean() > source[:, :, 2].mean()
    edges = [np.abs(np.diff(picture.mean(2), axis=1)).ravel() for picture in (source, out)]
    assert np.corrcoef(*edges)[0, 1] > 0.6


async def test_empty_prompt_asks() -> None:
    with pytest.raises(ToolError) as caught:
        await GenerateImage().run({"prompt": "   "}, Context([]))
    assert caught.value.code == "USER_INPUT_INCOMPLETE"

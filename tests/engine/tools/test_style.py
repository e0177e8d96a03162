"""Restyling: what people call a style, how the result looks in numbers, transparency, sizes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.engine.renderers import style, style_names
from studio.engine.tools.apply_style import ApplyStyle
from tests.engine.tools.conftest import Context, decode, scene, scene_mask


@pytest.fixture(autouse=True)
def _draw_small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pictures are drawn larger and reduced; that is for looks, and slow."""
    if "ink_is_black" not in request.node.name:
        monkeypatch.setattr(style, "_LEAST_EDGE", 160)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("put it in an ink-drawing style", "ink drawing"),
        ("pen and ink, please", "ink drawing"),
        ("a watercolor", "watercolour"),
        ("Watercolour painting", "watercolour"),
        ("like Van Gogh would have done it", "van gogh"),
        ("pencil sketch", "pencil sketch"),
        ("oil painting", "oil painting"),
        ("Pop Art poster", "pop art"),
        ("comic book", "comic book"),
        ("charcoal drawing", "charcoal"),
        ("a Roman mosaic", "mosaic"),
        ("ukiyo-e", "ukiyo-e"),
        ("Japanese woodblock print in the manner of Hokusai", "ukiyo-e"),
        ("a linocut", "woodcut"),
        ("stained glass window", "stained glass"),
        ("black and white film noir", "noir"),
        ("in the style of Monet", "impressionist"),
        ("anime", "anime"),
        ("pixel art", "pixel art"),
        ("belle epoque style", "belle epoque"),
    ],
)
def test_words_find_their_style(words: str, name: str) -> None:
    match = style_names.resolve(words)
    assert match.known
    assert match.style.name == name


@pytest.mark.parametrize("words", ["make it nicer", "think about pink", "an inkling", "wishing well"])
def test_unknown_words_are_said_to_be_unknown(words: str) -> None:
    assert not style_names.resolve(words).known


def test_every_style_draws_something_else() -> None:
    source = scene(120, 90)
    seen: dict[str, np.ndarray] = {}
    for each in style_names.STYLES:
        out = style.stylise(source, each, seed=3)
        assert out.shape == source.shape, each.name
        assert abs(out.astype(int) - source).mean() > 4, f"{each.name} changed nothing"
        seen[each.name] = out
    for place in range(26):
        assert any(place in weights for weights in style_names.NETWORK.values())
    names = list(seen)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert abs(seen[one].astype(int) - seen[other]).mean() > 1.0, f"{one} and {other} look the same"


def test_ink_is_black_on_paper_and_keeps_the_form() -> None:
    ink = style_names.by_name("ink drawing")
    assert ink is not None
    out = style.stylise(scene(400, 300), ink, seed=1)
    chroma = out.max(axis=2).astype(int) - out.min(axis=2)
    grey = out.mean(axis=2)
    assert chroma.mean() < 16
    assert ((grey < 70) | (grey > 200)).mean() > 0.75, "ink is black or paper, little between"
    assert 0.05 < (grey < 70).mean() < 0.7


async def test_a_cut_out_stays_a_cut_out(save: Callable[..., Path]) -> None:
    alpha = np.where(scene_mask(480, 200), 255, 0).astype(np.uint8)
    context = Context([save(np.dstack((scene(480, 200), alpha)))])
    for prompt in ("ink drawing", "van gogh"):
        outcome = await ApplyStyle().run({"prompt": prompt}, context)
        out = np.asarray(decode(outcome.made[0].data))
        assert np.array_equal(out[:, :, 3], alpha)
    bigger = await ApplyStyle().run({"prompt": "ink", "scale": 2}, context)
    out = np.asarray(decode(bigger.made[0].data))
    assert out.shape == (400, 960, 4)
    assert out[4, 4, 3] == 0
    assert out[200, 500, 3] == 255


async def test_sizes_words_and_repeatability(save: Callable[..., Path]) -> None:
    context = Context([save(scene(240, 160))])
    first = await ApplyStyle().run({"prompt": "pencil"}, context)
    assert (first.made[0].width, first.made[0].height) == (480, 320), "small sources are brought to 480 px"
    again = await ApplyStyle().run({"prompt": "pencil"}, context)
    assert first.made[0].data == again.made[0].data
    texts = decode(first.made[0].data).text
    assert texts["tool"] == "apply_style"
    assert texts["prompt"] == "pencil"
    assert "pencil" in texts["model"]
    square = await ApplyStyle().run({"prompt": "sepia", "aspectRatio": "1:1"}, context)
    assert square.made[0].width == square.made[0].height
    assert "cropped" in square.message
    unknown = await ApplyStyle().run({"prompt": "make it glorious"}, context)
    assert "No style that the studio knows" in unknown.message

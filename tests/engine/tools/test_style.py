"""Restyling: what people call a style, how the result looks in numbers, transparency, sizes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.contract.chat import MediaKind
from studio.contract.errors import ToolError
from studio.engine.renderers import style, style_names
from studio.engine.tools.apply_style import ApplyStyle
from studio.engine.tools.base import SourceMedia
from studio.engine.tools.references import named_picture
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


@pytest.mark.parametrize(
    ("words", "shares"),
    [
        ("half monet, half ink", {"impressionist": 0.5, "ink drawing": 0.5}),
        ("70% van gogh and 30% ukiyo-e", {"van gogh": 0.7, "ukiyo-e": 0.3}),
        ("mostly watercolour with a touch of pencil, blended", {"watercolour": 0.75, "pencil sketch": 0.2}),
        ("a cross between pop art and mosaic", {"pop art": 0.5, "mosaic": 0.5}),
        ("pen and ink drawing", {"ink drawing": 1.0}),
        ("half an hour later, in oil", {"oil painting": 1.0}),
    ],
)
def test_blends_are_read(words: str, shares: dict[str, float]) -> None:
    assert {found.name: share for found, share in style_names.blend_of(words)} == shares


@pytest.mark.parametrize(("words", "strength"), [("oil", 1.0), ("subtle oil", 0.55), ("ink at 40%", 0.4)])
def test_strengths_are_read(words: str, strength: float) -> None:
    assert style_names.strength_of(words) == pytest.approx(strength)


def test_a_blend_lies_between_its_styles() -> None:
    source = scene(120, 90)
    one, other = style_names.by_name("van gogh"), style_names.by_name("ukiyo-e")
    drawn = style_names.by_name("pencil sketch")
    assert one is not None
    assert other is not None
    assert drawn is not None
    for second in (other, drawn):
        ends = [style.stylise(source, each, 3).astype(float) for each in (one, second)]
        mixed = style.blended(source, [(one, 0.5), (second, 0.5)], 3).astype(float)
        apart = abs(ends[0] - ends[1]).mean()
        assert max(abs(mixed - end).mean() for end in ends) < apart
        mostly = style.blended(source, [(one, 0.9), (second, 0.1)], 3).astype(float)
        assert abs(mostly - ends[0]).mean() < abs(mostly - ends[1]).mean()


async def test_any_picture_can_be_the_style(save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_TILED_EDGE", 512)
    rng = np.random.default_rng(4)
    green = np.zeros((300, 300, 3), np.uint8)
    green[:] = np.clip(np.array([30, 170, 60]) + rng.normal(0, 40, (300, 300, 1)), 0, 255)
    purple = np.clip(np.array([120, 40, 190]) + rng.normal(0, 40, (300, 300, 1)), 0, 255).astype(np.uint8)
    source = save(scene(480, 320), "a.png")
    colours = []
    for name, pixels in (("green.png", green), ("purple.png", purple)):
        context = Context([source, save(pixels, name)])
        outcome = await ApplyStyle().run({"prompt": "in the style of image 2", "sourceImageIndex": -1}, context)
        out = np.asarray(decode(outcome.made[0].data))
        assert out.shape == (320, 480, 3)
        assert "in the manner of Upload 2" in outcome.message
        assert outcome.model == "Arbitrary-style network"
        ball = scene_mask(480, 320)
        apart = np.abs(out[ball].mean(0) - out[~ball].mean(0)).sum()
        assert apart > 4, "the motif is still there"
        colours.append(out.reshape(-1, 3).mean(0))
    assert colours[0][1] - colours[0][0] > colours[1][1] - colours[1][0] + 20, "each took the colours of its model"
    again = await ApplyStyle().run({"prompt": "in the style of image 2", "sourceImageIndex": -1}, context)
    assert again.made[0].data == outcome.made[0].data
    with pytest.raises(ToolError):
        await ApplyStyle().run({"prompt": "in the style of image 7", "sourceImageIndex": -1}, Context([source]))


class _WithResult(Context):
    """One upload, and one result named Image 1."""

    def count(self, kind: MediaKind, *, uploaded: bool = False) -> int:
        return 1

    async def source(self, kind: MediaKind, index: int | None = None) -> SourceMedia:
        assert index in (-1, 0)
        return SourceMedia(kind, index, "", self.pictures[index], "image/png", "a.png")


async def test_a_result_can_be_the_style_of_the_only_upload(tmp_path: Path) -> None:
    context = _WithResult([tmp_path / "result.png", tmp_path / "upload.png"])
    upload = await context.source("image", -1)
    assert (await named_picture(context, "image 1", upload)).index == 0
    assert (await named_picture(context, "upload 1", upload)).index == -1


def test_line_art_leaves_dark_areas_empty_and_draws_their_edge() -> None:
    rgb = np.full((200, 200, 3), 235, np.uint8)
    rgb[60:140, 60:140] = 20
    line_art = style_names.by_name("line art")
    assert line_art is not None
    drawn = style.stylise(rgb, line_art, 1).astype(np.float32).mean(-1)
    assert drawn[80:120, 80:120].mean() > 230
    assert drawn[:, 55:66][80:120].min() < 90

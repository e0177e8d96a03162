"""Selecting: overlap with the true thing for clicks, boxes and words, exclusions, refusals."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.renderers.segment import concepts, nouns
from studio.engine.tools.segment_image import SegmentImage, read_boxes
from tests.engine.tools.conftest import Context, decode, scene, scene_mask
from tests.engine.tools.sights import remembered

__all__ = ["remembered"]


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / max(1, (a | b).sum()))


def meadow(width: int = 240, height: int = 180) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """A red and a blue ball on grass below a sky, with fine noise; and where each thing is."""
    rng = np.random.default_rng(5)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float64)
    sky = np.stack((120 + 60 * ys / height, 170 + 40 * ys / height, 230 + 0 * ys), 2)
    grass = np.stack((70 + 30 * ys / height, 130 + 20 * np.sin(xs / 5) * np.cos(ys / 4), 50 + 0 * xs), 2)
    above = ys < height * 0.45 + 4 * np.sin(xs / 30)
    picture = np.where(above[:, :, None], sky, grass + rng.normal(0, 9, (height, width, 1)))
    masks = {"sky": above}
    for name, cx, colour in (("red", 0.3, (205, 30, 30)), ("blue", 0.72, (30, 50, 190))):
        nx, ny = (xs - cx * width) / 24, (ys - 0.72 * height) / 24
        inside = nx**2 + ny**2 <= 1
        shade = np.clip(0.55 + 0.6 * (-0.5 * nx - 0.6 * ny), 0.45, 1.3)[:, :, None]
        picture = np.where(inside[:, :, None], np.array(colour) * shade, picture)
        masks[name] = inside
        masks["sky"] = masks["sky"] & ~inside
    return np.clip(picture + rng.normal(0, 1, picture.shape), 0, 255).astype(np.uint8), masks


async def selected(picture: np.ndarray, save: Callable[..., Path], **arguments: Any) -> list[np.ndarray]:
    outcome = await SegmentImage().run(arguments, Context([save(picture)], folder=Path("unused")))
    assert outcome.data is not None
    assert len(outcome.made) == len(outcome.data["selections"])
    return [np.asarray(decode(made.data)) for made in outcome.made]


async def test_a_click_selects_the_thing_under_it(save: Callable[..., Path]) -> None:
    masks = await selected(scene(), save, points=[{"x": 0.52, "y": 0.5, "label": "positive"}])
    assert 1 <= len(masks) <= 3
    assert all(mask.shape == (180, 240) and set(np.unique(mask)) <= {0, 255} for mask in masks)
    assert max(iou(mask > 0, scene_mask()) for mask in masks) > 0.93
    (only,) = await selected(scene(), save, points=[{"x": 0.52, "y": 0.5, "label": "positive"}], multimask=False)
    assert iou(only > 0, scene_mask()) > 0.93


async def test_a_click_to_leave_out_is_left_out(save: Callable[..., Path]) -> None:
    picture, truth = meadow()
    points = [{"x": 0.3, "y": 0.72, "label": "positive"}, {"x": 0.72, "y": 0.72, "label": "negative"}]
    for mask in await selected(picture, save, points=points):
        assert not mask[round(0.72 * 180), round(0.72 * 240)]
        assert (mask > 0)[truth["blue"]].mean() < 0.1
        assert (mask > 0)[truth["red"]].mean() > 0.6


async def test_a_box_selects_what_it_frames_and_keeps_the_pixels(save: Callable[..., Path]) -> None:
    picture, truth = meadow()
    box = {"x0": 0.6, "y0": 0.55, "x1": 0.85, "y1": 0.9}
    (out,) = await selected(picture, save, boxes=[box], applyMask=True)
    assert out.shape == (180, 240, 4)
    assert iou(out[:, :, 3] > 127, truth["blue"]) > 0.88
    solid = out[:, :, 3] == 255
    assert np.array_equal(out[solid][:, :3], picture[solid])
    two = [box, {"x0": 0.18, "y0": 0.55, "x1": 0.43, "y1": 0.9}]
    both = await selected(picture, save, boxes=two)
    assert len(both) == 2
    assert iou((both[0] > 0) | (both[1] > 0), truth["red"] | truth["blue"]) > 0.85
    assert len(await selected(picture, save, boxes=two, maxInstances=1)) == 1


@pytest.mark.parametrize(
    ("text", "name", "least"), [("the sky", "sky", 0.93), ("red", "red", 0.85), ("blue", "blue", 0.6)]
)
async def test_words_select(save: Callable[..., Path], text: str, name: str, least: float) -> None:
    picture, truth = meadow()
    masks = await selected(picture, save, text=text, boxes=[])
    if name == "blue":  # the sky is blue, too
        masks = await selected(picture, save, text=text, boxes=[{"x0": 0, "y0": 0.5, "x1": 1, "y1": 1}])
    assert max(iou(mask > 0, truth[name]) for mask in masks) > least


async def test_subject_and_background_are_each_other(save: Callable[..., Path]) -> None:
    (subject,) = await selected(scene(), save, text="the subject")
    (background,) = await selected(scene(), save, text="background")
    assert iou(subject > 0, scene_mask()) > 0.93
    assert (subject == background).mean() < 0.02


async def test_words_within_and_without_boxes(save: Callable[..., Path]) -> None:
    picture, _ = meadow()
    left, right = {"x0": 0, "y0": 0, "x1": 0.5, "y1": 1}, {"x0": 0.5, "y0": 0, "x1": 1, "y1": 1}
    (mask,) = await selected(picture, save, text="sky", boxes=[left])
    assert mask[:, 120:].max() == 0
    (mask,) = await selected(picture, save, text="sky", boxes=[{**right, "label": "negative"}])
    assert mask[:, 120:].max() == 0
    assert mask[:40, :118].min() == 255


async def test_letters_are_selected(save: Callable[..., Path]) -> None:
    page = np.full((90, 200, 3), 238, np.uint8)
    cv2.putText(page, "HELLO", (12, 58), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 40), 3, cv2.LINE_AA)
    outcome = await SegmentImage().run({"text": "text"}, Context([save(page)], folder=Path("unused")))
    assert "HELLO" in outcome.message
    assert iou(np.asarray(decode(outcome.made[0].data)) > 0, page[:, :, 0] < 130) > 0.7


async def test_a_vision_model_says_where_unknown_things_are(save: Callable[..., Path]) -> None:
    picture, truth = meadow()
    context = Context([save(picture)], folder=Path("unused"), answer='```json\n[{"box": [180, 560, 430, 900]}]\n```')
    outcome = await SegmentImage().run({"text": "zeppelin gasbag"}, context)
    assert "vision model" in outcome.model
    assert context.asked[0][1] == "zeppelin gasbag"
    assert iou(np.asarray(decode(outcome.made[0].data)) > 0, truth["red"]) > 0.85
    with pytest.raises(ToolError, match="sees no"):
        await SegmentImage().run(
            {"text": "zeppelin gasbag"}, Context([save(picture)], folder=Path("unused"), answer="[]")
        )
    with pytest.raises(ToolError, match="draw a box") as caught:
        await SegmentImage().run({"text": "zeppelin gasbag"}, Context([save(picture)], folder=Path("unused")))
    assert caught.value.code == "MODEL_UNAVAILABLE"


def test_answers_of_vision_models_are_read_with_care() -> None:
    assert read_boxes("nothing", "x") == ()
    assert read_boxes('[{"box": "a"}, [1, 2], [0, 0, 0, 0]]', "x") == ()
    assert read_boxes("[100, 100, 900, 2000]", "x")[0].y1 == 1.0
    assert len(read_boxes('{"a": [{"bbox_2d": [0, 0, 500, 500]}]}', "x")) == 1


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({}, "click on it"),
        ({"points": [{"x": 0.5, "y": 0.5, "label": "negative"}]}, "at least once"),
        ({"text": "sky", "points": [{"x": 0.5, "y": 0.5, "label": "positive"}]}, "cannot be combined"),
        ({"boxes": [{"x0": 0.5, "y0": 0.1, "x1": 0.4, "y1": 0.9}]}, "x0 < x1"),
        ({"boxes": [{"x0": 0.1, "y0": 0.1, "x1": 0.4, "y1": 0.9, "label": "negative"}]}, "needs words"),
        ({"text": "face"}, "Nothing in this picture"),
        ({"text": "dog"}, "Nothing in this picture"),
        ({"text": "the subject", "threshold": 1.0}, "below the threshold"),
    ],
)
async def test_refusals(save: Callable[..., Path], arguments: dict[str, Any], match: str) -> None:
    with pytest.raises(ToolError, match=match):
        await SegmentImage().run(arguments, Context([save(scene())], folder=Path("unused")))


async def test_the_same_call_gives_the_same_bytes(save: Callable[..., Path]) -> None:
    context = Context([save(scene())], folder=Path("unused"))
    runs = [await SegmentImage().run({"points": [{"x": 0.5, "y": 0.5, "label": "positive"}]}, context) for _ in "ab"]
    assert [m.data for m in runs[0].made] == [m.data for m in runs[1].made]


@pytest.mark.parametrize(
    ("text", "finder", "colour", "noun"),
    [
        ("the sky", "sky", "", "sky"),
        ("all red areas", "colour", "red", ""),
        ("the red car", None, "red", "car"),
        ("woman in the background", "background", "", "woman background"),
        ("a woman", "person", "", "woman"),
        ("green leaves", "plants", "green", "leaves"),
        ("her hair", "hair", "", "her hair"),
        ("the coffee", "drink", "", "coffee"),
    ],
)
def test_words_are_read(text: str, finder: str | None, colour: str, noun: str) -> None:
    assert concepts.read(text) == concepts.Concept(finder, colour, noun)


def test_everyday_nouns_are_known() -> None:
    assert concepts.is_sure("the sky")
    assert concepts.is_known("her hair")
    assert not concepts.is_sure("her hair"), "a vision model is asked first"
    assert "tabby" in nouns.names_of("my cats")
    assert "sports car" in nouns.names_of("the car")
    assert "coffee mug" in nouns.names_of("mugs")
    assert not nouns.names_of("zeppelin gasbag")

"""Editing from words: what the pixels say afterwards, what stays as it was, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from studio.contract.chat import MediaKind
from studio.contract.errors import ToolError
from studio.engine.renderers import cutout, seeing
from studio.engine.renderers.editing import edit
from studio.engine.renderers.editing.reading import read
from studio.engine.renderers.editing.sheet import Sheet, to_lab
from studio.engine.renderers.registry import Renderers, Unavailable
from studio.engine.tools.base import SourceMedia, ToolOutcome
from studio.engine.tools.edit_image import EditImage
from studio.engine.tools.refine_result import RefineResult
from tests.engine.tools.conftest import Context, decode, psnr, scene, scene_mask

Save = Callable[..., Path]


@pytest.fixture
def known_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the editor where the ball is: finding it is another test's matter, and slow."""

    def find(rgb: np.ndarray) -> np.ndarray:
        height, width = rgb.shape[:2]
        return (scene_mask(width, height) * np.uint8(255)).astype(np.uint8)

    monkeypatch.setattr(cutout, "find_mask", find)
    monkeypatch.setattr(cutout, "soft_mask", lambda rgb: find(rgb).astype(np.float32) / 255.0)


async def edited(path: Path | list[Path], prompt: str, **arguments: Any) -> tuple[np.ndarray, ToolOutcome]:
    files = path if isinstance(path, list) else [path]
    outcome = await EditImage().run({"prompt": prompt, "sourceImageIndex": -1, **arguments}, Context(files))
    return np.asarray(decode(outcome.made[0].data)), outcome


def on_sheet(rgb: np.ndarray, prompt: str, seed: int = 1) -> np.ndarray:
    sheet = Sheet(rgb.astype(np.float32) / 255.0, seed=seed)
    assert edit.carry_out(sheet, read(prompt)) == []
    return sheet.bytes()


def lab(rgb: np.ndarray) -> np.ndarray:
    return to_lab(rgb.astype(np.float32) / 255.0)


@pytest.mark.parametrize(
    ("prompt", "measure", "sign"),
    [
        ("brighter", lambda v: v[:, :, 0].mean(), 1),
        ("darker", lambda v: v[:, :, 0].mean(), -1),
        ("more contrast", lambda v: v[:, :, 0].std(), 1),
        ("less contrast", lambda v: v[:, :, 0].std(), -1),
        ("more saturated", lambda v: np.hypot(v[:, :, 1], v[:, :, 2]).mean(), 1),
        ("muted colours", lambda v: np.hypot(v[:, :, 1], v[:, :, 2]).mean(), -1),
        ("warmer", lambda v: v[:, :, 2].mean(), 1),
        ("cooler", lambda v: v[:, :, 2].mean(), -1),
        ("lift the shadows", lambda v: np.quantile(v[:, :, 0], 0.05), 1),
        ("recover the highlights", lambda v: np.quantile(v[:, :, 0], 0.98), -1),
        ("more clarity", lambda v: (v[:, :, 0] - cv2.GaussianBlur(v[:, :, 0], (0, 0), 4)).std(), 1),
        ("sharpen", lambda v: cv2.Laplacian(v[:, :, 0], cv2.CV_32F).var(), 1),
        ("blur it", lambda v: cv2.Laplacian(v[:, :, 0], cv2.CV_32F).var(), -1),
        ("add a vignette", lambda v: v[:12, :12, 0].mean() - v[80:100, 110:130, 0].mean(), -1),
        ("film grain", lambda v: (v[:, :, 0] - cv2.GaussianBlur(v[:, :, 0], (0, 0), 1)).std(), 1),
        ("make it foggy", lambda v: np.hypot(v[:, :, 1], v[:, :, 2]).mean(), -1),
        ("overcast", lambda v: np.hypot(v[:, :, 1], v[:, :, 2]).mean(), -1),
        ("make it night", lambda v: v[:, :, 0].mean(), -1),
        ("purple tint", lambda v: v[:, :, 1].mean(), 1),
    ],
)
def test_light_and_tone(known_subject: None, prompt: str, measure: Callable[[np.ndarray], float], sign: int) -> None:
    source = scene()
    out = on_sheet(source, prompt)
    assert out.shape == source.shape
    before, after = float(measure(lab(source))), float(measure(lab(out)))
    assert sign * (after - before) > 0.02 * abs(before) + 0.05, f"{before:.2f} to {after:.2f}"


def test_strengths_are_ordered_and_pictures_repeat() -> None:
    source = scene()
    light = [
        lab(on_sheet(source, prompt))[:, :, 0].mean() for prompt in ("slightly brighter", "brighter", "much brighter")
    ]
    assert lab(source)[:, :, 0].mean() < light[0] < light[1] < light[2]
    stops = on_sheet(source, "make it half a stop darker").astype(float)
    gain = np.median((stops[source.min(2) > 60] / 255) ** 2.2 / (source[source.min(2) > 60] / 255) ** 2.2)
    assert gain == pytest.approx(2**-0.5, rel=0.04)
    for prompt in ("film grain", "add confetti"):
        first, again, other = (on_sheet(source, prompt, seed) for seed in (1, 1, 2))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


@pytest.mark.parametrize("prompt", ["black and white", "film noir"])
def test_black_and_white_has_no_colour(prompt: str) -> None:
    out = on_sheet(scene(), prompt)
    assert int(np.ptp(out.astype(int), axis=2).max()) <= 1


def test_a_cast_is_taken_out() -> None:
    source = scene(seed=2)
    tinted = np.clip(source * np.array([1.15, 1.0, 0.7]), 0, 255).astype(np.uint8)
    assert abs(on_sheet(tinted, "fix the white balance").astype(int) - tinted).mean() > 2


def test_regions_are_kept_to(known_subject: None) -> None:
    source, ball = scene(), scene_mask()
    core = cv2.erode(ball.astype(np.uint8), np.ones((9, 9))) > 0
    away = cv2.dilate(ball.astype(np.uint8), np.ones((9, 9))) == 0
    out = on_sheet(source, "darken the background").astype(int)
    assert abs(out - source)[core].mean() < 0.6
    assert (source.astype(int) - out)[away].mean() > 15
    grey = on_sheet(source, "make the background black and white").astype(int)
    assert np.ptp(grey, axis=2)[away].max() <= 1
    assert abs(grey - source)[core].mean() < 0.6


def test_a_named_colour_becomes_another(known_subject: None) -> None:
    source, ball = scene(), scene_mask()
    out = on_sheet(source, "change the red ball to blue")
    inside = cv2.erode(ball.astype(np.uint8), np.ones((15, 15))) > 0
    assert (np.argmax(out[inside], axis=1) == 2).mean() > 0.85, "blue where the ball is"
    outside = cv2.dilate(ball.astype(np.uint8), np.ones((15, 15))) == 0
    assert abs(out.astype(int) - source)[outside].mean() < 1
    shade = np.corrcoef(lab(out)[inside][:, 0], lab(source)[inside][:, 0])[0, 1]
    assert shade > 0.9, "its shading stays"
    field = source.copy()
    field[~ball] = (field[~ball].mean(1, keepdims=True) * (1.2, 0.35, 0.3)).clip(0, 255).astype(np.uint8)
    red_on_red = on_sheet(field, "make the red ball green")
    assert np.array_equal(red_on_red[outside], field[outside]), "a red field behind a red ball stays red"
    assert (np.argmax(red_on_red[inside], axis=1) == 1).mean() > 0.8
    rest = on_sheet(source, "keep only the red in colour, everything else black and white")
    assert np.ptp(rest.astype(int), axis=2)[outside].mean() < 2
    assert np.ptp(rest.astype(int), axis=2)[inside].mean() > 60


PHOTOS = Path(__file__).parents[2] / "fixtures" / "photos"


@pytest.mark.parametrize(
    ("photo", "prompt", "inside", "outside", "channel"),
    [  # boxes (left, top, right, bottom) in pixels: within the thing, and where nothing may change
        ("espresso", "make the coffee green", (180, 105, 250, 135), (70, 200, 140, 260), 1),
        ("astronaut", "make her hair blue", (170, 20, 230, 55), (165, 90, 225, 150), 2),
        ("astronaut", "her suit green", (90, 230, 130, 290), (165, 60, 225, 150), 1),
        ("cat", "give the cat blue eyes", (148, 96, 160, 130), (60, 20, 130, 80), 2),
    ],
)
def test_only_the_named_part_takes_the_colour(
    photo: str, prompt: str, inside: tuple[int, ...], outside: tuple[int, ...], channel: int
) -> None:
    source = np.asarray(Image.open(PHOTOS / f"{photo}.jpg").convert("RGB"))
    out = on_sheet(source, prompt)

    def part(pixels: np.ndarray, box: tuple[int, ...]) -> np.ndarray:
        return pixels[box[1] : box[3], box[0] : box[2]]

    assert (np.argmax(part(out, inside), axis=2) == channel).mean() > 0.8
    shade = np.corrcoef(part(lab(out), inside)[:, :, 0].ravel(), part(lab(source), inside)[:, :, 0].ravel())[0, 1]
    assert shade > 0.85, "its shading stays"
    assert np.array_equal(part(out, outside), part(source, outside)), "not a bit elsewhere"
    assert (out != source).any(2).mean() < 0.4


def test_teeth_get_whiter_and_a_part_that_is_not_there_is_said() -> None:
    source = np.asarray(Image.open(PHOTOS / "astronaut.jpg").convert("RGB"))
    changed = lab(on_sheet(source, "whiten the teeth")) - lab(source)
    ys, xs = np.nonzero(np.abs(changed).max(2) > 1)
    assert len(ys)
    assert ys.min() > 110
    assert ys.max() < 140
    assert 170 < xs.min() < xs.max() < 225
    assert changed[ys, xs, 0].mean() > 0.8
    sheet = Sheet(scene().astype(np.float32) / 255.0)
    (missed,) = edit.carry_out(sheet, read("make her hair blue"))
    assert "select it with clicks" in missed


async def test_backgrounds(save: Save, known_subject: None) -> None:
    path, ball = save(scene(480, 360)), scene_mask(480, 360)
    inside = cv2.erode(ball.astype(np.uint8), np.ones((25, 25))) > 0
    outside = cv2.dilate(ball.astype(np.uint8), np.ones((25, 25))) == 0
    white, outcome = await edited(path, "make the background white")
    assert (white[outside] >= 243).all()
    assert abs(white.astype(int) - scene(480, 360))[inside].mean() < 1
    assert "made the background white" in outcome.message
    clear, _ = await edited(path, "remove the background")
    assert clear.shape[2] == 4
    assert ((clear[:, :, 3] > 127) & ball).sum() / ((clear[:, :, 3] > 127) | ball).sum() > 0.95
    shade, _ = await edited(path, "make the background white and add a soft shadow")
    assert int(shade[outside].min()) < 215 < int(white[outside].min())
    blend, _ = await edited(path, "replace the background with a gradient from blue to pink")
    assert blend[2, 5, 2] > blend[2, 5, 0] + 60
    assert blend[-3, 5, 0] > blend[2, 5, 0] + 60
    soft, _ = await edited(path, "blur the background")
    detail = [
        cv2.Laplacian(p, cv2.CV_32F)[outside].std()
        for p in (scene(480, 360).astype(np.float32), soft.astype(np.float32))
    ]
    assert detail[1] < 0.4 * detail[0]
    place, outcome = await edited(path, "put it on a beach at sunset")
    assert "procedural painting, not a photograph" in outcome.message
    assert abs(place.astype(int) - scene(480, 360))[outside].mean() > 20
    assert np.corrcoef(place[inside].ravel(), scene(480, 360)[inside].ravel())[0, 1] > 0.95
    for unknown in ("put it into a qwrtz", "put it on a marble table"):
        with pytest.raises(ToolError, match="does not know how to paint") as caught:
            await edited(path, unknown)
    assert caught.value.code == "MODEL_UNAVAILABLE"


async def test_a_transparent_result_on_request(save: Save, known_subject: None) -> None:
    path = save(scene(480, 360))
    out, _ = await edited(path, "warmer", gptImageBackground="transparent", outputFormat="webp")
    assert out.shape[2] == 4
    assert out[3, 3, 3] == 0
    flat, _ = await edited(path, "remove the background", gptImageBackground="opaque")
    assert flat.shape[2] == 3
    with pytest.raises(ToolError) as caught:
        await edited(path, "warmer", gptImageBackground="transparent", outputFormat="jpg")
    assert caught.value.code == "PARAMETER_INVALID"


async def test_a_mask_protects_and_marks(tmp_path: Path, save: Save) -> None:
    source = scene(480, 360)
    ground = cv2.inpaint(source, (scene_mask(480, 360) * 255).astype(np.uint8), 3, cv2.INPAINT_TELEA)
    alpha = np.full((360, 480), 255, np.uint8)
    alpha[40:330, 110:390] = 0
    mask = tmp_path / "mask.png"
    Image.fromarray(np.dstack((source, alpha))).save(mask)
    out, outcome = await edited(save(source), "remove the ball", mask_image_url=str(mask))
    assert np.array_equal(out[alpha == 255], source[alpha == 255]), "what the mask protects is the same to the byte"
    ball = scene_mask(480, 360)
    assert out[ball][:, 0].mean() < 150, "no red is left"
    assert psnr(out, ground) > psnr(source, ground) + 6
    assert "Only the transparent part of the mask was changed" in outcome.message
    toned, _ = await edited(save(source), "make it green and add a frame", mask_image_url=str(mask))
    assert toned.shape == source.shape
    assert np.array_equal(toned[alpha == 255], source[alpha == 255])
    Image.fromarray(source).save(mask)
    with pytest.raises(ToolError, match="no transparent pixels"):
        await edited(save(source), "remove it", mask_image_url=str(mask))
    Image.fromarray(np.dstack((source, alpha))[:, :300]).save(mask)
    with pytest.raises(ToolError, match="another shape"):
        await edited(save(source), "remove it", mask_image_url=str(mask))


async def test_words_are_written_and_taken_out_again(save: Save) -> None:
    source = cv2.GaussianBlur(scene(640, 420), (0, 0), 2)
    written, outcome = await edited(save(source), 'add the title "OPEN DAY" at the top in white')
    lines = seeing.text(written)
    assert any("OPEN" in line["text"].upper() for line in lines)
    assert lines[0]["box"][3] < 0.4, "at the top"
    assert "wrote “OPEN DAY” on it" in outcome.message
    cleared, outcome = await edited(save(written), "remove the text")
    assert seeing.text(cleared) == []
    assert psnr(cleared, source) > psnr(written, source) + 3
    assert "fitting textures" in outcome.message
    with pytest.raises(ToolError, match="no text was found"):
        await edited(save(source), "remove the watermark")


async def test_shapes_are_exact(save: Save, known_subject: None) -> None:
    source = scene(320, 200)
    path = save(source)
    assert np.array_equal((await edited(path, "mirror it"))[0], source[:, ::-1])
    assert np.array_equal((await edited(path, "rotate it 90 degrees clockwise"))[0], np.rot90(source, -1))
    cropped, _ = await edited(path, "crop it to square")
    assert cropped.shape == (200, 200, 3)
    tilted, _ = await edited(path, "rotate by 10 degrees")
    assert tilted.shape[0] < 200
    assert min(tilted[y, x].sum() for y in (0, -1) for x in (0, -1)) > 200, "no black corners"
    wide, outcome = await edited(path, "extend it to 21:9")
    assert wide.shape == (200, 467, 3)
    assert abs(wide[:, 73:393].astype(int) - source).max() <= 1, "the old picture is in the middle"
    assert "continued from the textures inside" in outcome.message
    sized, _ = await edited(path, "warmer", width=512, height=512)
    assert sized.shape == (512, 512, 3)
    assert (await edited(path, "warmer", width=300))[0].shape[1] == 300
    assert (await edited(path, "warmer", aspectRatio="4:5"))[0].shape == (200, 160, 3)
    assert (await edited(path, "warmer", aspectRatio="256x320"))[0].shape == (320, 256, 3)
    with pytest.raises(ToolError) as caught:
        await edited(path, "warmer", width=9000)
    assert caught.value.suggested_args == {"width": 4096}
    framed, _ = await edited(path, "add a thick gold frame")
    assert framed.shape[0] > 200
    assert framed.shape[1] > 320


def test_a_tilted_horizon_is_levelled() -> None:
    flat = np.full((300, 400, 3), 200, np.uint8)
    flat[150:] = (60, 90, 60)
    matrix = cv2.getRotationMatrix2D((200, 150), 4.0, 1.15)
    tilted = cv2.warpAffine(flat, matrix, (400, 300), borderMode=cv2.BORDER_REPLICATE)
    out = on_sheet(tilted, "straighten the horizon")
    rows = [int(np.argmax(np.abs(np.diff(out[:, x].mean(1))))) for x in (20, out.shape[1] - 20)]
    assert abs(rows[0] - rows[1]) <= 3


def test_plants_turn_with_the_season(known_subject: None) -> None:
    meadow = np.zeros((160, 200, 3), np.uint8)
    meadow[:] = (70, 140, 55)
    meadow = np.clip(meadow + np.random.default_rng(1).normal(0, 14, (160, 200, 1)), 0, 255).astype(np.uint8)
    autumn = on_sheet(meadow, "turn it into an autumn scene").astype(int)
    assert (autumn[:, :, 0] > autumn[:, :, 1]).mean() > 0.8
    winter = lab(on_sheet(meadow, "make it winter"))
    assert np.hypot(winter[:, :, 1], winter[:, :, 2]).mean() < 0.5 * np.hypot(*lab(meadow).mean((0, 1))[1:])


def test_skies_are_replaced_up_to_the_masts(known_subject: None) -> None:
    view = np.zeros((240, 320, 3), np.float64)
    view[:] = np.linspace((90, 140, 210), (190, 210, 230), 240)[:, None]
    view[170:] = (70, 90, 50)
    view = np.clip(view + np.random.default_rng(2).normal(0, 1.5, view.shape), 0, 255).astype(np.uint8)
    cv2.line(view, (60, 30), (60, 175), (20, 20, 22), 2)
    out = on_sheet(view, "replace the sky with a starry night sky")
    assert out[20:60, 250:310].mean() < 60, "night above"
    day = on_sheet(view, "turn the sky orange")
    assert day[140, 290, 0] > day[140, 290, 2] + 40
    assert day[60:160, 60].mean() < 75, "the mast still stands before it"
    indoors = np.full((160, 200, 3), (170, 150, 120), np.uint8)
    sheet = Sheet(indoors.astype(np.float32) / 255)
    assert len(edit.carry_out(sheet, read("replace the sky with a sunset sky"))) == 1


async def test_several_pictures(save: Save, known_subject: None) -> None:
    paths = [save(scene(320, 240, seed=i), f"{i}.png") for i in range(4)]
    row, outcome = await edited(paths[:2], "put them side by side")
    assert row.shape[1] > 2 * row.shape[0]
    assert outcome.data is not None
    assert outcome.data["references"] == [-1, -2]
    grid, _ = await edited(paths, "make a collage")
    assert 1.1 < grid.shape[1] / grid.shape[0] < 1.6
    other = save(np.full((100, 300, 3), (20, 200, 40), np.uint8), "green.png")
    on_green, _ = await edited([paths[0], other], "use image 2 as the background")
    assert on_green[3, 3, 1] > 150
    assert on_green.shape == (240, 320, 3)
    matched, _ = await edited([paths[0], other], "match the colours of image 2")
    assert matched[:, :, 1].mean() > matched[:, :, 0].mean() + 20
    put_in, outcome = await edited([paths[0], other], "put the ball from image 1 into image 2")
    assert put_in.shape[:2] == (100, 300)
    assert put_in[2, 2, 1] > 150
    assert put_in[60:, :, 0].max() > 150
    card, _ = await edited([paths[0], other], "put both on one postcard")
    assert sorted(card.shape[:2]) == [1200, 1800]
    double, _ = await edited(paths[:2], "double exposure with image 2")
    assert double.shape == (240, 320, 3)
    alone = EditImage().run({"prompt": "put them side by side"}, Context(paths[:1]))
    with pytest.raises(ToolError, match="needs a second picture"):
        await alone


async def test_a_composite_stands_where_it_is_told_with_its_shadow(save: Save) -> None:
    ground = np.full((240, 360, 3), (130, 170, 120), np.uint8)
    ground[:110] = (150, 190, 235)
    ball = np.dstack((np.full((120, 160, 3), (210, 50, 40), np.uint8), scene_mask(160, 120) * np.uint8(255)))
    out, outcome = await edited(
        [save(ball, "ball.png"), save(ground, "meadow.png")], "put the ball onto the meadow on the right, 40% high"
    )
    assert out.shape == ground.shape, "the meadow is the ground though it is the second picture"
    ys, xs = np.nonzero(out[:, :, 0].astype(int) - out[:, :, 1] > 60)
    assert xs.max() == pytest.approx(0.95 * 360, abs=5)
    assert ys.max() == pytest.approx(0.9 * 240, abs=5), "its foot is on the ground"
    assert np.ptp(ys) == pytest.approx(0.4 * 240, abs=8)
    under = out[ys.max() + 4, round(xs.mean())].astype(int)
    assert under.mean() < ground[230, 10].mean() - 15, "a shadow where it stands"
    assert np.array_equal(out[:, 10], ground[:, 10])
    assert "put its subject into the other picture, on the right. It is a collage of the given" in outcome.message


async def test_a_logo_lies_in_its_corner_with_its_own_colours(save: Save) -> None:
    ground = scene(500, 300)
    logo = np.full((60, 100, 3), 255, np.uint8)
    logo[10:50, 20:80] = (20, 60, 200)
    logo[25:35, 45:55] = 255
    out, outcome = await edited([save(ground, "g.png"), save(logo, "l.png")], "place my logo in the lower right corner")
    changed = np.abs(out.astype(int) - ground).max(2) > 3
    ys, xs = np.nonzero(changed)
    assert 500 - 12 - xs.max() in range(-2, 4), "the margin is 4 % of the shorter edge"
    assert 300 - 12 - ys.max() in range(-2, 4)
    assert tuple(out[(ys.min() + ys.max()) // 2, xs.min() + 5]) == (20, 60, 200)
    assert np.array_equal(out[: ys.min() - 2], ground[: ys.min() - 2])
    assert outcome.data is not None
    assert outcome.data["done"] == ["laid the logo on this one, on the right"]
    clear = np.dstack((ground, np.zeros((300, 500), np.uint8)))
    kept, _ = await edited([save(clear, "c.png"), save(logo, "l.png")], "put the logo of image 2 on the left, 25% wide")
    assert kept.shape[2] == 4
    assert kept[5, 300, 3] == 0
    assert kept[150, 30, 3] == 255
    late = _WithResults([save(logo, "l.png")], [save(ground, "g.png")])
    refined = await RefineResult().run({"prompt": "add my logo at the lower right", "sourceImageIndex": 0}, late)
    assert np.array_equal(np.asarray(decode(refined.made[0].data)), out), "a logo that comes with a result goes on it"
    with pytest.raises(ToolError, match="drop both pictures"):
        await edited(save(ground, "g.png"), "place my logo in the lower right corner")


async def test_variations_formats_and_provenance(save: Save) -> None:
    path = save(scene(300, 200))
    outcome = await EditImage().run({"prompt": "{warmer|black and white}", "numberOfVariations": 2}, Context([path]))
    first, second = (np.asarray(decode(made.data)).astype(int) for made in outcome.made)
    assert np.ptp(second, axis=2).max() <= 1 < np.ptp(first, axis=2).max()
    plain = await EditImage().run({"prompt": "brighter", "numberOfVariations": 3}, Context([path]))
    light = [np.asarray(decode(made.data)).mean() for made in plain.made]
    assert len(set(light)) == 3
    again = await EditImage().run({"prompt": "brighter", "numberOfVariations": 3}, Context([path]))
    assert [made.data for made in plain.made] == [made.data for made in again.made]
    texts = decode(plain.made[0].data).text
    assert (texts["tool"], texts["prompt"], texts["model"]) == ("edit_image", "brighter", "Built-in editor")
    small, large = [
        (
            await EditImage().run(
                {"prompt": "brighter", "outputFormat": "jpg", "gptImageOutputCompression": q}, Context([path])
            )
        )
        for q in (20, 95)
    ]
    assert len(small.made[0].data) < 0.6 * len(large.made[0].data)
    assert small.made[0].mime_type == "image/jpeg"


async def test_what_is_not_possible_is_said(save: Save) -> None:
    path = save(scene(300, 200))
    context = Context([path])
    with pytest.raises(ToolError) as caught:
        await EditImage().run({"prompt": "give him a beard"}, context)
    assert caught.value.code == "MODEL_UNAVAILABLE"
    assert "give him a beard" in caught.value.message
    assert context.ticks == []
    _, outcome = await edited(path, "make her smile and add a vignette")
    assert "darkened the corners" in outcome.message
    assert "Not possible on this computer: make her smile." in outcome.message
    assert outcome.data is not None
    assert outcome.data["not_done"] == ["make her smile"]
    with pytest.raises(ToolError) as caught:
        await edited(path, "   ")
    assert caught.value.code == "USER_INPUT_INCOMPLETE"
    with pytest.raises(ToolError, match="cannot be found by name"):
        await edited(path, "make the moustache brighter")
    with pytest.raises(ToolError, match="no purple was found"):
        await edited(path, "change the purple hat to green")


async def test_a_language_model_puts_wishes_into_readable_words(save: Save) -> None:
    context = Context([save(scene(300, 200))], answer="much warmer; add a vignette")
    outcome = await EditImage().run({"prompt": "let it smell of october bonfires"}, context)
    assert outcome.data is not None
    assert outcome.data["done"] == ["made the light much warmer", "darkened the corners"]
    assert context.asked[0][1] == "let it smell of october bonfires"
    for answer in ("NONE", "paint a dragon; warmer", ""):
        with pytest.raises(ToolError):
            await EditImage().run({"prompt": "add a dragon"}, Context(context.pictures, answer=answer))


async def test_personas_come_from_the_manifest(tmp_path: Path, save: Save) -> None:
    ada = save(np.full((300, 300, 3), (10, 20, 200), np.uint8), "ada.png")
    manifest = {"assets": [{"asset_id": "asset_001", "user_label": "Ada", "type": "image", "url": str(ada)}]}
    context = Context([save(scene())], manifest=manifest)
    outcome = await EditImage().run({"prompt": "sepia", "personaName": "ada"}, context)
    assert decode(outcome.made[0].data).size == (300, 300)
    with pytest.raises(ToolError, match="no picture of Bo"):
        await EditImage().run({"prompt": "sepia", "personaName": "Bo"}, context)


async def test_another_renderer_is_asked_first(save: Save) -> None:
    class Other:
        title = "Other"
        able = True

        async def models(self, ability: str) -> list[str]:
            if not self.able:
                raise Unavailable("it is off.")
            return ["edit-1"]

        async def run(self, ability: str, model: str, arguments: dict[str, Any], context: Any) -> ToolOutcome:
            return ToolOutcome(f"{ability} by {model}", "other", model)

    other, context = Other(), Context([save(scene())])
    context.renderers = Renderers([other])  # type: ignore[list-item]
    for tool in (EditImage(), RefineResult()):
        assert (await tool.run({"prompt": "warmer"}, context)).message == f"{tool.name} by edit-1"
    other.able = False
    outcome = await EditImage().run({"prompt": "warmer", "model": "qwen"}, context)
    assert outcome.alternatives == ["Other: it is off."]
    assert "The model qwen is not available here" in (outcome.reason or "")


async def test_refining(save: Save) -> None:
    clean = cv2.GaussianBlur(scene(480, 320), (0, 0), 1.0)
    soft = save(clean)
    sharp = await RefineResult().run({"prompt": "sharpen it"}, Context([soft]))
    assert (
        cv2.Laplacian(np.asarray(decode(sharp.made[0].data)), cv2.CV_64F).var()
        > 1.5 * cv2.Laplacian(clean, cv2.CV_64F).var()
    )
    noisy = np.clip(clean + np.random.default_rng(0).normal(0, 14, clean.shape), 0, 255).astype(np.uint8)
    quiet = await RefineResult().run({"prompt": "remove the noise"}, Context([save(noisy)]))
    assert psnr(np.asarray(decode(quiet.made[0].data)), clean) > psnr(noisy, clean) + 4
    double = await RefineResult().run({"prompt": "brighter", "scale": 2, "aspectRatio": "1:1"}, Context([soft]))
    assert decode(double.made[0].data).size == (640, 640)
    small = await RefineResult().run({"prompt": "refine it"}, Context([save(scene(200, 100))]))
    assert decode(small.made[0].data).size == (480, 240)
    assert "by measurement" in small.message
    assert decode(small.made[0].data).text["tool"] == "refine_result"
    with pytest.raises(ToolError) as caught:
        await RefineResult().run({"prompt": "give her wings"}, Context([soft]))
    assert caught.value.code == "MODEL_UNAVAILABLE"


async def test_a_cut_out_stays_a_cut_out(save: Save) -> None:
    alpha = np.where(scene_mask(480, 200), 255, 0).astype(np.uint8)
    out, _ = await edited(save(np.dstack((scene(480, 200), alpha))), "warmer, then sharpen it")
    assert np.array_equal(out[:, :, 3], alpha)
    filled, _ = await edited(save(np.dstack((scene(480, 200), alpha))), "make the background black")
    assert filled.shape[2] == 3
    assert filled[2, 2].max() < 40


class _WithResults(Context):
    """A context that has results besides its uploads."""

    def __init__(self, uploads: list[Path], results: list[Path]) -> None:
        super().__init__(uploads)
        self.results = results

    def count(self, kind: MediaKind, *, uploaded: bool = False) -> int:
        return len(self.pictures) if uploaded else len(self.results)

    async def source(self, kind: MediaKind, index: int | None = None) -> SourceMedia:
        place = -1 if index is None else index
        path = self.results[place] if place >= 0 else self.pictures[-1 - place]
        return SourceMedia(kind, place, f"http://here/{path.name}", path, "image/png", path.name)


def _plain(save: Save, *colours: tuple[int, int, int]) -> list[Path]:
    return [save(np.full((64, 64, 3), colour, np.uint8), f"{place}.png") for place, colour in enumerate(colours)]


async def test_a_sheet_of_results_begins_with_the_named_one_and_goes_on_to_the_last(save: Save) -> None:
    results = _plain(save, (250, 250, 0), (250, 0, 0), (0, 250, 0), (0, 0, 250))
    context = _WithResults([results[0]], results)
    arguments = {"prompt": "Make a contact sheet of all these pictures.", "sourceImageIndex": 1}
    outcome = await EditImage().run(arguments, context)
    assert outcome.data is not None
    assert outcome.data["references"] == [1, 2, 3]
    assert outcome.data["not_done"] == []
    seen = {tuple(int(c) // 100 for c in pixel) for pixel in np.asarray(decode(outcome.made[0].data)).reshape(-1, 3)}
    assert {(2, 0, 0), (0, 2, 0), (0, 0, 2)} <= seen
    assert (2, 2, 0) not in seen


async def test_the_only_upload_is_compared_with_what_was_made_of_it(save: Save) -> None:
    before, after = _plain(save, (200, 0, 0), (0, 0, 200))
    outcome = await EditImage().run(
        {"prompt": "Make a before and after comparison, side by side.", "sourceImageIndex": -1},
        _WithResults([before], [after]),
    )
    pixels = np.asarray(decode(outcome.made[0].data)).astype(int)
    middle, width = pixels[pixels.shape[0] // 2], pixels.shape[1]
    assert middle[width // 4][0] > 150 > middle[width // 4][2]
    assert middle[width * 3 // 4][2] > 150 > middle[width * 3 // 4][0]


async def test_a_cut_out_lies_on_the_paper_of_its_sheet(save: Save) -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[20:44, 20:44] = (220, 20, 20, 255)
    cut = [save(Image.fromarray(pixels), f"{place}.png") for place in range(2)]
    outcome = await EditImage().run(
        {"prompt": "Make a contact sheet.", "sourceImageIndex": 0}, _WithResults([], cut)
    )  # fmt: skip
    made = np.asarray(decode(outcome.made[0].data).convert("RGB"))
    for corner in (made[6, 6], made[6, -7], made[-7, 6]):
        assert corner.min() > 235


async def test_words_are_set_after_a_crop_and_lose_no_letter(save: Save) -> None:
    path = save(np.full((160, 480, 3), 30, np.uint8))
    made, _ = await edited(path, 'add the title "WIDE WORDS" at the top', aspectRatio="9:16")
    assert made.shape[1] < 100
    lit = np.flatnonzero((made.max(2) > 150).any(0))
    assert len(lit) > 20
    assert lit[0] > 1
    assert lit[-1] < made.shape[1] - 2


def test_wood_is_no_sky_and_a_rainbow_hangs_behind_the_subject(known_subject: None) -> None:
    rng = np.random.default_rng(3)
    wood = np.clip(np.array([158, 92, 51]) + rng.normal(0, 3, (120, 160, 3)), 0, 255).astype(np.uint8)
    wood[70:] = 30
    sheet = Sheet(wood.astype(np.float32) / 255.0)
    assert edit.carry_out(sheet, read("make the sky purple")) == ["make the sky purple (no open sky was found in it)"]
    grey = np.full((120, 160, 3), 110, np.uint8)
    bow = on_sheet(grey, "add a rainbow").astype(np.float32)
    inside = scene_mask(160, 120)
    chroma = bow.max(-1) - bow.min(-1)
    assert chroma[~inside].max() > 60, "all colours of the bow"
    assert chroma[cv2.erode(inside.astype(np.uint8), np.ones((7, 7))) > 0].max() < 25, "nothing of it on the subject"

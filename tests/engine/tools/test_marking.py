"""Overlays and subtitles: where, when and how they appear, and that nothing else changes."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFont

from studio.contract.errors import ToolError
from studio.engine.packs import store
from studio.engine.renderers.video import cues, fonts, frames, lettering, probe, sound
from studio.engine.renderers.video.cues import Cue
from studio.engine.tools.add_subtitles import AddSubtitles
from studio.engine.tools.overlay_video import OverlayVideo
from tests.engine.tools.conftest import Context
from tests.helpers.films import film

GREY = np.full((120, 200, 3), 128, np.uint8)
SRT = (
    "1\n00:00:00,250 --> 00:00:00,750\n<i>Good</i> evening,\nfriends &amp; foes\n\n"
    "2\n00:00:01,000 --> 00:00:03,000\nBye\n"
)
VTT = (
    "\ufeffWEBVTT - a title\r\n\r\nNOTE nothing\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nintro\r\n00:00.250 --> "
    "00:00.750 line:0 align:start\r\n<v Ann><b>Good</b> evening,\r\nfriends &amp; foes\r\n\r\n"
    "00:01.000 --> 00:03.000\r\nBye\r\n"
)


@pytest.fixture(scope="module")
def grey_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("grey") / "in.mp4"
    return film(path, frames=24, size=(200, 120), hertz=500, draw=lambda _: GREY)


@pytest.fixture(autouse=True)
def clip(grey_film: Path, tmp_path: Path) -> Path:
    """Put a grey second with a tone at ``in.mp4``."""
    return Path(shutil.copy(grey_film, tmp_path / "in.mp4"))


def differs(rgb: np.ndarray) -> np.ndarray:
    """Return where a frame differs from grey."""
    return np.abs(rgb.astype(int) - 128).max(axis=2) > 40


def changed(path: Path, seconds: float) -> np.ndarray:
    return differs(frames.frame_at(path, seconds))


def saved(outcome: Any, path: Path) -> Path:
    path.write_bytes(outcome.made[0].data)
    return path


async def overlaid(tmp_path: Path, *overlays: dict[str, Any], pictures: list[Path] | None = None) -> tuple[Path, Any]:
    context = Context(pictures or [], kinds={"video": [tmp_path / "in.mp4"]}, folder=tmp_path)
    outcome = await OverlayVideo().run({"overlays": list(overlays)}, context)
    return saved(outcome, tmp_path / "out.mp4"), outcome


async def test_a_text_is_there_only_in_its_time_and_place(tmp_path: Path) -> None:
    text = {"kind": "text", "position": "top-left", "text": "Hello", "fontSizePct": 20, "startSeconds": 0.25}
    path, outcome = await overlaid(tmp_path, {**text, "endSeconds": -0.25})
    before, after = probe.video(tmp_path / "in.mp4"), probe.video(path)
    assert (after.width, after.height, after.fps, after.frames) == (
        before.width,
        before.height,
        before.fps,
        before.frames,
    )
    assert np.array_equal(sound.read_sound(path), sound.read_sound(tmp_path / "in.mp4")), "the sound is untouched"
    visible = [bool(differs(rgb).any()) for rgb in frames.read_frames(path)]
    assert visible == [6 <= number < 18 for number in range(24)]
    where = np.argwhere(changed(path, 0.5))
    assert where[:, 0].max() < 40
    assert where[:, 1].max() < 110
    assert where.min() < 12
    assert outcome.data == {"shownSeconds": [[0.25, 0.75]]}
    assert outcome.message == "Put a text on Upload video 1 (1 s, 200 × 120 px, 24 frames per second)."


@pytest.mark.parametrize(
    ("position", "x", "y"),
    [("top-right", 1, 0), ("center", 0.5, 0.5), ("bottom-left", 0, 1), ("bottom-center", 0.5, 1)],
)
async def test_anchors_and_inward_offsets(tmp_path: Path, position: str, x: float, y: float) -> None:
    Image.new("RGB", (40, 20), (255, 0, 0)).save(tmp_path / "red.png")
    base = {"kind": "image", "position": position, "sourceImageIndex": -1, "widthPct": 20}
    still, moved = {**base, "endSeconds": 0.5}, {**base, "startSeconds": 0.5, "offsetX": 10, "offsetY": 10}
    path, _ = await overlaid(tmp_path, still, moved, pictures=[tmp_path / "red.png"])
    centres = []
    for seconds in (0.1, 0.9):
        where = np.argwhere(changed(path, seconds))
        assert abs(len(where) - 40 * 20) < 130
        centres.append(where.mean(axis=0))
    (row, column), moved_by = centres[0], centres[1] - centres[0]
    assert abs(column - (25, 100, 175)[round(2 * x)]) < 4
    assert abs(row - (15, 60, 105)[round(2 * y)]) < 4
    assert moved_by == pytest.approx([-10 if y == 1 else 10, -10 if x == 1 else 10], abs=1.5)


async def test_pictures_keep_their_transparency_and_opacity(tmp_path: Path) -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[:, :20] = (0, 0, 255, 255)
    Image.fromarray(pixels).save(tmp_path / "half.png")
    base = {"kind": "image", "position": "center", "sourceImageIndex": -1}
    path, _ = await overlaid(tmp_path, {**base, "widthPct": 40, "opacity": 0.5}, pictures=[tmp_path / "half.png"])
    frame = frames.frame_at(path, 0.5).astype(int)
    assert frame[60, 80] == pytest.approx([64, 64, 191], abs=6)
    assert frame[60, 120] == pytest.approx([128, 128, 128], abs=6)
    path, _ = await overlaid(tmp_path, {**base, "fit": "cover"}, pictures=[tmp_path / "half.png"])
    frame = frames.frame_at(path, 0.5).astype(int)
    assert frame[2, 2] == pytest.approx([0, 0, 255], abs=8)
    assert frame[117, 90] == pytest.approx([0, 0, 255], abs=8)
    assert frame[60, 190] == pytest.approx([128, 128, 128], abs=6)


def test_colours_sizes_and_boxes_of_letters() -> None:
    look = lettering.Look(60, (255, 220, 0, 1.0), (0, 0, 80, 1.0), (200, 0, 0, 1.0))
    stamp = lettering.draw(["HHH"], look)
    colours = {tuple(int(v) for v in value) for value in stamp.rgb.reshape(-1, 3)}
    assert {(255, 220, 0), (0, 0, 80), (200, 0, 0)} <= colours
    rows = np.argwhere((stamp.rgb == (255, 220, 0)).all(axis=2))[:, 0]
    assert np.ptp(rows) == pytest.approx(60 * 0.727, abs=3), "capitals of Inter are 0.727 em high"
    thin, bold = (
        lettering.draw(["HHH"], lettering.Look(60, weight=w, outline=None)).alpha.sum() for w in ("normal", "bold")
    )
    assert bold > 1.3 * thin
    small = lettering.Look(29, (255, 255, 255, 1.0), None)
    _, lines = lettering.fitting("W" * 300, small, 400, 300)
    assert "".join(lines) == "W" * 300
    assert len({len(line) for line in lines[:-1]}) == 1
    for book in ("W" * 5000, "\n" * 500, "word " * 100_000):
        with pytest.raises(ToolError, match="does not fit into this film"):
            lettering.fitting(book, small, 116, 84)
    assert lettering.colour("#fc0", "x") == (255, 204, 0, 1.0)
    assert lettering.colour("#10182080", "x") == pytest.approx((16, 24, 32, 0.502), abs=0.001)
    assert lettering.colour("rgba(1, 2, 3, 0.5)", "x") == (1, 2, 3, 0.5)
    assert lettering.colour("rebeccapurple", "x") == (102, 51, 153, 1.0)
    assert lettering.colour("none", "x") is None
    with pytest.raises(ToolError, match=r"color .* is not a colour"):
        lettering.colour("very blue", "color")


def test_long_texts_are_wrapped_evenly_and_shrink_to_fit() -> None:
    look = lettering.Look(20)
    font = ImageFont.truetype(fonts.shipped(), 20)
    lines = lettering.wrap("one two three four five six seven eight nine ten", look, 260)
    assert len(lines) == 2
    widths = [font.getlength(line) for line in lines]
    assert max(widths) <= 260
    assert min(widths) > 0.7 * max(widths)
    assert "".join(lettering.wrap("a" * 100, look, 100)) == "a" * 100
    assert lettering.wrap("one\n\ntwo", look, 300) == ["one", "", "two"]
    fitted, lines = lettering.fitting("word " * 200, look, 200, 120)
    assert fitted.size < 20
    assert lettering.draw(lines, fitted).rgb.shape[0] <= 130
    assert fonts.missing_letters("Ærø Ελλάδα Київ ₿ – “quoted” … ½") == ""
    assert fonts.missing_letters("\U0010fffd") == "\U0010fffd"
    assert fonts.coverage("/nonexistent.ttf") == ((), ())


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ({"kind": "text", "position": "center"}, "text is missing"),
        ({"kind": "image", "position": "center"}, "sourceImageIndex is missing"),
        ({"kind": "image", "position": "center", "sourceImageIndex": -7}, "no image"),
        ({"kind": "text", "position": "center", "text": "x", "startSeconds": 9}, "never be seen: from 9 s to 1 s"),
        ({"kind": "text", "position": "center", "text": "x", "startSeconds": 0.5, "endSeconds": 0.5}, "never be seen"),
        ({"kind": "text", "position": "center", "text": "x", "color": "bluish"}, "Overlay 1: color"),
        ({"kind": "text", "position": "center", "text": "x", "color": "transparent"}, "nothing to see"),
    ],
)
async def test_overlays_that_cannot_be(tmp_path: Path, overlay: dict[str, Any], words: str) -> None:
    with pytest.raises(ToolError, match=words):
        await overlaid(tmp_path, overlay)


@pytest.mark.parametrize("document", [SRT, SRT.replace("\n", "\r\n"), SRT.replace(",250", ".25"), VTT])
def test_srt_and_vtt_are_read(document: str) -> None:
    assert cues.parse(document) == [Cue(0.25, 0.75, "Good evening,\nfriends & foes"), Cue(1.0, 3.0, "Bye")]


def test_untidy_subtitles() -> None:
    assert cues.parse("1\n00:00:01,000 --> 00:00:02,000\nA\n2\n00:00:03,000 --> 00:00:04,000\n{\\an8}B") == [
        Cue(1, 2, "A"),
        Cue(3, 4, "B"),
    ]
    assert cues.parse(cues.to_srt([Cue(3723.0456, 3724.5, "x\ny")])) == [Cue(3723.046, 3724.5, "x\ny")]
    assert [c.text for c in cues.parse("00:02.000 --> 00:03.000\nb\n\n00:01.000 --> 00:02.000\na < b")] == [
        "a < b",
        "b",
    ]
    for wrong in (
        "",
        "hello",
        "WEBVTT\n\nNOTE x",
        "1\n00:00:01 -> 2\nx",
        "1\n0:1 --> 0:2\nx",
        "1\n00:00:05,0 --> 00:00:04,0\nx",
    ):
        with pytest.raises(ToolError) as caught:
            cues.parse(wrong)
        assert caught.value.code == "PARAMETER_INVALID"


async def subtitled(tmp_path: Path, arguments: dict[str, Any]) -> Any:
    context = Context([], kinds={"video": [tmp_path / "in.mp4"]}, folder=tmp_path)
    return await AddSubtitles().run(arguments, context)


@pytest.mark.parametrize("position", ["bottom", "top"])
async def test_subtitles_appear_at_their_times(tmp_path: Path, position: str) -> None:
    style = {"position": position, "color": "#FFFF00", "fontSizePct": 10}
    outcome = await subtitled(tmp_path, {"srt": SRT, "style": style})
    path = saved(outcome, tmp_path / "out.mp4")
    info = probe.video(path)
    assert (info.frames, info.fps, info.has_audio) == (24, 24, True)
    visible = [bool(differs(rgb).any()) for rgb in frames.read_frames(path)]
    assert visible == [6 <= number < 18 for number in range(24)]
    where = np.argwhere(changed(path, 0.5))
    low, high = {"bottom": (75, 118), "top": (2, 45)}[position]
    assert low <= where[:, 0].min() <= where[:, 0].max() <= high
    assert where[:, 1].mean() == pytest.approx(100, abs=4)
    yellow = frames.frame_at(path, 0.5).astype(int)
    assert ((yellow[:, :, 0] > 180) & (yellow[:, :, 2] < 110)).sum() > 20
    assert outcome.message.startswith("Drew one subtitle into")
    assert "Left out 1 that would begin after the end" in outcome.message
    assert [(made.media_type, made.role) for made in outcome.made] == [("video", "result"), ("text", "source")]
    assert cues.parse(outcome.made[1].data.decode()) == cues.parse(SRT)


async def test_subtitles_at_one_time_are_stacked(tmp_path: Path) -> None:
    rows = [{"startSeconds": 0, "endSeconds": 1, "text": "one"}, {"startSeconds": 0.5, "endSeconds": 1, "text": "two"}]
    path = saved(await subtitled(tmp_path, {"cues": rows}), tmp_path / "out.mp4")
    alone, both = (np.argwhere(changed(path, seconds))[:, 0] for seconds in (0.2, 0.8))
    assert abs(alone.max() - both.max()) <= 1, "the first stays where it is"
    assert both.min() < alone.min() - 6


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "USER_INPUT_INCOMPLETE"),
        ({"srt": "  "}, "USER_INPUT_INCOMPLETE"),
        ({"srt": SRT, "cues": [{"startSeconds": 0, "endSeconds": 1, "text": "x"}]}, "PARAMETER_INVALID"),
        ({"cues": [{"startSeconds": 1, "endSeconds": 1, "text": "x"}]}, "PARAMETER_INVALID"),
        ({"cues": [{"startSeconds": 8, "endSeconds": 9, "text": "x"}]}, "PARAMETER_INVALID"),
        ({"cues": [{"startSeconds": 0, "endSeconds": 1, "text": " <b></b> "}]}, "PARAMETER_INVALID"),
        ({"srt": SRT, "style": {"color": "#12"}}, "PARAMETER_INVALID"),
        ({"auto_transcribe": True}, "MODEL_UNAVAILABLE"),
    ],
)
async def test_subtitles_that_cannot_be(tmp_path: Path, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(ToolError) as caught:
        await subtitled(tmp_path, arguments)
    assert caught.value.code == code
    if code == "MODEL_UNAVAILABLE":
        assert caught.value.data is not None
        assert caught.value.data["notInstalled"] is True


async def test_what_is_heard_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.engine.renderers.speech import transcribe

    monkeypatch.setattr(store, "require", lambda *_: None)
    monkeypatch.setattr(transcribe, "transcribe", lambda *_: [transcribe.Cue(0.0, 0.5, " Hello there. ")])
    outcome = await subtitled(tmp_path, {"auto_transcribe": True})
    assert outcome.message.startswith("Wrote down what is said and drew one subtitle")
    assert changed(saved(outcome, tmp_path / "o.mp4"), 0.2).any()
    monkeypatch.setattr(transcribe, "transcribe", lambda *_: [])
    with pytest.raises(ToolError, match="No words were heard"):
        await subtitled(tmp_path, {"auto_transcribe": True})

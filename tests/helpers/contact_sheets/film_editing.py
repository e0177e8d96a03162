# ruff: noqa: E501 - the cases read as a table
"""Sheets of ``stitch_video``, ``overlay_video``, ``add_subtitles`` and ``upscale_video``."""

import tempfile
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from studio import resources
from studio.engine.renderers import pictures
from studio.engine.renderers.video import frames, jobs
from tests.helpers.contact_sheets import sheet
from tests.helpers.films import tone, write_sound

_SIZE = (640, 360)


def travelling(
    picture: str, path: Path, *, seconds: float = 2.0, size: tuple[int, int] = _SIZE, hertz: float = 0
) -> Path:
    """Write a slow travel over a starter picture."""
    rgb = pictures.load(resources.path("starters", picture)).rgb
    count = round(24 * seconds)
    sound = None
    if hertz:
        sound = path.with_suffix(".wav")
        write_sound(sound, tone(seconds, hertz), 48_000)
    with frames.FilmWriter(path, *size, Fraction(24), sound=sound) as writer:
        for number in range(count):
            share = number / count
            scale = max(size[0] / rgb.shape[1], size[1] / rgb.shape[0]) * (1.05 + 0.15 * share)
            move = np.array([[scale, 0, size[0] / 2 - rgb.shape[1] * scale * (0.5 - 0.03 * share)],
                             [0, scale, size[1] / 2 - rgb.shape[0] * scale * 0.5]])  # fmt: skip
            writer.write(cv2.warpAffine(rgb, move, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT))
    return path


def sheets(out: Path) -> None:
    """Write the sheets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = {
            stem: travelling(f"{stem}.jpg", folder / f"{stem}.mp4", hertz=220)
            for stem in ("lighthouse", "forest", "city")
        }
        _stitch(out, folder, clips)
        _overlay(out, folder, clips)
        _subtitles(out, folder, clips)
        _upscale(out, folder)


def _stitch(out: Path, folder: Path, clips: dict[str, Path]) -> None:
    rows = []
    for kind in ("fade", "dissolve", "wipeleft", "wiperight", "slideup", "slidedown"):
        target = folder / f"{kind}.mp4"
        jobs.stitch_films(
            [str(c) for c in clips.values()][:2], str(target), {"type": kind, "durationSeconds": 1}, None, {}
        )
        pictures_ = [frames.frame_at(target, t) for t in (0.9, 1.1, 1.3, 1.5, 1.7, 1.9, 2.1)]
        rows.append((kind, pictures_))
    sheet.rows(out / "stitch_video.png", rows)


def _overlay(out: Path, folder: Path, clips: dict[str, Path]) -> None:
    cut = str(resources.path("starters", "cutout.jpg"))
    cases = {
        "title": [{"kind": "text", "position": "center", "text": "The Last Lighthouse", "fontSizePct": 12, "fontWeight": "bold"},
                  {"kind": "text", "position": "bottom-center", "text": "a film by nobody", "fontSizePct": 5, "startSeconds": 1}],
        "corners": [{"kind": "text", "position": p, "text": p} for p in (
            "top-left", "top-center", "top-right", "center", "bottom-left", "bottom-center", "bottom-right")],
        "box": [{"kind": "text", "position": "bottom-left", "backgroundColor": "#101820CC", "color": "#FFD166", "outlineColor": "none",
                 "text": "Reykjavík — 64°08′N\nÞingvellir, 4.5 km"}],
        "long": [{"kind": "text", "position": "center", "fontSizePct": 9, "text": "A very long sentence that does not fit into one line and "
                  "therefore is wrapped into several lines of even length, again and again, until the frame is full and letters shrink, "
                  "because nothing may be lost of what somebody wanted to say in this picture."}],
        "scripts": [{"kind": "text", "position": "center", "fontSizePct": 8, "text": "Ελληνικά Русский\n日本語のテスト 中文\nالعربية עברית\nहिन्दी 한국어 ☀"}],
        "picture": [{"kind": "image", "position": "top-right", "path": cut, "widthPct": 25, "opacity": 0.9}],
        "cover": [{"kind": "image", "position": "center", "path": cut, "fit": "cover", "opacity": 0.35}],
    }  # fmt: skip
    rows = []
    for name, overlays in cases.items():
        target = folder / f"overlay-{name}.mp4"
        notes = jobs.overlay_film(str(clips["lighthouse"]), str(target), overlays, {}).notes
        rows.append((f"{name} {notes}", [frames.frame_at(target, t) for t in (0.5, 1.5)]))
    sheet.rows(out / "overlay_video.png", rows, 560)


def _subtitles(out: Path, folder: Path, clips: dict[str, Path]) -> None:
    cues = [(0.0, 0.9, "Nobody had lit the lamp for eleven years."), (1.0, 2.0, "— Who is there?\n— Only the sea."),
            (1.5, 2.0, "(thunder)")]  # fmt: skip
    rows = []
    for style in (
        {},
        {"position": "top", "color": "#FFE08A"},
        {"position": "center", "fontSizePct": 9, "outlineColor": "navy"},
    ):
        target = folder / "subtitles.mp4"
        jobs.subtitle_film(str(clips["forest"]), str(target), cues, style, {})
        rows.append((str(style), [frames.frame_at(target, t) for t in (0.4, 1.2, 1.7)]))
    sheet.rows(out / "add_subtitles.png", rows, 560)


def _upscale(out: Path, folder: Path) -> None:
    rows = []
    for name in ("city", "forest"):
        clip = travelling(f"{name}.jpg", folder / f"{name}-small.mp4", seconds=0.5, size=(320, 180))
        plain = cv2.resize(frames.frame_at(clip, 0.3), (640, 360), interpolation=cv2.INTER_CUBIC)
        made = [plain]
        for order in ({}, {"detailPreference": "sharper"}, {"processingSpeed": "faster"}):
            jobs.upscale_film(str(clip), str(folder / "large.mp4"), order, {})
            made.append(frames.frame_at(folder / "large.mp4", 0.3))
        rows.append(
            (f"{name}: bicubic, stable, sharper, faster", [np.ascontiguousarray(p[100:300, 200:560]) for p in made])
        )
    sheet.rows(out / "upscale_video.png", rows, 430)

"""Sheets of ``video_to_video``, ``sound_to_video``, ``dance_montage`` and ``analyze_video``, and of what is heard."""

import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from studio import resources
from studio.engine.renderers import pictures
from studio.engine.renderers.music.bed import bed
from studio.engine.renderers.sound_analysis import Heard, analyse, analysis
from studio.engine.renderers.video import examine, frames, montage, restyle, sounding
from studio.engine.renderers.video.motion.shape import Wanted
from studio.engine.renderers.video.orders import Mode, MontageOrder, Order, SoundOrder
from studio.engine.renderers.video.sound import write_sound
from tests.helpers.contact_sheets import sheet

_SIZE = (480, 270)
_STYLES = (
    ("style", "an ink drawing"), ("style", "watercolour"), ("style", "van gogh"), ("style", "anime"),
    ("lines", "comic book"), ("style", "low poly"), ("style", "film noir"), ("style", "a cold blue moonlit night"),
    ("lines", "golden hour in the desert"), ("finer", "crisp"),
)  # fmt: skip
_SOUNDED = (("rain, neon", "city"), ("bubbles", "jellyfish"), ("misty mountains, dawn", None), ("van gogh hills", None))
_DANCES = ("rasputin", "spongebob", "chanel", "plastic-dream-sequence")


def _starter(name: str) -> np.ndarray:
    return pictures.load(resources.path("starters", f"{name}.jpg")).rgb


def _view(rgb: np.ndarray, x: float, y: float, zoom: float) -> np.ndarray:
    scale = max(_SIZE[0] / rgb.shape[1], _SIZE[1] / rgb.shape[0]) * zoom
    matrix = np.array([[scale, 0, _SIZE[0] / 2 - rgb.shape[1] * scale * x],
                       [0, scale, _SIZE[1] / 2 - rgb.shape[0] * scale * y]])  # fmt: skip
    return np.asarray(cv2.warpAffine(rgb, matrix, _SIZE, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT))


def _film(path: Path, count: int, draw: Callable[[float], np.ndarray], sound: Path | None = None) -> Path:
    with frames.FilmWriter(path, *_SIZE, Fraction(24), sound=sound) as writer:
        for i in range(count):
            writer.write(draw(i / count))
    return path


def _walker(share: float) -> np.ndarray:
    frame = _view(_starter("forest"), 0.45 + 0.06 * share, 0.5, 1.3).copy()
    x, y = int(50 + 380 * share), int(200 + 5 * np.sin(40 * share))
    cv2.ellipse(frame, (x, y - 14), (20, 42), 8 * np.sin(20 * share), 0, 360, (200, 60, 40), -1, cv2.LINE_AA)
    cv2.circle(frame, (x, y - 66), 17, (235, 190, 150), -1, cv2.LINE_AA)
    return frame


def _cuts(share: float) -> np.ndarray:
    names = ("lighthouse", "city", "jellyfish", "place")
    place, way = divmod(share * len(names), 1.0)
    moves = ((0.4 + 0.2 * way, 0.5, 1.4), (0.5, 0.5, 1.2 + 0.4 * way), (0.5, 0.6 - 0.2 * way, 1.5), (0.5, 0.5, 1.2))
    frame = _view(_starter(names[int(place)]), *moves[int(place)])
    if int(place) == 3:
        frame = frame.copy()
        cv2.putText(frame, "LIVE at 20:45", (110, 240), 0, 1.2, (255, 255, 255), 3, cv2.LINE_AA)
    return frame


def sheets(out: Path) -> None:
    """Write the sheets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        song = folder / "song.wav"
        music = bed("energetic house", 12.0, 5, folder, 124)
        write_sound(song, music.samples, music.rate)
        _restyled(out, folder, song)
        _sounded(out, folder, song)
        _danced(out, folder)
        _examined(out, folder, song)
        _heard(out, folder)


def _transformed(folder: Path, source: Path, mode: Mode, prompt: str, stem: str, **options: Any) -> Path:
    target = folder / f"{stem}.mp4"
    restyle.render(Order(mode, str(source), str(target), prompt, {}, **options))
    return target


def _restyled(out: Path, folder: Path, song: Path) -> None:
    city = _starter("city")
    source = _film(folder / "city.mp4", 36, lambda share: _view(city, 0.44 + 0.12 * share, 0.5, 1.25), song)
    made = [("source", source)]
    for i, (mode, prompt) in enumerate(_STYLES):
        made.append((f"{mode}: {prompt}", _transformed(folder, source, mode, prompt, f"s{i}")))  # type: ignore[arg-type]
    sheet.film_rows(out / "video_to_video_styles.png", made, 5, 300)
    walker = _film(folder / "walker.mp4", 48, _walker)
    starter = str(resources.path("starters", "cutout.jpg"))
    rows = [
        ("source", walker),
        ("inpaint: the subject taken out", _transformed(folder, walker, "remove", "", "m0")),
        ("animate-replace: another figure", _transformed(folder, walker, "replace", "", "m1", picture=starter)),
        ("animate-move: a picture sways along", _transformed(folder, source, "move", "", "m2", picture=starter)),
        ("outpaint 21:9", _transformed(folder, source, "wider", "", "m3", shape=21 / 9)),
        (
            "outpaint 1:1, film at the bottom",
            _transformed(folder, source, "wider", "", "m4", shape=1.0, place="bottom"),
        ),
    ]
    sheet.film_rows(out / "video_to_video_others.png", rows, 5, 300)


def _sounded(out: Path, folder: Path, song: Path) -> None:
    made = []
    for i, (prompt, name) in enumerate(
        (
            ("rain, neon", "city"),
            ("bubbles", "jellyfish"),
            ("misty mountains at dawn", None),
            ("van gogh village", None),
        )
    ):
        target = folder / f"sound-{i}.mp4"
        picture = None if name is None else str(resources.path("starters", f"{name}.jpg"))
        order = SoundOrder(
            str(song), str(target), prompt, {}, picture=picture, duration_s=8.0, wanted=Wanted(short_edge=288), seed=i
        )
        sounding.render(order)
        made.append((f"{prompt} ({name or 'painted'})", target))
    sheet.film_rows(out / "sound_to_video.png", made, 8, 240)
    beat = [(f"every frame of one second: {title}", path) for title, path in made[:1]]
    rows = [(title, list(frames.read_frames(path, start_s=2.0, duration_s=1.0))[::2]) for title, path in beat]
    sheet.rows(out / "sound_to_video_beat.png", rows, 200)


def _danced(out: Path, folder: Path) -> None:
    made = []
    for i, dance in enumerate(_DANCES):
        target = folder / f"dance-{i}.mp4"
        names = ("cutout", "restore") if i % 2 else ("cutout",)
        files = tuple(str(resources.path("starters", f"{name}.jpg")) for name in names)
        montage.render(MontageOrder(files, str(target), "", dance, 8.0, {}, str(folder), seed=i, single=i == 3))
        made.append((dance, target))
    sheet.film_rows(out / "dance_montage.png", made, 12, 130)


def _examined(out: Path, folder: Path, song: Path) -> None:
    source = _film(folder / "cuts.mp4", 192, _cuts, song)
    facts = examine.examine(str(source), str(folder), "detailed", False)
    rows = []
    for shot in facts["shots"]:
        inside = [row for row in facts["key_frames"] if shot["start_s"] <= row["time_s"] < shot["end_s"]]
        seen = [pictures.load(folder / row["file"]).rgb for row in inside]
        labels = ", ".join(f"{label['name']} {label['share']:.0%}" for row in inside[:1] for label in row["labels"][:2])
        title = f"{shot['start_s']:.2f}–{shot['end_s']:.2f} s ({shot['begins']}): {shot['camera']}, {shot['subject']}"
        rows.append((f"{title}; {labels}", seen))
    said = "; ".join(f"“{row['line']}” {row['from_s']:.1f} s" for row in facts["text"]) or "none"
    rows.append((f"text: {said}.  sound: {facts['sound']['tempo_bpm']} bpm, {facts['sound']['key']}", seen[:1]))
    sheet.rows(out / "analyze_video.png", rows, 260)


def _heard(out: Path, folder: Path) -> None:
    rows = []
    for prompt, bpm in (("energetic house", 124.0), ("waltz", 168.0), ("calm piano ballad", 72.0), ("metal", 152.0)):
        music = bed(prompt, 12.0, 3, folder, bpm)
        heard = analyse(music.samples, music.rate)
        found = np.abs(heard.beats[None] - np.array(music.beats)[:, None]).min(axis=1) if len(heard.beats) else [9.0]
        title = (
            f"{prompt}, composed at {bpm:g} bpm in {music.key}: heard {heard.tempo_bpm:.1f} bpm, "
            f"{heard.key.name if heard.key else 'no key'}, {np.mean(np.array(found) < 0.05):.0%} of beats within 50 ms"
        )
        rows.append((title, [_marked(sheet.spectrogram(music.samples, 1400, rate=music.rate), heard)]))
    sheet.rows(out / "sound_analysis.png", rows, 1400)


def _marked(picture: np.ndarray, heard: Heard) -> np.ndarray:
    """Draw downbeats, beats and sections, and the level, on a spectrogram."""
    picture = picture.copy()
    height, width = picture.shape[:2]
    for times, top, colour in (
        (heard.beats, 0.82, (255, 255, 255)),
        (heard.pulse.downbeats_s, 0.6, (255, 90, 90)),
        ([part.start_s for part in heard.sections], 0.0, (90, 255, 120)),
    ):
        for at in times:
            x = min(width - 1, int(at / heard.duration_s * width))
            picture[int(top * height) :, x] = colour
    level = np.interp(np.arange(width) / width * heard.duration_s,
                      (np.arange(len(heard.level_db)) + 0.5) * analysis.LEVEL_STEP_S, heard.level_db)  # fmt: skip
    for x, value in enumerate(level):
        picture[int(np.clip(-value / 60, 0, 1) * (height - 1)), x] = (255, 220, 60)
    return picture

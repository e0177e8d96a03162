"""Moving pictures: generate_video, animate_photo, orbit_video, extend_video, replace_video_segment and their sounds."""

import tempfile
from pathlib import Path

from studio import resources
from studio.engine.renderers.video.motion import ambience, edits, films
from studio.engine.renderers.video.motion.ambience_names import NAMES
from studio.engine.renderers.video.motion.orders import Exchange, Order
from studio.engine.renderers.video.motion.shape import Wanted
from studio.engine.renderers.video.sound import write_sound
from tests.helpers.contact_sheets import sheet

_SMALL = Wanted(short_edge=360)
_PROMPTS = (
    "A lighthouse on a cliff above a stormy sea at dusk, lightning, slow push in",
    "Rainy neon city street at night, the camera tracks right",
    "A calm mountain lake at sunrise with mist, static camera",
    "Snow falling on a pine forest, the camera pulls back",
    "Balloons over misty hills at dawn, the camera rises",
    "Jellyfish in the deep sea, bubbles, slow zoom in",
    "Campfire under the stars, embers rise, static camera",
    "A ringed planet in deep space, the camera orbits",
)
_PHOTOS = (
    ("lighthouse", "clouds drift, god rays, slow push in"),
    ("place", "autumn leaves fall, the camera travels right"),
    ("ink", "water ripples, stars twinkle, static camera"),
    ("city", "heavy rain, neon flickers, handheld camera"),
    ("jellyfish", "swaying, bubbles, the camera orbits"),
    ("restore", "night falls, fireflies, pan left"),
    ("planet", "focus pulls to the subject, dolly zoom"),
    ("cutout", "petals drift, the camera tilts down, then zooms in"),
)


def _starter(name: str) -> str:
    return str(resources.path("starters", f"{name}.jpg"))


def sheets(out: Path) -> None:
    """Write the sheets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _generated(out, folder)
        _photos(out, folder)
        _others(out, folder)
        _sounds(out, folder)


def _generated(out: Path, folder: Path) -> None:
    made = []
    for place, prompt in enumerate(_PROMPTS):
        path = folder / f"generated-{place}.mp4"
        films.animate(Order(prompt, 4.0, wanted=_SMALL), str(path))
        made.append((prompt, path))
    sheet.film_rows(out / "generate_video.png", made, 5, 340)


def _photos(out: Path, folder: Path) -> None:
    made = []
    for place, (name, prompt) in enumerate(_PHOTOS):
        path = folder / f"photo-{place}.mp4"
        films.animate(Order(prompt, 4.0, (_starter(name),), wanted=_SMALL), str(path))
        made.append((prompt, path))
    for role, names, prompt in (
        ("both", ("lighthouse", "restore"), "fog"),
        ("end", ("place",), "snow, pan left"),
        ("shots", ("ink", "planet", "city"), "gentle"),
    ):
        path = folder / f"photo-{role}.mp4"
        films.animate(Order(prompt, 4.0, tuple(_starter(n) for n in names), role, wanted=_SMALL), str(path))
        made.append((f"{role}: {prompt}", path))
    sheet.film_rows(out / "animate_photo.png", made, 5, 340)


def _others(out: Path, folder: Path) -> None:
    made = []
    for name in ("pattern", "lighthouse"):
        path = folder / f"orbit-{name}.mp4"
        wishes = {"azimuths": [0, 90, 180, 270, 360], "elevation": "eye-level shot", "distance": "medium shot",
                  "prompt": "", "segment_s": 1.0}  # fmt: skip
        films.orbit(_starter(name), str(path), wishes, {})
        made.append((f"orbit {name}", path))
    base = folder / "photo-0.mp4"
    for place, prompt in enumerate(("", "it begins to rain, pan right")):
        inner = folder / f"extend-{place}"
        inner.mkdir()
        edits.extend(str(base), str(inner), prompt, 3.0, {})
        made.append((f"extend: {prompt or 'no words'}", inner / "joined.mp4"))
    for place, prompt in enumerate(("heavy snow", "it goes on calmly", "a desert with camels at sunset")):
        inner = folder / f"replace-{place}"
        inner.mkdir()
        edits.exchange(str(base), str(inner), Exchange(1.0, 3.0, prompt))
        made.append((f"replace 1–3 s: {prompt}", inner / "joined.mp4"))
    sheet.film_rows(out / "orbit_extend_replace_video.png", made, 7, 260)


def _sounds(out: Path, folder: Path) -> None:
    made = []
    for name in NAMES:
        path = folder / f"{name}.wav"
        flashes = [(1.0, 1.0)] if name == "thunder" else []
        write_sound(path, ambience.bed([name], 6.0, 3, flashes), ambience.RATE)
        made.append((name, path))
    sheet.sound_rows(out / "ambience.png", made, 700)

"""What film and sound files say about themselves, and what their contents really are."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from studio.contract.errors import ToolError
from studio.engine.renderers import generators
from studio.engine.renderers.video import headers, probe
from studio.engine.renderers.video.sound import loudness_lufs, read_sound

_MAX_TEXT: Final = 20_000
_MEASURED_S: Final = 600.0
_NAMES: Final = {"mov": "MP4", "matroska": "WebM or Matroska", "wav": "WAV", "flac": "FLAC", "mp3": "MP3", "ogg": "Ogg"}
_HDR: Final = {"smpte2084": "PQ", "arib-std-b67": "HLG"}
_BARE: Final = (
    "encoder",
    "title",
    "artist",
    "album",
    "date",
    "genre",
    "comment",
    "description",
    "copyright",
    "composer",
)


def facts(file: Path, kind: str) -> dict[str, Any]:
    """Return the metadata of a *video* or *audio* file as plain values.

    What is counted by reading the file to its end: frames, rate, duration. Sounds of up to ten minutes are also
    measured for loudness and peak.
    """
    try:
        found = _film(file) if kind == "video" else _sound(file)
    except ToolError:
        found = headers.mp4(file)
        known = "these facts are what its header says" if len(found) > 1 else "only its size and hash are known"
        found["note"] = f"This computer cannot look inside this {kind} file (damaged, or of an unknown kind); {known}."
    return found


def _film(file: Path) -> dict[str, Any]:
    info = probe.video(file)
    rows: dict[str, Any] = {
        "format": _NAMES.get(info.container, info.container),
        "width": info.width,
        "height": info.height,
        "duration_s": round(info.duration_s, 3),
        "frames": info.frames,
        "frame_rate": round(float(info.fps), 3),
        "video_codec": info.video_codec,
        "pixel_format": info.pixel_format,
        "rotation_degrees": info.rotation or None,
        "colour_matrix": info.matrix,
        "hdr": _HDR.get(info.transfer or ""),
        "audio_codec": info.audio_codec,
        "sample_rate_hz": info.sample_rate,
        "channels": info.channels,
        "bitrate_kbps": _bitrate(file, info.duration_s),
    }
    if info.has_audio:
        rows["audio_duration_s"] = round(probe.audio(file).duration_s, 3)
    return _with_texts(rows, info.tags, file)


def _sound(file: Path) -> dict[str, Any]:
    info = probe.audio(file)
    rows: dict[str, Any] = {
        "format": _NAMES.get(info.container, info.container),
        "duration_s": round(info.duration_s, 3),
        "audio_codec": info.codec,
        "sample_rate_hz": info.sample_rate,
        "channels": info.channels,
        "bitrate_kbps": _bitrate(file, info.duration_s),
    }
    if info.duration_s <= _MEASURED_S:
        samples = read_sound(file)
        loudness, peak = loudness_lufs(samples, 48_000), float(np.abs(samples).max(initial=0.0))
        rows["silent"] = True if peak < 1e-5 else None
        rows["loudness_lufs"] = round(loudness, 1) if np.isfinite(loudness) else None
        rows["peak_dbfs"] = round(20 * float(np.log10(peak)), 1) if peak >= 1e-5 else None
    return _with_texts(rows | _more_tags(file), info.tags, file)


def _bitrate(file: Path, seconds: float) -> float | None:
    return round(file.stat().st_size * 8 / seconds / 1000, 1) if seconds > 0 else None


def _more_tags(file: Path) -> dict[str, Any]:
    """Return tags that only a tag reader tells: track numbers, cover pictures, lyrics."""
    from tinytag import TinyTag, TinyTagException

    try:
        tag = TinyTag.get(file, image=True)
    except (TinyTagException, OSError, ValueError):
        return {}
    other: dict[str, Any] = tag.other
    lyrics = other.get("lyrics")
    return {
        "title": tag.title,
        "artist": tag.artist,
        "album": tag.album,
        "year": tag.year,
        "genre": tag.genre,
        "track": tag.track,
        "has_cover": True if tag.images.any is not None else None,
        "lyrics": str(lyrics[0] if isinstance(lyrics, list) else lyrics)[:_MAX_TEXT] if lyrics else None,
    }


def _with_texts(rows: dict[str, Any], tags: Mapping[str, str], file: Path) -> dict[str, Any]:
    for key in _BARE:
        if tags.get(key):
            rows.setdefault(key, tags[key][:_MAX_TEXT])
    other = {key: value[:_MAX_TEXT] for key, value in tags.items() if key not in _BARE}
    if other:
        rows["texts"] = other
    if generation := _generation(tags, file):
        rows["generation"] = generation
    return {key: value for key, value in rows.items() if value not in (None, "")}


def _generation(tags: Mapping[str, str], file: Path) -> dict[str, Any] | None:
    """Return who made the file and how: our own comment, a ComfyUI graph, or what content credentials declare."""
    texts = {key: tags[key] for key in ("prompt", "workflow", "parameters") if key in tags}
    comment = tags.get("comment", "")
    try:
        noted = json.loads(comment) if comment.lstrip().startswith("{") else None
    except ValueError:
        noted = None
    if isinstance(noted, dict):
        if "tool" in noted:
            texts["parameters"] = comment
        for key in ("prompt", "workflow"):  # video nodes of ComfyUI keep their graphs in the comment
            if "tool" not in noted and key in noted:
                value = noted[key]
                texts.setdefault(key, value if isinstance(value, str) else json.dumps(value))
    return generators.generation(texts, {}, generators.marks(file, None))

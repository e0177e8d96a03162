"""``extract_metadata``: what a file says about itself."""

from typing import Any

from studio.contract.chat import MediaKind
from studio.contract.errors import ToolError
from studio.engine.renderers import jobs
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import index_of, name_of, path_text

_INDEX: dict[MediaKind, str] = {
    "image": "sourceImageIndex",
    "video": "sourceVideoIndex",
    "audio": "audioSourceIndex",
}


class ExtractMetadata:
    """Reads EXIF, text chunks, colour profile, generation settings, duration, hash."""

    name = "extract_metadata"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await _find(arguments, context)
        facts = await context.render(jobs.read_metadata, path_text(source), source.kind)
        if source.filename:
            facts = {"filename": source.filename, **facts}
        return ToolOutcome(
            message=f"{name_of(source)}: {_sentence(facts)}",
            renderer="studio-metadata",
            model="File reader",
            data=facts,
        )


_SETTINGS = {
    "model": "model",
    "sampler": "sampler",
    "scheduler": "scheduler",
    "steps": "steps",
    "cfg_scale": "guidance",
    "seed": "seed",
}
"""What is told of another generator's notes, in this order; the rest is in the data."""


async def _find(arguments: dict[str, Any], context: ToolContext) -> SourceMedia:
    for kind, key in _INDEX.items():
        if arguments.get(key) is not None:
            return await context.source(kind, index_of(arguments, key))
    place = index_of(arguments, "fileIndex")
    if place is not None and place >= 0:
        place = -1 - place  # the old way of counting uploads
    kinds: list[MediaKind] = [arguments["mediaType"]] if arguments.get("mediaType") else list(_INDEX)
    for kind in kinds:
        try:
            return await context.source(kind, place)
        except ToolError:
            if kind == kinds[-1]:
                raise
    raise ToolError("ASSET_NOT_FOUND", "There is no file here yet. Make one or drop one in first.")


def _sentence(facts: dict[str, Any]) -> str:
    parts = []
    if facts.get("format"):
        size = f", {facts['width']} × {facts['height']} px" if facts.get("width") else ""
        parts.append(f"{facts['format']}{size}")
    if facts.get("duration_s") is not None:
        parts.append(f"{facts['duration_s']:g} s long")
    if facts.get("frame_rate"):
        parts.append(f"{facts['frames']} frames at {facts['frame_rate']:g} a second ({facts['video_codec']})")
        parts.append(f"sound in {facts['audio_codec']}" if facts.get("audio_codec") else "without sound")
    elif facts.get("sample_rate_hz"):
        channels = {1: "mono", 2: "stereo"}.get(facts["channels"], f"{facts['channels']} channels")
        parts.append(f"{facts['sample_rate_hz']} Hz {channels}")
    if facts.get("silent"):
        parts.append("silent")
    elif facts.get("loudness_lufs") is not None:
        parts.append(f"loudness {facts['loudness_lufs']:g} LUFS, peak {facts['peak_dbfs']:g} dBFS")
    parts.append(_bytes(facts["byte_length"]))
    if facts.get("colour_profile"):
        parts.append(f"colour profile {facts['colour_profile']}")
    exif = facts.get("exif", {})
    camera = " ".join(str(exif[key]) for key in ("Make", "Model") if exif.get(key))
    if camera:
        parts.append(f"taken with {camera}")
    if exif.get("DateTimeOriginal"):
        parts.append(f"on {exif['DateTimeOriginal']}")
    if "gps" in exif:
        parts.append(f"at {exif['gps']['latitude']:.4f}, {exif['gps']['longitude']:.4f}")
    text = ", ".join(parts) + "."
    if generation := facts.get("generation"):
        prompt = generation.get("prompt") or (generation.get("prompts") or [None])[0]
        text += f" Made by {generation['made_by']}" + (f" from “{prompt}”" if prompt else "")
        told = [f"{word} {generation[key]}" for key, word in _SETTINGS.items() if generation.get(key) not in (None, "")]
        text += "".join(f", {part}" for part in told) + "."
        if generation.get("negative_prompt"):
            text += f" Not wanted was “{generation['negative_prompt']}”."
    if facts.get("note"):
        text += f" {facts['note']}"
    return text


def _bytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} kB"

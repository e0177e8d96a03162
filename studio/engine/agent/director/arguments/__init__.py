"""From a step to the arguments of its calls, one function for each tool."""

import re
from collections.abc import Callable

from studio.engine.agent.director.arguments import assets, pictures, revised, sounds, titles, videos, words
from studio.engine.agent.director.step import Arguments, Step
from studio.engine.agent.director.text import tidy

BUILDERS: dict[str, Callable[[Step], list[Arguments]]] = {
    function.__name__: function
    for function in (
        pictures.generate_image, pictures.edit_image, pictures.apply_style, pictures.restore_photo,
        pictures.refine_result, pictures.change_angle, pictures.upscale_image, pictures.remove_background,
        pictures.segment_image, pictures.image_to_3d, videos.generate_video, videos.animate_photo,
        videos.sound_to_video, videos.video_to_video, videos.orbit_video, videos.dance_montage, videos.stitch_video,
        videos.extend_video, videos.replace_video_segment, titles.overlay_video, titles.add_subtitles,
        videos.upscale_video, sounds.generate_music, sounds.generate_speech, words.analyze_image,
        words.analyze_video, words.extract_metadata, words.enhance_prompt, words.compose_script,
        words.compose_lyrics, words.compose_instrumental, words.compose_workflow, words.compose_workflow_template,
        assets.create_asset_manifest, assets.inspect_asset, assets.label_asset, assets.map_assets_for_model,
        assets.validate_asset_references,
    )
}  # fmt: skip


_COMMAND = re.compile(
    r"(?i)\b(?:animate|move|bring|film)\s+(?:this|it|that|them)(?:\s+to\s+life)?\b|\b\d+(?:\.\d+)?\s*(?:s|secs?|seconds?)\b"
)
"""What of "animate this 3 seconds with snow" is no part of the picture."""


def _scored(moving: Arguments, step: Step) -> tuple[str, Arguments]:
    """Return the call that moves a picture over music of this request; ``animate_photo`` takes no sound."""
    pictures = [moving[key] for key in ("sourceImageIndex", "endImageIndex") if key in moving]
    kept: Arguments = {
        key: moving[key] for key in ("prompt", "duration", "aspectRatio", "targetResolution") if key in moving
    }
    kept["prompt"] = tidy(_COMMAND.sub("", str(kept["prompt"]))) or kept["prompt"]
    sound = step.produced["audio"][:1]
    return "generate_video", {**kept, "referenceImageIndices": pictures, "referenceAudioIndices": sound}


def calls_of(step: Step) -> list[tuple[str, Arguments]]:
    """Return the calls that carry out *step*.

    Raises:
        Ask: something is missing that only the person can give.
    """
    if step.tool == "again":
        tool, arguments = revised.again(step) or pictures.again(step)
        return [(tool, item) for item in arguments]
    if step.tool == "animate_photo" and step.scored and step.produced.get("audio"):
        return [_scored(videos.animate_photo(step)[0], step)]
    calls = [(step.tool, item) for item in BUILDERS[step.tool](step)]
    return [
        ("edit_image" if tool == "refine_result" and item["sourceImageIndex"] < 0 else tool, item)
        for tool, item in calls
    ]

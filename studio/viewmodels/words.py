"""Words of the window: what a tool is doing, what it did, dates, sizes. Plain, present, short."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

# Sentence while working; {n} is "4 images", {target} the piece it works on. Source: design specification, section 10.
_WORKING = {
    "generate_image": "Painting {n}",
    "edit_image": "Editing {target}",
    "apply_style": "Restyling {target}",
    "restore_photo": "Restoring {target}",
    "refine_result": "Refining {target}",
    "change_angle": "Turning the camera on {target}",
    "animate_photo": "Animating {target}",
    "generate_video": "Filming",
    "video_to_video": "Reworking {target}",
    "extend_video": "Extending {target}",
    "replace_video_segment": "Replacing part of {target}",
    "stitch_video": "Joining clips",
    "orbit_video": "Circling {target}",
    "dance_montage": "Choreographing",
    "sound_to_video": "Setting {target} to pictures",
    "overlay_video": "Adding the title",
    "add_subtitles": "Adding subtitles",
    "generate_music": "Composing",
    "generate_speech": "Speaking",
    "image_to_3d": "Sculpting",
    "segment_image": "Separating {target}",
    "analyze_image": "Looking at {target}",
    "analyze_video": "Watching {target}",
    "analyze_audio": "Listening to {target}",
    "extract_metadata": "Reading {target}",
    "enhance_prompt": "Finding the words",
    "compose_script": "Writing the script",
    "compose_lyrics": "Writing the lyrics",
    "compose_instrumental": "Arranging",
    "compose_workflow": "Planning the steps",
    "compose_workflow_template": "Drafting a template",
    "remove_background": "Cutting out {target}",
    "upscale_image": "Enlarging {target}",
    "upscale_video": "Enlarging {target}",
}
_DONE = {
    "generate_image": "Made {n}",
    "edit_image": "Edited {target}",
    "apply_style": "Restyled {target}",
    "restore_photo": "Restored {target}",
    "refine_result": "Refined {target}",
    "change_angle": "Turned the camera on {target}",
    "animate_photo": "Animated {target}",
    "generate_video": "Filmed {n}",
    "video_to_video": "Reworked {target}",
    "extend_video": "Extended {target}",
    "replace_video_segment": "Replaced part of {target}",
    "stitch_video": "Joined the clips",
    "orbit_video": "Circled {target}",
    "dance_montage": "Choreographed {n}",
    "sound_to_video": "Set {target} to pictures",
    "overlay_video": "Added the title",
    "add_subtitles": "Added subtitles",
    "generate_music": "Composed {n}",
    "generate_speech": "Spoke {n}",
    "image_to_3d": "Sculpted {n}",
    "segment_image": "Separated {target}",
    "analyze_image": "Looked at {target}",
    "analyze_video": "Watched {target}",
    "analyze_audio": "Listened to {target}",
    "extract_metadata": "Read {target}",
    "enhance_prompt": "Found the words",
    "compose_script": "Wrote the script",
    "compose_lyrics": "Wrote the lyrics",
    "compose_instrumental": "Arranged it",
    "compose_workflow": "Planned the steps",
    "compose_workflow_template": "Drafted a template",
    "remove_background": "Cut out {target}",
    "upscale_image": "Enlarged {target}",
    "upscale_video": "Enlarged {target}",
}
_PLURAL = {
    "image": "images",
    "picture": "pictures",
    "video": "videos",
    "audio": "sounds",
    "model3d": "models",
    "text": "texts",
}
_SINGULAR = {
    "image": "image",
    "picture": "picture",
    "video": "video",
    "audio": "sound",
    "model3d": "model",
    "text": "text",
}
_WORKS_ON = {
    "video_to_video": "the clip",
    "extend_video": "the clip",
    "replace_video_segment": "the clip",
    "upscale_video": "the clip",
    "analyze_video": "the clip",
    "analyze_audio": "the sound",
    "sound_to_video": "the sound",
    "extract_metadata": "the file",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def session_title(title: str) -> str:
    """Return how a session is called: by its title, or, with only uploads in it so far, as a new one."""
    return title or "New session"


def tool_title(tool: str) -> str:
    """Return a tool's name for people: its words, with a capital."""
    return tool.replace("_", " ").strip().capitalize().replace("3d", "3D") or "Tool"


def working_sentence(tool: str, arguments: dict[str, Any], target: str = "") -> str:
    """Return what *tool* is doing, for example ``Painting 4 images`` or ``Restyling Image 3``.

    Args:
        target: badge of the piece it works on; empty when it is not known.
    """
    return _fill(_WORKING.get(tool), tool, _wanted(tool, arguments), target)


def done_sentence(tool: str, arguments: dict[str, Any], made: int | None = None, target: str = "") -> str:
    """Return what *tool* did, for example ``Made 4 images``; *made* counts the results."""
    return _fill(_DONE.get(tool), tool, _wanted(tool, arguments) if made is None else made, target)


def count_of(kind: str, number: int) -> str:
    """Return ``1 image``, ``4 images``, ``2 sounds`` …"""
    return f"{number} {(_SINGULAR if number == 1 else _PLURAL).get(kind, 'piece' if number == 1 else 'pieces')}"


def clock(seconds: float) -> str:
    """Return a duration as ``0:05``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def round_up_usd(usd: float) -> float:
    """Return the next round amount above a price."""
    return next((step for step in (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0) if step > usd), usd * 2)


def joined(words: Sequence[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def relative_date(epoch_ms: int, now: datetime | None = None) -> str:
    """Return when something was, as a person says it: ``20 min ago``, ``yesterday``, ``3 June``.

    Args:
        now: the present in local time; the clock's when omitted.
    """
    now = now or datetime.now()
    then = datetime.fromtimestamp(epoch_ms / 1000)
    seconds = (now - then).total_seconds()
    days = (now.date() - then.date()).days
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if days == 0:
        return f"{then:%H:%M}"
    if days == 1:
        return "yesterday"
    if days < 7:
        return _DAYS[then.weekday()]
    date = f"{then.day} {_MONTHS[then.month - 1]}"
    return date if then.year == now.year else f"{date} {then.year}"


def day_group(epoch_ms: int, now: datetime | None = None) -> str:
    """Return the heading a session stands under: ``Today``, ``Yesterday`` or ``Earlier``."""
    days = ((now or datetime.now()).date() - datetime.fromtimestamp(epoch_ms / 1000).date()).days
    return "Today" if days <= 0 else "Yesterday" if days == 1 else "Earlier"


def size_words(byte_length: int) -> str:
    """Return a size as ``12 KB``, ``2.1 MB``, ``1.4 GB`` (decimal units, like file managers)."""
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000)):
        if byte_length >= factor:
            return f"{byte_length / factor:.1f} {unit}"
    return f"{max(1, round(byte_length / 1000))} KB" if byte_length else "0 KB"


def _wanted(tool: str, arguments: dict[str, Any]) -> int:
    number = next(
        (arguments[key] for key in ("numberOfVariations", "number_of_variations", "count", "n") if key in arguments), 1
    )
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else 1


def _kind_of(tool: str) -> str:
    if "video" in tool or tool in ("dance_montage", "animate_photo"):
        return "video"
    if tool in ("generate_music", "generate_speech"):
        return "audio"
    return "model3d" if "3d" in tool else "image"


def _fill(template: str | None, tool: str, number: int, target: str) -> str:
    if template is None:
        return tool_title(tool)
    return template.format(n=count_of(_kind_of(tool), number), target=target or _WORKS_ON.get(tool, "the picture"))

"""How the arguments of recorded calls name pieces: which take one, of which kind, and what they take unnamed."""

import math
from collections.abc import Mapping
from typing import Any, Final, get_args

from studio.contract.chat import MediaKind
from studio.contract.editing.ports import kind_of_argument, schema_of
from studio.contract.tools import catalogue

KINDS: Final = frozenset(get_args(MediaKind))
_GENERATED: Final = frozenset(("image", "video", "audio", "model"))
UPLOADS_FROM_ZERO: Final = frozenset({("sound_to_video", "audioSourceIndex"), ("video_to_video", "videoSourceIndex")})
"""Arguments that count uploads from 0 and take what was made only where none is named; an upload comes first."""
NEWEST_IS_MINUS_ONE: Final = frozenset(
    {("extend_video", "videoIndex"), ("replace_video_segment", "videoIndex"), ("add_subtitles", "sourceVideoIndex")}
)
"""Arguments whose −1 is the newest clip."""
UNNAMED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("edit_image", "apply_style", "refine_result", "change_angle", "upscale_image", "remove_background"),
            *("segment_image", "image_to_3d", "animate_photo", "orbit_video"),
        ),
        "sourceImageIndex",
    ),
    "video_to_video": "videoSourceIndex",
    "sound_to_video": "audioSourceIndex",
    "extend_video": "videoIndex",
    "replace_video_segment": "videoIndex",
    "overlay_video": "sourceVideoIndex",
    "add_subtitles": "sourceVideoIndex",
    "upscale_video": "sourceVideoIndex",
}
"""The argument of each tool that works on a piece even when the call names none."""


def makes(tool: str) -> bool:
    """Whether a call of *tool* becomes a stage by itself: it makes pieces, or nobody here knows what it does."""
    known = catalogue().get(tool)
    if not tool.strip():
        return False
    return known is None or (known.durable_step and str(known.produces) in _GENERATED)


def made_kind(tool: str, kind: str) -> str:
    """Return what a tool makes; *kind* for a tool that nobody here knows."""
    known = catalogue().get(tool)
    return kind if known is None else str(known.produces)


def is_index(name: str) -> bool:
    """Whether an argument of that name holds numbers of pieces."""
    return name.endswith(("Index", "Indices", "_index", "_indices"))


def kind_of(tool: str, name: str) -> str:
    """Return the kind of piece that an argument takes."""
    found = kind_of_argument(tool, name, schema_of(tool, name)) if tool in catalogue() else "data"
    if found in KINDS:
        return found
    lower = name.lower()
    return "video" if "video" in lower else "audio" if "audio" in lower or "voice" in lower else "image"


def number_of(tool: str, name: str, value: Any) -> int | None:
    """Return the index that an argument means; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value % 1:
        return None
    index = int(value)
    return -1 - index if (tool, name) in UPLOADS_FROM_ZERO and index >= 0 else index

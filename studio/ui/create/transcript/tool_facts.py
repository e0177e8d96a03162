"""What an open tool card says, worked out of the call. No Qt."""

import re
from collections.abc import Callable
from typing import Any

from studio.viewmodels.state import Piece, ToolItem

MEDIA_ICONS = {"image": "image", "video": "video", "audio": "audio", "model3d": "cube", "text": "text"}
_TEXT_TOOLS = ("analyze_", "extract_metadata", "enhance_prompt", "compose_")
_HUES = (
    (r"sunset|dawn|sunrise|ember|fire|orange|autumn|desert|dune", ("#B8643C", "#7A3B52")),
    (r"night|moon|star|cosmic|space|galax|midnight", ("#1F2747", "#43356B")),
    (r"sea|ocean|lake|water|koi|teal|wave|coast", ("#1D5560", "#2F7F86")),
    (r"forest|fern|green|garden|leaf|jungle|botanic|moss", ("#2B4A33", "#6B8450")),
    (r"aurora|emerald", ("#14404A", "#3E8E72")),
    (r"snow|ice|winter|fog|mist|cloud", ("#6E8496", "#B4C0C8")),
    (r"rose|pink|blossom|flower|cherry|petal", ("#8A4A62", "#C48A93")),
    (r"gold|amber|honey|yellow|sun", ("#8A6A2C", "#C9A45A")),
    (r"city|neon|rain|noir", ("#2A2C46", "#6A3F77")),
)


def media_of(tool: str) -> str:
    """Kind of medium that *tool* makes or reads, for its icon."""
    if tool.startswith(("enhance_prompt", "compose_")):
        return "text"
    if "video" in tool or tool in ("animate_photo", "dance_montage"):
        return "video"
    if tool in ("generate_music", "generate_speech", "analyze_audio"):
        return "audio"
    return "model3d" if "3d" in tool else "image"


def makes_media(tool: str) -> bool:
    """Whether pieces come out of *tool*, so that its card has a place for them."""
    return not tool.startswith(_TEXT_TOOLS)


def time_left(item: ToolItem) -> str:
    """``0:38 left``, ``a few seconds``, or how long it has taken so far."""
    if item.eta_s is not None and item.progress is not None:
        if item.eta_s < 10:
            return "a few seconds"
        return f"{int(item.eta_s // 60)}:{int(item.eta_s % 60):02d} left"
    if item.status == "queued":
        return "waiting"
    return "starting" if item.seconds < 3 else f"{int(item.seconds // 60)}:{int(item.seconds % 60):02d}"


def percentage(item: ToolItem) -> str:
    """``62%``; empty when unknown."""
    return f"{int(min(1.0, max(0.0, item.progress)) * 100)}%" if item.progress is not None else ""


def summary(item: ToolItem) -> str:
    """Muted words of a folded card: model, percentage, time left."""
    if item.saving:
        return f"saving {item.saving}"
    return " · ".join(word for word in (item.model, percentage(item), time_left(item)) if word)


def source_index(arguments: dict[str, Any]) -> int | None:
    """Wire index of the picture that the call works on, in either spelling."""
    for key in ("sourceImageIndex", "source_image_index", "imageIndex", "image_index"):
        value = arguments.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value)
    return None


def source_of(item: ToolItem, by_index: Callable[[int], Piece | None]) -> Piece | None:
    """The piece that the call works on, when it says one."""
    index = source_index(item.arguments)
    return by_index(index) if index is not None else None


def facts(item: ToolItem) -> list[tuple[str, str]]:
    """Rows of an open card below *From*: model, size, count, scale, style."""
    arguments = item.arguments
    rows = [("Model", item.model)] if item.model else []
    width, height = arguments.get("width"), arguments.get("height")
    shape = arguments.get("aspectRatio") or arguments.get("aspect_ratio")
    if width and height:
        rows.append(("Size", f"{int(width)} × {int(height)}"))
    elif shape:
        rows.append(("Shape", str(shape)))
    if scale := arguments.get("scale"):
        rows.append(("Scale", f"{scale} ×"))
    prompt = str(arguments.get("prompt") or arguments.get("query") or "")
    if prompt:
        rows.append(("Prompt" if makes_media(item.tool) else "Asked", prompt))
    return rows


def shape_of(item: ToolItem) -> float:
    """Width over height that the result will have, as far as the call says; else a square."""
    arguments = item.arguments
    width, height = arguments.get("width"), arguments.get("height")
    if isinstance(width, int | float) and isinstance(height, int | float) and width > 0 < height:
        return width / height
    ratio = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[:/x]\s*(\d+(?:\.\d+)?)", str(arguments.get("aspectRatio") or ""))
    if ratio is not None and float(ratio[2]) > 0:
        return float(ratio[1]) / float(ratio[2])
    return 16 / 9 if media_of(item.tool) == "video" else 1.0


def ground_of(item: ToolItem) -> tuple[str, str] | None:
    """Two colours taken from the words of the prompt, for the still gradient while nothing is to be seen."""
    prompt = str(item.arguments.get("prompt") or "").lower()
    found = [pair for pattern, pair in _HUES if re.search(pattern, prompt)]
    if not found:
        return None
    return (found[0][0], found[1][1]) if len(found) > 1 else found[0]

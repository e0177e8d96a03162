"""Failed calls as data: what went wrong, and who may repair it. Source: contract/errors.md §6."""

import logging
from typing import Any, Final

from studio.contract.chat import ToolResult
from studio.contract.errors import ServerError, ToolError, ToolErrorCode
from studio.engine.errors import is_disk_full

log = logging.getLogger(__name__)

_MOST_CHARACTERS: Final = 2000
_ASK: Final = ("wait_for_user", "manual_user_confirmation")
_REPAIR: Final[dict[str, tuple[str, str]]] = {
    "PARAMETER_INVALID": _ASK,
    "USER_INPUT_INCOMPLETE": _ASK,
    "ASSET_NOT_FOUND": _ASK,
    "WORKFLOW_VALIDATION_FAILED": _ASK,
    "COST_LIMIT_EXCEEDED": _ASK,
    "PERMISSION_REQUIRED": _ASK,
    "MODEL_UNAVAILABLE": _ASK,
    # One softer attempt with the same tool is the documented recovery.
    "SAFETY_REJECTED": ("execute_tool", "auto_repair"),
    "GPU_WORKER_FAILED": ("wait_for_user", "manual_ui_only"),
    "PROVIDER_TIMEOUT": ("wait_for_user", "manual_ui_only"),
    "USER_CANCELLED": ("finish_response", "terminal"),
}


def _told(message: str) -> str:
    """Return as much of *message* as is worth reading: some quote what they were given, which may be a book."""
    return message if len(message) <= _MOST_CHARACTERS else f"{message[:_MOST_CHARACTERS]}…"


def failed(tool: str, error: ToolError, *, call_id: str | None = None) -> ToolResult:
    """Return the result of a call that failed with *error*."""
    action, policy = _REPAIR[error.code]
    return ToolResult(
        tool=tool,
        success=False,
        ok=False,
        tool_call_id=call_id,
        message=_told(error.message),
        error=_told(error.message),
        error_type=error.code,
        control_action=action,
        retry_policy=policy,
        required_tool=tool if action == "execute_tool" else None,
        suggested_args=error.suggested_args,
        data=error.data,
    )


def invalid_arguments(tool: str, problems: list[str], *, call_id: str | None = None) -> ToolResult:
    """Return the result of a call whose arguments break the schema; the model may repair it itself."""
    text = _told(f"{tool}: {'; '.join(problems)}")
    return ToolResult(
        tool=tool,
        success=False,
        ok=False,
        tool_call_id=call_id,
        message=text,
        error=text,
        error_type="PARAMETER_INVALID",
        control_action="execute_tool",
        retry_policy="llm_repair",
        required_tool=tool,
    )


def as_tool_error(tool: str, error: Exception) -> ToolError:
    """Return *error* as a tool error; an unexpected one is logged and says little."""
    if isinstance(error, ToolError):
        return error
    code: ToolErrorCode = "GPU_WORKER_FAILED"
    if isinstance(error, OSError) and is_disk_full(error):
        return ToolError(code, "The disk is full, so the result could not be kept. Free some space and try again.")
    if isinstance(error, ServerError):
        return ToolError(code, error.message)
    if isinstance(error, MemoryError):
        return ToolError(code, "There was not enough memory for this. Try a smaller size.")
    log.error("tool %s failed unexpectedly with %s", tool, type(error).__name__, exc_info=error)
    return ToolError(code, f"{words_for(tool).capitalize()} failed unexpectedly. The engine's log holds the details.")


def not_built(tool: str) -> ToolError:
    """Return the error of a tool of the catalogue that this engine cannot run."""
    return ToolError(
        "MODEL_UNAVAILABLE",
        f"{words_for(tool).capitalize()} is not available on this computer yet ({tool}). "
        "A connection that offers it, such as the Sogni Supernet, can do it.",
    )


_WORDS: Final[dict[str, str]] = {
    "generate_image": "making a picture",
    "edit_image": "editing a picture",
    "apply_style": "applying a style",
    "restore_photo": "restoring a photo",
    "refine_result": "refining a result",
    "change_angle": "changing the camera angle",
    "upscale_image": "enlarging a picture",
    "remove_background": "cutting out",
    "segment_image": "segmenting a picture",
    "image_to_3d": "making a 3D model",
    "generate_video": "making a video",
    "animate_photo": "animating a photo",
    "sound_to_video": "making a video to sound",
    "video_to_video": "restyling a video",
    "orbit_video": "making an orbit video",
    "dance_montage": "making a dance montage",
    "stitch_video": "joining videos",
    "extend_video": "extending a video",
    "replace_video_segment": "replacing part of a video",
    "overlay_video": "laying over a video",
    "add_subtitles": "adding subtitles",
    "upscale_video": "enlarging a video",
    "generate_music": "making music",
    "generate_speech": "making speech",
    "analyze_image": "looking at a picture",
    "analyze_video": "looking at a video",
    "extract_metadata": "reading a file's details",
    "enhance_prompt": "improving a prompt",
    "compose_script": "writing a script",
    "compose_lyrics": "writing lyrics",
    "compose_instrumental": "composing an instrumental",
}


def words_for(tool: str) -> str:
    """Return what a tool does, in words for a person."""
    return _WORDS.get(tool, tool.replace("_", " "))


def asks_user(result: ToolResult) -> bool:
    """Return whether a failed *result* ends the work of this turn: only a person can go on."""
    return not result.success and result.control_action in ("wait_for_user", "finish_response")


def arguments_problem(raw: str) -> tuple[dict[str, Any], str | None]:
    """Decode the argument text of a call; the second value says what is wrong with it."""
    import msgspec

    try:
        value = msgspec.json.decode(raw or "{}")
    except (msgspec.DecodeError, RecursionError):
        return {}, "arguments are not valid JSON"
    if not isinstance(value, dict):
        return {}, "arguments must be an object"
    return value, None

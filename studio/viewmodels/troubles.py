"""Failures as sentences: what happened, what was kept, what to do. No jargon, no blame (design, sections 6 and 10)."""

from typing import TYPE_CHECKING, Any

from studio.viewmodels.state import ConnectionKind, Trouble
from studio.viewmodels.words import size_words

if TYPE_CHECKING:
    from studio.contract.errors import ApiError, TransportError
    from studio.library.errors import ActionId

NAMES: dict[ConnectionKind, str] = {
    "local": "This computer's engine",
    "supernet": "Sogni Supernet",
    "custom": "Your server",
}
KEPT = "Your message is kept."


class EngineDown(Exception):
    """The engine of this computer cannot be started; ``trouble`` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.what)
        self.trouble = trouble


def trouble_of(error: BaseException, kind: ConnectionKind = "local", *, answering: bool = False) -> Trouble:
    """Return the sentence for *error*.

    Args:
        kind: the connection that was used.
        answering: part of the answer had already arrived.
    """
    from studio.contract.errors import ApiError, StorageError, StudioError, TransportError

    if isinstance(error, EngineDown):
        return error.trouble
    if isinstance(error, StorageError):
        action_id: ActionId = getattr(error, "action_id", "")
        label = "Try again" if action_id == "retry" else "Open Settings" if action_id == "settings" else ""
        return Trouble(error.what, error.kept or error.action, label, action_id, error.details)
    if isinstance(error, ApiError):
        return _of_answer(error, NAMES[kind])
    if isinstance(error, TransportError):
        return _of_transport(error, kind, answering)
    if isinstance(error, StudioError):
        return Trouble(str(error), KEPT, "Try again", "retry", type(error).__name__)
    return Trouble(
        "Something went wrong in the studio itself.", KEPT, "Try again", "retry", f"unexpected {type(error).__name__}"
    )


def tool_trouble(tool_title: str, message: str, code: str) -> Trouble:
    """Return the sentence for a tool call that failed with *code*."""
    what = {
        "GPU_WORKER_FAILED": f"{tool_title} didn't finish. What was making it stopped part-way through.",
        "PROVIDER_TIMEOUT": f"{tool_title} took too long and was given up.",
        "SAFETY_REJECTED": "The model declined this.",
    }.get(code, message or f"{tool_title} didn't work.")
    label = "" if code in ("MODEL_UNAVAILABLE", "SAFETY_REJECTED", "PARAMETER_INVALID") else "Try again"
    details = f"{code}: {message}" if code and message and what != message else code
    return Trouble(what, "", label, "retry" if label else "", details)


def pack_trouble(data: dict[str, Any]) -> Trouble | None:
    """Return the card of a pack that is missing, with its terms and the button that installs it.

    *data* is the ``data`` of a failed result; None when it names no pack.
    """
    pack = data.get("pack")
    if not data.get("notInstalled") or not isinstance(pack, dict) or not isinstance(pack.get("id"), str):
        return None
    title, size = str(pack.get("title") or pack["id"]), pack.get("downloadBytes")
    fetched = size_words(size) if isinstance(size, int) else ""
    what = f"This needs “{title}”, which is not installed on this computer. {pack.get('does') or ''}".strip()
    terms = ". ".join(filter(None, (str(pack.get("licence") or ""), str(pack.get("origin") or ""))))
    own = pack.get("ownModel") is not None
    label = "Choose a file…" if own else ", ".join(filter(None, ("Install", fetched)))
    return Trouble(what, terms, label, "install", f"pack {pack['id']}", pack["id"])


def ended_trouble(name: str, message: str, code: str) -> Trouble:
    """Return the sentence for a run that its server gave up."""
    what = message or f"{name} gave this up."
    return Trouble(what, "Everything that had arrived is kept.", "Try again", "retry", code)


def gone_trouble(name: str) -> Trouble:
    """Return the sentence for a run that its server does not know any more."""
    what = f"{name} doesn't know this answer any more."
    return Trouble(what, "Everything that had arrived is kept.", "Try again", "retry", "run not found")


def _of_answer(error: "ApiError", name: str) -> Trouble:
    details = f"HTTP {error.http_status} {error.code or ''}".strip()
    match error.http_status:
        case 401 | 403:
            return Trouble(f"{name} didn't accept the key.", KEPT, "Open Connections", "settings", details)
        case 402:
            return Trouble(error.message, KEPT, "Open Connections", "settings", details)
        case 404 if error.code == "model_not_found":
            what = f"{name} doesn't have this language model. Choose another one below."
            return Trouble(what, KEPT, "Try again", "retry", details)
        case 413:
            what = "This message is too large. Take out some of the pictures, or make them smaller."
            return Trouble(what, KEPT, "", "", details)
        case 429:
            wait = f" It asks to wait {error.retry_after_s:.0f} s." if error.retry_after_s else ""
            return Trouble(f"{name} has too much to do just now.{wait}", KEPT, "Try again", "retry", details)
        case status if status >= 500:
            return Trouble(
                f"{name} had a problem with this.", KEPT, "Try again", "retry", f"{details}: {error.message}"
            )
        case _:
            return Trouble(error.message, KEPT, "Try again", "retry", details)


def _of_transport(error: "TransportError", kind: ConnectionKind, answering: bool) -> Trouble:
    name = NAMES[kind]
    details = f"{error.phase}: {error.message}"
    if answering or error.phase == "stream":
        kept = "Everything that had arrived is kept."
        if error.phase == "timeout":
            return Trouble(f"{name} fell silent in the middle of the answer.", kept, "Try again", "retry", details)
        what = f"{name} stopped in the middle of the answer."
        if kind == "local":
            what += " It is being started again."
        return Trouble(what, kept, "Try again", "retry", details)
    if error.phase == "timeout":
        return Trouble(f"{name} didn't answer in time.", KEPT, "Try again", "retry", details)
    if kind == "local":
        return Trouble(f"{name} can't be reached. It is being started again.", KEPT, "Try again", "retry", details)
    what = f"{name} can't be reached. Check the network, or switch to This computer."
    return Trouble(what, KEPT, "Try again", "retry", details)

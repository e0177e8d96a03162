"""Which media models belong to outside vendors, and which of them need a person's agreement first.

Source: contract/models.md §3–5, contract/billing.md §1 and §10.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

MODEL_CONSENT_REQUIRED: Final = 4103
MODEL_NOT_YET_AVAILABLE: Final = 4104

CONSENT_KEY: Final = "seedance-2-5-uncensored"
CONSENT_VERSION: Final = "1"
"""The version of the agreement is not published."""

_ALIASES: Final[Mapping[str, str]] = {
    "chatgpt": "gpt-image-2",
    "openai": "gpt-image-2",
    "gpt-image": "gpt-image-2",
    "gpt-image-2.5": "gpt-image-2.5-flare",
    "flare": "gpt-image-2.5-flare",
    "sunburst": "gpt-image-2.5-sunburst",
    "seedance2": "seedance-2-0",
    "seedance2-mini": "seedance-2-0-mini",
    "seedance2-mini-uncensored": "seedance-2-0-mini-uncensored",
    "seedance2-5": "seedance-2-5",
    "seedance2-5-uncensored": "seedance-2-5-uncensored",
    "seedream-5-pro-uncensored": "seedream-5-0-pro-uncensored",
    "seedream-uncensored": "seedream-5-0-pro-uncensored",
}
_VENDORS: Final = re.compile(r"(gpt-image|seedance|seedream|happyhorse|wan3\.0)-")
_CONSENT: Final = frozenset({"seedance-2-5-uncensored", "seedance-2-0-mini-uncensored", "seedream-5-0-pro-uncensored"})


def named_model(arguments: Mapping[str, Any]) -> str | None:
    """Return the model that *arguments* name, or None when the choice is left to the server."""
    for key in ("model", "videoModel"):
        value = arguments.get(key)
        if isinstance(value, str) and value.strip():
            return normal(value)
    return None


def normal(model: str) -> str:
    """Return *model* as the catalogue spells it: trimmed, lower-case, hyphens, vendor selectors as ids."""
    text = re.sub(r"[_\s]+", "-", model.strip().lower())
    return _ALIASES.get(text, text)


def is_vendor(model: str | None) -> bool:
    """Whether an outside vendor runs *model*: only premium Spark pays for it."""
    return model is not None and _VENDORS.match(model) is not None


def consent_required(model: str | None) -> dict[str, str] | None:
    """Return the agreement that *model* needs (``consentRequired`` of code 4103), or None.

    It is accepted only inside the Sogni app, so an engine never has it.
    """
    if model not in _CONSENT:
        return None
    return {"key": CONSENT_KEY, "version": CONSENT_VERSION, "modelId": model or ""}

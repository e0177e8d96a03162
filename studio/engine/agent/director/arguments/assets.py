"""Arguments for the session's list of named assets (offered with the whole agent's tools only)."""

import re

from studio.contract.chat import MediaKind
from studio.contract.media import badge
from studio.engine.agent.director.arguments.words import known_models
from studio.engine.agent.director.step import Arguments, Ask, Step
from studio.engine.agent.director.text import tidy

_KINDS: tuple[MediaKind, ...] = ("image", "video", "audio")
_ID = re.compile(r"\b(?:asset|art)_\w+\b", re.IGNORECASE)


def create_asset_manifest(step: Step) -> list[Arguments]:
    """List the pieces that are meant, under the names given in order, else under their badges."""
    clause = step.clause
    refs = {"image": clause.images, "video": clause.videos, "audio": clause.sounds}
    named = [(kind, index) for kind in _KINDS for index in refs[kind].indices if refs[kind].named]
    sent = [
        (kind, index) for kind in _KINDS for index in clause.stock.shelf(kind).attached or clause.stock.shelf(kind).sent
    ]
    made = [(kind, index) for kind in _KINDS for index in clause.stock.shelf(kind).made]
    names = list(clause.text.quotes)
    listed = re.search(r"(?i)\b(?:as|named?|called)\s+(.+)$", clause.text.raw)
    if not names and listed:
        names = [tidy(one) for one in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", listed[1]) if tidy(one)]
    pieces = named or sent or made
    if not pieces:
        raise Ask("There is nothing to put on the list yet. Drop a picture, a clip or a sound here first.")
    if len(names) == 1 and len(pieces) > 1:
        pieces = pieces[-1:]
    kept = re.search(r"(?i)\b(?:keep|preserve)\s+(?:the\s+|her\s+|his\s+|its\s+)?([^,.;]+)", clause.text.raw)
    return [
        {
            "assets": [
                {
                    "user_label": names[place] if place < len(names) else badge(kind, index),
                    "type": kind,
                    **({"must_preserve": [tidy(kept[1])]} if kept else {}),
                }
                for place, (kind, index) in enumerate(pieces)
            ]
        }
    ]


def inspect_asset(step: Step) -> list[Arguments]:
    """Show one entry by its id, or the whole list."""
    found = _ID.search(step.clause.text.raw)
    return [{"asset_id": found[0].lower()}] if found else [{}]


def label_asset(step: Step) -> list[Arguments]:
    """Rename an entry, or note what must stay or must not appear."""
    raw = step.clause.text.raw
    found = _ID.search(raw)
    if not found:
        raise Ask("Which asset? Name it by its id, for example “asset_001”; “show me the asset list” tells them.")
    arguments: Arguments = {"asset_id": found[0].lower()}
    rest = raw[found.end() :]
    name = re.search(r"(?i)\b(?:to|as|is|called?)\s+(.+)$", rest)
    kept = re.search(r"(?i)\b(?:keep|preserve)\s+(.+)$|^\W*(.+?)\s+must\s+(?:stay|remain|be kept)", rest)
    if re.search(r"(?i)\b(?:re)?(?:name|label|call)", raw) and (step.clause.text.quotes or name):
        arguments["user_label"] = (
            step.clause.text.quotes[0] if step.clause.text.quotes else tidy(name[1]) if name else ""
        )
    elif kept:
        arguments["must_preserve"] = [tidy(kept[1] or kept[2])]
    elif avoided := re.search(r"(?i)\b(?:avoid|without|no)\s+(.+)$", rest):
        arguments["avoid"] = [tidy(avoided[1])]
    else:
        arguments["description"] = tidy(rest)
    return [arguments]


def _model(step: Step) -> str:
    words = re.findall(r"[a-z][\w.-]*\d[\w.-]*|[a-z]+(?:-[\w.]+)+", step.clause.text.raw.lower())
    found = next((word.strip(".-") for word in words if word.strip(".-") in known_models()), None)
    family = re.search(
        r" (?:for|in|with|by|does|an?) (seedance|happyhorse|gpt image|flux|ltx|wan|qwen|krea|minimax)\b",
        step.clause.text.norm,
    )
    if found or family:
        return found or family[1].replace(" ", "-")  # type: ignore[index]
    raise Ask("For which model? Name it, for example “seedance2” or “gpt-image-2”.")


def map_assets_for_model(step: Step) -> list[Arguments]:
    """Tell how a model's prompts call each asset."""
    return [{"model_id": _model(step)}]


def validate_asset_references(step: Step) -> list[Arguments]:
    """Check the references in a prompt."""
    text = step.clause.text
    colon = re.search(r"(?s):\s*(\S.+)$", text.raw)
    if not text.quotes and not colon:
        raise Ask("Which prompt should I check? Write it after a colon or in quotes.")
    return [{"model_id": _model(step), "prompt": max(text.quotes, key=len) if text.quotes else colon[1].strip()}]  # type: ignore[index]

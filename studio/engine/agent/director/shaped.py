"""Give an answer the form that ``response_format`` asks for."""

import json
import re

from studio.contract.chat import ResponseFormat
from studio.engine.agent.director.custom import fill
from studio.engine.agent.director.history import Conversation


def shaped(text: str, wanted: ResponseFormat | None, request: str, talk: Conversation) -> str:
    """Return *text* as it is, or valid JSON when the request wants JSON."""
    if wanted is None or wanted.type == "text":
        return text
    source = request
    if wanted.type == "json_schema" and wanted.json_schema is not None:
        return json.dumps(fill(wanted.json_schema.schema, source or text), ensure_ascii=False)
    if _is_object(text):
        return text
    keys = _keys(f"{talk.system}\n{request}")
    if keys:
        schema = {"type": "object", "properties": {key: {"type": "string"} for key in keys}, "required": keys}
        return json.dumps(fill(schema, source or text), ensure_ascii=False)
    return json.dumps({"answer": text}, ensure_ascii=False)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _keys(text: str) -> list[str]:
    """Return the keys that a prompt asks its JSON object to have."""
    shown = re.search(r"\{[^{}]*\}", text)
    if shown:
        keys = re.findall(r"[\"'](\w+)[\"']\s*:", shown[0])
        if keys:
            return list(dict.fromkeys(keys))
    match = re.search(r"(?i)\b(?:keys?|fields?|properties|members)\b\s*:?\s*([\w\"'`, ]+)", text)
    if not match:
        return []
    names = re.findall(r"[\"'`](\w+)[\"'`]", match[1]) or [
        w for w in re.split(r"[,\s]+", match[1]) if w and w.lower() not in ("and", "or", "the")
    ]
    return list(dict.fromkeys(name for name in names if re.fullmatch(r"[A-Za-z_]\w*", name)))[:12]

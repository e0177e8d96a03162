# ruff: noqa: E501 — a pattern or a phrasing is easiest to judge on one line
"""Short answers to the prompts that chat front ends send by themselves: titles, tags, follow-ups."""

import json
import re

from studio.engine.agent.director.text import sentence, tidy

_TASK = re.compile(
    r"(?is)(?:^|\n)\s*#{2,}\s*task\b|<chat_history>|\bgenerate (?:a )?(?:concise|short|brief)\b[^\n]{0,60}\btitle\b|\b(?:suggest|create|write|make) (?:a )?(?:concise|short|brief|\d[-–\w ]*word)[^\n]{0,40}\btitle\b|\bsummari[sz]e (?:the|this) (?:chat|conversation) (?:in|into|as)\b"
)
_DULL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "for",
        "to",
        "in",
        "on",
        "and",
        "or",
        "with",
        "from",
        "by",
        "this",
        "that",
        "it",
        "is",
        "are",
        "be",
        "as",
        "at",
        "your",
        "my",
        "me",
        "i",
        "you",
        "please",
        "can",
        "could",
        "would",
        "make",
        "draw",
        "paint",
        "create",
        "generate",
        "give",
        "show",
        "want",
        "need",
        "like",
        "some",
        "just",
        "so",
        "do",
        "we",
        "us",
        "picture",
        "image",
    ]
)


def helper_answer(text: str) -> str | None:
    """Return the answer to a front end's own prompt, or None when *text* is a person's request."""
    if not _TASK.search(text):
        return None
    low = text.lower()
    said = _history(text)
    if re.search(r"\btitle\b", low.split("<chat_history>")[0]) and not re.search(
        r"\btags?\b", low.split("<chat_history>")[0][:400]
    ):
        title = _title(said)
        return json.dumps({"title": title}, ensure_ascii=False) if "json" in low else title
    if re.search(r"\btags?\b", low):
        tags = _tags(said)
        return json.dumps({"tags": tags}, ensure_ascii=False) if "json" in low else ", ".join(tags)
    if re.search(r"follow[- ]?up", low):
        return json.dumps(
            {"follow_ups": ["Show the same at night", "Make three variations", "Make it four times larger"]}
        )
    if re.search(r"\bquer(?:y|ies)\b", low):
        return json.dumps({"queries": []})
    if "autocomplet" in low:
        return json.dumps({"text": ""})
    if re.search(r"\bprompt\b", low) and "json" in low:
        return json.dumps({"prompt": said or "a beautiful landscape"}, ensure_ascii=False)
    return _title(said)


def _history(text: str) -> str:
    """Return the first thing that the person said in the embedded conversation."""
    match = re.search(r"(?is)<chat_history>(.*?)(?:</chat_history>|$)", text)
    block = match[1] if match else text
    said = re.search(r"(?im)^\s*(?:user|human)\s*:\s*(.+)$", block)
    if said:
        return tidy(said[1])
    quoted = re.search(r"[\"“]([^\"”]{3,})[\"”]", block)
    lines = [line.strip() for line in block.splitlines() if line.strip() and not line.strip().startswith("#")]
    return tidy(quoted[1]) if quoted else tidy(lines[-1]) if lines else ""


def _title(said: str) -> str:
    words = re.findall(r"[^\W_][\w'’-]*", said)
    kept = [word for word in words if word.lower() not in _DULL][:5]
    return " ".join(word[:1].upper() + word[1:] for word in kept) or "New Conversation"


def _tags(said: str) -> list[str]:
    words = [w for w in re.findall(r"[^\W\d_]{4,}", said) if w.lower() not in _DULL]
    tags = list(dict.fromkeys(sentence(word.lower()) for word in words))[:3]
    return tags or ["General"]

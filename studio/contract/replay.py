"""Replay records: the redacted transcript of one agent turn (schema version 2), and its redaction.

A record is kept as the plain object that was sent, unknown members included; ``RunRecord`` is
the lenient view of it for viewers. ``redact`` is pure and idempotent and takes linear time on
any text. Source: contract/replay.md.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct, field

from studio.contract.errors import InvalidRequest

SCHEMA_VERSION: Final = 2
PLACEHOLDER: Final = "[REDACTED]"
DEFAULT_LIMIT: Final = 50
MOST_LISTED: Final = 200
MOST_ID_LETTERS: Final = 255
MOST_DEPTH: Final = 32
"""Containers nested deeper than this become the placeholder."""

_MOST_PASSES: Final = 8


class Round(Struct, frozen=True, omit_defaults=True):
    """One model round of the turn, from 1; calls and results have equal length and order."""

    round: int = 0
    assistant_message: Any = None
    tool_calls: list[Any] = field(default_factory=list)
    tool_results: list[Any] = field(default_factory=list)


class RunRecord(Struct, frozen=True):
    """The documented members of a record; times are epoch ms. Make one with ``read_record``."""

    run_id: str = ""
    schema_version: float = field(name="schemaVersion", default=SCHEMA_VERSION)
    started_at: float = field(name="startedAt", default=0)
    ended_at: float = field(name="endedAt", default=0)
    user_request: str = ""
    model_id: str = ""
    runtime_config: dict[str, Any] = field(default_factory=dict)
    tool_schemas: list[Any] = field(default_factory=list)
    rounds: list[Any] = field(default_factory=list)
    final_response: str = ""
    audit_results: list[Any] = field(default_factory=list)
    job_ids: list[Any] = field(default_factory=list)
    asset_ids: list[Any] = field(default_factory=list)
    total_cost: dict[str, Any] | None = None
    outcome: dict[str, Any] | None = None
    redacted: bool = False


class Summary(Struct, frozen=True, rename="camel"):
    """A record in a list; ``rounds`` is their count, times are epoch ms."""

    run_id: str
    schema_version: float
    create_time: int
    update_time: int
    user_request: str
    final_response: str
    model_id: str
    rounds: int


class Written(Struct, frozen=True, rename="camel"):
    """Flat answer to a write."""

    run_id: str
    schema_version: float
    create_time: int
    update_time: int
    redacted: Literal[True] = True


class RecordList(Struct, frozen=True):
    """Flat answer to a list, newest first."""

    records: list[Summary]


class StoredRecord(Struct, frozen=True, rename="camel"):
    """Flat answer to a get; ``record`` is the object as stored, redacted."""

    record: dict[str, Any]
    create_time: int


_FIELDS: Final = msgspec.structs.fields(RunRecord)


def read_record(data: object) -> RunRecord:
    """Return the documented members of *data*. A member that is missing or of a wrong kind is its empty value."""
    given: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    values: dict[str, Any] = {}
    for member in _FIELDS:
        if member.encode_name in given:
            try:
                values[member.name] = msgspec.convert(given[member.encode_name], member.type)
            except msgspec.ValidationError:
                continue
    return RunRecord(**values)


def read_rounds(record: RunRecord) -> list[Round]:
    """Return the rounds that can be read; results missing at the end of a round are filled with None."""
    found: list[Round] = []
    for place, data in enumerate(record.rounds, start=1):
        if not isinstance(data, Mapping):
            continue
        calls, results = (_list(data.get(name)) for name in ("tool_calls", "tool_results"))
        number = data.get("round")
        found.append(
            Round(
                round=number if isinstance(number, int) and not isinstance(number, bool) else place,
                assistant_message=data.get("assistant_message"),
                tool_calls=calls,
                tool_results=(results + [None] * len(calls))[: len(calls)],
            )
        )
    return found


def accept(data: object) -> dict[str, Any]:
    """Return *data* as the record to store: redacted, with the empty values of what is missing.

    Raises:
        InvalidRequest: it is not an object, or has no usable ``run_id``.
    """
    if not isinstance(data, Mapping):
        raise InvalidRequest("A replay record must be a JSON object.")
    given = dict(data)
    if "runId" in given:
        given.setdefault("run_id", given["runId"])
        del given["runId"]
    run_id = given.get("run_id")
    if not isinstance(run_id, str) or not run_id.strip():
        raise InvalidRequest("run_id is required: a text that names the run.", param="run_id")
    if len(run_id) > MOST_ID_LETTERS or not run_id.isprintable():
        raise InvalidRequest(
            f"run_id must be at most {MOST_ID_LETTERS} printable characters.", param="run_id"
        )  # fmt: skip
    empty = msgspec.to_builtins(RunRecord())
    optional = {"total_cost", "outcome"}
    kept = {name: value for name, value in empty.items() if name not in optional} | given
    return redact(kept) | {"run_id": run_id}


def summary(record: Mapping[str, Any], *, created_ms: int, updated_ms: int) -> Summary:
    """Return the list entry of a stored *record*."""
    read = read_record(record)
    return Summary(
        run_id=read.run_id,
        schema_version=read.schema_version,
        create_time=created_ms,
        update_time=updated_ms,
        user_request=read.user_request,
        final_response=read.final_response,
        model_id=read.model_id,
        rounds=len(read.rounds),
    )


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else []


# Redaction

_KEY_ENDINGS: Final = (
    "apikey", "accesstoken", "idtoken", "refreshtoken", "bearertoken", "authorization", "sessionid", "password",
    "secret", "privatekey", "signingkey", "walletauth",
)  # fmt: skip
_KEYS: Final = frozenset(
    (
        "token", "cookie", "set-cookie", "set_cookie", "setcookie", "pem", "x-api-key", "credential", "credentials",
        "x-amz-signature", "x-amz-credential", "x-amz-security-token", "x-goog-signature", "x-goog-credential",
        "x-goog-security-token", "signature", "sig", "key-pair-id",
    )
)  # fmt: skip

# Every repetition below either consumes what it scans or is bounded, so no text takes more than linear time.
_PEM_EDGE: Final = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PEM: Final = re.compile(rf"-----BEGIN {_PEM_EDGE}.*?(?:-----END {_PEM_EDGE}|\Z)", re.DOTALL)
_HEADER: Final = re.compile(
    r"(\bauthorization\\?[\"']?[ \t]{0,8}[:=][ \t]{0,8}\\?[\"']?(?:bearer|basic)[ \t]{1,8})[^\s\"'\\,;]+",
    re.IGNORECASE,
)
_BEARER: Final = re.compile(r"\b(bearer)\s{1,8}[A-Za-z0-9._~+/=-]{20,}", re.IGNORECASE)
_QUERY: Final = re.compile(
    r"([?&;](?:x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential"
    r"|x-goog-security-token|signature|sig|policy|key-pair-id)=)[^&\s\"'<>#\\]+",
    re.IGNORECASE,
)
_SK: Final = re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,}")
_JWT: Final = re.compile(
    r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]*+\.[A-Za-z0-9_-]{10,}+\.[A-Za-z0-9_-]{10,}+(?:\.[A-Za-z0-9_-]++)*+"
)
_LABELLED: Final = re.compile(
    r"(?<![A-Za-z0-9])((?:api[ _-]?key|access[ _-]?token|refresh[ _-]?token|id[ _-]?token|password|secret"
    r"|private[ _-]?key|signing[ _-]?key|token)\\?[\"']?(?:\s{0,8}[:=]|\s{1,8}is\b(?:\s{0,8}[:=])?)\s{0,8})"
    r"(?:(\\?\")(?:bearer |basic )?[^\"\\]*+(\\?\")|(\\?')(?:bearer |basic )?[^'\\]*+(\\?')"
    r"|(\\?[\"']?)(?:(?:bearer|basic)[ \t]{1,8})?[^\s\"'\\,;&]+)",
    re.IGNORECASE,
)


def redact(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of *record* without credentials, marked ``redacted``. Idempotent; never raises."""
    shown = redact_value(record)
    return (shown if isinstance(shown, dict) else {}) | {"redacted": True}


def redact_value(value: Any) -> Any:
    """Return a copy of any JSON *value* without credentials."""
    return _walk(value, 0, set())


def is_secret_key(key: object) -> bool:
    """Return whether the value under *key* is replaced whatever it is."""
    if not isinstance(key, str):
        return False
    lower = key.strip().lower()
    return lower in _KEYS or lower.replace("_", "").replace("-", "").endswith(_KEY_ENDINGS)


def redact_text(text: str) -> str:
    """Return *text* with the credentials inside it replaced; everything else is kept."""
    for _ in range(_MOST_PASSES):
        shown = _redact_once(text)
        if shown == text:
            break
        text = shown
    return text


def _redact_once(text: str) -> str:
    text = _PEM.sub(PLACEHOLDER, text)
    text = _HEADER.sub(rf"\1{PLACEHOLDER}", text)
    text = _BEARER.sub(rf"\1 {PLACEHOLDER}", text)
    text = _QUERY.sub(rf"\1{PLACEHOLDER}", text)
    text = _SK.sub(PLACEHOLDER, text)
    text = _JWT.sub(PLACEHOLDER, text)
    return _LABELLED.sub(_relabelled, text)


def _relabelled(match: re.Match[str]) -> str:
    label, double, double_end, single, single_end, opened = match.groups()
    start, end = double or single or opened or "", double_end or single_end or ""
    return f"{label}{start}{PLACEHOLDER}{end}"


def _walk(value: Any, depth: int, above: set[int]) -> Any:
    if isinstance(value, str):
        return redact_text(value)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if depth > MOST_DEPTH or id(value) in above:
        return PLACEHOLDER
    above.add(id(value))
    try:
        if isinstance(value, Mapping):
            return {
                key: PLACEHOLDER if is_secret_key(key) else _walk(item, depth + 1, above) for key, item in value.items()
            }
        return [_walk(item, depth + 1, above) for item in value]
    finally:
        above.discard(id(value))

"""Redaction of replay records: every pattern, idempotent, never raises, linear time."""

import copy
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import InvalidRequest
from studio.contract.replay import (
    MOST_DEPTH,
    accept,
    is_secret_key,
    read_record,
    read_rounds,
    redact,
    redact_text,
    redact_value,
)

SECRET_KEYS = [
    "api_key", "apiKey", "OPENAI-API-KEY", "access_token", "accessToken", "id-token", "refreshtoken", "bearer_token",
    "Authorization", "proxy_authorization", "session_id", "sessionId", "db_password", "clientSecret", "private_key",
    "signing_key", "walletAuth", "token", "Cookie", "Set-Cookie", "setcookie", "pem", "x-api-key", "credential",
    "credentials", "X-Amz-Signature", "x-amz-credential", "x-amz-security-token", "x-goog-signature",
    "x-goog-credential", "x-goog-security-token", "signature", "sig", "Key-Pair-Id",
]  # fmt: skip


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_secret_keys_lose_their_value_whatever_it_is(key: str) -> None:
    assert redact({"a": [{key: {"deep": "value"}}]})["a"] == [{key: "[REDACTED]"}]


@pytest.mark.parametrize(
    "key", ["prompt_tokens", "token_type", "tokens", "keywords", "design", "pemmican", "secretary", "run_id", "prompt"]
)
def test_ordinary_keys_are_kept(key: str) -> None:
    assert not is_secret_key(key)
    assert redact({key: 5})[key] == 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc", "Authorization: Bearer [REDACTED]"),
        ('{"Authorization": "Basic Zm9v"}', '{"Authorization": "Basic [REDACTED]"}'),
        ("sent Bearer abcdefghij0123456789 to it", "sent Bearer [REDACTED] to it"),
        ("bearer of good news", "bearer of good news"),
        ("https://h/p?a=1&X-Amz-Signature=f00&b=2", "https://h/p?a=1&X-Amz-Signature=[REDACTED]&b=2"),
        ("https://h/p?Policy=x&Key-Pair-Id=k&sig=s#top", "https://h/p?Policy=[REDACTED]&Key-Pair-Id=[REDACTED]&sig=[REDACTED]#top"),
        ("use sk-ant-0123456789abcdefghij now", "use [REDACTED] now"),
        ("sk-proj-ABCDEFGHIJKLMNOPQRST", "[REDACTED]"),
        ("sk-short and task-abcdefghijklmnopqrstuvwxyz", "sk-short and task-abcdefghijklmnopqrstuvwxyz"),
        ("a -----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY----- b", "a [REDACTED] b"),
        ("a -----BEGIN PRIVATE KEY-----\nnever ended", "a [REDACTED]"),
        ("jwt eyJhbGci.eyJzdWIiOiIx.c2lnbmF0dXJl end", "jwt [REDACTED] end"),
        ("eyJa.short.c2lnbmF0dXJl", "eyJa.short.c2lnbmF0dXJl"),
        ("my password is hunter2, thanks", "my password is [REDACTED], thanks"),
        ('api key: "two words" rest', 'api key: "[REDACTED]" rest'),
        ("refresh_token='r1'", "refresh_token='[REDACTED]'"),
        (r"{\"token\": \"t\"}", r"{\"token\": \"[REDACTED]\"}"),
        ("token = Bearer abc", "token = [REDACTED]"),
        ("a token of love in a secret garden", "a token of love in a secret garden"),
    ],
)  # fmt: skip
def test_credentials_inside_text(text: str, shown: str) -> None:
    assert redact_text(text) == shown


def test_the_original_is_untouched_and_scalars_are_kept() -> None:
    record = {"runtime_config": {"token": "x", "n": 1.5, "t": True, "none": None}, "redacted": False}
    before = copy.deepcopy(record)
    shown = redact(record)
    assert record == before
    assert shown == {"runtime_config": {"token": "[REDACTED]", "n": 1.5, "t": True, "none": None}, "redacted": True}


def test_deep_and_circular_structures_end_in_the_placeholder() -> None:
    deep: Any = "bottom"
    for _ in range(200):
        deep = [deep]
    shown, levels = redact_value(deep), 0
    while isinstance(shown, list):
        shown, levels = shown[0], levels + 1
    assert (shown, levels) == ("[REDACTED]", MOST_DEPTH + 1)
    loop: dict[str, Any] = {"name": "loop"}
    loop["self"] = loop
    assert redact(loop) == {"name": "loop", "self": "[REDACTED]", "redacted": True}
    twice = {"shared": 1}
    assert redact({"a": twice, "b": twice})["b"] == {"shared": 1}


hostile = st.lists(
    st.sampled_from(
        ["token", "password", " is ", ":", "=", '"', "'", "\\", "Bearer ", "Basic ", "Authorization: ", "eyJ", ".",
         "a" * 12, "sk-", "?sig=", "&Policy=", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", " ", "\n",
         "[REDACTED]",
         "api key", "secret", ";", ",", "é", "x"]
    ),
    max_size=24,
).map("".join)  # fmt: skip
keys = st.sampled_from(["token", "prompt", "api_key", "x", "sig"]) | st.text(max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | hostile | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(keys, values, max_size=4))
def test_redaction_is_idempotent_and_never_raises(record: dict[str, Any]) -> None:
    once = redact(record)
    assert once["redacted"] is True
    assert redact(once) == once


@pytest.mark.parametrize(
    "piece",
    ["eyJ", "eyJa.", "eyJa.aaaaaaaaaa.", "token:", 'token="', "secret:'", "bearer ", "sk-", "-----BEGIN ", "?sig=", "a",
     "-----BEGIN PRIVATE KEY-----", 'token:\\"', "api key ", "token \t", "authorization: ", "password is ", " is", "&"],
)  # fmt: skip
def test_time_grows_with_the_length_of_the_text(piece: str) -> None:
    def seconds(letters: int) -> float:
        text = piece * (letters // len(piece))
        started = time.process_time()
        redact_text(text)
        return time.process_time() - started

    seconds(1000)
    small, large = min(seconds(20_000) for _ in range(3)), seconds(320_000)
    assert large < 16 * 8 * max(small, 0.0005), f"16 times the text took {large / max(small, 1e-9):.0f} times as long"


@pytest.mark.parametrize("data", [None, [], "x", {}, {"run_id": " "}, {"run_id": 7}, {"run_id": "x" * 256}])
def test_records_without_a_usable_id_are_refused(data: Any) -> None:
    with pytest.raises(InvalidRequest):
        accept(data)


def test_the_empty_record_and_unknown_members() -> None:
    kept = accept({"run_id": "r", "future": [1]})
    assert kept == {
        "run_id": "r", "schemaVersion": 2, "startedAt": 0, "endedAt": 0, "user_request": "", "model_id": "",
        "runtime_config": {}, "tool_schemas": [], "rounds": [], "final_response": "", "audit_results": [],
        "job_ids": [], "asset_ids": [], "redacted": True, "future": [1],
    }  # fmt: skip


def test_reading_is_lenient_to_the_last_member() -> None:
    record = read_record(
        {"run_id": 4, "user_request": "kite", "startedAt": "soon", "total_cost": {"totalSpark": 2},
         "rounds": ["?", {"tool_calls": [{"name": "a"}, {"name": "b"}], "tool_results": [{"ok": True}], "round": "x"}]}
    )  # fmt: skip
    assert (record.run_id, record.user_request, record.started_at) == ("", "kite", 0)
    assert record.total_cost == {"totalSpark": 2}
    (only,) = read_rounds(record)
    assert (only.round, only.tool_results) == (2, [{"ok": True}, None])
    assert read_record(None).rounds == []

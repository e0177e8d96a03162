"""Addresses as people type them, and a key that is never shown."""

import json
import traceback
from pathlib import Path

import pytest

from studio.service.connection import Connection, is_loopback, local_connection, normalise_base_url

KEY = "sk-studio-0123456789abcdef"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("localhost:8088", "http://localhost:8088"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("[::1]:99", "http://[::1]:99"),
        ("studio.example", "https://studio.example"),
        (" https://studio.example/v1/ ", "https://studio.example/v1"),
        ("HTTP://Studio.Example:80/a/", "http://studio.example:80/a"),
    ],
)
def test_addresses_are_understood(typed: str, meant: str) -> None:
    assert normalise_base_url(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "ftp://x", "https://", "https://me:pw@host", "https://host/?key=1", "http://host:99999", "http://a b"]
)
def test_addresses_that_cannot_be_are_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        normalise_base_url(typed)


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        ("https://h", "/v1/models", "https://h/v1/models"),
        ("https://h/v1", "/v1/models", "https://h/v1/models"),
        ("https://h/v1", "/healthz", "https://h/healthz"),
        ("https://h/a/v1", "/v1/chat", "https://h/a/v1/chat"),
        ("https://h", "https://other/x", "https://other/x"),
    ],
)
def test_endpoints(base: str, path: str, url: str) -> None:
    assert Connection("custom", base).endpoint(path) == url


def test_the_key_is_never_shown() -> None:
    connection = Connection("supernet", api_key=f"  {KEY}\n")
    assert connection.api_key == KEY
    for text in (repr(connection), str(connection), connection.redacted, f"{[connection]}", connection.redact(KEY)):
        assert KEY not in text
    assert "…cdef" in repr(connection)
    assert Connection("custom", "https://h", "short").key_hint == ""


def test_a_key_that_cannot_be_sent_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValueError, match="copy it again") as caught:
        Connection("supernet", api_key="sk-with\nnewline-0123")
    assert "newline-0123" not in "".join(traceback.format_exception(caught.value)).replace(
        '"sk-with\\nnewline-0123"', ""
    )


def test_only_the_own_origin_gets_the_key() -> None:
    connection = Connection("supernet", api_key=KEY)
    assert connection.auth_headers("https://api.sogni.ai/v1/x") == {"Authorization": f"Bearer {KEY}", "api-key": KEY}
    for other in ("http://api.sogni.ai/", "https://api.sogni.ai:444/", "https://api.sogni.ai.evil.example/"):
        assert connection.auth_headers(other) == {}
    assert "api-key" not in Connection("custom", "https://h", KEY).auth_headers("https://h/")


def test_loopback() -> None:
    assert is_loopback("127.9.9.9")
    assert is_loopback("::1")
    assert is_loopback("localhost")
    assert not is_loopback("127.0.0.1.example")
    assert not is_loopback(None)


def test_the_engine_is_found_by_what_it_wrote(tmp_path: Path) -> None:
    assert local_connection(tmp_path) is None
    engine = tmp_path / "engine"
    engine.mkdir()
    (engine / "engine.json").write_text(json.dumps({"url": "http://127.0.0.1:4001", "port": 4001, "pid": 1}))
    assert local_connection(tmp_path) is None
    (engine / "api-key").write_text(f"{KEY}\n")
    found = local_connection(tmp_path)
    assert found == Connection("local", "http://127.0.0.1:4001", KEY)
    (engine / "engine.json").write_text("[1]")
    assert local_connection(tmp_path) is None

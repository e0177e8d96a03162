"""The error tree, its bodies, and reading bodies of other servers back."""

from typing import Any

import pytest

from studio.contract import errors
from studio.contract.errors import ApiError, ToolError, TransportError, from_response

CASES = [
    (errors.InvalidRequest, 400, "invalid_request_error"),
    (errors.Unauthorized, 401, "authentication_error"),
    (errors.InsufficientCredit, 402, "insufficient_quota"),
    (errors.Forbidden, 403, "permission_error"),
    (errors.NotFound, 404, "invalid_request_error"),
    (errors.Conflict, 409, "conflict_error"),
    (errors.TooLarge, 413, "invalid_request_error"),
    (errors.RateLimited, 429, "rate_limit_error"),
    (errors.ServerError, 500, "server_error"),
    (errors.Unavailable, 503, "server_error"),
]


@pytest.mark.parametrize(("kind", "status", "type_"), CASES)
def test_body_and_back(kind: type[ApiError], status: int, type_: str) -> None:
    error = kind("It failed.", param="messages[0]", retry_after_s=2.5, details={"a": 1})
    body = error.body()
    assert (body["status"], body["message"], body["errorCode"]) == ("error", "It failed.", status)
    assert body["error"]["type"] == type_
    assert body["error"]["message"] == "It failed."
    assert body["retryAfter"] == 2.5
    again = from_response(status, body)
    assert type(again) is kind
    assert (again.message, again.param, again.retry_after_s, again.details) == (
        "It failed.",
        "messages[0]",
        2.5,
        {"a": 1},
    )
    assert again.code == error.code


def test_model_not_found_keeps_its_type() -> None:
    error = errors.ModelNotFound("No such model.")
    assert error.body()["error"]["code"] == "model_not_found"
    assert type(from_response(404, error.body())) is errors.ModelNotFound


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (418, errors.InvalidRequest),
        (422, errors.InvalidRequest),
        (500, errors.ServerError),
        (502, errors.ServerError),
        (504, errors.ServerError),
    ],
)
def test_other_statuses(status: int, kind: type[ApiError]) -> None:
    error = from_response(status, None, reason="Odd")
    assert type(error) is kind
    assert error.http_status == status
    assert error.message == "Odd"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "openai"}}, "openai"),
        ({"message": "sogni", "error": {"message": "inner"}}, "sogni"),
        ({"error": "plain"}, "plain"),
        ({"error_message": "legacy"}, "legacy"),
        ("text body", "text body"),
        ("<HTML><body>proxy</body></HTML>", "Reason"),
        ("   ", "Reason"),
        ([], "Reason"),
        (None, "Reason"),
        ({"error": {"message": 3}}, "Reason"),
    ],
)
def test_messages_of_every_shape(body: Any, message: str) -> None:
    assert from_response(400, body, reason="Reason").message == message


def test_without_any_words_the_status_speaks() -> None:
    assert "HTTP 500" in from_response(500, None).message


@pytest.mark.parametrize(("raw", "code"), [(1234, 1234), ("1234", 1234), ("E12", 400), (None, 400)])
def test_numeric_codes(raw: object, code: int) -> None:
    assert from_response(400, {"message": "x", "errorCode": raw}).error_code == code


@pytest.mark.parametrize("wait", ["5", True, -1, float("inf"), None])
def test_a_senseless_wait_falls_back_to_the_header(wait: object) -> None:
    assert from_response(429, {"retryAfter": wait}, retry_after_s=7).retry_after_s == 7


def test_the_wait_of_the_body_wins() -> None:
    assert from_response(429, {"retryAfter": 3}, retry_after_s=7).retry_after_s == 3


def test_no_wait_no_member() -> None:
    assert "retryAfter" not in errors.RateLimited("Slow down.").body()


def test_tool_and_transport_errors_say_what_they_know() -> None:
    tool = ToolError("ASSET_NOT_FOUND", "Image 9 does not exist.", suggested_args={"sourceImageIndex": 0})
    assert (str(tool), tool.code, tool.suggested_args) == (
        "Image 9 does not exist.",
        "ASSET_NOT_FOUND",
        {"sourceImageIndex": 0},
    )
    lost = TransportError("Gone.", phase="stream", sent=True)
    assert (str(lost), lost.phase, lost.sent) == ("Gone.", "stream", True)
    assert not isinstance(tool, ApiError)

"""Inline media: ``data:<mime>;base64,<bytes>``."""

import base64
import binascii

from studio.contract.errors import InvalidRequest


def is_data_uri(url: str) -> bool:
    """Return whether *url* carries its bytes inside."""
    return url[:5].lower() == "data:"


def decode_data_uri(url: str, *, param: str, limit_bytes: int) -> bytes:
    """Return the bytes of a base64 data URI. Blocks for large ones; call it in a thread.

    Raises:
        InvalidRequest: it is not base64, or holds more than *limit_bytes*.
    """
    head, comma, payload = url.partition(",")
    if not comma or not head.lower().endswith(";base64"):
        raise InvalidRequest("Inline media must be a base64 data URI.", code="invalid_data_uri", param=param)
    if len(payload) // 4 * 3 - 2 > limit_bytes:
        raise InvalidRequest(
            f"This inline file is larger than {limit_bytes // (1024 * 1024)} MB. Make it smaller first.",
            code="image_too_large",
            param=param,
        )
    try:
        return base64.b64decode(payload.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest("This inline file is not valid base64.", code="invalid_data_uri", param=param) from error


def data_uri(data: bytes, mime: str) -> str:
    """Return *data* as a data URI."""
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"

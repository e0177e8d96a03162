"""Why a file is not taken in: one vocabulary, told in XML to posted forms and in our error body elsewhere."""

from html import escape
from typing import Final, Literal

from studio.contract.errors import ApiError, Forbidden, InvalidRequest, StudioError, TooLarge

Reason = Literal[
    "AccessDenied",
    "EntityTooLarge",
    "EntityTooSmall",
    "MalformedPOSTRequest",
    "InvalidArgument",
    "IncompleteBody",
    "BadDigest",
]
"""The words that S3 uses; known clients show them or the status."""

_STATUS: Final[dict[Reason, int]] = {"AccessDenied": 403}


class UploadRefused(StudioError):
    """A file that is not kept; nothing of it remains.

    Attributes:
        reason: the word of S3 for it.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.message = message

    @property
    def status(self) -> int:
        """The HTTP status of the answer to a posted form."""
        return _STATUS.get(self.reason, 400)

    def xml(self) -> bytes:
        """Return the body of the answer to a posted form."""
        inner = f"<Code>{self.reason}</Code><Message>{escape(self.message)}</Message>"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'.encode()

    def api_error(self) -> ApiError:
        """Return it for addresses that answer in JSON."""
        if self.reason == "AccessDenied":
            return Forbidden(self.message, code="upload_denied")
        if self.reason == "EntityTooLarge":
            return TooLarge(self.message, code="file_too_large")
        return InvalidRequest(self.message, code="invalid_file")


def too_large(limit_bytes: int) -> UploadRefused:
    """Return the refusal of a file above *limit_bytes*."""
    return UploadRefused("EntityTooLarge", f"This file is larger than {limit_bytes / 1048576:.0f} MB. Make it smaller.")

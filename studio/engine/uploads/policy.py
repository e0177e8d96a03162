"""What an upload address permits: a signed document, so that nothing has to be stored before a file comes.

The document has the shape of an S3 POST policy. It is not secret; its signature is.
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import quote

import msgspec

from studio.contract.uploads import MAX_UPLOAD_BYTES, Slot, canonical
from studio.engine.uploads.refusals import UploadRefused

LIFETIME_S: Final = 3600
Method = Literal["POST", "PUT"]

OWNER_FIELD: Final = "x-amz-meta-owner"
SIGNATURE_FIELD: Final = "x-amz-signature"
SIGNED_FIELDS: Final = ("key", "Content-Type", OWNER_FIELD, "policy", SIGNATURE_FIELD)
"""Fields of a form that count, in the order in which they are given out; others are ignored."""


class _Place(msgspec.Struct, frozen=True):
    job: str
    type: str
    id: str = ""
    artifact: str = ""
    saved: str = ""


class _Document(msgspec.Struct, frozen=True):
    expiration: str
    conditions: list[Any]
    place: _Place
    expires: int
    owner: str
    types: tuple[str, ...]
    content_type: str
    limit: int


@dataclass(frozen=True)
class Policy:
    """One permission to store one file.

    Attributes:
        slot: where it goes; for the saved-asset library only a name for it.
        types: MIME types that the place takes.
        content_type: the one that was announced, or empty.
        expires: epoch seconds.
        saved_id: the entry of the saved-asset library that waits for it, or empty.
    """

    owner: str
    slot: Slot
    types: tuple[str, ...]
    content_type: str = ""
    expires: int = 0
    limit_bytes: int = MAX_UPLOAD_BYTES
    saved_id: str = ""

    @property
    def key(self) -> str:
        """The name of the file in the storage."""
        slot = self.slot
        named = (self.owner, slot.job_id, slot.type, slot.media_id, slot.artifact)
        return "/".join(quote(part, safe="") for part in named if part)

    def check_fields(self, fields: Mapping[str, str]) -> None:
        """Compare the fields of a form with what was signed.

        Raises:
            UploadRefused: one of them is missing or changed.
        """
        expected = {"key": self.key, OWNER_FIELD: self.owner}
        if self.content_type:
            expected["Content-Type"] = self.content_type
        for name, value in expected.items():
            if fields.get(name) != value:
                raise UploadRefused("AccessDenied", f"Invalid according to Policy: Policy Condition failed: {name}")
        self.check_type(fields.get("Content-Type"))

    def check_type(self, declared: str | None) -> None:
        """Check what a sender calls its file; saying nothing is fine.

        Raises:
            UploadRefused: it may not go there.
        """
        if not declared or canonical(declared) == "application/octet-stream":
            return
        wanted = (self.content_type,) if self.content_type else self.types
        if canonical(declared) not in map(canonical, wanted):
            raise UploadRefused("AccessDenied", f"This address takes {', '.join(wanted)} only.")


class Signer:
    """Signs and checks policies of one engine."""

    def __init__(self, secret: str, *, now: Callable[[], float] = time.time, lifetime_s: int = LIFETIME_S) -> None:
        """Make a signer.

        Args:
            secret: the engine's key for URLs; a key for uploads is derived from it.
        """
        self._key = hmac.new(secret.encode(), b"uploads", hashlib.sha256).digest()
        self._now = now
        self._lifetime_s = lifetime_s

    def token(self, policy: Policy, method: Method) -> tuple[str, str]:
        """Return the document of *policy*, valid from now on, and its signature for *method*."""
        expires = int(self._now()) + self._lifetime_s
        slot = policy.slot
        conditions: list[Any] = [
            {"key": policy.key},
            {OWNER_FIELD: policy.owner},
            ["content-length-range", 1, policy.limit_bytes],
        ]
        if policy.content_type:
            conditions.append({"Content-Type": policy.content_type})
        document = _Document(
            expiration=datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            conditions=conditions,
            place=_Place(slot.job_id, slot.type, slot.media_id, slot.artifact, policy.saved_id),
            expires=expires,
            owner=policy.owner,
            types=policy.types,
            content_type=policy.content_type,
            limit=policy.limit_bytes,
        )
        text = base64.urlsafe_b64encode(msgspec.json.encode(document)).decode()
        return text, self._sign(text, method)

    def fields(self, policy: Policy) -> dict[str, str]:
        """Return the fields of a form that may be posted with one file."""
        text, signature = self.token(policy, "POST")
        named = {"key": policy.key}
        if policy.content_type:
            named["Content-Type"] = policy.content_type
        return named | {OWNER_FIELD: policy.owner, "policy": text, SIGNATURE_FIELD: signature}

    def read(self, text: str | None, signature: str | None, method: Method) -> Policy:
        """Return the policy of a request.

        Raises:
            UploadRefused: it is missing, changed, for another method, or expired.
        """
        if not text or not signature:
            raise UploadRefused("AccessDenied", "This upload carries no permission. Ask for an upload address first.")
        if not hmac.compare_digest(self._sign(text, method).encode(), signature.encode("utf-8", "replace")):
            raise UploadRefused("AccessDenied", "The signature does not match. Ask for a new upload address.")
        try:
            found = msgspec.json.decode(base64.urlsafe_b64decode(text.encode()), type=_Document)
        except (binascii.Error, ValueError) as error:  # signed by another version
            raise UploadRefused("AccessDenied", "This upload address cannot be read. Ask for a new one.") from error
        if found.expires <= self._now():
            raise UploadRefused("AccessDenied", "Invalid according to Policy: Policy expired. Ask for a new address.")
        place = found.place
        return Policy(
            owner=found.owner,
            slot=Slot(place.job, place.type, place.id, place.artifact),
            types=found.types,
            content_type=found.content_type,
            expires=found.expires,
            limit_bytes=found.limit,
            saved_id=place.saved,
        )

    def _sign(self, text: str, method: Method) -> str:
        return hmac.new(self._key, f"{method}\n{text}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()

"""Presigned uploads and the saved-asset library: slots, types, limits and answers.

Source: contract/media-uploads.md. Everything here is camelCase on the wire.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType

from studio.contract.chat import MediaKind
from studio.contract.errors import InvalidRequest

Endpoint = Literal["image", "media"]
"""Which of the two families of addresses: ``/v2/image/…`` or ``/v2/media/…``."""

MAX_UPLOAD_BYTES: Final = 100 * 1024 * 1024
MAX_ID_CHARACTERS: Final = 256

MIME_TYPES: Final[dict[MediaKind, tuple[str, ...]]] = {
    "image": ("image/png", "image/jpeg", "image/jpg", "image/webp", "image/gif"),
    "audio": (
        "audio/mpeg",
        "audio/mp3",
        "audio/mp4",
        "audio/m4a",
        "audio/x-m4a",
        "audio/wav",
        "audio/x-wav",
        "audio/wave",
        "audio/flac",
        "audio/ogg",
        "audio/webm",
    ),
    "video": ("video/mp4", "video/quicktime", "video/webm"),
}
SAVED_TYPES: Final = (
    "image/png",
    "image/jpeg",
    "image/webp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "audio/mp4",
    "audio/mpeg",
    "audio/flac",
    "audio/wav",
    "audio/x-wav",
    "audio/wave",
)
"""What the saved-asset library takes."""

_SPELLINGS: Final = {
    "image/jpg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
}
_CONTAINERS: Final = (
    frozenset({"audio/mp4", "video/mp4", "video/quicktime"}),
    frozenset({"audio/webm", "video/webm"}),
)
"""Types that share a container: its first bytes do not tell which one a file is."""

_OUTPUTS: Final = ("complete", "preview")
_IMAGE_SLOTS: Final = (
    "startingImage",
    "cnImage",
    "referenceImage",
    "referenceImageEnd",
    "referenceMask",
    *(f"contextImage{n}" for n in range(1, 17)),
    *(f"keyframeImage{n}" for n in range(1, 9)),
)
_MEDIA_SLOTS: Final[dict[str, MediaKind]] = {"referenceAudio": "audio", "referenceVideo": "video"}
MEDIA_ENDPOINT: Final = "/v1/media/downloadUrl"
"""SDKs that find this text in a refusal of the image endpoint ask there instead."""


def canonical(mime: str) -> str:
    """Return the usual spelling of *mime*, without parameters: ``audio/x-wav`` is ``audio/wav``."""
    plain = mime.partition(";")[0].strip().lower()
    return _SPELLINGS.get(plain, plain)


def agreed_type(found: str, declared: str | None, allowed: tuple[str, ...]) -> str | None:
    """Return the type of a file whose bytes say *found*; None when it may not be kept.

    Args:
        found: canonical type by the first bytes.
        declared: what the sender called it; None when nothing was said.
        allowed: what the place takes, in any spelling.
    """
    family = next((members for members in _CONTAINERS if found in members), frozenset({found}))
    taken = [mime for mime in dict.fromkeys(map(canonical, allowed)) if mime in family]
    if declared is not None:
        called = canonical(declared)
        return called if called in taken else None
    return found if found in taken else next(iter(taken), None)


@dataclass(frozen=True)
class Slot:
    """One place for a file: what upload and download are asked for with.

    Attributes:
        job_id: the caller's own name for a group of files.
        type: e.g. ``referenceImage``.
        media_id: distinguishes files of one type (``imageId`` or ``id`` on the wire); may be empty.
        artifact: ``lastFrame`` or empty.
    """

    job_id: str
    type: str
    media_id: str = ""
    artifact: str = ""

    @property
    def types(self) -> tuple[str, ...]:
        """The MIME types that this place takes."""
        if self.type in _MEDIA_SLOTS:
            return MIME_TYPES[_MEDIA_SLOTS[self.type]]
        if self.type in _OUTPUTS:
            return MIME_TYPES["image"] if self.artifact else sum(MIME_TYPES.values(), ())
        return MIME_TYPES["image"]


def parse_slot(
    endpoint: Endpoint,
    *,
    job_id: str | None,
    slot_type: str | None,
    media_id: str | None = None,
    artifact: str | None = None,
    content_type: str | None = None,
) -> tuple[Slot, tuple[str, ...]]:
    """Return the slot that a query names, and the MIME types that may go there through *endpoint*.

    Raises:
        InvalidRequest: a member is missing, unknown or does not fit; ``param`` names it.
    """
    if not job_id:
        raise InvalidRequest("jobId is required", param="jobId")
    if not slot_type:
        raise InvalidRequest("type is required", param="type")
    for name, text in (("jobId", job_id), ("imageId" if endpoint == "image" else "id", media_id or "")):
        if len(text) > MAX_ID_CHARACTERS or re.search(r"[\x00-\x1f\x7f]", text):
            raise InvalidRequest(f"{name} allows at most {MAX_ID_CHARACTERS} printable characters", param=name)
    if endpoint == "image" and slot_type in _MEDIA_SLOTS:
        raise InvalidRequest(
            f"{slot_type} is no image. Ask {MEDIA_ENDPOINT} instead.", code="not_an_image", param="type"
        )
    known = (*_IMAGE_SLOTS, *_OUTPUTS) if endpoint == "image" else (*_MEDIA_SLOTS, *_OUTPUTS)
    if slot_type not in known:
        raise InvalidRequest(f"type must be one of: {', '.join(known)}", code="unknown_type", param="type")
    if artifact and (endpoint == "image" or artifact != "lastFrame"):
        raise InvalidRequest("artifact must be lastFrame, on the media endpoint", param="artifact")
    if endpoint == "image" and slot_type in _OUTPUTS and not media_id:
        raise InvalidRequest(f"imageId is required for {slot_type}", param="imageId")
    slot = Slot(job_id, slot_type, media_id or "", artifact or "")
    allowed = tuple(mime for mime in slot.types if endpoint != "image" or mime.startswith("image/"))
    if endpoint == "media" and not artifact:
        allowed = tuple(mime for mime in allowed if not mime.startswith("image/"))
    if content_type and content_type.partition(";")[0].strip().lower() not in allowed:
        raise InvalidRequest(
            f"contentType must be one of: {', '.join(allowed)}", code="unsupported_content_type", param="contentType"
        )
    return slot, allowed


class UploadForm(Struct, frozen=True, rename="camel"):
    """Data of ``GET /v2/…/uploadUrl``: a form to post, ``file`` as its last part."""

    url: str
    fields: dict[str, str]
    allowed_content_types: list[str] = []
    max_file_size_bytes: int = MAX_UPLOAD_BYTES
    upload_url: str | UnsetType = UNSET


class UploadUrl(Struct, frozen=True, rename="camel"):
    """Data of ``GET /v1/…/uploadUrl``: where the bytes are PUT."""

    upload_url: str


class DownloadUrl(Struct, frozen=True, rename="camel"):
    """Data of ``…/downloadUrl``."""

    download_url: str


class UploadFormEnvelope(Struct, frozen=True):
    """Body of ``GET /v2/…/uploadUrl``."""

    data: UploadForm
    status: str = "success"


class UploadUrlEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/…/uploadUrl``."""

    data: UploadUrl
    status: str = "success"


class DownloadUrlEnvelope(Struct, frozen=True):
    """Body of ``…/downloadUrl``."""

    data: DownloadUrl
    status: str = "success"


class PrepareAsset(Struct, frozen=True, rename="camel"):
    """Body of ``POST /v1/assets/prepare``."""

    sha256: str
    bytes: int
    content_type: str
    name: str = "Saved upload"

    def check(self) -> None:
        """Check the values.

        Raises:
            InvalidRequest: one is outside its range; ``param`` names it.
        """
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise InvalidRequest("sha256 must be 64 lowercase hexadecimal digits", param="sha256")
        if not 1 <= self.bytes <= MAX_UPLOAD_BYTES:
            raise InvalidRequest(f"bytes must be >= 1 and <= {MAX_UPLOAD_BYTES}", param="bytes")
        if self.content_type not in SAVED_TYPES:
            raise InvalidRequest(
                f"contentType must be one of: {', '.join(SAVED_TYPES)}",
                code="unsupported_content_type",
                param="contentType",
            )


class BindAsset(Struct, frozen=True, rename="camel"):
    """Body of ``POST /v1/assets/{id}/bind``: the slot that gets a copy."""

    project_id: str
    type: str
    id: str = ""


SavedState = Literal["pending", "stored", "ready", "deleted"]


class SavedAsset(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A file of the library; the upload members are there while its bytes are awaited."""

    id: str
    state: SavedState
    name: str
    content_type: str
    bytes: int
    sha256: str
    create_time: int
    upload_url: str | UnsetType = UNSET
    upload_headers: dict[str, str] | UnsetType = UNSET


class LibraryLimits(Struct, frozen=True, rename="camel"):
    """How much the library holds at most, and now."""

    max_assets: int
    max_bytes: int
    max_asset_bytes: int
    assets: int
    bytes: int


class SavedAssets(Struct, frozen=True):
    """Data of ``GET /v1/assets``."""

    assets: list[SavedAsset]
    limits: LibraryLimits


class Capabilities(Struct, frozen=True):
    """Data of ``GET /v1/assets/capabilities``."""

    enabled: bool


class CapabilitiesEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/assets/capabilities``."""

    data: Capabilities
    status: str = "success"


class SavedAssetsEnvelope(Struct, frozen=True):
    """Body of ``GET /v1/assets``."""

    data: SavedAssets
    status: str = "success"


class SavedAssetEnvelope(Struct, frozen=True):
    """Body of ``prepare``, ``finalize``, ``bind`` and ``DELETE`` on the library."""

    data: SavedAsset
    status: str = "success"

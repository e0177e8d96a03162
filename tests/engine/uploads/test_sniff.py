"""Types by their first bytes, and what a container leaves open."""

import pytest

from studio.contract.uploads import MIME_TYPES, agreed_type, canonical
from studio.engine.sniff import sniff, suffix_of

WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"
OGG = b"OggS\0\x02" + b"\0" * 22


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"ID3\x04\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xf3\x44\xc4", "audio/mpeg"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"fLaC\0\0\0\x22", "audio/flac"),
        (OGG + b"\x01vorbis", "audio/ogg"),
        (OGG + b"OpusHead", "audio/ogg"),
        (WEBM, "video/webm"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x08wide\0\0", "video/quicktime"),
    ],
)
def test_every_allowed_type_is_recognised(head: bytes, mime: str) -> None:
    found = sniff(head)
    assert found is not None
    assert found.mime == mime
    assert mime in sum(MIME_TYPES.values(), ())
    assert suffix_of(mime) != ".bin"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<html><script>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"MZ\x90\0",
        b"RIFF\0\0\0\0AVI LIST",
        WEBM.replace(b"webm", b"mkv?"),
        OGG + b"\x80theora",
        b"\xff\xf1\x50\x80",  # ADTS
        b"\xff\xfe<\0h\0",  # text in UTF-16
        b"\xff\xfb\xff\x64",  # no such bit rate
        b"\0\0\0\x18ftypavif",
    ],
)
def test_other_things_are_not(head: bytes) -> None:
    assert sniff(head) is None


@pytest.mark.parametrize(
    ("found", "declared", "kind", "agreed"),
    [
        ("image/png", None, "image", "image/png"),
        ("image/jpeg", "image/jpg", "image", "image/jpeg"),
        ("image/png", "image/jpeg", "image", None),
        ("audio/wav", "audio/x-wav; codecs=1", "audio", "audio/wav"),
        ("video/mp4", "audio/mp4", "audio", "audio/mp4"),
        ("video/mp4", None, "audio", "audio/mp4"),
        ("video/mp4", "video/mp4", "audio", None),
        ("audio/mp4", "video/mp4", "video", "video/mp4"),
        ("video/webm", "audio/webm", "audio", "audio/webm"),
        ("video/quicktime", "video/mp4", "video", "video/mp4"),
        ("video/mp4", None, "image", None),
        ("audio/mpeg", "audio/wav", "audio", None),
    ],
)
def test_what_is_declared_must_agree_with_the_bytes(
    found: str, declared: str | None, kind: str, agreed: str | None
) -> None:
    assert agreed_type(found, declared, MIME_TYPES[kind]) == agreed  # type: ignore[index]


def test_every_spelling_has_a_usual_one() -> None:
    assert {canonical(mime) for mime in MIME_TYPES["audio"]} == {
        "audio/mpeg", "audio/mp4", "audio/wav", "audio/flac", "audio/ogg", "audio/webm",
    }  # fmt: skip

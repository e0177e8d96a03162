"""Forms as they come over the wire: in any pieces, in the wrong order, cut off, or made to hurt."""

import hashlib

import pytest

from studio.engine.uploads.form import MAX_FIELDS
from studio.engine.uploads.inlet import BLOCK_BYTES
from studio.engine.uploads.refusals import UploadRefused
from tests.engine.uploads.conftest import (
    BOUNDARY,
    FORM,
    PICTURE_SLOT,
    SOUND_SLOT,
    Bench,
    form,
    left_behind,
    pieces,
    wav,
)
from tests.helpers.engines import picture


async def refused(bench: Bench, body: bytes, content_type: str = FORM) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        await bench.desk.take_form(pieces(body), content_type)
    assert left_behind(bench.folder) == []
    assert await bench.desk.slots.find("me", PICTURE_SLOT) is None
    return caught.value


@pytest.mark.parametrize("size", [1, 7, 100, 65536])
async def test_the_bytes_arrive_as_they_are_in_any_pieces(bench: Bench, size: int) -> None:
    # Bytes that look like the beginning of a boundary, all along.
    data = wav(64) + f"\r\n--{BOUNDARY[:-1]}\r\r\n-".encode() * 50 + b"\r\n--"
    body = form(bench.fields(SOUND_SLOT), data, kind="audio/wav", name="a.wav")
    asset = await bench.desk.take_form(pieces(body, size), FORM)
    assert asset.path.read_bytes() == data
    assert (asset.sha256, asset.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))


async def test_a_form_that_is_cut_off_anywhere_is_refused(bench: Bench) -> None:
    body = form(bench.fields(), picture())
    for end in [*range(0, len(body) - 4, 37), len(body) - 5]:
        assert (await refused(bench, body[:end])).status == 400


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=another",
        "multipart/form-data",
        'multipart/form-data; boundary=""',
        "multipart/form-data; boundary=" + "x" * 300,
        "application/json",
        "",
    ],
)
async def test_a_wrong_boundary_is_refused(bench: Bench, content_type: str) -> None:
    assert (await refused(bench, form(bench.fields(), picture()), content_type)).reason == "MalformedPOSTRequest"


async def test_what_comes_after_the_file_does_not_count(bench: Bench) -> None:
    fields = bench.fields()
    late = form({}, picture())[: -len(f"--{BOUNDARY}--\r\n")]
    late += form(fields, b"")[: -len(f"--{BOUNDARY}--\r\n")]
    body = late.rpartition(f"--{BOUNDARY}\r\n".encode())[0] + f"--{BOUNDARY}--\r\n".encode()
    assert (await refused(bench, body)).reason == "AccessDenied"


async def test_forms_without_a_file_with_two_or_with_a_field_twice(bench: Bench) -> None:
    fields, end = bench.fields(), f"--{BOUNDARY}--\r\n".encode()
    whole = form(fields, picture())
    only_fields = whole.rpartition(b'\r\nContent-Disposition: form-data; name="file"')[0]
    only_fields = only_fields.rpartition(b"--")[0] + end
    assert (await refused(bench, only_fields)).reason == "InvalidArgument"
    two = whole[: -len(end)] + form({}, picture())
    assert (await refused(bench, two)).reason == "InvalidArgument"
    key = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="KEY"\r\n\r\nx\r\n'.encode()
    assert (await refused(bench, key + whole)).reason == "InvalidArgument"


async def test_forms_made_to_hurt_are_refused(bench: Bench) -> None:
    many = {f"f{n}": "x" for n in range(MAX_FIELDS + 1)} | bench.fields()
    assert (await refused(bench, form(many, picture()))).status == 400
    long = {"x": "y" * 100_000} | bench.fields()
    assert (await refused(bench, form(long, picture()))).status == 400
    endless = form(bench.fields(), picture(), name="n" * 50_000)
    assert (await refused(bench, endless)).status == 400
    preamble = b"x" * (2 * BLOCK_BYTES)
    assert (await refused(bench, preamble)).status == 400
    assert (await refused(bench, form(bench.fields(), b""))).reason == "EntityTooSmall"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\windows\\evil.exe", "evil.png"),
        ("a" * 3000 + ".png", "a" * 80 + ".png"),
        ("", "picture.png"),
        ("été 1.jpeg", "été 1.png"),
        ("con\x01trol.png", "con-trol.png"),
    ],
)
async def test_names_lose_paths_and_length_and_lies(bench: Bench, name: str, kept: str) -> None:
    asset = await bench.desk.take_form(pieces(form(bench.fields(), picture(), name=name)), FORM)
    assert asset.filename == kept
    assert asset.path.is_relative_to(bench.folder / "media")


async def test_the_limit_holds_at_the_byte(bench: Bench) -> None:
    body = form(bench.fields(SOUND_SLOT, limit_bytes=5000), wav(5001), kind="audio/wav")
    with pytest.raises(UploadRefused) as caught:
        await bench.desk.take_form(pieces(body), FORM)
    assert (caught.value.status, caught.value.reason) == (400, "EntityTooLarge")
    assert b"<Code>EntityTooLarge</Code>" in caught.value.xml()
    assert left_behind(bench.folder) == []
    body = form(bench.fields(SOUND_SLOT, limit_bytes=5000), wav(5000), kind="audio/wav")
    assert (await bench.desk.take_form(pieces(body), FORM)).size_bytes == 5000

"""What a signed upload permits, and that nothing of it can be changed."""

import base64

import pytest

from studio.contract.uploads import MIME_TYPES, Slot
from studio.engine.uploads.policy import LIFETIME_S, Policy, Signer
from studio.engine.uploads.refusals import UploadRefused
from tests.engine.uploads.conftest import FORM, PICTURE_SLOT, Bench, form, left_behind, pieces
from tests.helpers.engines import picture


async def refusal(bench: Bench, body: bytes, content_type: str = FORM) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        await bench.desk.take_form(pieces(body), content_type)
    assert left_behind(bench.folder) == []
    return caught.value


async def test_a_form_as_given_is_taken_and_unknown_fields_are_ignored(bench: Bench) -> None:
    fields = {"x-amz-date": "x", "success_action_status": "201", **bench.fields(content_type="image/png")}
    asset = await bench.desk.take_form(pieces(form(fields, picture())), FORM)
    assert asset.path.read_bytes() == picture()
    assert await bench.desk.slots.find("me", PICTURE_SLOT) == asset


@pytest.mark.parametrize("name", ["key", "Content-Type", "x-amz-meta-owner", "policy", "x-amz-signature"])
@pytest.mark.parametrize("change", ["changed", "missing"])
async def test_no_signed_field_can_be_changed_or_left_out(bench: Bench, name: str, change: str) -> None:
    fields = bench.fields(content_type="image/png")
    assert name in fields
    if change == "missing":
        del fields[name]
    elif name == "Content-Type":
        fields[name] = "image/webp"
    else:
        fields[name] = ("0" if fields[name][0] != "0" else "1") + fields[name][1:]
    assert (await refusal(bench, form(fields, picture()))).status == 403


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"owner":"me"', b'"owner":"yo"'),
        (b'"job":"J"', b'"job":"K"'),
        (b'"limit":104857600', b'"limit":904857600'),
        (b'"expires":18', b'"expires":19'),
        (b'"content_type":"image/png"', b'"content_type":"image/gif"'),
        (b'"id":"media_ref_1"', b'"id":"media_ref_2"'),
    ],
)
async def test_no_member_of_the_document_can_be_changed(bench: Bench, old: bytes, new: bytes) -> None:
    fields = bench.fields(content_type="image/png")
    document = base64.urlsafe_b64decode(fields["policy"])
    assert old in document
    fields["policy"] = base64.urlsafe_b64encode(document.replace(old, new)).decode()
    assert "signature" in (await refusal(bench, form(fields, picture()))).message


async def test_an_address_expires(bench: Bench) -> None:
    fields = bench.fields()
    bench.now += LIFETIME_S - 1
    await bench.desk.take_form(pieces(form(fields, picture())), FORM)
    bench.now += 1
    with pytest.raises(UploadRefused, match="expired") as caught:
        await bench.desk.take_form(pieces(form(fields, picture(9, 9))), FORM)
    assert caught.value.status == 403


def test_a_permission_is_for_one_method_and_one_engine() -> None:
    signer = Signer("secret", now=lambda: 1000.0)
    policy = Policy("me", Slot("J", "referenceImage"), MIME_TYPES["image"])
    text, signature = signer.token(policy, "PUT")
    assert signer.read(text, signature, "PUT").slot == policy.slot
    for other, method in ((signer, "POST"), (Signer("another", now=lambda: 1000.0), "PUT")):
        with pytest.raises(UploadRefused):
            other.read(text, signature, method)  # type: ignore[arg-type]
    for wrong in ("", "é", signature[:-1], signature.upper()):
        with pytest.raises(UploadRefused):
            signer.read(text, wrong, "PUT")


def test_names_of_slots_cannot_be_confused() -> None:
    keys = {
        Policy("me", slot, ()).key
        for slot in (Slot("a/b", "referenceImage"), Slot("a", "b/referenceImage"), Slot("a%2Fb", "referenceImage"))
    }
    assert len(keys) == 3
    assert all(".." not in Policy("me", Slot("../..", "x"), ()).key.split("/")[2:] for _ in keys)


async def test_types_that_were_not_announced_are_bound_to_the_slot(bench: Bench) -> None:
    fields = bench.fields()
    assert "Content-Type" not in fields
    refused = await refusal(bench, form(fields | {"Content-Type": "audio/wav"}, picture()))
    assert refused.status == 403
    refused = await refusal(bench, form(fields, picture(), kind="video/mp4"))
    assert refused.status == 403
    await bench.desk.take_form(pieces(form(fields, picture(), kind="application/octet-stream")), FORM)

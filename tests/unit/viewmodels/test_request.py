"""What goes over the wire: earlier rounds, the media index, pictures of the newest message only."""

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from studio.contract.chat import MAX_IMAGE_BYTES, Message
from studio.service.connection import Connection
from studio.viewmodels.pictures_in import picture_for_wire
from studio.viewmodels.request import readable
from tests.helpers.engines import picture
from tests.helpers.fake_service import finish, made, tick
from tests.unit.viewmodels.conftest import Bench


async def attach(bench: Bench, *files: tuple[str, bytes]) -> None:
    for name, data in files:
        bench.create.composer.attach_bytes(data, name)
    await bench.until(lambda: all(a.status != "importing" for a in bench.create.composer.attachments))


def last(bench: Bench) -> list[Message]:
    return bench.service.requests[-1].messages


async def test_the_newest_message_carries_its_pictures_untouched(bench: Bench) -> None:
    png, jpeg = picture(9, 9), picture(7, 7, kind="JPEG")
    await attach(bench, ("a.png", png), ("b.jpg", jpeg))
    await bench.say("restore these")
    (message,) = last(bench)
    assert message.text == "restore these"
    assert [image.url for image in message.images] == [
        "data:image/png;base64," + base64.b64encode(png).decode(),
        "data:image/jpeg;base64," + base64.b64encode(jpeg).decode(),
    ]
    context = bench.service.requests[-1].media_context
    assert context is not None
    assert context.uploaded_images == [image.url for image in message.images], "the same string counts once"


async def test_other_formats_are_sent_as_png_or_jpeg_and_that_is_said(bench: Bench) -> None:
    flat, clear = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(flat, "WEBP")
    Image.new("RGBA", (8, 8), (255, 0, 0, 40)).save(clear, "WEBP", lossless=True)
    await attach(bench, ("flat.webp", flat.getvalue()), ("clear.webp", clear.getvalue()))
    turn = await bench.say("look")
    assert [image.url.partition(";")[0] for image in last(bench)[0].images] == ["data:image/jpeg", "data:image/png"]
    assert turn.notices == ("Upload 1 was sent as JPEG.", "Upload 2 was sent as PNG.")


async def test_earlier_rounds_are_text_and_calls_without_picture_bytes(bench: Bench) -> None:
    await attach(bench, ("a.png", picture(9, 9)))
    bench.service.scripts = [
        ["Cutting out.", tick(tool="remove_background", status="queued", arguments={"sourceImageIndex": -1}),
         made("/v1/media/a/a.png", tool="remove_background"), "There it is.", finish()]
    ]  # fmt: skip
    await bench.say("cut this out")
    await bench.say("and now larger")
    user, calls, result, answer, newest = last(bench)
    assert (user.role, user.content) == ("user", "cut this out\n\n(This is about Upload 1.)")
    assert (calls.role, calls.content) == ("assistant", "Cutting out.")
    assert calls.tool_calls is not None
    assert json.loads(calls.tool_calls[0].function.arguments) == {"sourceImageIndex": -1}
    assert (result.role, result.tool_call_id) == ("tool", calls.tool_calls[0].id)
    body = json.loads(result.text)
    assert (body["success"], body["indices"], body["names"]) == (True, [0], ["Image 1"])
    assert (answer.content, newest.content) == ("There it is.", "and now larger")
    assert not any(message.images for message in last(bench))
    context = bench.service.requests[-1].media_context
    assert context is not None
    assert context.images == ["http://127.0.0.1:4242/v1/media/a/a.png"]
    assert [url.partition(";")[0] for url in context.uploaded_images] == ["data:image/png"]


async def test_a_stopped_round_keeps_the_roles_alternating(bench: Bench) -> None:
    bench.service.down = True
    await bench.say("first")
    bench.service.down = False
    await bench.say("second")
    assert [message.role for message in last(bench)] == ["user", "assistant", "user"]


async def test_a_result_put_into_the_message_is_named_not_sent(bench: Bench) -> None:
    bench.service.scripts = [[made("/v1/media/a/a.png"), finish()]]
    await bench.say("paint")
    bench.create.use_as_reference(bench.create.pieces[0].id)
    await bench.say("make it blue")
    assert last(bench)[-1].content == "make it blue\n\n(This is about Image 1.)"
    bench.create.use_as_reference(bench.create.pieces[0].id)
    await bench.say("make image 1 red")
    assert last(bench)[-1].content == "make image 1 red"


async def test_uploads_keep_their_order_and_places(bench: Bench) -> None:
    await attach(bench, ("a.png", picture(5, 5)))
    await bench.say("one")
    await attach(bench, ("b.png", picture(6, 6)))
    await bench.say("two")
    bench.create.delete_pieces([bench.create.pieces[0].id])
    await bench.say("three, with upload 2")
    context = bench.service.requests[-1].media_context
    assert context is not None
    assert context.uploaded_images[0] == ""
    assert base64.b64decode(context.uploaded_images[1].partition(",")[2]) == picture(6, 6)


async def test_tools_and_model_of_the_composer_are_asked_for(bench: Bench) -> None:
    bench.create.composer.tools.value = "none"
    bench.create.composer.model.value = "qwen3:14b"
    await bench.say("just talk")
    request = bench.service.requests[-1]
    assert (request.sogni_tools, request.model, request.stream) == ("none", "qwen3:14b", True)


async def test_a_file_that_vanished_from_disk_is_left_out_and_said(bench: Bench) -> None:
    await attach(bench, ("a.png", picture(5, 5)))
    bench.create.pieces[0].path.unlink()
    turn = await bench.say("restore this")
    assert turn.notices == ("Upload 1 was left out: its file is not there any more.",)
    assert (turn.status, last(bench)[-1].images) == ("done", [])


def test_a_picture_above_ten_megabytes_is_made_to_fit(tmp_path: Path) -> None:
    noise = Image.effect_noise((2600, 2600), 120).convert("RGB")
    path = tmp_path / "big.bmp"
    noise.save(path)
    notices: list[str] = []
    uri = picture_for_wire(path, "image/bmp", "Upload 1", notices)
    assert len(base64.b64decode(uri.partition(",")[2])) <= MAX_IMAGE_BYTES
    assert notices[0].startswith("Upload 1 was sent as JPEG")


@pytest.mark.parametrize(
    ("kind", "base", "url", "can"),
    [
        ("local", "http://127.0.0.1:5000", "http://127.0.0.1:4999/v1/media/a/x.png?expires=1", True),
        ("local", "http://127.0.0.1:5000", "https://cdn.example/x.png", False),
        ("supernet", "", "http://127.0.0.1:5000/v1/media/a/x.png", False),
        ("supernet", "", "https://cdn.example/x.png", True),
        ("custom", "http://127.0.0.1:5000", "http://127.0.0.1:5000/v1/media/a/x.png", True),
        ("custom", "http://127.0.0.1:5000", "http://127.0.0.1:6000/v1/media/a/x.png", False),
        ("local", "http://127.0.0.1:5000", "", False),
    ],
)
def test_a_connection_is_given_only_addresses_it_can_read(kind: str, base: str, url: str, can: bool) -> None:
    assert readable(url, Connection(kind, base)) is can  # type: ignore[arg-type]

"""Composer: drafts, attachments, history, what may be sent."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.viewmodels.composer import MAX_ATTACHMENTS
from tests.helpers.engines import picture
from tests.unit.viewmodels.conftest import Bench


async def test_a_draft_is_on_disk_within_a_second_and_survives_a_crash(
    bench: Bench, reopen: Callable[[Bench], Bench]
) -> None:
    await bench.say("first")
    bench.create.composer.text.value = "half a tho"
    await bench.until(lambda: not bench.create.composer._draft_dirty, limit_s=1.0)
    await bench.settled()
    other = reopen(bench)
    await other.sessions._read()
    other.sessions.open(bench.create.conversation.id)
    await other.until(lambda: other.create.composer.text.value)
    assert other.create.composer.text.value == "half a tho"


async def test_the_draft_of_a_session_not_begun_comes_back(bench: Bench, reopen: Callable[[Bench], Bench]) -> None:
    bench.create.composer.text.value = "not sent"
    bench.create.composer.flush_draft()
    await bench.settled()
    other = reopen(bench)
    await other.create.load()
    assert other.create.composer.text.value == "not sent"
    assert other.sessions.rows == []


async def test_what_is_typed_while_the_draft_is_read_wins(bench: Bench, reopen: Callable[[Bench], Bench]) -> None:
    bench.create.composer.text.value = "old"
    bench.create.composer.flush_draft()
    await bench.settled()
    other = reopen(bench)
    other.create.composer.text.value = "new"
    await other.create.load()
    assert other.create.composer.text.value == "new"


async def test_sending_empties_the_draft(bench: Bench, reopen: Callable[[Bench], Bench]) -> None:
    bench.create.composer.text.value = "hello"
    bench.create.composer.flush_draft()
    await bench.say("hello")
    await bench.settled()
    other = reopen(bench)
    assert (await other.desk.call(lambda lib: lib.drafts.get(bench.create.conversation.id))).text == ""
    assert (await other.desk.call(lambda lib: lib.drafts.get(""))).text == ""


async def test_each_session_has_its_own_draft(bench: Bench) -> None:
    await bench.say("first")
    first = bench.create.conversation.id
    bench.create.composer.text.value = "draft of the first"
    bench.sessions.new()
    assert bench.create.composer.text.value == ""
    await bench.sessions._read()
    bench.sessions.open(first)
    await bench.until(lambda: bench.create.composer.text.value == "draft of the first")


async def test_a_dropped_file_is_copied_shown_and_sent(bench: Bench, tmp_path: Path) -> None:
    photo = tmp_path / "my photo.png"
    photo.write_bytes(picture(9, 7))
    composer = bench.create.composer
    composer.attach_paths([photo])
    assert (composer.attachments[0].status, composer.can_send.value) == ("importing", False)
    assert "still being read" in composer.blocked_reason.value
    await bench.until(lambda: composer.attachments[0].status == "ready")
    assert (composer.attachments[0].name, composer.can_send.value) == ("my photo.png", True)
    photo.unlink()
    await bench.say("restore this")
    assert bench.create.turns[0].attachments == (bench.create.pieces[0].id,)
    assert bench.create.pieces[0].badge == "Upload 1"
    assert composer.attachments == []


@pytest.mark.parametrize("name", ["gone.png", "notes.psd"])
async def test_a_file_that_cannot_be_used_says_why_and_changes_nothing(bench: Bench, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name != "gone.png":
        path.write_bytes(b"8BPS layers")
    bench.create.composer.attach_paths([path])
    await bench.until(lambda: bench.create.composer.attachments[0].status == "failed")
    chip = bench.create.composer.attachments[0]
    assert name in chip.trouble
    assert bench.create.pieces == []
    bench.create.composer.remove(chip.id)
    assert (bench.create.composer.attachments, bench.create.composer.blocked_reason.value) == ([], "")


async def test_pasted_bytes_and_the_same_picture_twice(bench: Bench) -> None:
    composer = bench.create.composer
    composer.attach_bytes(picture(5, 5), "Pasted picture.png")
    composer.attach_bytes(picture(5, 5), "Pasted picture.png")
    await bench.until(lambda: [a.status for a in composer.attachments] == ["ready"])
    assert len(bench.create.pieces) == 1


async def test_more_than_twenty_are_left_out_and_that_is_said(bench: Bench, tmp_path: Path) -> None:
    paths = []
    for number in range(MAX_ATTACHMENTS + 1):
        paths.append(tmp_path / f"{number}.png")
        paths[-1].write_bytes(picture(4 + number, 4))
    bench.create.composer.attach_paths(paths)
    assert len(bench.create.composer.attachments) == MAX_ATTACHMENTS
    assert [notice.title for notice in bench.notices] == ["20 files fit into one message."]
    await bench.until(lambda: all(a.status == "ready" for a in bench.create.composer.attachments))


async def test_history_goes_back_and_forth_and_returns_what_was_being_written(bench: Bench) -> None:
    await bench.say("one")
    await bench.say("two")
    composer = bench.create.composer
    composer.text.value = "three"
    shown = []
    for step in (composer.history_previous,) * 3 + (composer.history_next,) * 2:
        step()
        shown.append(composer.text.value)
    assert shown == ["two", "one", "one", "two", "three"]


async def test_nothing_written_cannot_be_sent_and_a_missing_key_is_said(bench: Bench) -> None:
    composer = bench.create.composer
    assert (composer.can_send.value, composer.blocked_reason.value) == (False, "")
    composer.text.value = "  \n"
    assert not composer.can_send.value
    composer.text.value = "hi"
    composer.set_obstacle("Sogni Supernet needs a key.")
    assert (composer.can_send.value, composer.blocked_reason.value) == (False, "Sogni Supernet needs a key.")
    bench.create.send()
    assert bench.create.turns == []

"""Sessions and pieces: titles, order, bin and undo, work that goes on elsewhere."""

import asyncio
from pathlib import Path

from tests.helpers.engines import picture
from tests.helpers.fake_service import finish, made
from tests.unit.viewmodels.conftest import Bench, text_of


async def test_a_session_is_listed_with_its_first_message_and_named_after_it(bench: Bench) -> None:
    assert bench.sessions.rows == []
    await bench.say("Please paint me a lighthouse above the clouds at dawn. Make it calm.")
    await bench.until(lambda: bench.sessions.rows)
    assert bench.sessions.rows[0].title == "Lighthouse above the clouds at dawn"
    assert bench.create.title.value == "Lighthouse above the clouds at dawn"


async def test_the_label_of_the_first_picture_names_a_vague_session(bench: Bench) -> None:
    bench.service.scripts = [[made("/v1/media/a/a.png", title="Balloons over the valley"), finish()]]
    await bench.say("Make me something beautiful, use your imagination!")
    await bench.until(lambda: bench.create.title.value == "Balloons over the valley")
    bench.service.scripts = [[made("/v1/media/b/b.png", indices=[1], title="Another one"), finish()]]
    await bench.say("again")
    await bench.settled()
    assert bench.create.title.value == "Balloons over the valley"


async def test_a_message_with_a_subject_names_its_session_itself(bench: Bench) -> None:
    bench.service.scripts = [[made("/v1/media/a/a.png", title="The long way home"), finish()]]
    await bench.say("paint a koi pond")
    await bench.settled()
    assert bench.create.title.value == "Koi pond"


async def test_a_renamed_session_is_never_renamed_again(bench: Bench) -> None:
    gate = asyncio.Event()
    bench.service.scripts = [[gate, made("/v1/media/a/a.png", title="Balloons"), finish()]]
    bench.create.composer.text.value = "balloons"
    bench.create.send()
    await bench.until(lambda: bench.sessions.rows)
    bench.sessions.rename(bench.create.conversation.id, "  Mine  ")
    gate.set()
    await bench.until(lambda: not bench.create.working.value)
    await bench.settled()
    await bench.sessions._read()
    assert (bench.sessions.rows[0].title, bench.create.title.value) == ("Mine", "Mine")


async def test_pinned_first_then_newest_and_search_finds_words(bench: Bench) -> None:
    ids = []
    for words in ("koi pond", "city rain", "paper moon"):
        bench.sessions.new()
        await bench.say(words)
        ids.append(bench.create.conversation.id)
    await bench.sessions._read()
    bench.sessions.set_pinned(ids[1], True)
    await bench.settled()
    await bench.sessions._read()
    assert [row.title for row in bench.sessions.rows] == ["City rain", "Paper moon", "Koi pond"]
    bench.sessions.query.value = "pond"
    await bench.until(lambda: [row.title for row in bench.sessions.rows] == ["Koi pond"])
    bench.sessions.query.value = ""
    await bench.until(lambda: len(bench.sessions.rows) == 3)


async def test_new_uses_an_empty_session_again(bench: Bench) -> None:
    first = bench.sessions.new()
    assert bench.sessions.new() == first
    await bench.say("hello")
    assert bench.sessions.new() != first


async def test_delete_goes_to_the_bin_and_undo_brings_it_back(bench: Bench) -> None:
    await bench.say("koi pond")
    gone = bench.create.conversation.id
    await bench.sessions._read()
    bench.sessions.delete(gone)
    assert bench.sessions.rows == []
    assert bench.create.conversation.id != gone
    (notice,) = bench.notices
    assert (notice.title, notice.action) == ("Moved “Koi pond” to the bin.", "Undo")
    bench.desk.notices.run_action(notice.id)
    await bench.until(lambda: bench.create.conversation.id == gone and bench.create.turns)
    assert [row.id for row in bench.sessions.rows] == [gone]


async def test_work_goes_on_in_a_session_that_is_not_open(bench: Bench) -> None:
    gate = asyncio.Event()
    bench.service.scripts = [[gate, "Finished elsewhere.", finish()]]
    bench.create.composer.text.value = "slow"
    bench.create.send()
    slow = bench.create.conversation
    await bench.until(lambda: bench.sessions.rows)
    bench.sessions.new()
    assert not bench.create.working.value
    assert bench.sessions.rows[0].state == "working"
    gate.set()
    await bench.until(lambda: not slow.working.value)
    await bench.until(lambda: bench.sessions.rows[0].state == "idle")
    await bench.settled()
    bench.sessions.open(slow.id)
    await bench.until(lambda: bench.create.turns)
    assert text_of(bench.create.turns[0]) == "Finished elsewhere."


async def test_deleted_pieces_leave_a_gap_and_undo_closes_it(bench: Bench) -> None:
    bench.service.scripts = [[made("/v1/media/a/a.png", "/v1/media/b/b.png"), finish()]]
    await bench.say("two")
    first, second = bench.create.pieces
    bench.create.selection.value = (first.id, second.id)
    bench.create.delete_pieces([first.id])
    assert [piece.badge for piece in bench.create.pieces] == ["Image 2"]
    assert bench.create.selection.value == (second.id,)
    assert bench.notices[-1].title == "Moved 1 picture to the bin."
    await bench.say("and now")
    context = bench.service.requests[-1].media_context
    assert context is not None
    assert context.images == ["", second.source_url]
    bench.desk.notices.run_action(bench.notices[-1].id)
    assert [piece.badge for piece in bench.create.pieces] == ["Image 1", "Image 2"]
    await bench.say("and again")
    context = bench.service.requests[-1].media_context
    assert context is not None
    assert context.images == [first.source_url, second.source_url]


async def test_favourite_save_as_and_files_only_kept(bench: Bench, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture())
    bench.create.import_files([photo, tmp_path / "gone.png"], "keep")
    await bench.until(lambda: bench.create.pieces and bench.notices)
    assert "gone.png" in bench.notices[-1].title
    (piece,) = bench.create.pieces
    bench.create.set_favourite(piece.id, True)
    assert bench.create.pieces[0].favourite
    bench.create.save_as(piece.id, tmp_path / "copy.png")
    await bench.until(lambda: bench.notices[-1].title == "Saved copy.png.")
    assert (tmp_path / "copy.png").read_bytes() == picture()
    assert (await bench.desk.call(lambda lib: lib.media.list(piece.session_id)))[0].favourite


async def test_actions_compose_a_message_that_names_the_pieces(bench: Bench) -> None:
    bench.service.scripts = [[made("/v1/media/a/a.png", "/v1/media/b/b.png"), finish()]]
    await bench.say("two")
    ids = [piece.id for piece in bench.create.pieces]
    bench.create.run_action("cutout", ids)
    await bench.until(lambda: not bench.create.working.value)
    assert bench.create.turns[-1].user_text == "Cut out Image 1 and Image 2"
    bench.create.run_action("upscale", ids[:1])
    await bench.until(lambda: not bench.create.working.value)
    assert bench.create.turns[-1].user_text == "Make Image 1 four times larger"
    assert bench.create.round_summary(1)[0] == "two"
    assert bench.create.round_summary(9) == ("", 0)

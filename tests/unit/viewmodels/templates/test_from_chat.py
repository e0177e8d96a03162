"""A stretch of rounds becomes a template; a drafted one opens, and is the same one the next time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from studio.contract.chat import ToolResult
from studio.library.library import Library
from studio.library.records import NewPiece, Piece, ToolItem, Turn
from studio.viewmodels.folding import Folding
from studio.viewmodels.templates.from_chat import ChatTemplates
from tests.helpers.engines import picture
from tests.unit.viewmodels.templates.test_editor import Room

DRAFT: dict[str, Any] = {
    "name": "Drafted", "stages": [{"id": "a", "type": "fixed", "tool": "generate_image", "args": {"prompt": "a"}}],
}  # fmt: skip


class Chat(Room):
    """A session whose rounds are written into the library."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.chat = ChatTemplates(self.desk, self.templates)
        self.ready: list[str] = []
        self.session = ""

    async def begin(self) -> None:
        self.session = (await self.desk.call(lambda lib: lib.sessions.create("Foxes"))).id

    async def upload(self) -> Piece:
        data = picture(colour="red")
        return await self.desk.call(lambda lib: lib.media.import_bytes(self.session, data, "mug.png"))

    async def round(self, words: str, *calls: tuple[str, dict[str, Any], int], status: Any = "done") -> Turn:
        """A finished round: each call with its arguments and how many pictures it made."""

        def write(lib: Library) -> Turn:
            turn = lib.turns.begin(self.session, words)
            for number, (tool, arguments, count) in enumerate(calls):
                call_id = f"call-{number}"
                pieces = [
                    lib.media.store_bytes(
                        picture(colour=f"#{turn.round:02}{number:02}{each:02}"),
                        NewPiece(
                            self.session, "image", "image/png", turn_id=turn.id, call_id=call_id, round=turn.round,
                            tool=tool, arguments=arguments,
                        ),
                    )
                    for each in range(count)
                ]  # fmt: skip
                made = tuple(piece.id for piece in pieces)
                item = ToolItem(call_id, tool, status="done", arguments=arguments, piece_ids=made)
                lib.turns.upsert_tool(turn.id, item)
            return lib.turns.finish(turn.id, status)

        return await self.desk.call(write)

    async def template(self, first: int, last: int) -> Any:
        """The draft of these rounds, as it was opened."""
        self.templates.close()
        self.chat.of_rounds(self.session, first, last, lambda: self.ready.append("shown"))
        await self.until(lambda: self.templates.current.value is not None)
        assert self.templates.current.value is not None
        return self.templates.current.value


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Chat]:
    made = Chat(tmp_path / "data")
    await made.begin()
    yield made
    await made.close()


async def test_rounds_become_a_template_that_knows_where_it_came_from(room: Chat) -> None:
    await room.upload()
    first = await room.round("Paint two foxes", ("generate_image", {"prompt": "a fox", "numberOfVariations": 2}, 2))
    await room.round("The second one larger", ("upscale_image", {"sourceImageIndex": 1}, 1))
    await room.round("And my mug in snow", ("edit_image", {"prompt": "snow", "sourceImageIndex": -1}, 1))
    editor = await room.template(1, 3)
    document = editor.document.value
    assert [stage.tool for stage in document.stages] == ["generate_image", "upscale_image", "edit_image"]
    assert document.stage("upscale_image").arguments == {
        "sourceImageIndex": "$artifacts.generate_image[1].selectedVersion.url"
    }
    assert document.stage("edit_image").arguments["sourceImageIndex"] == "$inputs.picture"
    assert document.input("picture")["description"] == "Like “mug.png”"
    assert document.name == "Foxes"
    assert document.content["brief"] == "Paint two foxes\n\nThe second one larger\n\nAnd my mug in snow"
    assert (editor.stored.origin, room.ready) == (f"chat:{first.id}", ["shown"])
    assert editor.problems.value.to_fix == ()


async def test_a_part_of_the_rounds_takes_what_came_before_as_inputs(room: Chat) -> None:
    await room.round("Paint a fox", ("generate_image", {"prompt": "a fox"}, 1))
    await room.round("Larger", ("upscale_image", {"sourceImageIndex": 0}, 1))
    await room.desk.call(lambda lib: lib.media.bury([lib.media.ids(room.session)[0]]))
    document = (await room.template(2, 2)).document.value
    assert [stage.tool for stage in document.stages] == ["upscale_image"]
    assert [(entry["name"], entry["type"]) for entry in document.inputs] == [("picture", "image")]
    assert document.name == "Larger"


async def test_rounds_that_made_nothing_are_said(room: Chat) -> None:
    await room.round("Hello")
    room.chat.of_rounds(room.session, 1, 1, lambda: room.ready.append("shown"))
    await room.until(lambda: room.notices)
    assert (room.notices[-1].title, room.ready) == ("No template was made", [])
    assert room.templates.current.value is None


async def test_a_draft_of_an_answer_is_kept_with_its_call_and_opens_once(room: Chat) -> None:
    turn = Turn("t1", 1, "A template, please")
    folding = Folding(
        turn, asyncio.get_running_loop(), on_change=lambda: None, keep_text=lambda _text: None,
        keep_tool=lambda _item: None, badge_of=lambda _kind, _index: "",
    )  # fmt: skip
    result = ToolResult(
        tool="compose_workflow_template", success=True, ok=True, tool_call_id="c1", data={"template_draft": DRAFT}
    )
    item = folding.result(result, 0)
    folding.close()
    assert item.draft == DRAFT
    await room.desk.call(lambda lib: lib.turns.begin(room.session, "A template, please", turn_id="t1"))
    await room.desk.call(lambda lib: lib.turns.upsert_tool("t1", item))
    kept = (await room.desk.call(lambda lib: lib.turns.get("t1"))).items[0]
    assert isinstance(kept, ToolItem)
    for _again in range(2):
        room.templates.close()
        room.chat.open_draft("t1", kept, lambda: room.ready.append("shown"))
        await room.until(lambda: room.templates.current.value is not None)
        editor = room.templates.current.value
        assert editor is not None
        assert (editor.name, editor.stored.origin) == ("Drafted", "chat:t1/c1")
    assert room.ready == ["shown", "shown"]
    assert len(await room.desk.call(lambda lib: lib.templates.all())) == 1


async def test_a_draft_that_is_none_is_said(room: Chat) -> None:
    room.chat.open_draft("t", ToolItem("c", "compose_workflow_template", draft={"name": "x"}))
    await room.until(lambda: room.notices)
    assert room.notices[-1].title == "The draft can't be opened"

"""``studio chat``: one turn in the terminal, through the same service layer as the window.

Text goes to standard output as it comes, progress to standard error, files to a folder
under readable names. With ``--json`` standard output is exactly one object.
"""

import argparse
import asyncio
import json
import os
import sys
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.commands.progress import Progress
from studio.commands.results import WrittenFile, write_results
from studio.contract.chat import (
    DEFAULT_MODEL,
    MAX_IMAGES,
    ChatRequest,
    ImagePart,
    ImageUrl,
    MediaReference,
    Message,
    TextPart,
    ToolResult,
)
from studio.contract.errors import InvalidRequest, StorageError, StudioError
from studio.contract.wire import to_builtins
from studio.library.importing import check_size, inspect_file
from studio.service import chat as service
from studio.service.connection import Connection
from studio.service.models import list_models
from studio.service.transport import Transport
from studio.viewmodels.engine_process import EngineProcess
from studio.viewmodels.pictures_in import data_uri, picture_for_wire
from studio.viewmodels.troubles import EngineDown, trouble_of
from studio.viewmodels.words import done_sentence


@dataclass
class Answer:
    """What came back, as ``--json`` prints it."""

    text: list[str] = field(default_factory=list)
    files: list[WrittenFile] = field(default_factory=list)
    results: list[ToolResult] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    model: str = ""
    answered_by: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the one object."""
        return {
            "text": "".join(self.text),
            "files": [file.as_json() for file in self.files],
            "tool_results": to_builtins(self.results),
            "model": self.model,
            "answered_by": self.answered_by,
            "notices": self.notices,
        }

    @property
    def failed(self) -> bool:
        """Whether tools were used and none of them worked."""
        return bool(self.results) and not any(result.success for result in self.results)


def run(args: argparse.Namespace, data_dir: Path) -> int:
    """Run one turn; return 0 when it was answered, 1 when not."""
    try:
        request, notices = _request(args)
        answer = asyncio.run(_turn(args, data_dir, request, notices))
    except (StudioError, EngineDown, ValueError, OSError) as error:
        return _refuse(args, error)
    if args.json:
        print(json.dumps(answer.as_json(), ensure_ascii=False, indent=2))  # noqa: T201
    return 1 if answer.failed else 0


def _refuse(args: argparse.Namespace, error: Exception) -> int:
    kind: Any = "custom" if args.base_url else "local"
    if isinstance(error, ValueError | OSError):
        what = str(error)
    else:
        trouble = trouble_of(error, kind)
        what = f"{trouble.what} {trouble.kept}".strip() if isinstance(error, StorageError) else trouble.what
        if isinstance(error, EngineDown) and trouble.details:
            what += f" ({trouble.details})"
    if args.json:
        print(json.dumps({"error": {"message": what}}, ensure_ascii=False, indent=2))  # noqa: T201
    _say(what)
    return 1


def _request(args: argparse.Namespace) -> tuple[ChatRequest, list[str]]:
    """Build the request from message and ``--ref`` files.

    Raises:
        InvalidRequest: the message is empty, or too many pictures were given.
        LibraryError: a file cannot be read.
    """
    if not args.message.strip():
        raise InvalidRequest("The message is empty. Say what you want, in your own words.")
    notices: list[str] = []
    pictures: list[TextPart | ImagePart] = []
    others: list[MediaReference] = []
    for path in [path for group in args.ref for path in group]:
        dropped = inspect_file(path, path.name)
        check_size(path)
        if dropped.kind == "image":
            uri = picture_for_wire(path, dropped.mime_type, path.name, notices)
            pictures.append(ImagePart(ImageUrl(uri)))
        elif dropped.kind in ("video", "audio"):
            uri = data_uri(dropped.mime_type, path.read_bytes())
            others.append(
                MediaReference(kind=dropped.kind, data_uri=uri, filename=path.name, mime_type=dropped.mime_type)
            )
        else:
            raise InvalidRequest(f"{path.name} can't be used in a chat. Give pictures, videos or sounds.")
    if len(pictures) > MAX_IMAGES:
        raise InvalidRequest(f"{len(pictures)} pictures were given; at most {MAX_IMAGES} fit into one message.")
    content: Any = [TextPart(args.message), *pictures] if pictures else args.message
    request = ChatRequest(
        messages=[Message(role="user", content=content)],
        model=args.model or DEFAULT_MODEL,
        stream=True,
        sogni_tools=args.tools,
        media_references=others or None,
    )
    return request, notices


async def _turn(args: argparse.Namespace, data_dir: Path, request: ChatRequest, notices: list[str]) -> Answer:
    answer = Answer(notices=notices)
    for notice in notices:
        _say(notice)
    if args.base_url:
        key = args.api_key or os.environ.get("STUDIO_API_KEY")
        async with Transport(Connection("custom", args.base_url, key)) as transport:
            await _ask(args, transport, await _with_model(args, transport, request), answer)
        return answer
    engine = EngineProcess(data_dir)
    try:
        async with Transport(await engine.ready()) as transport:
            await _ask(args, transport, request, answer)
    finally:
        # Only an engine that was started for this turn is asked to leave.
        await engine.leave()
    return answer


async def _with_model(args: argparse.Namespace, transport: Transport, request: ChatRequest) -> ChatRequest:
    """Take a plain server's first model when none was asked for and it does not know the documented one."""
    import msgspec

    if args.model:
        return request
    ids = [model.id for model in await list_models(transport)]
    if ids and request.model not in ids:
        return msgspec.structs.replace(request, model=ids[0])
    return request


def _end_line(args: argparse.Namespace, answer: Answer) -> None:
    """Begin a new line after words, so that what is being done does not run on behind them."""
    if not args.json and answer.text and not answer.text[-1].endswith("\n"):
        answer.text.append("\n")
        print(flush=True)  # noqa: T201


async def _ask(args: argparse.Namespace, transport: Transport, request: ChatRequest, answer: Answer) -> None:
    progress = Progress()
    async with aclosing(service.stream(transport, request)) as events:
        async for event in events:
            if isinstance(event, service.TextDelta):
                answer.text.append(event.text)
                if not args.json:
                    progress.clear()
                    sys.stdout.write(event.text)
                    sys.stdout.flush()
            elif isinstance(event, service.ToolProgress):
                _end_line(args, answer)
                progress.show(event.progress)
                if event.progress.result is not None:
                    await _keep(args, transport, event.progress.result, answer, progress)
            elif isinstance(event, service.ToolResults):
                for result in event.results:
                    await _keep(args, transport, result, answer, progress)
            elif isinstance(event, service.Finished):
                answer.model = event.model
                answer.answered_by = event.answer.answered_by if event.answer else event.model
                answer.notices += event.answer.notices if event.answer else []
    progress.clear()
    if not args.json and answer.text and not "".join(answer.text[-1:]).endswith("\n"):
        print()  # noqa: T201
    for notice in answer.notices:
        _say(notice)
    if answer.answered_by:
        _say(f"Answered by {answer.answered_by}.")


async def _keep(
    args: argparse.Namespace, transport: Transport, result: ToolResult, answer: Answer, progress: Progress
) -> None:
    """Write the files of a result, once, however often the server sends it."""
    if any(known.tool_call_id == result.tool_call_id and known.tool == result.tool for known in answer.results):
        return
    answer.results.append(result)
    progress.clear()
    if not result.success:
        _say(result.error or result.message or f"{result.tool} didn't work.")
        return
    before = len(answer.files)
    answer.files += await write_results(transport, result, args.out, already=answer.files)
    made = answer.files[before:]
    if made:
        _say(done_sentence(result.tool, {}, len(made)) + ":")
        for file in made:
            _say(f"  {file.badge or file.kind}  {file.path}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201

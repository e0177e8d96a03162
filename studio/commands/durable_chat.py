"""``studio chat --durable``: one turn that goes on when the terminal does not.

The run is started once, followed over broken connections, and left alone when the command is
interrupted; ``studio runs watch`` finds it again.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from studio.commands.references import upload_references
from studio.commands.run_view import RunView, decide, words_of_status
from studio.commands.server import Server, ask, can_ask, print_json, say
from studio.commands.server import run as run_with_server
from studio.contract.chat import DEFAULT_MODEL
from studio.contract.errors import InvalidRequest, NotFound
from studio.contract.wire import to_builtins
from studio.service import runs
from studio.service.models import list_models
from studio.service.transport import new_idempotency_key


def run(args: argparse.Namespace, data_dir: Path) -> int:
    """Run one turn; return 0 when it is done, 1 when it failed or waits for somebody."""
    return run_with_server(args, data_dir, lambda server: _turn(args, server))


async def _turn(args: argparse.Namespace, server: Server) -> int:
    if not args.message.strip():
        raise InvalidRequest("The message is empty. Say what you want, in your own words.")
    body = await _request(args, server)
    while True:
        run_id = await _start(server, body)
        view = RunView(args, server, folder=args.out)
        try:
            status, run = await _through(args, server, run_id, view)
        except asyncio.CancelledError:
            say(f"It goes on without you. See it again: studio runs watch {run_id}{server.options}")
            say(f"Stop it: studio runs cancel {run_id}{server.options}")
            raise
        answer = _answer(args, run)
        if answer is None:
            break
        body = runs.answered(run, answer)
    _tell(args, server, view, run, status)
    return 0 if status in ("completed", "partial_failure") and not _all_failed(view) else 1


async def _start(server: Server, body: dict[str, Any]) -> str:
    try:
        started = await server.call(runs.start, body, key=new_idempotency_key())
    except NotFound as error:
        if error.code == "model_not_found":
            raise
        raise InvalidRequest("This server knows no durable runs. Leave out --durable.") from error
    say(f"Run {started.run.id}")
    return started.run.id


async def _through(args: argparse.Namespace, server: Server, run_id: str, view: RunView) -> tuple[str, runs.Run]:
    """Follow the run through every approval that can be asked for; return how it stands."""
    while True:
        status = await view.follow(run_id)
        run = await server.call(runs.get, run_id)
        if run.status != "waiting_for_user" or run.pause is None:
            return status if run.status in ("queued", "running") else run.status, run
        if not run.pause.asks_for_money or run.pause.preview is None:
            return run.status, run
        if await decide(args, server, run, view) is None:
            return run.status, run


async def _request(args: argparse.Namespace, server: Server) -> dict[str, Any]:
    """Build the start: what the person says, and where the server finds the files.

    Raises:
        InvalidRequest: too many pictures, or a file that no chat can use.
        LibraryError: a file cannot be read.
    """
    references = [path for group in args.ref for path in group]
    if args.continues:
        body = runs.answered(await server.call(runs.get, args.continues), args.message)
    else:
        body = {"messages": [{"role": "user", "content": args.message}]}
        body["model"] = args.model or await _model(args, server)
    if references:
        media = await server.call(upload_references, references)
        pictures = [m.url for m in media if m.kind == "image"]
        if pictures:
            parts = [{"type": "image_url", "image_url": {"url": url}} for url in pictures]
            body["messages"][-1]["content"] = [{"type": "text", "text": args.message}, *parts]
        others = [m.as_reference() for m in media if m.kind != "image"]
        if others:
            body["media_references"] = others
    body["sogni_tools"] = args.tools if args.tools != "none" else False
    body["app_source"] = "studio"
    body["runtime_config"] = {"requireJobConfirmation": True, "jobConfirmationThresholdUsd": 0}
    return body


async def _model(args: argparse.Namespace, server: Server) -> str:
    """Return the documented model, or a plain server's first one where it does not know that."""
    if not args.base_url:
        return DEFAULT_MODEL
    ids = [model.id for model in await server.call(list_models)]
    return ids[0] if ids and DEFAULT_MODEL not in ids else DEFAULT_MODEL


def _answer(args: argparse.Namespace, run: runs.Run) -> str | None:
    """Return the person's answer to a question that ended the turn; None for none."""
    if run.status != "waiting_for_user" or run.pause is None or run.pause.asks_for_money or not can_ask(args):
        return None
    if run.pause.reason not in ("ask_clarifying_question", "select_media_required"):
        return None
    options = run.pause.details.get("options")
    for number, option in enumerate(options if isinstance(options, list) else [], 1):
        label = option.get("label") or option.get("value") if isinstance(option, dict) else option
        say(f"  {number}. {label}")
    if run.pause.message and run.pause.message not in run.text:
        say(run.pause.message)
    return ask("> ") or None


def _tell(args: argparse.Namespace, server: Server, view: RunView, run: runs.Run, status: str) -> None:
    written = "".join(view.text).strip()
    if args.json:
        print_json(
            {
                "run_id": run.id,
                "status": status,
                "text": written or run.text,
                "files": [file.as_json() for file in view.files],
                "tool_results": to_builtins(view.results),
                "answered_by": view.answered_by,
                "notices": view.notices,
                "waiting": run.record.get("waiting") if run.pause is not None else None,
                "failure": run.failure,
            }
        )
    elif run.text and run.text.strip() not in written:
        print(run.text)  # noqa: T201
    for notice in view.notices:
        say(notice)
    if run.pause is not None:
        tell_pause(run, server)
    elif status == "failed":
        say(run.failure or "The server gave this up.")
    elif status == "cancelled":
        say("It was stopped.")
    if view.answered_by:
        say(f"Answered by {view.answered_by}.")


def tell_pause(run: runs.Run, server: Server) -> None:
    """Say what a run waits for, and how it goes on."""
    assert run.pause is not None
    where = server.options
    if run.pause.asks_for_money and run.pause.preview is not None:
        say(f"It waits for your approval. Approve it: studio runs confirm {run.id} --yes{where}")
        say(f"Decline it: studio runs confirm {run.id} --decline{where}")
    elif run.pause.asks_for_money:
        say("It can't go on: there is not enough credit.")
        say(f"Stop it: studio runs cancel {run.id}{where}")
    else:
        say(run.pause.message or f"It is {words_of_status(run.status)}.")
        say(f'Answer it: studio chat --durable --continue {run.id}{where} "your answer"')


def _all_failed(view: RunView) -> bool:
    return bool(view.results) and not any(result.success for result in view.results)

"""``studio runs``: durable runs of a server, one by one or as a list."""

import argparse
from pathlib import Path
from typing import Any

from studio.commands.durable_chat import tell_pause
from studio.commands.run_view import RunView, decide, words_of_status
from studio.commands.server import Server, out, print_json, say, short, table
from studio.commands.server import run as run_with_server
from studio.contract.errors import ApiError
from studio.service import runs
from studio.service.events import TERMINAL
from studio.viewmodels.words import relative_date

_NO_LIST = frozenset({404, 405, 501})


def run(args: argparse.Namespace, data_dir: Path) -> int:
    """Do one action; return its exit code."""
    actions = {"list": _list, "show": _show, "watch": _watch, "cancel": _cancel, "confirm": _confirm}
    return run_with_server(args, data_dir, lambda server: actions[args.action](args, server))


async def _list(args: argparse.Namespace, server: Server) -> int:
    try:
        page = await server.call(runs.page, limit=args.limit, offset=args.offset)
    except ApiError as error:
        if error.http_status not in _NO_LIST:
            raise
        return _list_known(args, server, (await server.transport()).connection.base_url)
    if args.json:
        print_json({"runs": [run.record for run in page.items], "next": page.next_offset})
        return 0
    rows = [(run.id, words_of_status(run.status), _when(run.created_ms), short(run.question)) for run in page.items]
    out(table(rows) if rows else "There are no runs.")
    return 0


def _list_known(args: argparse.Namespace, server: Server, base_url: str) -> int:
    """List what this computer started there, for servers that have no list."""
    from studio.library.library import Library

    say("This server has no list of runs. These were started from this computer:")
    found: list[dict[str, Any]] = []
    if (server.data_dir / "library.sqlite").is_file():
        with Library.open(server.data_dir, recover=False) as library:
            rows = [row for row in library.runs.list(limit=10_000) if row.base_url == base_url]
        found = [
            {"runId": row.run_id, "status": row.status, "createTime": row.created_ms}
            for row in rows[args.offset : args.offset + args.limit]
        ]
    if args.json:
        print_json({"runs": found, "next": None})
    else:
        lines = [(row["runId"], words_of_status(row["status"]), _when(row["createTime"])) for row in found]
        out(table(lines) if lines else "There are no runs.")
    return 0


async def _show(args: argparse.Namespace, server: Server) -> int:
    run = await server.call(runs.get, args.run)
    if args.json:
        print_json(run.record)
        return 0
    out(f"{run.id}  {words_of_status(run.status)}  {_when(run.created_ms)}")
    if run.question:
        out(f"Asked     {short(run.question, 200)}")
    for artifact in run.artifacts:
        out(f"Made      {artifact.kind}  {artifact.url}")
    if run.text:
        out(f"\n{run.text}")
    if run.failure:
        out(f"Failed    {run.failure}")
    if run.pause is not None:
        tell_pause(run, server)
    return 0


async def _watch(args: argparse.Namespace, server: Server) -> int:
    view = RunView(args, server, folder=args.out, lines=args.json, last=max(-1, args.after))
    status = await view.follow(args.run)
    if args.json:
        print_json({"type": "end", "status": status}, lines=True)
    run = await server.call(runs.get, args.run)
    if run.pause is not None:
        tell_pause(run, server)
    elif status == "failed":
        say(run.failure or "The server gave this up.")
    else:
        say(f"{run.id} is {words_of_status(status)}.")
    return 0 if status in ("completed", "partial_failure") else 1


async def _cancel(args: argparse.Namespace, server: Server) -> int:
    run = await server.call(runs.cancel, args.run, args.reason)
    if args.json:
        print_json(run.record)
    elif run.status in TERMINAL:
        out(f"{run.id} is {words_of_status(run.status)}.")
    else:
        out(f"{run.id} is being stopped.")
    return 0


async def _confirm(args: argparse.Namespace, server: Server) -> int:
    run = await server.call(runs.get, args.run)
    approved = await decide(args, server, run)
    if approved is None:
        say("Add --yes to approve it, or --decline.")
        return 2
    if args.json:
        print_json((await server.call(runs.get, args.run)).record)
    elif approved:
        out(f"{run.id} goes on. See it: studio runs watch {run.id}{server.options}")
    else:
        out(f"{run.id}: declined.")
    return 0


def _when(epoch_ms: int) -> str:
    return relative_date(epoch_ms) if epoch_ms else ""

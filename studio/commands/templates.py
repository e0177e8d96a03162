"""``studio templates``: saved workflows. ``validate`` needs no server."""

import argparse
from pathlib import Path
from typing import Any

from studio.commands.server import Server, out, print_json, read_json_file, refuse, say, short, table
from studio.commands.server import run as run_with_server
from studio.contract.errors import ApiError
from studio.service import templates
from studio.service.reading import dicts, text
from studio.service.transport import new_idempotency_key


def run(args: argparse.Namespace, data_dir: Path) -> int:
    """Do one action; return its exit code."""
    if args.action == "validate":
        return _validate(args)
    actions = {"list": _list, "show": _show, "create": _create, "delete": _delete, "fork": _fork}
    return run_with_server(args, data_dir, lambda server: actions[args.action](args, server))


def _validate(args: argparse.Namespace) -> int:
    """Check a file; 0 when it may be saved and run."""
    from studio.contract.templates.documents import respelled
    from studio.contract.templates.validation import validate_template
    from studio.contract.wire import to_builtins

    try:
        document = read_json_file(args.file)
    except ValueError as error:
        return refuse(args, error)
    found = validate_template(respelled(document) if isinstance(document, dict) else document)
    issues: list[dict[str, Any]] = to_builtins(found.issues)
    if args.json:
        print_json({"valid": found.valid, "issues": issues})
        return 0 if found.valid else 1
    for issue in issues:
        out(_sentence(issue))
    say("The template is valid." if found.valid else "The template is not valid.")
    return 0 if found.valid else 1


async def _list(args: argparse.Namespace, server: Server) -> int:
    page = await server.call(templates.page, visibility=args.visibility, limit=min(args.limit, 200), offset=args.offset)
    if args.json:
        print_json({"templates": [template.body for template in page.items], "next": page.next_offset})
        return 0
    rows = [(t.id, t.version, t.visibility, t.name, short(t.description)) for t in page.items]
    out(table(rows) if rows else "There are no templates.")
    return 0


async def _show(args: argparse.Namespace, server: Server) -> int:
    template = await server.call(templates.get, args.template)
    if args.json:
        print_json(template.body)
        return 0
    out(f"{template.id}  {template.version}  {template.visibility}  {template.name}")
    if template.description:
        out(template.description)
    inputs = [i for i in dicts(template.body.get("inputs")) if not i.get("internal")]
    if inputs:
        needed = [("", text(i.get("name")), text(i.get("type")), _need(i), text(i.get("description"))) for i in inputs]
        out("Inputs\n" + table(needed))
    stages = [
        ("", text(s.get("id")), text(s.get("type")), text(s.get("tool")), text(s.get("label")))
        for s in dicts(template.body.get("stages"))
    ]
    if stages:
        out("Stages\n" + table(stages))
    say(f"Start it: studio workflows start --template {template.id} --input NAME=VALUE{server.options}")
    return 0


async def _create(args: argparse.Namespace, server: Server) -> int:
    document = read_json_file(args.file)
    return await _made(args, server, server.call(templates.create, document, key=new_idempotency_key()))


async def _fork(args: argparse.Namespace, server: Server) -> int:
    return await _made(args, server, server.call(templates.fork, args.template, args.name, key=new_idempotency_key()))


async def _made(args: argparse.Namespace, server: Server, making: Any) -> int:
    try:
        template = await making
    except ApiError as error:
        for issue in dicts(error.details.get("issues")):
            say(_sentence(issue))
        raise
    if args.json:
        print_json(template.body)
    else:
        out(f"{template.id}  {template.version}  {template.name}")
    return 0


async def _delete(args: argparse.Namespace, server: Server) -> int:
    await server.call(templates.delete, args.template)
    if args.json:
        print_json({"deleted": True, "id": args.template})
    else:
        out(f"{args.template} is deleted.")
    return 0


def _need(entry: dict[str, Any]) -> str:
    if entry.get("required") and "default" not in entry:
        return "needed"
    return "optional"


def _sentence(issue: dict[str, Any]) -> str:
    where = text(issue.get("path"))
    words = text(issue.get("message"))
    kind = "" if text(issue.get("severity")) in ("", "error") else f"{text(issue['severity'])}: "
    return f"{kind}{where}: {words}" if where else f"{kind}{words}"

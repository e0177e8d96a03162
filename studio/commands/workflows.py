"""``studio workflows``: planned sequences of tools that run on their own."""

import argparse
import json
from pathlib import Path
from typing import Any

from studio.commands.references import upload_references
from studio.commands.run_view import cost_sentence, words_of_status
from studio.commands.server import Server, ask, can_ask, out, print_json, read_json_file, say, short, table
from studio.commands.server import run as run_with_server
from studio.commands.workflow_view import WorkflowView, tell_end, tell_pause
from studio.contract.errors import Conflict
from studio.service import templates, workflows
from studio.service.events import TERMINAL
from studio.service.reading import dicts, text
from studio.service.transport import new_idempotency_key
from studio.viewmodels.words import relative_date


def run(args: argparse.Namespace, data_dir: Path) -> int:
    """Do one action; return its exit code."""
    if args.action == "start" and (args.file is None) == (args.template is None):
        say("Give a FILE to start, or --template ID.")
        return 2
    actions = {
        "start": _start,
        "list": _list,
        "show": _show,
        "watch": _watch,
        "cancel": _cancel,
        "resume": _resume,
        "reseed": _reseed,
        "confirm": _confirm,
    }
    return run_with_server(args, data_dir, lambda server: actions[args.action](args, server))


async def _start(args: argparse.Namespace, server: Server) -> int:
    # What is wrong with the file is said before an engine is started for it.
    body = request_of(read_json_file(args.file)) if args.file is not None else {"workflow_id": args.template}
    if args.title and "input" in body:
        body["input"]["title"] = args.title
    if args.input:
        body["inputs"] = {**body.get("inputs", {}), **await _inputs(args, server, text(body.get("workflow_id")))}
    paths = [path for group in args.ref for path in group]
    if paths:
        given = body.get("media_references") or body.pop("mediaReferences", None) or []
        body["media_references"] = [*given, *(r.as_reference() for r in await server.call(upload_references, paths))]
    if args.max_units is not None:
        body["max_estimated_capacity_units"] = args.max_units
    if args.yes:
        body["confirm_cost"] = True
    body.setdefault("app_source", "studio")
    started = await server.call(workflows.start, body, key=args.key or new_idempotency_key())
    workflow = started.workflow
    if started.again:
        say("This key started a workflow before; nothing new was started.")
    if args.watch:
        say(f"Workflow {workflow.id}")
        return await _follow(args, server, workflow.id, -1)
    if args.json:
        print_json(workflow.record)
    else:
        out(f"{workflow.id}  {words_of_status(workflow.status)}  {workflow.title}".rstrip())
        if workflow.pause is not None:
            tell_pause(workflow, server)
        else:
            say(f"See it: studio workflows watch {workflow.id}{server.options}")
    return 0


def request_of(document: Any) -> dict[str, Any]:
    """Return the start that a file means: a list of steps, an input with steps, or a whole request.

    Raises:
        ValueError: it is none of these.
    """
    if isinstance(document, list):
        return {"input": {"steps": document}}
    if isinstance(document, dict):
        if "steps" in document:
            return {"input": document}
        if isinstance(document.get("input"), dict) or "workflow_id" in document or "workflowId" in document:
            return dict(document)
    raise ValueError("This file is no workflow: it needs steps, an input with steps, or a workflow_id.")


async def _inputs(args: argparse.Namespace, server: Server, template_id: str) -> dict[str, Any]:
    """Read ``--input`` values as the template types them.

    Raises:
        ValueError: one has no name, or is not what its input takes.
    """
    kinds: dict[str, dict[str, Any]] = {}
    if template_id:
        template = await server.call(templates.get, template_id)
        kinds = {text(entry.get("name")): entry for entry in dicts(template.body.get("inputs"))}
    found: dict[str, Any] = {}
    for given in args.input:
        name, equals, value = given.partition("=")
        if not equals or not name.strip():
            raise ValueError(f"--input needs NAME=VALUE, not {given}.")
        name = name.strip()
        typed: Any = value
        if value.startswith("@"):
            typed = (await server.call(upload_references, [Path(value[1:])]))[0].url
        else:
            typed = _typed(name, value, text(kinds.get(name, {}).get("type")))
        several = isinstance(kinds.get(name, {}).get("multiple"), dict)
        if several and not isinstance(typed, list):
            found.setdefault(name, []).append(typed)
        else:
            found[name] = typed
    return found


def _typed(name: str, value: str, kind: str) -> Any:
    if kind not in ("number", "boolean"):
        return value
    try:
        typed = json.loads(value.lower() if kind == "boolean" else value)
    except ValueError:
        typed = None
    wanted = isinstance(typed, bool) if kind == "boolean" else isinstance(typed, int | float)
    if not wanted or (kind == "number" and isinstance(typed, bool)):
        raise ValueError(f"{name} must be {'true or false' if kind == 'boolean' else 'a number'}, not {value}.")
    return typed


async def _list(args: argparse.Namespace, server: Server) -> int:
    page = await server.call(workflows.page, limit=args.limit, offset=args.offset)
    if args.json:
        print_json({"workflows": [workflow.record for workflow in page.items], "next": page.next_offset})
        return 0
    rows = [(w.id, words_of_status(w.status), _when(w.created_ms), short(w.title)) for w in page.items]
    out(table(rows) if rows else "There are no workflows.")
    return 0


async def _show(args: argparse.Namespace, server: Server) -> int:
    workflow = await server.call(workflows.get, args.workflow)
    if args.json:
        print_json(workflow.record)
        return 0
    out(f"{workflow.id}  {words_of_status(workflow.status)}  {_when(workflow.created_ms)}  {workflow.title}".rstrip())
    rows = [("", step.id, step.tool, words_of_status(step.status), short(step.error)) for step in workflow.steps]
    if rows:
        out(table(rows))
    for artifact in workflow.artifacts:
        out(f"Made  {artifact.kind}  {artifact.url}")
    if workflow.pause is not None or workflow.failure:
        tell_end(workflow, server)
    return 0


async def _watch(args: argparse.Namespace, server: Server) -> int:
    return await _follow(args, server, args.workflow, max(-1, args.after))


async def _follow(args: argparse.Namespace, server: Server, workflow_id: str, after: int) -> int:
    view = WorkflowView(args, server, folder=args.out, lines=args.json, last=after)
    status = await view.follow(workflow_id)
    if args.json:
        print_json({"type": "end", "status": status}, lines=True)
    tell_end(await server.call(workflows.get, workflow_id), server, said=view.failure)
    return 0 if status == "completed" else 1


async def _cancel(args: argparse.Namespace, server: Server) -> int:
    done = await server.call(workflows.cancel, args.workflow)
    if args.json:
        print_json(done.workflow.record)
    elif not done.changed:
        out(f"{done.workflow.id} was over before: it is {words_of_status(done.workflow.status)}.")
    elif done.workflow.status in TERMINAL:
        out(f"{done.workflow.id} is {words_of_status(done.workflow.status)}.")
    else:
        out(f"{done.workflow.id} is being stopped.")
    return 0


async def _resume(args: argparse.Namespace, server: Server) -> int:
    given = None
    if args.input is not None:
        try:
            given = json.loads(args.input)
        except ValueError as error:
            raise ValueError(f"--input is not valid JSON: {error}.") from error
        if not isinstance(given, dict):
            raise ValueError("--input must be a JSON object.")
    done = await server.call(workflows.resume, args.workflow, resume_input=given)
    if args.json:
        print_json(done.workflow.record)
    elif done.changed:
        out(f"{done.workflow.id} goes on. See it: studio workflows watch {done.workflow.id}{server.options}")
    else:
        out(f"{done.workflow.id} had nothing left to do: it is {words_of_status(done.workflow.status)}.")
    return 0


async def _reseed(args: argparse.Namespace, server: Server) -> int:
    seeds: dict[str, int] = {}
    for given in args.seed:
        step, equals, value = given.rpartition("=")
        if not equals or not step or not value.strip().lstrip("-").isdigit():
            raise ValueError(f"--seed needs STEP=NUMBER, not {given}.")
        seeds[step] = int(value)
    done = await server.call(
        workflows.reseed, args.workflow, seed_overrides=seeds, key=args.key or new_idempotency_key()
    )
    if done.again:
        say("This key made a take before; nothing new was started.")
    if args.json:
        print_json(
            {"workflow": done.workflow.record, "reseed": {"cloned_from_run_id": done.cloned_from, "steps": done.steps}}
        )
    else:
        out(f"{done.workflow.id}  {words_of_status(done.workflow.status)}  another take of {args.workflow}")
        say(f"See it: studio workflows watch {done.workflow.id}{server.options}")
    return 0


async def _confirm(args: argparse.Namespace, server: Server) -> int:
    workflow = await server.call(workflows.get, args.workflow)
    pause = workflow.pause
    if pause is None or not pause.asks_for_money:
        raise Conflict(f"{workflow.id} doesn't wait for an approval (it is {words_of_status(workflow.status)}).")
    say(cost_sentence(pause))
    approved = args.yes
    if not args.yes and not args.decline:
        if not can_ask(args):
            say("Add --yes to approve it, or --decline.")
            return 2
        approved = ask("Go on? [y/N] ").lower() in ("y", "yes")
    if approved and pause.preview is None:
        raise Conflict("This can't be approved just now: the server gives no price. Cancel it, or try again later.")
    done = await server.call(
        workflows.decide,
        workflow.id,
        "confirm" if approved else "cancel",
        preview=pause.preview if approved else None,
        key=new_idempotency_key(),
    )
    if args.json:
        print_json(done.record)
    elif approved:
        out(f"{workflow.id} goes on. See it: studio workflows watch {workflow.id}{server.options}")
    else:
        out(f"{workflow.id}: declined.")
    return 0


def _when(epoch_ms: int) -> str:
    return relative_date(epoch_ms) if epoch_ms else ""

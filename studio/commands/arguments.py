"""Options of the commands for durable work. Light to import, and added only for the group that is asked for."""

import argparse
from collections.abc import Callable
from pathlib import Path

Add = Callable[..., argparse.ArgumentParser]


def add_server(parser: argparse.ArgumentParser) -> None:
    """Add where requests go and how results are printed."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--base-url", help="another server of the API (default: this computer)")
    parser.add_argument("--api-key", help="key for --base-url (better: STUDIO_API_KEY)")


def add_group(name: str, parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Add the actions of one group to its parser."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def add(action: str, words: str, *, server: bool = True) -> argparse.ArgumentParser:
        made = actions.add_parser(action, parents=[common], help=words, description=f"{words[:1].upper()}{words[1:]}.")
        if server:
            add_server(made)
        else:
            made.add_argument("--json", action="store_true", help="print JSON instead of text")
        return made

    {"runs": _runs, "workflows": _workflows, "templates": _templates, "packs": _packs}[name](add)


def _runs(add: Add) -> None:
    _paged(add("list", "list runs, newest first"))
    add("show", "show a run").add_argument("run", help="id of the run")
    watch = add("watch", "follow a run until it is over or waits for you")
    watch.add_argument("run", help="id of the run")
    _followed(watch)
    cancel = add("cancel", "ask the server to end a run")
    cancel.add_argument("run", help="id of the run")
    cancel.add_argument("--reason", default="", help="why, for the record")
    confirm = add("confirm", "approve or decline what a waiting run will cost")
    confirm.add_argument("run", help="id of the run")
    _decided(confirm)


def _workflows(add: Add) -> None:
    start = add("start", "start a workflow from a JSON file or a template")
    start.add_argument(
        "file", nargs="?", metavar="FILE", help="steps, an input with steps, or a whole request; - reads standard input"
    )
    start.add_argument("--template", metavar="ID", help="start this template instead of a file")
    start.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a value for an input of the template; @FILE uploads a file; repeatable",
    )
    start.add_argument("--title", help="title of the workflow")
    start.add_argument("--ref", action="append", nargs="+", type=Path, default=[], metavar="FILE", help="media to use")
    start.add_argument("--max-units", type=float, metavar="N", help="refuse to start above so many capacity units")
    start.add_argument("--yes", action="store_true", help="agree to what it costs")
    start.add_argument("--key", help="idempotency key: the same key again starts nothing new")
    start.add_argument("--watch", action="store_true", help="follow it until it is over")
    start.add_argument("--out", type=Path, metavar="DIR", help="with --watch: write what it makes to this folder")
    _paged(add("list", "list workflows, newest first"))
    add("show", "show a workflow").add_argument("workflow", help="id of the workflow")
    watch = add("watch", "follow a workflow until it is over or waits for you")
    watch.add_argument("workflow", help="id of the workflow")
    _followed(watch)
    add("cancel", "ask the server to end a workflow").add_argument("workflow", help="id of the workflow")
    resume = add("resume", "go on with a workflow that waits, failed or got stuck")
    resume.add_argument("workflow", help="id of the workflow")
    resume.add_argument("--input", metavar="JSON", help="what a waiting stage asks for, as a JSON object")
    reseed = add("reseed", "make another take of a finished workflow with fresh seeds")
    reseed.add_argument("workflow", help="id of the workflow")
    reseed.add_argument(
        "--seed", action="append", default=[], metavar="STEP=N", help="a seed of your own for a step; repeatable"
    )
    reseed.add_argument("--key", help="idempotency key: the same key again starts nothing new")
    confirm = add("confirm", "approve or decline what a waiting workflow will cost")
    confirm.add_argument("workflow", help="id of the workflow")
    _decided(confirm)


def _templates(add: Add) -> None:
    listing = add("list", "list templates")
    listing.add_argument("--visibility", choices=("own", "public", "all"), default="all", help="whose (default: all)")
    _paged(listing, default=50)
    add("show", "show a template").add_argument("template", help="id of the template")
    validate = add("validate", "check a template file without a server", server=False)
    validate.add_argument("file", metavar="FILE", help="JSON file; - reads standard input")
    create = add("create", "save a template from a JSON file")
    create.add_argument("file", metavar="FILE", help="JSON file; - reads standard input")
    add("delete", "delete a template; workflows that it started go on").add_argument(
        "template", help="id of the template"
    )
    fork = add("fork", "copy a template to your own ones")
    fork.add_argument("template", help="id of the template")
    fork.add_argument("--name", help="name of the copy")


def _packs(add: Add) -> None:
    add("list", "list packs with their size, licence and state")
    install = add("install", "fetch and check a pack; shows size, licence and origin first")
    install.add_argument("pack", help="id of the pack")
    install.add_argument("--yes", action="store_true", help="agree without being asked")
    install.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="PATH",
        help="a folder of archives (.whl) instead of the package index, or the .gguf file of your own model",
    )
    add("remove", "take a pack away").add_argument("pack", help="id of the pack")


def _paged(parser: argparse.ArgumentParser, default: int = 20) -> None:
    parser.add_argument("--limit", type=_count, default=default, metavar="N", help=f"at most so many ({default})")
    parser.add_argument("--offset", type=_offset, default=0, metavar="N", help="leave out the newest so many")


def _followed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--after", type=int, default=-1, metavar="N", help="begin after this event (default: with all)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write what it makes to this folder")


def _decided(parser: argparse.ArgumentParser) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--yes", action="store_true", help="approve without asking")
    choice.add_argument("--decline", action="store_true", help="decline")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number from 1")
    return number


def _offset(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("give a number from 0")
    return number

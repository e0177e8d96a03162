"""The command line: the window, the engine, one chat turn, durable work, a look at the installation.

Exit codes: 0 done, 1 failed, 2 wrong use. Everything heavy is imported by the command that needs it.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from studio import __version__

APP_DIR = "SogniIntelligenceStudio"
GROUPS = {
    "runs": "answers that go on without a terminal: list, show, watch, cancel, confirm",
    "workflows": "planned sequences of tools: start, list, show, watch, cancel, resume, reseed, confirm",
    "templates": "saved workflows with inputs: list, show, validate, create, delete, fork",
    "packs": "optional models of this computer: list, install, remove",
}
"""Groups of actions, and their help."""
_TOOLS = ("creative-tools", "creative-agent", "none")


def parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Return the parser; ``--data-dir`` is accepted before and after the subcommand.

    Args:
        arguments: what will be parsed; the actions of a group are added only where it is named.
    """
    from studio.engine import cli as engine_cli

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data-dir",
        type=Path,
        default=argparse.SUPPRESS,
        help="folder of everything the studio keeps (STUDIO_DATA_DIR)",
    )
    top = argparse.ArgumentParser(prog="studio", parents=[common], description="A creative studio for artists.")
    top.add_argument("--version", action="version", version=f"studio {__version__}")
    top.add_argument("--exit-after-first-paint", action="store_true", help="open the window, paint it once and leave")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    serve = commands.add_parser("serve", parents=[common], help="run only the engine, on this computer")
    engine_cli.add_arguments(serve)

    worker = commands.add_parser(
        "worker", parents=[common], help="do the rendering of a server that shares its database"
    )
    engine_cli.add_worker_arguments(worker)

    chat = commands.add_parser("chat", parents=[common], help="one turn of chat; writes what it makes to a folder")
    chat.add_argument("message", help="what you want, in your own words")
    chat.add_argument(
        "--ref", action="append", nargs="+", type=Path, default=[], metavar="FILE", help="pictures to use"
    )
    chat.add_argument("--tools", choices=_TOOLS, default="creative-tools")
    chat.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write files (default: here)")
    chat.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    chat.add_argument("--model", help="language model (default: the connection's own)")
    chat.add_argument("--base-url", help="another server of the API (default: this computer)")
    chat.add_argument("--api-key", help="key for --base-url (better: STUDIO_API_KEY)")

    chat.add_argument("--durable", action="store_true", help="go on even when this command is interrupted")
    chat.add_argument("--yes", action="store_true", help="with --durable: approve what it costs without asking")
    chat.add_argument(
        "--continue",
        dest="continues",
        metavar="RUN",
        help="with --durable: answer what this run asked, or go on from it",
    )

    for name, words in GROUPS.items():
        group = commands.add_parser(name, parents=[common], help=words)
        if name in arguments:
            from studio.commands.arguments import add_group

            add_group(name, group, common)

    doctor = commands.add_parser("doctor", parents=[common], help="what is installed, found and missing")
    doctor.add_argument("--json", action="store_true", help="print one JSON object")
    engine_cli.add_renderer_arguments(doctor)
    return top


def data_dir(args: argparse.Namespace) -> Path:
    """Return the data folder: option, environment, or the platform's place."""
    chosen = getattr(args, "data_dir", None) or os.environ.get("STUDIO_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir(APP_DIR, appauthor=False))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        args = parser(arguments).parse_args(arguments)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 2
    try:
        return _dispatch(args)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)  # noqa: T201
        return 1


def _dispatch(args: argparse.Namespace) -> int:
    if args.command == "serve":
        from studio.engine import cli as engine_cli

        args.data_dir = data_dir(args)
        return engine_cli.run(args)
    if args.command == "worker":
        from studio.engine import cli as engine_cli

        args.data_dir = data_dir(args)
        return engine_cli.run_worker(args)
    if args.command == "chat" and (args.durable or args.continues):
        from studio.commands.durable_chat import run as run_durable

        return run_durable(args, data_dir(args))
    if args.command == "chat":
        from studio.commands.chat import run as run_chat

        return run_chat(args, data_dir(args))
    if args.command == "runs":
        from studio.commands.runs import run as run_runs

        return run_runs(args, data_dir(args))
    if args.command == "workflows":
        from studio.commands.workflows import run as run_workflows

        return run_workflows(args, data_dir(args))
    if args.command == "templates":
        from studio.commands.templates import run as run_templates

        return run_templates(args, data_dir(args))
    if args.command == "packs":
        from studio.commands.packs import run as run_packs

        return run_packs(args, data_dir(args))
    if args.command == "doctor":
        from studio.commands.doctor import run as run_doctor
        from studio.engine.cli import renderer_settings

        return run_doctor(data_dir(args), as_json=args.json, renderers=renderer_settings(args))
    return _window(args)


def _window(args: argparse.Namespace) -> int:
    if no_display():
        print(  # noqa: T201
            'There is no display here. Use the studio in the terminal: studio chat "a misty forest at dawn"',
            file=sys.stderr,
        )
        return 1
    from studio.app import build
    from studio.ui.main import run as run_window

    return run_window(build(data_dir(args)), exit_after_first_paint=args.exit_after_first_paint)


def no_display() -> bool:
    """Whether a window cannot be opened: Linux without X11 or Wayland, and no other Qt platform asked for."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

"""``studio packs``: optional models of this computer. Nothing is fetched before its terms were shown."""

import argparse
import asyncio
import contextlib
import sys
from contextlib import aclosing
from pathlib import Path

from studio.commands.server import Server, ask, can_ask, out, print_json, say, table
from studio.commands.server import run as run_with_server
from studio.contract.errors import StudioError
from studio.contract.packs import PackInfo
from studio.contract.wire import to_builtins
from studio.service import packs

_STOP_WITHIN_S = 5.0


def run(args: argparse.Namespace, data_dir: Path) -> int:
    """Do one action; return its exit code."""
    actions = {"list": _list, "install": _install, "remove": _remove}
    return run_with_server(args, data_dir, lambda server: actions[args.action](args, server))


async def _list(args: argparse.Namespace, server: Server) -> int:
    found = await server.call(packs.list_packs)
    if args.json:
        print_json({"packs": to_builtins(found)})
        return 0
    rows = [(pack.id, _state(pack), size(pack.disk_bytes or pack.download_bytes), pack.does) for pack in found]
    out(table(rows) if rows else "This server offers no packs.")
    return 0


async def _install(args: argparse.Namespace, server: Server) -> int:
    pack = await server.call(packs.get, args.pack)
    if pack.state != "installing" and not _agreed(args, pack):
        return 1
    source = str(args.source.expanduser().absolute()) if args.source else None
    pack = await server.call(packs.install, args.pack, source)
    line = _Line(quiet=args.json)
    try:
        async with aclosing(packs.follow(await server.transport(), pack)) as changes:
            async for changed in changes:
                pack = changed
                line.show(pack)
    except asyncio.CancelledError:
        with contextlib.suppress(StudioError, TimeoutError):
            async with asyncio.timeout(_STOP_WITHIN_S):
                await server.call(packs.cancel, args.pack)
        raise
    finally:
        line.clear()
    if args.json:
        print_json(to_builtins(pack))
    elif pack.state == "installed":
        out(f"{pack.title} is installed ({size(pack.disk_bytes)}).")
    else:
        say(pack.error or "The install was stopped. Install again to go on.")
    return 0 if pack.state == "installed" else 1


async def _remove(args: argparse.Namespace, server: Server) -> int:
    pack = await server.call(packs.remove, args.pack)
    if args.json:
        print_json(to_builtins(pack))
    else:
        out(f"{pack.title} is not installed any more.")
    return 0


def _agreed(args: argparse.Namespace, pack: PackInfo) -> bool:
    """Show what will be fetched, from whom and under what terms; return whether that is wanted."""
    if args.yes and args.json:
        return True
    lines = [
        ("", "Download", f"{size(pack.download_bytes)}, {size(pack.installed_bytes)} when installed"),
        ("", "Licence", pack.licence),
        ("", "Origin", pack.origin),
        ("", "From", str(args.source) if args.source and not pack.own_model else "your Python package index"),
    ]
    if pack.own_model and args.source:
        lines.append(("", "Your model", str(args.source)))
    if pack.limits:
        lines.append(("", "Limits", pack.limits))
    say(f"{pack.title}: {pack.does}\n{table(lines)}")
    if args.yes:
        return True
    if not can_ask(args):
        say("Add --yes to agree and install it.")
        return False
    return ask("Install it? [y/N] ").lower() in ("y", "yes")


def size(count: int) -> str:
    """Return a number of bytes in words."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _state(pack: PackInfo) -> str:
    if pack.state == "installed" and pack.outdated:
        return "installed, an update is there"
    if pack.state == "installing":
        return f"installing {pack.fraction or 0:.0%}"
    return pack.state


class _Line:
    """Progress on one line of a terminal; elsewhere each new label once."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._over = sys.stderr.isatty()
        self._said: set[str] = set()
        self._shown = False

    def show(self, pack: PackInfo) -> None:
        """Show how far it is."""
        if self._quiet or pack.state != "installing" or pack.label is None:
            return
        if self._over:
            sys.stderr.write(f"\r\x1b[K{pack.label} · {pack.fraction or 0:.0%}")
            sys.stderr.flush()
            self._shown = True
        elif pack.label not in self._said:
            self._said.add(pack.label)
            say(f"{pack.label}…")

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

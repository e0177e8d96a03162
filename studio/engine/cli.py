"""Options of ``studio serve`` and ``studio worker``. Light to import: the server itself is loaded by ``run``."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.engine.settings import RendererSettings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``studio serve`` to *parser*; ``--data-dir`` only if it is not there yet."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=0, help="port; 0 takes that of the last run, else any")
    if "--data-dir" not in parser._option_string_actions:
        parser.add_argument(
            "--data-dir", type=Path, default=argparse.SUPPRESS, help="folder of everything the studio keeps"
        )
    parser.add_argument(
        "--api-key",
        action="append",
        default=[],
        metavar="KEY",
        help="a key to accept; repeatable, also STUDIO_API_KEY (default: generated into <data>/engine/api-key)",
    )
    parser.add_argument("--llm-url", help="OpenAI-compatible server to think with (its key: STUDIO_LLM_API_KEY)")
    parser.add_argument("--llm-model", help="model of that server (default: its first)")
    parser.add_argument(
        "--no-detect", action="store_true", help="do not look for language models and ComfyUI on this machine"
    )
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="host name under which to answer; repeatable"
    )
    parser.add_argument(
        "--allow-origin", action="append", default=[], metavar="ORIGIN", help="web origin that may ask; repeatable"
    )
    parser.add_argument(
        "--default-tools",
        choices=("creative-tools", "none"),
        default="creative-tools",
        help="tools for requests that do not mention sogni_tools (none suits coding agents)",
    )
    parser.add_argument(
        "--exit-when-idle", type=_seconds, metavar="SECONDS", help="leave after so long without a request"
    )
    parser.add_argument(
        "--rate-limit",
        type=_limit,
        metavar="N",
        help="starts of work a key may make in a minute, 0 any number (default: 60, any number for the generated key)",
    )
    _add_shared(parser)


def add_worker_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``studio worker`` to *parser*."""
    if "--data-dir" not in parser._option_string_actions:
        parser.add_argument(
            "--data-dir", type=Path, default=argparse.SUPPRESS, help="the data folder of the server, on shared storage"
        )
    parser.add_argument("--llm-url", help="OpenAI-compatible server to think with (its key: STUDIO_LLM_API_KEY)")
    parser.add_argument("--llm-model", help="model of that server (default: its first)")
    parser.add_argument(
        "--no-detect", action="store_true", help="do not look for language models and ComfyUI on this machine"
    )
    _add_shared(parser)


def add_renderer_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that name other programs which may render."""
    parser.add_argument(
        "--comfy-url",
        type=_address,
        metavar="URL",
        help="ComfyUI to render with, also STUDIO_COMFY_URL (default: looked for on this machine; key:"
        " STUDIO_COMFY_API_KEY)",
    )
    parser.add_argument(
        "--images-url",
        type=_address,
        metavar="URL",
        help="OpenAI-style images endpoint to render with, also STUDIO_IMAGES_URL (key: STUDIO_IMAGES_API_KEY)",
    )
    parser.add_argument(
        "--images-model", metavar="MODEL", help="its model, also STUDIO_IMAGES_MODEL (default: its first)"
    )


def renderer_settings(args: argparse.Namespace) -> "RendererSettings":
    """Return what *args* and the environment say about other renderers.

    Raises:
        SystemExit: the environment says something unreadable (exit code 2).
    """
    from studio.engine.settings import RendererSettings

    try:
        return RendererSettings.from_environment(
            os.environ, comfy_url=args.comfy_url, images_url=args.images_url, images_model=args.images_model
        )
    except ValueError as error:
        print(f"The environment of the studio is wrong: {error}.", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from error


def _add_shared(parser: argparse.ArgumentParser) -> None:
    add_renderer_arguments(parser)
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help="PostgreSQL database to share, also STUDIO_DATABASE_URL (default: files in the data folder)",
    )
    parser.add_argument(
        "--rates",
        type=_rates,
        default="free",
        metavar="CARD",
        help="what work costs: free (default), or rehearsal to try approvals and budgets without spending",
    )
    parser.add_argument(
        "--balance",
        type=_balance,
        action="append",
        default=[],
        metavar="TOKEN=AMOUNT",
        help="what a key has at first under --rates rehearsal: spark=500, free-spark=50 or sogni=20; repeatable",
    )
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")


def run_worker(args: argparse.Namespace) -> int:
    """Do queued steps of a shared database until stopped; return the exit code (2 without a database)."""
    from studio.engine.settings import EngineSettings

    database_url = _database_url(args)
    if database_url is None:
        print("A worker needs the database of a server: --database-url, or STUDIO_DATABASE_URL.", file=sys.stderr)  # noqa: T201
        return 2
    settings = EngineSettings(
        data_dir=_data_dir(args),
        llm_url=args.llm_url,
        llm_model=args.llm_model,
        llm_api_key=os.environ.get("STUDIO_LLM_API_KEY", "").strip() or None,
        log_level=args.log_level,
        detect=not args.no_detect,
        database_url=database_url,
        rates=args.rates,
        opening_balance=dict(args.balance),
        renderers=renderer_settings(args),
    )
    from studio.engine.worker import work

    return work(settings)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; return the exit code (0 stopped in order, 1 could not start)."""
    from studio.engine.settings import EngineSettings

    environment_key = os.environ.get("STUDIO_API_KEY", "").strip()
    keys = [key.strip() for key in [*args.api_key, environment_key] if key.strip()]
    settings = EngineSettings(
        data_dir=_data_dir(args),
        host=args.host,
        port=args.port,
        api_keys=tuple(dict.fromkeys(keys)),
        llm_url=args.llm_url,
        llm_model=args.llm_model,
        llm_api_key=os.environ.get("STUDIO_LLM_API_KEY", "").strip() or None,
        allow_hosts=frozenset(host.lower() for host in args.allow_host),
        allow_origins=frozenset(args.allow_origin),
        default_tools=args.default_tools,
        exit_when_idle_s=args.exit_when_idle,
        log_level=args.log_level,
        detect=not args.no_detect,
        database_url=_database_url(args),
        rates=args.rates,
        opening_balance=dict(args.balance),
        rate_limit=args.rate_limit,
        renderers=renderer_settings(args),
    )
    try:
        from studio.engine.server import serve
    except ImportError as error:
        print(f"The engine is not installed completely: {error}.", file=sys.stderr)  # noqa: T201
        return 1
    return serve(settings)


def _database_url(args: argparse.Namespace) -> str | None:
    """Return the URL in the form that names the driver; the environment keeps its password out of the process list."""
    url = (args.database_url or os.environ.get("STUDIO_DATABASE_URL", "")).strip()
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url[len(scheme) :]
    return url or None


def _data_dir(args: argparse.Namespace) -> Path:
    chosen = getattr(args, "data_dir", None) or os.environ.get("STUDIO_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("SogniIntelligenceStudio", appauthor=False))


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _address(text: str) -> str:
    from studio.engine.settings import address

    try:
        return address(text) or ""
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _rates(text: str) -> str:
    from studio.engine.billing.rates import UnknownRateCard, load

    try:
        return load(text).name
    except UnknownRateCard as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _balance(text: str) -> tuple[str, str]:
    from studio.engine.billing.opening import parse_balance

    try:
        return parse_balance(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _limit(text: str) -> int:
    limit = int(text)
    if limit < 0:
        raise argparse.ArgumentTypeError("a limit is a number from 0")
    return limit


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds >= 0:
        raise argparse.ArgumentTypeError("give a number of seconds, 0 or more")
    return seconds


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(prog="python -m studio.engine.cli")
    add_arguments(_parser)
    sys.exit(run(_parser.parse_args()))

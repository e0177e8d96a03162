"""``studio doctor``: what is installed, what was found, what is missing and what to do about it.

Starts nothing and changes nothing. Exit code 0 when the studio can work, 1 when something
that it needs is missing.
"""

import asyncio
import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio import __version__, resources
from studio.contract.errors import StudioError
from studio.library.secrets import SecretStore
from studio.service.connection import Connection, local_connection
from studio.service.models import list_models
from studio.service.transport import Timeouts, Transport
from studio.viewmodels.engine_process import answers, engine_seems_alive

if TYPE_CHECKING:
    from studio.engine.settings import RendererSettings

NEEDED = ("httpx", "msgspec", "litestar", "uvicorn", "Pillow", "numpy")
WINDOW = ("PySide6-Essentials", "qasync")
PIXELS = ("onnxruntime", "ncnn", "opencv-python-headless", "keyring")
LLM_SERVERS = (
    ("Ollama", "http://127.0.0.1:11434"),
    ("LM Studio", "http://127.0.0.1:1234"),
    ("llama.cpp", "http://127.0.0.1:8080"),
)
LOW_SPACE_BYTES = 1_000_000_000


@dataclass
class Report:
    """Findings by heading, and what is missing; ``needed`` are those without which the studio cannot work."""

    facts: dict[str, Any] = field(default_factory=dict)
    needed: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the one object that ``--json`` prints."""
        return {**self.facts, "missing": self.needed, "advice": self.advice, "ok": not self.needed}


def run(data_dir: Path, *, as_json: bool, renderers: "RendererSettings | None" = None) -> int:
    """Look at everything, print it, and return 0 or 1; *renderers* are the other programs that may render."""
    report = Report()
    _versions(report)
    _display(report)
    _data_folder(report, data_dir)
    _models(report)
    report.facts["keychain"] = _keychain(report, data_dir)
    asyncio.run(_servers(report, data_dir))
    asyncio.run(_renderers(report, renderers))
    print(json.dumps(report.as_json(), ensure_ascii=False, indent=2) if as_json else _words(report))  # noqa: T201
    return 1 if report.needed else 0


def _versions(report: Report) -> None:
    report.facts["studio"] = __version__
    report.facts["python"] = sys.version.split()[0]
    found: dict[str, str | None] = {}
    for name in (*NEEDED, *WINDOW, *PIXELS):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    report.facts["packages"] = found
    for name in NEEDED:
        if found[name] is None:
            report.needed.append(f"The Python package {name} is missing. Install the studio again.")
    for name in WINDOW:
        if found[name] is None:
            report.advice.append(f"Without {name} there is no window; studio chat still works.")
    for name in PIXELS:
        if found[name] is None:
            report.advice.append(f"Without {name} some tools can't work. Install the studio again.")


def _display(report: Report) -> None:
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    linux = sys.platform.startswith("linux")
    screen = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""
    there = bool(platform or screen or not linux)
    default = ("wayland" if os.environ.get("WAYLAND_DISPLAY") else "xcb") if linux else sys.platform
    report.facts["display"] = {"available": there, "qt_platform": platform or (default if there else "none")}
    if not there:
        report.advice.append('There is no display here. studio chat "a misty forest at dawn" works without one.')


def _data_folder(report: Report, data_dir: Path) -> None:
    existing = next((folder for folder in (data_dir, *data_dir.parents) if folder.is_dir()), Path("/"))
    free = shutil.disk_usage(existing).free
    writable = os.access(existing, os.W_OK)
    report.facts["data_folder"] = {
        "path": str(data_dir),
        "exists": data_dir.is_dir(),
        "writable": writable,
        "free_bytes": free,
        "library": (data_dir / "library.sqlite").is_file(),
    }
    if not writable:
        report.needed.append(f"The folder {data_dir} can't be written to. Choose another one with --data-dir.")
    if free < LOW_SPACE_BYTES:
        report.advice.append(f"Only {free / 1e6:.0f} MB are free where work is kept. Make some room.")


def _models(report: Report) -> None:
    files: list[dict[str, Any]] = []
    report.facts["model_files"] = files
    try:
        listed = json.loads(resources.path("models", "models.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        report.needed.append(
            f"The list of model files can't be read ({type(error).__name__}). Install the studio again."
        )
        return
    for entry in listed:
        path = resources.path("models", entry["name"])
        state = "ok" if path.is_file() else "missing"
        if state == "ok" and hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            state = "damaged"
        files.append(
            {"name": entry["name"], "title": entry.get("title", ""), "state": state, "sha256": entry["sha256"]}
        )
        if state != "ok":
            report.needed.append(f"The model file {entry['name']} is {state}. Install the studio again.")


def _keychain(report: Report, data_dir: Path) -> str:
    place = SecretStore(data_dir).place()
    if place == "keychain":
        return "the system keychain"
    report.advice.append("There is no system keychain; keys are kept in a file that only you can read.")
    return "a protected file"


async def _servers(report: Report, data_dir: Path) -> None:
    engine, *found = await asyncio.gather(_engine(data_dir), *(_language_server(*server) for server in LLM_SERVERS))
    report.facts["engine"] = engine
    report.facts["language_servers"] = [server for server in found if server is not None]
    if not report.facts["language_servers"]:
        report.advice.append(
            "No language model runs on this computer; the built-in director answers. Start Ollama, LM Studio or"
            " llama.cpp to connect one."
        )


async def _engine(data_dir: Path) -> dict[str, Any]:
    connection = local_connection(data_dir) if engine_seems_alive(data_dir) else None
    if connection is None:
        return {"state": "not running", "url": ""}
    good = await answers(connection)
    return {"state": "running" if good else "not answering", "url": connection.base_url}


async def _language_server(name: str, url: str) -> dict[str, Any] | None:
    limits = Timeouts(connect_s=0.4, read_s=2.0)
    try:
        async with Transport(Connection("custom", url), timeouts=limits) as transport:
            models = await list_models(transport)
    except StudioError:
        return None
    return {"name": name, "url": url, "models": [model.id for model in models]}


async def _renderers(report: Report, settings: "RendererSettings | None") -> None:
    """Ask the other renderers, as the engine would, what they can do."""
    from studio.engine.renderers.registry import Renderers
    from studio.engine.renderers.remote.connect import connect
    from studio.engine.settings import RendererSettings

    others = connect(settings or RendererSettings(), detect=True)
    report.facts["renderers"] = await Renderers(others).survey()


def _renderer_words(renderer: dict[str, Any]) -> str:
    if renderer["problem"]:
        return f"{renderer['title']}: {renderer['problem']}"
    by_model: dict[str, list[str]] = {}
    for ability, model in renderer["abilities"].items():
        by_model.setdefault(model, []).append(ability)
    done = "; ".join(f"{', '.join(abilities)} with {model}" for model, abilities in by_model.items())
    return f"{renderer['title']}: {done}"


def _words(report: Report) -> str:
    facts = report.facts
    packages = ", ".join(f"{name} {version or 'missing'}" for name, version in facts["packages"].items())
    folder = facts["data_folder"]
    models = facts["model_files"]
    good = sum(entry["state"] == "ok" for entry in models)
    servers = [f"{s['name']} ({len(s['models'])} models) at {s['url']}" for s in facts["language_servers"]]
    lines = [
        f"Studio {facts['studio']} on Python {facts['python']}",
        f"Packages      {packages}",
        f"Display       {facts['display']['qt_platform']}",
        f"Engine        {facts['engine']['state']} {facts['engine']['url']}".rstrip(),
        f"Language      {'; '.join(servers) or 'none found, the built-in director answers'}",
        "Renderers     built-in: every tool",
        *(f"              {_renderer_words(renderer)}" for renderer in facts["renderers"]),
        f"Model files   {good} of {len(models)} present and whole",
        f"Keys          {facts['keychain']}",
        f"Work is kept  {folder['path']} ({folder['free_bytes'] / 1e9:.1f} GB free)",
    ]
    lines += (
        ["", "Missing:", *(f"  {text}" for text in report.needed)] if report.needed else ["", "Nothing is missing."]
    )
    if report.advice:
        lines += ["", "Good to know:", *(f"  {text}" for text in report.advice)]
    return "\n".join(lines)

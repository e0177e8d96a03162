"""Configuration of one engine process: frozen, complete, and built only by the command line or a test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.contract.chat import ToolFamily

SUPERNET_LIMIT = 10.0


@dataclass(frozen=True)
class RendererSettings:
    """Other programs that may render for the engine. Only what is set here is ever asked.

    Attributes:
        comfy_url: base address of a ComfyUI; None looks on its usual loopback port, if looking is allowed.
        comfy_api_key: a bearer token, for a ComfyUI behind a gate of the person's own.
        images_url: base address of an OpenAI-style images endpoint (with or without ``/v1``); None uses none.
        images_model: its model; None takes the first that it lists.
        supernet_api_key: a key of the Sogni Supernet; None never asks it.
        supernet_url: another address of the Supernet's API.
        supernet_limit: the most capacity units that one call may be estimated at (one unit: about one picture).
    """

    comfy_url: str | None = None
    comfy_api_key: str | None = field(default=None, repr=False)
    images_url: str | None = None
    images_model: str | None = None
    images_api_key: str | None = field(default=None, repr=False)
    supernet_api_key: str | None = field(default=None, repr=False)
    supernet_url: str | None = None
    supernet_limit: float = SUPERNET_LIMIT

    @classmethod
    def from_environment(
        cls, variables: Mapping[str, str], *, comfy_url: str | None, images_url: str | None, images_model: str | None
    ) -> "RendererSettings":
        """Return what the command line and the environment say; the command line wins, keys only come from the latter.

        Raises:
            ValueError: an address or number of the environment cannot be read.
        """

        def said(name: str) -> str | None:
            return variables.get(name, "").strip() or None

        limit = said("STUDIO_SUPERNET_LIMIT")
        return cls(
            comfy_url=address(comfy_url or said("STUDIO_COMFY_URL")),
            comfy_api_key=said("STUDIO_COMFY_API_KEY"),
            images_url=address(images_url or said("STUDIO_IMAGES_URL")),
            images_model=images_model or said("STUDIO_IMAGES_MODEL"),
            images_api_key=said("STUDIO_IMAGES_API_KEY"),
            supernet_api_key=said("STUDIO_SUPERNET_API_KEY"),
            supernet_url=address(said("STUDIO_SUPERNET_URL")),
            supernet_limit=SUPERNET_LIMIT if limit is None else max(0.0, float(limit)),
        )


def address(text: str | None) -> str | None:
    """Return the base address in *text*, with a scheme and without a trailing slash.

    Raises:
        ValueError: it is no http(s) address.
    """
    if text is None:
        return None
    from urllib.parse import urlsplit

    url = text.strip()
    url = url if "://" in url else f"http://{url}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(f"{text!r} is not an http or https address")
    return url.rstrip("/")


@dataclass(frozen=True)
class EngineSettings:
    """Everything that the object graph of the engine needs to know.

    Attributes:
        data_dir: the studio's data folder; the engine keeps to ``<data_dir>/engine``.
        port: 0 takes the port of the last run when it is free, else any.
        api_keys: keys given explicitly, besides the local one of ``engine/api-key``.
        llm_url: base URL of an OpenAI-compatible server (with or without ``/v1``); None looks on loopback.
        llm_api_key: its key, from the environment; never logged.
        allow_hosts: further names (without port) that a ``Host`` header may carry.
        allow_origins: browser origins that get CORS headers, e.g. ``https://chat.example``.
        default_tools: the family used when a request says nothing about ``sogni_tools``.
        exit_when_idle_s: leave after that many seconds without a request; None never.
        database_url: SQLAlchemy URL of a PostgreSQL database to share; None keeps to SQLite files in the data folder.
        rates: the rate card of ``resources/rates``.
        opening_balance: what every key has when it is first used, by token (``spark``, ``free-spark``, ``sogni``);
            only for a rate card that charges.
        rate_limit: starts of work that a key may make in a minute; 0 any number; None 60, but any number for the local
            key.
        detect: whether language models and ComfyUI are looked for on their usual loopback ports.
        renderers: other programs that may render.
    """

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 0
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    llm_url: str | None = None
    llm_model: str | None = None
    llm_api_key: str | None = field(default=None, repr=False)
    allow_hosts: frozenset[str] = frozenset()
    allow_origins: frozenset[str] = frozenset()
    default_tools: ToolFamily = "creative-tools"
    exit_when_idle_s: float | None = None
    log_level: str = "warning"
    detect: bool = True
    database_url: str | None = field(default=None, repr=False)
    rates: str = "free"
    opening_balance: dict[str, str] = field(default_factory=dict)
    rate_limit: int | None = None
    renderers: RendererSettings = field(default_factory=RendererSettings)

    @property
    def engine_dir(self) -> Path:
        """The folder of the engine's own files."""
        return self.data_dir / "engine"

"""Configuration of one engine process: frozen, complete, and built only by the command line or a test."""

from dataclasses import dataclass, field
from pathlib import Path

from studio.contract.chat import ToolFamily


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
        detect: whether language models are looked for on the usual loopback ports.
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

    @property
    def engine_dir(self) -> Path:
        """The folder of the engine's own files."""
        return self.data_dir / "engine"

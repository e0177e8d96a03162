"""Which of the three connections is used, whether it answers, what it offers, and its key."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from studio.viewmodels.desk import Desk
from studio.viewmodels.engine_process import EngineProcess
from studio.viewmodels.observable import Property
from studio.viewmodels.settings import SettingsModel
from studio.viewmodels.state import ConnectionKind, ModelChoice, Reachability
from studio.viewmodels.troubles import NAMES, trouble_of

if TYPE_CHECKING:
    from studio.library.secrets import SecretStore
    from studio.service.connection import Connection
    from studio.service.transport import Transport

KINDS: tuple[ConnectionKind, ...] = ("local", "supernet", "custom")
_PLACES = {"keychain": "the system keychain", "file": "a protected file"}


class ConnectionModel:
    """The connection that new work uses; work already running stays where it is.

    Attributes:
        kind, reachability: what is used and how it is.
        words: one line about it, for example ``Answered in 8 ms`` or ``Starting…``.
        answered_by: what answers or answered last, in words.
        custom_url: address of the custom server, as typed.
        key_place: where keys are kept; empty until looked at.
        keys: changes whenever a key was set or removed (the kinds that have one).
        models: what the model picker offers.
        available_tools: names of the tools that this connection really has.
    """

    def __init__(self, desk: Desk, settings: SettingsModel, engine: EngineProcess) -> None:
        self._desk = desk
        self._settings = settings
        self._engine = engine
        self.kind: Property[ConnectionKind] = Property("local")
        self.reachability: Property[Reachability] = Property("starting")
        self.words: Property[str] = Property("Starting…")
        self.answered_by: Property[str] = Property("")
        self.custom_url: Property[str] = Property("")
        self.key_place: Property[str] = Property("")
        self.keys: Property[frozenset[ConnectionKind]] = Property(frozenset())
        self.models: Property[tuple[ModelChoice, ...]] = Property(())
        self.available_tools: Property[frozenset[str]] = Property(frozenset())
        self._keys: dict[ConnectionKind, str] = {}
        self._secrets: SecretStore | None = None
        self._transports: dict[Connection, Transport] = {}
        self._without_runs: set[Connection] = set()
        engine.state.changed.connect(lambda _state: self._engine_changed())
        self.custom_url.changed.connect(lambda url: self._settings.set("connection.custom_url", url))

    def load(self) -> None:
        """Take over what the settings hold; sync, before paint."""
        kind = self._settings.get("connection.kind")
        if kind in KINDS:
            self.kind.value = cast(ConnectionKind, kind)
        url = self._settings.get("connection.custom_url")
        self.custom_url.value = url if isinstance(url, str) else ""

    def start(self) -> None:
        """Read the keys and look at the connection, in the background."""
        self._desk.tasks.start("connection.keys", self._read_keys)
        self.look_again()

    def look_again(self) -> None:
        """Try the connection anew."""
        self._desk.tasks.start("connection.look", self._look, restart=True)

    def switch(self, kind: ConnectionKind) -> None:
        """Use another connection for new work, at once."""
        if kind == self.kind.value:
            return
        self._settings.set("connection.kind", kind)
        self.reachability.value, self.words.value = "starting", "Looking…" if kind != "local" else "Starting…"
        self.models.value = ()
        self.answered_by.value = ""
        self.kind.value = kind
        self.look_again()

    # --- keys ----------------------------------------------------------------------------------

    def has_key(self, kind: ConnectionKind) -> bool:
        """Whether a key is kept for *kind*; this computer needs none of the artist's."""
        return kind == "local" or kind in self._keys

    def key_hint(self, kind: ConnectionKind) -> str:
        """Return the last four characters of a key; empty when there is none."""
        key = self._keys.get(kind, "")
        return key[-4:] if len(key) >= 12 else ""

    def set_key(self, kind: ConnectionKind, key: str) -> None:
        """Keep a key in the keychain (or a protected file) and use it at once; an empty one removes it.

        Raises:
            ValueError: it holds characters that no key has; the sentence does not repeat it.
        """
        from studio.service.connection import clean_key

        cleaned = clean_key(key)
        if cleaned is None:
            self.remove_key(kind)
            return
        self._keys[kind] = cleaned
        self.keys.value = frozenset(self._keys)
        self._keychain(f"key.set.{kind}", lambda secrets: secrets.set(kind, cleaned))
        self._key_changed(kind)

    def remove_key(self, kind: ConnectionKind) -> None:
        """Forget a key."""
        self._keys.pop(kind, None)
        self.keys.value = frozenset(self._keys)
        self._keychain(f"key.remove.{kind}", lambda secrets: secrets.remove(kind))
        self._key_changed(kind)

    def _key_changed(self, kind: ConnectionKind) -> None:
        if kind == self.kind.value:
            self.look_again()

    def _keychain(self, name: str, work: "Callable[[SecretStore], object]") -> None:
        async def run() -> None:
            await self._desk.workers.keychain(lambda: work(self._store()))
            await self._read_place()

        self._desk.tasks.start(name, run, restart=True)

    async def _read_keys(self) -> None:
        found = await self._desk.workers.keychain(
            lambda: {kind: self._store().get(kind) for kind in ("supernet", "custom")}
        )
        for kind, key in found.items():
            if key and kind not in self._keys:
                self._keys[cast(ConnectionKind, kind)] = key
        self.keys.value = frozenset(self._keys)
        await self._read_place()
        if self.kind.value != "local":
            self.look_again()

    async def _read_place(self) -> None:
        place = await self._desk.workers.keychain(lambda: self._store().place())
        self.key_place.value = _PLACES[place]

    def _store(self) -> "SecretStore":
        if self._secrets is None:
            from studio.library.secrets import SecretStore

            self._secrets = SecretStore(self._desk.data_dir)
        return self._secrets

    # --- reaching it ---------------------------------------------------------------------------

    def kind_now(self) -> ConnectionKind:
        """The kind that new work uses."""
        return self.kind.value

    async def transport(self) -> "Transport":
        """Return the way to the server that new work uses, waiting for this computer's engine.

        Raises:
            EngineDown: the engine cannot be started.
            InvalidRequest: the address or key cannot be used; the sentence says why.
        """
        return await self._transport_of(self.kind.value)

    async def _transport_of(self, kind: ConnectionKind) -> "Transport":
        from studio.contract.errors import InvalidRequest
        from studio.service.connection import Connection
        from studio.service.transport import Transport

        if kind == "local":
            connection = await self._engine.ready()
        else:
            if kind == "supernet" and kind not in self._keys:
                raise InvalidRequest("Sogni Supernet needs a key. Put it in under Settings, Connections.")
            try:
                url = self.custom_url.value if kind == "custom" else ""
                connection = Connection(kind, url, self._keys.get(kind))
            except ValueError as error:
                raise InvalidRequest(str(error)) from error
        if connection not in self._transports:
            self._transports[connection] = Transport(connection)
        return self._transports[connection]

    async def transport_for(self, kind: ConnectionKind, base_url: str) -> "Transport":
        """Return the way back to a server that was used before; this computer's engine at its present address.

        Raises:
            As ``transport``.
        """
        from studio.service.connection import Connection
        from studio.service.transport import Transport

        await self._desk.tasks.wait("connection.keys")
        if kind != "custom" or self._is_custom_now(base_url):
            return await self._transport_of(kind)
        # Another address than the one that the key was typed in for: it must not get the key.
        connection = Connection(kind, base_url)
        if connection not in self._transports:
            self._transports[connection] = Transport(connection)
        return self._transports[connection]

    def _is_custom_now(self, base_url: str) -> bool:
        from studio.service.connection import normalise_base_url

        try:
            return normalise_base_url(self.custom_url.value) == base_url
        except ValueError:
            return False

    def offers_runs(self, connection: "Connection") -> bool:
        """Whether durable runs may be tried on a connection: not where it has said that it knows none."""
        return connection not in self._without_runs

    def has_no_runs(self, connection: "Connection") -> None:
        """Note that a connection knows no durable runs."""
        self._without_runs.add(connection)

    def model_for(self, choice: str) -> str:
        """Return the id to send; automatic is the documented default, or a plain server's first model."""
        from studio.contract.chat import DEFAULT_MODEL

        ids = [model.id for model in self.models.value if model.id]
        if choice:
            return choice
        if self.kind.value == "custom" and ids and DEFAULT_MODEL not in ids:
            return ids[0]
        return DEFAULT_MODEL

    def answered(self, words: str) -> None:
        """Note what answered, and that the connection works."""
        if words:
            self.answered_by.value = words
        if self.reachability.value != "reachable":
            self.reachability.value, self.words.value = "reachable", "Answered"

    def failed(self, kind: ConnectionKind, error: BaseException) -> None:
        """Look at the connection after a failure of it."""
        from studio.contract.errors import TransportError, Unauthorized

        if not isinstance(error, TransportError | Unauthorized):
            return
        if kind == "local":
            self._engine.suspect()
            self._desk.tasks.start("engine.check", self._engine.check)
        if kind == self.kind.value:
            self.look_again()

    async def test(self, kind: ConnectionKind) -> str:
        """Try a connection and return the result as a sentence; never raises for a failure of it."""
        from studio.contract.errors import StudioError
        from studio.service.account import probe
        from studio.viewmodels.troubles import EngineDown

        try:
            result = await probe(await self._transport_of(kind))
        except (StudioError, EngineDown) as error:
            return trouble_of(error, kind).what
        models = "1 language model" if result.models == 1 else f"{result.models} language models"
        who = f" as {result.username}" if result.username and kind != "local" else ""
        return f"{NAMES[kind]} answered in {result.latency_ms:.0f} ms{who} and offers {models}."

    async def _look(self) -> None:
        await self._desk.warm()
        from studio.contract.errors import StudioError
        from studio.service.models import list_models
        from studio.viewmodels.troubles import EngineDown

        kind = self.kind.value
        try:
            transport = await self.transport()
            latency_ms, tools, who = await _look_at(transport)
            models = await list_models(transport)
        except (StudioError, EngineDown) as error:
            if kind == self.kind.value:
                self.reachability.value, self.words.value = "unreachable", trouble_of(error, kind).what
            return
        if kind != self.kind.value:
            return
        self.available_tools.value = tools
        self.models.value = tuple(_choice(model) for model in models)
        self.answered_by.value = who or self.answered_by.value
        self.reachability.value, self.words.value = "reachable", f"Answered in {latency_ms:.0f} ms"

    def _engine_changed(self) -> None:
        if self.kind.value != "local":
            return
        match self._engine.state.value:
            case "starting":
                self.reachability.value, self.words.value = "starting", "Starting…"
            case "failed":
                trouble = self._engine.trouble
                self.reachability.value = "unreachable"
                self.words.value = trouble.what if trouble else "It can't be started."
            case "stopped":
                self.words.value = "Asleep; the next message wakes it"
            case "ready":
                self.look_again()

    async def close(self) -> None:
        """Close every connection that was opened."""
        transports, self._transports = list(self._transports.values()), {}
        for transport in transports:
            await transport.aclose()


async def _look_at(transport: "Transport") -> tuple[float, frozenset[str], str]:
    """Return latency in ms, the tools that are there, and who answers."""
    import time

    from studio.contract.errors import ApiError
    from studio.contract.tools import catalogue

    begun = time.perf_counter()
    try:
        body: Any = await transport.get_json("/healthz")
    except ApiError:
        body = None  # another server of the API, or a plain one
    latency_ms = (time.perf_counter() - begun) * 1000
    if not isinstance(body, dict) or not isinstance(body.get("tools"), list):
        names = frozenset(catalogue()) if transport.connection.kind == "supernet" else frozenset[str]()
        return latency_ms, names or frozenset(catalogue()), ""
    llm = body.get("llm")
    who = llm.get("answered_by", "") if isinstance(llm, dict) else ""
    return latency_ms, frozenset(str(name) for name in body["tools"]), str(who)


def _choice(model: Any) -> ModelChoice:
    from msgspec import UNSET

    alias = model.alias_of if model.alias_of is not UNSET else ""
    tools = model.tools if model.tools is not UNSET else ""
    detail = f"answered by {alias}" if alias else {"director": "needs no language model"}.get(tools, model.owned_by)
    return ModelChoice(model.id, model.id, detail, vision=model.vision is True)

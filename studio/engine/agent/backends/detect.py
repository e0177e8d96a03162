"""Finding language models: the usual loopback ports, or one configured address.

Asked at the start and when someone wants to know; never by polling. Ollama, LM Studio and
llama.cpp say how large a model's window is and what it can do, each in its own way.
"""

import asyncio
import contextlib
import importlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

LOOPBACK = (
    ("Ollama", "http://127.0.0.1:11434"),
    ("LM Studio", "http://127.0.0.1:1234"),
    ("llama.cpp", "http://127.0.0.1:8080"),
)
GUESSED_S = (0.4, 2.0)
"""Limits for a connection and an answer where a server may be or not."""
CONFIGURED_S = (5.0, 10.0)
"""The same for an address that was given: a busy machine does not lose its model."""
UNKNOWN_WINDOW = 32_768
OLLAMA_WINDOW = 8_192
"""Ollama cuts what is longer than its own setting, silently; a model's full window is rarely set."""
_MODELS_ASKED = 40


@dataclass(frozen=True)
class FoundModel:
    """One language model of a server. ``tools`` is None while nobody knows."""

    id: str
    context_tokens: int = UNKNOWN_WINDOW
    vision: bool = False
    tools: bool | None = None


@dataclass(frozen=True)
class FoundServer:
    """A server that answers the OpenAI protocol. ``base_url`` has no ``/v1``."""

    name: str
    base_url: str
    models: list[FoundModel] = field(default_factory=list)


@dataclass(frozen=True)
class Finder:
    """Where to look.

    Attributes:
        url: the configured address; it wins over loopback.
        model: the configured model, listed even when the server does not list it.
        own_port: the engine's own port, which is never a language model.
    """

    url: str | None = None
    model: str | None = None
    api_key: str | None = field(default=None, repr=False)
    loopback: bool = True
    own_port: int = 0
    targets: tuple[tuple[str, str], ...] = LOOPBACK

    async def find(self) -> list[FoundServer]:
        """Return the servers that answer, in order of preference."""
        if self.url:
            found = await _probe(self._name(), base_of(self.url), self.api_key, CONFIGURED_S)
            if found is None:
                return []
            if self.model and self.model not in {model.id for model in found.models}:
                found.models.insert(0, FoundModel(self.model))
            return [found]
        if not self.loopback:
            return []
        targets = [(name, url) for name, url in self.targets if urlsplit(url).port != self.own_port]
        probes = await asyncio.gather(*(_probe(name, url, None, GUESSED_S) for name, url in targets))
        return [server for server in probes if server is not None and server.models]

    def _name(self) -> str:
        parts = urlsplit(base_of(self.url or ""))
        known = {urlsplit(url).port: name for name, url in LOOPBACK}
        return known.get(parts.port, parts.netloc) if parts.hostname in ("127.0.0.1", "localhost") else parts.netloc


def base_of(url: str) -> str:
    """Return *url* with a scheme and without a trailing ``/v1`` or slash."""
    url = url.strip().rstrip("/")
    url = url if "://" in url else f"http://{url}"
    return url[:-3].rstrip("/") if url.endswith("/v1") else url


async def _probe(name: str, base: str, api_key: str | None, limits_s: tuple[float, float]) -> FoundServer | None:
    # Loading httpx takes a tenth of a second, which must not hold up the loop.
    httpx = await asyncio.to_thread(importlib.import_module, "httpx")

    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    local = urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1")
    timeout = httpx.Timeout(limits_s[1], connect=limits_s[0])
    try:
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=timeout, trust_env=not local) as client:
            response = await client.get("/v1/models")
            listed = response.json()["data"] if response.is_success else None
            if not isinstance(listed, list) or any(_is_studio(entry) for entry in listed):
                return None
            return FoundServer(name, base, await _describe(client, [e for e in listed if isinstance(e, dict)]))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
        return None


def _is_studio(entry: Any) -> bool:
    # Another engine of ours: talking to it would be talking to oneself.
    return isinstance(entry, dict) and entry.get("owned_by") == "studio"


async def _describe(client: "httpx.AsyncClient", listed: list[dict[str, Any]]) -> list[FoundModel]:
    ids = [str(entry["id"]) for entry in listed if entry.get("id")]
    for describe in (_ollama, _lm_studio):
        if (models := await describe(client, ids)) is not None:
            return models
    props = await _json(client, "/props") or {}
    settings = props.get("default_generation_settings") or {}
    window = settings.get("n_ctx") if isinstance(settings, dict) else None
    vision = bool((props.get("modalities") or {}).get("vision")) if isinstance(props.get("modalities"), dict) else False
    return [
        FoundModel(str(entry["id"]), int(window or _window(entry)), vision=vision or _says_vision(entry))
        for entry in listed
        if entry.get("id") and not _is_embedding(str(entry["id"]))
    ]


async def _ollama(client: "httpx.AsyncClient", ids: list[str]) -> list[FoundModel] | None:
    version = await _json(client, "/api/version")
    if not version or "version" not in version:
        return None
    running = {
        str(entry.get("name")): int(entry["context_length"])
        for entry in (await _json(client, "/api/ps") or {}).get("models", [])
        if isinstance(entry, dict) and entry.get("context_length")
    }

    async def one(name: str) -> FoundModel | None:
        facts = await _json(client, "/api/show", {"model": name}) or {}
        can = facts.get("capabilities")
        if isinstance(can, list) and "completion" not in can:
            return None
        info = facts.get("model_info") or {}
        most = next((int(v) for k, v in info.items() if k.endswith(".context_length")), OLLAMA_WINDOW)
        window = running.get(name, min(most, OLLAMA_WINDOW))
        if not isinstance(can, list):
            return None if _is_embedding(name) else FoundModel(name, window)
        return FoundModel(name, window, vision="vision" in can, tools="tools" in can)

    models = await asyncio.gather(*(one(name) for name in ids[:_MODELS_ASKED]))
    return [model for model in models if model is not None]


async def _lm_studio(client: "httpx.AsyncClient", ids: list[str]) -> list[FoundModel] | None:
    facts = await _json(client, "/api/v0/models")
    if not facts or not isinstance(facts.get("data"), list):
        return None
    known = {str(entry.get("id")): entry for entry in facts["data"] if isinstance(entry, dict)}
    models = []
    for name in ids:
        entry = known.get(name, {})
        if entry.get("type") == "embeddings" or _is_embedding(name):
            continue
        window = entry.get("loaded_context_length") or entry.get("max_context_length") or OLLAMA_WINDOW
        can = entry.get("capabilities")
        tools = "tool_use" in can if isinstance(can, list) else None
        models.append(FoundModel(name, int(window), vision=entry.get("type") == "vlm", tools=tools))
    # Loaded models answer at once; the others must be loaded first.
    return sorted(models, key=lambda model: known.get(model.id, {}).get("state") != "loaded")


async def _json(client: "httpx.AsyncClient", path: str, body: object = None) -> dict[str, Any] | None:
    import httpx

    with contextlib.suppress(httpx.HTTPError, ValueError):
        response = await (client.get(path) if body is None else client.post(path, json=body))
        data = response.json() if response.is_success else None
        return data if isinstance(data, dict) else None
    return None


def _window(entry: dict[str, Any]) -> int:
    meta = entry.get("meta") if isinstance(entry.get("meta"), dict) else {}
    for place in (entry, meta):
        for name in ("max_model_len", "context_length", "max_context_length", "n_ctx", "n_ctx_train"):
            if isinstance(place, dict) and isinstance(place.get(name), int) and place[name] > 0:
                return int(place[name])
    return UNKNOWN_WINDOW


def _says_vision(entry: dict[str, Any]) -> bool:
    words = str(entry.get("architecture") or entry.get("modalities") or entry.get("capabilities") or "").lower()
    return entry.get("vision") is True or "image" in words or "vision" in words


def _is_embedding(name: str) -> bool:
    return any(word in name.lower() for word in ("embed", "rerank", "whisper", "bge-"))

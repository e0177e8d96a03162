"""The bundled model: found only when no other is, run in a process of its own that ends with its use."""

import asyncio
import json
from pathlib import Path
from typing import Any

import psutil
import pytest

from studio.contract.chat import ChatRequest, FunctionSpec, Message, ToolSpec
from studio.contract.media import MediaIndex
from studio.engine.agent.backends.base import BackendEvent, BackendGone, Finished, Round, TextDelta
from studio.engine.agent.backends.bundled import BundledBackend, lightened
from studio.engine.agent.backends.bundled_finder import BUNDLED, CONTEXT_TOKENS, NAME, BundledFinder
from studio.engine.agent.backends.detect import FoundModel, FoundServer
from studio.engine.packs import store
from studio.engine.tools.registry import runners

FAKE = '''
"""Stands in for llama.cpp: the same names, and a server of the same protocol that says what it was asked."""
import json, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class _Params:
    def __init__(self):
        self.model = type("Model", (), {})()
        self.cpuparams = type("Cpu", (), {})()
        self.cpuparams_batch = type("Cpu", (), {})()

CommonParams = _Params

class Server:
    def __init__(self, params):
        if open(params.model.path, "rb").read(8) == b"GGUFbad!":
            raise RuntimeError("no such architecture")
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                if self.headers["Authorization"] != f"Bearer {params.api_keys[0]}":
                    self.send_error(401)
                    return
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                key, cpu = params.api_keys[0], params.cpuparams
                words = f"{len(key)} {params.hostnames} {params.n_ctx} {params.ui} {cpu.poll}"
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                def send(delta, **more):
                    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": asked["model"],
                             "choices": [{"index": 0, "delta": delta, "finish_reason": None, **more}]}
                    self.wfile.write(f"data: {json.dumps(chunk)}\\n\\n".encode())
                    self.wfile.flush()
                send({"role": "assistant", "content": words})
                if "wait" in str(asked["messages"]):
                    time.sleep(60)
                send({}, finish_reason="stop")
                self.wfile.write(b"data: [DONE]\\n\\n")
            def log_message(self, *args):
                print(*args)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.listening_address = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
'''


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A folder with the pack for a model of one's own, whose program is a stand-in."""
    return with_model(tmp_path, b"GGUF")


def with_model(tmp_path: Path, content: bytes) -> Path:
    folder = tmp_path / "packs" / "brain-own"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "xllamacpp.py").write_text(FAKE)
    (tmp_path / "mine.gguf").write_bytes(content)
    manifest = {"version": "1", "files": [], "model": str(tmp_path / "mine.gguf")}
    (folder / store.MANIFEST).write_text(json.dumps(manifest))
    return tmp_path / "packs"


MODEL = FoundModel("mine", CONTEXT_TOKENS, tools=False)


def asking(text: str) -> Round:
    messages = [Message("user", text)]
    return Round(messages, (), "none", MediaIndex(), ChatRequest(messages=messages))


async def answer(backend: BundledBackend, text: str) -> list[BackendEvent]:
    return [event async for event in backend.stream(asking(text))]


async def gone(pid: int) -> bool:
    for _ in range(100):
        if not psutil.pid_exists(pid):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_it_is_found_when_there_is_no_other(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finder = BundledFinder(targets=(), packs=packs)
    assert await finder.find() == [FoundServer(NAME, BUNDLED, [MODEL])]
    assert await BundledFinder(targets=(), packs=packs / "none").find() == []
    assert await BundledFinder(targets=()).find() == []
    other = FoundServer("Ollama", "http://127.0.0.1:11434", [FoundModel("big")])

    async def found(*args: object) -> FoundServer:
        return other

    monkeypatch.setattr("studio.engine.agent.backends.detect._probe", found)
    assert await BundledFinder(targets=(("Ollama", other.base_url),), packs=packs).find() == [other]
    (packs.parent / "mine.gguf").unlink()
    assert await finder.find() == []


async def test_it_answers_behind_a_key_on_loopback_and_ends(packs: Path) -> None:
    backend = BundledBackend(packs, MODEL, idle_s=0.3)
    assert backend.pid is None
    events = await answer(backend, "hello")
    assert events[0] == TextDelta("43 ['127.0.0.1'] 8192 False 0")
    assert isinstance(events[-1], Finished)
    pid = backend.pid
    assert pid is not None
    child = psutil.Process(pid)
    assert child.nice() >= 5
    assert not any("mine" in word for word in child.cmdline())
    ports = [c.laddr for c in child.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert [port.ip for port in ports] == ["127.0.0.1"]
    import httpx

    async with httpx.AsyncClient(trust_env=False) as client:
        refused = await client.post(f"http://127.0.0.1:{ports[0].port}/v1/chat/completions", json={})
    assert refused.status_code == 401
    assert await gone(pid), "nobody asks any more"
    assert len(await answer(backend, "again")) == 2
    assert backend.pid not in (None, pid)
    await backend.aclose()
    assert backend.pid is None


async def test_it_is_started_again_when_it_died_and_the_director_hears_of_it(packs: Path) -> None:
    backend = BundledBackend(packs, MODEL)
    events = backend.stream(asking("wait"))
    assert isinstance(await anext(events), TextDelta)
    assert backend.pid is not None
    psutil.Process(backend.pid).kill()
    with pytest.raises(BackendGone, match="This computer"):
        await anext(events)
    assert len(await answer(backend, "hello")) == 2
    await backend.aclose()


async def test_a_cancelled_answer_leaves_it_running_and_closing_ends_it(packs: Path) -> None:
    backend = BundledBackend(packs, MODEL)
    events = backend.stream(asking("wait"))
    await anext(events)
    await events.aclose()
    pid = backend.pid
    assert pid is not None
    assert psutil.pid_exists(pid)
    await backend.aclose()
    assert await gone(pid)


@pytest.mark.parametrize("content", [b"GGUFbad!", None])
async def test_a_model_that_cannot_be_loaded_lets_another_answer(tmp_path: Path, content: bytes | None) -> None:
    packs = with_model(tmp_path, content or b"GGUF")
    if content is None:
        (tmp_path / "mine.gguf").unlink()
    backend = BundledBackend(packs, MODEL)
    with pytest.raises(BackendGone, match="no such architecture" if content else "not installed any more"):
        await answer(backend, "hello")
    assert backend.pid is None
    await backend.aclose()


def test_it_is_told_little_of_each_tool() -> None:
    from studio.contract.tools import catalogue

    specs = tuple(tool.spec for tool in catalogue().values())
    own = ToolSpec(FunctionSpec(name="mine", description="x" * 500, parameters={"type": "object", "properties": {}}))
    hosted = frozenset(spec.function.name for spec in specs)
    request = ChatRequest(messages=[Message("user", "hi")])
    light = lightened(Round((), (*specs, own), "auto", MediaIndex(), request, hosted)).tools
    names = {spec.function.name for spec in light}
    assert own in light
    assert {"generate_image", "generate_video", "generate_music", "generate_speech"} <= names
    assert "label_asset" not in names
    assert len(names & set(runners())) > 15
    for spec in light[:-1]:
        parameters: dict[str, Any] = spec.function.parameters or {}
        assert set(parameters.get("required", [])) <= set(parameters["properties"])
        assert len(spec.function.description or "") <= 72

"""A ComfyUI server for tests, written from its public documentation (routes, messages, built-in nodes).

It speaks the documented HTTP and WebSocket protocol and really executes graphs: nodes are
validated against its own ``/object_info`` (unknown classes, missing inputs, files that are
not installed and links of the wrong type are refused as the documentation shows), run in
order with caching, and report as the documentation says. Only the networks are toys:
“sampling” mixes the latent picture with a colour field that depends on words, model and seed.
"""

import asyncio
import contextlib
import hashlib
import io
import json
import struct
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import cv2
import numpy as np
from PIL import Image

from studio.engine.renderers.video.frames import FilmWriter
from tests.helpers import comfy_toys as toys
from tests.helpers.asgi import answer, body_of, form_of, headers_of, serving
from tests.helpers.comfy_nodes import Files, object_info


class _Interrupted(Exception):
    """The work was stopped."""


@dataclass
class _Work:
    number: int
    prompt_id: str
    graph: dict[str, Any]
    client_id: str


@dataclass
class ComfyServer:
    """The server's state; ``running_comfy`` gives it a port.

    Attributes:
        files: what is installed.
        held_at: the sampling step after which it waits for ``gate``, or for being interrupted; 0 never.
        fail_in: a node class that raises.
        mute: it sends no messages (as behind a proxy that swallows them).
        own_ids: it gives prompts ids of its own, as older servers do.
        seen: accepted graphs; *requests*: method and path of every request.
    """

    files: Files = field(default_factory=Files)
    newer: bool = True
    without: frozenset[str] = frozenset()
    held_at: int = 0
    fail_in: str = ""
    failure: str = "mat1 and mat2 shapes cannot be multiplied"
    mute: bool = False
    own_ids: bool = False
    key: str | None = None
    port: int = 0
    seen: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    inputs: dict[str, bytes] = field(default_factory=dict)
    results: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    history: dict[str, Any] = field(default_factory=dict)
    running: _Work | None = None
    pending: list[_Work] = field(default_factory=list)
    interrupted: bool = False

    def __post_init__(self) -> None:
        self._sockets: dict[str, Callable[[Any], Any]] = {}
        self._wake = asyncio.Event()
        self._count = 0
        self.steps = 0
        self.drop = asyncio.Event()
        self.gate = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def info(self) -> dict[str, Any]:
        return object_info(self.files, newer=self.newer, without=self.without)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    # --- HTTP ---------------------------------------------------------------------------------------------------

    async def _http(self, scope: Any, receive: Any, send: Any) -> None:
        body, headers = await body_of(receive), headers_of(scope)
        path, method = scope["path"], scope["method"]
        self.requests.append((method, path))
        if self.key is not None and headers.get("authorization") != f"Bearer {self.key}":
            await _answer(send, 401, {"error": "unauthorized"})
            return
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        match method, path:
            case "GET", "/object_info":
                await _answer(send, 200, self.info)
            case "GET", "/queue":
                running = [self.running] if self.running else []
                await _answer(
                    send,
                    200,
                    {"queue_running": [_entry(w) for w in running], "queue_pending": [_entry(w) for w in self.pending]},
                )
            case "POST", "/queue":
                wanted = json.loads(body).get("delete", [])
                self.pending = [work for work in self.pending if work.prompt_id not in wanted]
                await _answer(send, 200, None)
            case "POST", "/interrupt":
                wanted = (json.loads(body) if body else {}).get("prompt_id")
                if self.running is not None and wanted in (None, self.running.prompt_id):
                    self.interrupted = True
                await _answer(send, 200, None)
            case "POST", "/upload/image":
                await self._upload(headers["content-type"], body, send)
            case "POST", "/prompt":
                await self._prompt(json.loads(body), send)
            case "GET", "/view":
                data = self.results.get((query["filename"], query.get("subfolder", ""), query.get("type", "output")))
                await _answer(send, 200 if data else 404, data or b"")
            case "GET", _ if path.startswith("/history/"):
                wanted = path.rpartition("/")[2]
                await _answer(send, 200, {wanted: self.history[wanted]} if wanted in self.history else {})
            case _:
                await _answer(send, 404, {"error": "not found"})

    async def _upload(self, content_type: str, body: bytes, send: Any) -> None:
        fields = {name: (filename, data) for name, filename, data in form_of(content_type, body)}
        name, data = fields["image"]
        folder = fields.get("subfolder", (None, b""))[1].decode()
        Image.open(io.BytesIO(data)).verify()
        self.inputs[f"{folder}/{name}" if folder else name] = data
        await _answer(send, 200, {"name": name, "subfolder": folder, "type": "input"})

    async def _prompt(self, body: dict[str, Any], send: Any) -> None:
        graph = body["prompt"]
        error, node_errors = self._validate(graph)
        if error:
            await _answer(send, 400, {"error": error, "node_errors": node_errors})
            return
        self._count += 1
        prompt_id = str(uuid.uuid4()) if self.own_ids else body.get("prompt_id") or str(uuid.uuid4())
        self.seen.append(graph)
        self.pending.append(_Work(self._count, prompt_id, graph, body.get("client_id", "")))
        self._wake.set()
        await self._status()
        await _answer(send, 200, {"prompt_id": prompt_id, "number": self._count, "node_errors": {}})

    def _validate(self, graph: Mapping[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        info, problems = self.info, {}
        for node_id, node in graph.items():
            kind = info.get(node["class_type"])
            if kind is None:
                return _error("invalid_prompt", f"Cannot execute because node {node['class_type']} does not exist."), {}
            errors = [
                {"type": "value_error", "message": message, "details": name, "extra_info": {"input_name": name}}
                for name, message in self._problems(info, graph, node)
            ]
            if errors:
                problems[node_id] = {"errors": errors, "class_type": node["class_type"], "dependent_outputs": []}
        if problems:
            return _error("prompt_outputs_failed_validation", "Prompt outputs failed validation"), problems
        if not any(info[node["class_type"]]["output_node"] for node in graph.values()):
            return _error("prompt_no_outputs", "Prompt has no outputs"), {}
        return None, {}

    def _problems(self, info: Mapping[str, Any], graph: Mapping[str, Any], node: Any) -> list[tuple[str, str]]:
        found, inputs = [], info[node["class_type"]]["input"]
        declared = {**inputs["required"], **inputs["optional"]}
        for name in inputs["required"]:
            if name not in node["inputs"]:
                found.append((name, "Required input is missing"))
        for name, value in node["inputs"].items():
            if name not in declared:
                found.append((name, "No such input"))
                continue
            kind = declared[name][0]
            if isinstance(value, list):
                source = graph.get(value[0])
                outputs = info[source["class_type"]]["output"] if source else []
                if source is None or value[1] >= len(outputs) or outputs[value[1]] not in kind.split(","):
                    found.append((name, "Return type mismatch between linked nodes"))
            elif node["class_type"] == "LoadImage":
                if value not in self.inputs:
                    found.append((name, f"Invalid image file: {value}"))
            elif kind == "COMBO" or isinstance(kind, list):
                options = declared[name][1]["options"] if kind == "COMBO" else kind
                if value not in options:
                    found.append((name, "Value not in list"))
            elif not isinstance(value, {"INT": int, "FLOAT": (int, float), "STRING": str, "BOOLEAN": bool}[kind]):
                found.append((name, f"Failed to convert an input value to a {kind} value"))
            elif len(declared[name]) > 1 and not (
                declared[name][1].get("min", value) <= value <= declared[name][1].get("max", value)
            ):
                found.append((name, f"Value {value} is out of bounds"))
        return found

    # --- WebSocket ----------------------------------------------------------------------------------------------

    async def _socket(self, scope: Any, receive: Any, send: Any) -> None:
        client = parse_qs(scope["query_string"].decode()).get("clientId", [uuid.uuid4().hex])[0]
        await receive()
        await send({"type": "websocket.accept"})
        self._sockets[client] = send
        await self._say(client, "status", {"status": {"exec_info": {"queue_remaining": 0}}, "sid": client})
        leaving = asyncio.create_task(receive())
        dropping = asyncio.create_task(self.drop.wait())
        try:
            await asyncio.wait({leaving, dropping}, return_when=asyncio.FIRST_COMPLETED)
            self._sockets.pop(client, None)
            if not leaving.done():
                await send({"type": "websocket.close", "code": 1001})
        finally:
            for task in (leaving, dropping):
                task.cancel()
            await asyncio.wait({leaving, dropping})

    async def _say(self, client: str, kind: str, data: dict[str, Any]) -> None:
        if (send := self._sockets.get(client)) is not None and not self.mute:
            with contextlib.suppress(Exception):
                await send({"type": "websocket.send", "text": json.dumps({"type": kind, "data": data})})

    async def _preview(self, client: str) -> None:
        """Send a preview in the documented binary form: event 1, format 1 (JPEG), then the picture."""
        if (send := self._sockets.get(client)) is not None and not self.mute:
            out = io.BytesIO()
            Image.new("RGB", (8, 8), "teal").save(out, "JPEG")
            with contextlib.suppress(Exception):
                await send({"type": "websocket.send", "bytes": struct.pack(">II", 1, 1) + out.getvalue()})

    async def _status(self) -> None:
        remaining = len(self.pending) + (self.running is not None)
        for client in list(self._sockets):
            await self._say(client, "status", {"status": {"exec_info": {"queue_remaining": remaining}}})

    # --- Execution ----------------------------------------------------------------------------------------------

    async def work(self) -> None:
        """Do what is queued, for ever."""
        while True:
            while not self.pending:
                self._wake.clear()
                await self._wake.wait()
            self.running = self.pending.pop(0)
            await self._execute(self.running)
            self.running, self.interrupted = None, False
            await self._status()

    async def _execute(self, work: _Work) -> None:
        told = {"prompt_id": work.prompt_id}
        await self._say(work.client_id, "execution_start", told)
        await self._say(work.client_id, "execution_cached", {**told, "nodes": []})
        values: dict[str, list[Any]] = {}
        outputs: dict[str, Any] = {}
        node_id = ""
        try:
            for node_id in _ordered(work.graph):
                node = work.graph[node_id]
                await self._say(work.client_id, "executing", {**told, "node": node_id, "display_node": node_id})
                await asyncio.sleep(0)
                if self.interrupted:
                    raise _Interrupted
                if node["class_type"] == self.fail_in:
                    raise ValueError(self.failure)
                inputs = {
                    name: values[value[0]][value[1]] if isinstance(value, list) else value
                    for name, value in node["inputs"].items()
                }
                made = await self._node(node["class_type"], inputs, work, node_id)
                values[node_id] = made if isinstance(made, list) else [made]
                if self.info[node["class_type"]]["output_node"]:
                    outputs[node_id] = made
                    await self._say(work.client_id, "executed", {**told, "node": node_id, "output": made})
        except _Interrupted:
            self._record(work, outputs, "error", [["execution_interrupted", {**told, "node_id": node_id}]])
            await self._say(work.client_id, "execution_interrupted", {**told, "node_id": node_id, "executed": []})
            return
        except Exception as error:  # noqa: BLE001 - as the real one, it tells every failure of a node
            failure = {
                **told,
                "node_id": node_id,
                "node_type": work.graph[node_id]["class_type"],
                "exception_message": f"{error}\n",
                "exception_type": type(error).__name__,
                "traceback": [],
            }
            self._record(work, outputs, "error", [["execution_error", failure]])
            await self._say(work.client_id, "execution_error", failure)
            return
        self._record(work, outputs, "success", [["execution_success", told]])
        await self._say(work.client_id, "execution_success", told)
        await self._say(work.client_id, "executing", {**told, "node": None})

    def _record(self, work: _Work, outputs: Any, status: str, messages: list[Any]) -> None:
        self.history[work.prompt_id] = {
            "prompt": _entry(work),
            "outputs": outputs,
            "status": {"status_str": status, "completed": status == "success", "messages": messages},
        }

    async def _steps(self, work: _Work, node_id: str, count: int) -> None:
        for step in range(1, count + 1):
            await asyncio.sleep(0)
            self.steps += 1
            data = {"value": step, "max": count, "prompt_id": work.prompt_id, "node": node_id}
            await self._say(work.client_id, "progress", data)
            await self._preview(work.client_id)
            while step == self.held_at and not self.interrupted and not self.gate.is_set():  # noqa: ASYNC110 - tests set flags
                await asyncio.sleep(0.002)
            if self.interrupted:
                raise _Interrupted

    async def _node(self, kind: str, given: dict[str, Any], work: _Work, node_id: str) -> Any:
        match kind:
            case "CheckpointLoaderSimple":
                return [given["ckpt_name"], "clip", "vae"]
            case "UNETLoader":
                return given["unet_name"]
            case "CLIPLoader" | "DualCLIPLoader" | "VAELoader":
                return kind
            case "LoraLoaderModelOnly":
                return f"{given['model']}+{given['lora_name']}*{given['strength_model']}"
            case "LoraLoader":
                return [f"{given['model']}+{given['lora_name']}*{given['strength_model']}", given["clip"]]
            case "ModelSamplingAuraFlow" | "ModelSamplingSD3":
                return given["model"]
            case "CLIPTextEncode":
                return {"text": given["text"], "refs": []}
            case "TextEncodeQwenImageEditPlus":
                refs = [given[name] for name in ("image1", "image2", "image3") if name in given]
                return {"text": given["prompt"], "refs": refs}
            case "ConditioningZeroOut":
                return {"text": "", "refs": []}
            case "FluxGuidance":
                return given["conditioning"]
            case "ReferenceLatent":
                known = given["conditioning"]
                return {**known, "refs": [*known["refs"], given["latent"]["samples"]]}
            case "EmptyLatentImage" | "EmptySD3LatentImage":
                return {"samples": np.zeros((given["height"], given["width"], 3), np.float32)}
            case "LoadImage":
                image = np.asarray(Image.open(io.BytesIO(self.inputs[given["image"]])).convert("RGBA"), np.float32)
                return [image[:, :, :3], 1.0 - image[:, :, 3] / 255.0]
            case "GrowMask":
                size = 2 * given["expand"] + 1
                return cv2.dilate(given["mask"], np.ones((size, size), np.uint8))
            case "VAEEncode":
                return {"samples": given["pixels"]}
            case "SetLatentNoiseMask":
                return {**given["samples"], "mask": given["mask"]}
            case "InpaintModelConditioning":
                return [given["positive"], given["negative"], {"samples": given["pixels"], "mask": given["mask"]}]
            case "LatentUpscale":
                return {"samples": cv2.resize(given["samples"]["samples"], (given["width"], given["height"]))}
            case "KSampler":
                await self._steps(work, node_id, max(1, round(given["steps"] * given["denoise"])))
                if _made_whole(given["latent_image"]):
                    return given["latent_image"]
                return self._sampled(given)
            case "EmptyFlux2LatentImage":
                return {"samples": np.zeros((given["height"], given["width"], 3), np.float32)}
            case "Flux2Scheduler" | "ManualSigmas" | "LTXVScheduler":
                return given["steps"] if "steps" in given else given["sigmas"].count(",")
            case "SplitSigmasDenoise":
                kept = round(given["sigmas"] * given["denoise"])
                return [given["sigmas"] - kept, (kept, given["denoise"])]
            case "RandomNoise":
                return given["noise_seed"]
            case "BasicGuider":
                return {"model": given["model"], "positive": given["conditioning"]}
            case "CFGGuider":
                return given
            case "SamplerCustomAdvanced":
                sigmas = given["sigmas"]
                steps, denoise = sigmas if isinstance(sigmas, tuple) else (sigmas, 1.0)
                await self._steps(work, node_id, steps)
                latent = given["latent_image"]
                wish = {**given["guider"], "seed": given["noise"], "denoise": denoise, "latent_image": latent}
                drawn = latent if _made_whole(latent) else self._sampled(wish)
                return [drawn, drawn]
            case "VAEDecode":
                return given["samples"]["samples"]
            case "UpscaleModelLoader":
                return int(next(digit for digit in given["model_name"] if digit in "248"))
            case "ImageUpscaleWithModel":
                await self._steps(work, node_id, 4)
                factor = given["upscale_model"]
                return cv2.resize(given["image"], None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
            case "PreviewImage":
                out = io.BytesIO()
                Image.fromarray(np.clip(given["images"], 0, 255).astype(np.uint8)).save(out, "PNG")
                return {"images": [self._keep(out.getvalue(), "png", "temp")]}
            case _ if (made := toys.node(kind, given)) is not None:
                return made
            case "SaveAudio":
                return {"audio": [self._keep(toys.flac(given["audio"]), "flac", "output", "studio")]}
            case "SaveGLB":
                return {"3d": [self._keep(toys.glb(), "glb", "output", "studio")]}
            case _:
                return await self._film_node(kind, given, work, node_id)

    async def _film_node(self, kind: str, given: dict[str, Any], work: _Work, node_id: str) -> Any:
        match kind:
            case "Wan22ImageToVideoLatent" | "EmptyHunyuanLatentVideo" | "EmptyLTXVLatentVideo":
                return self._film_latent(given)
            case "WanImageToVideo" | "WanFirstLastFrameToVideo" | "LTXVImgToVideo":
                return [given["positive"], given["negative"], self._film_latent(given)]
            case "LTXVConditioning":
                return [given["positive"], given["negative"]]
            case "KSamplerSelect":
                return given["sampler_name"]
            case "SamplerCustom":
                await self._steps(work, node_id, given["sigmas"])
                return [given["latent_image"], given["latent_image"]]
            case "KSamplerAdvanced":
                await self._steps(work, node_id, min(given["steps"], given["end_at_step"]) - given["start_at_step"])
                return given["latent_image"]
            case "CreateVideo":
                return given
            case "SaveVideo":
                film = given["video"]
                data = _mp4(film["images"], film["fps"], film.get("audio"))
                return {"images": [self._keep(data, "mp4", "output", "studio")], "animated": [True]}
        raise NotImplementedError(kind)

    def _film_latent(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return frames that go from the first picture (or grey) to the last (or a slow brightening)."""
        count, size = given["length"], (given["width"], given["height"])
        assert count % 4 == 1
        assert all(edge % 16 == 0 for edge in size)
        first = given.get("start_image", given.get("image"))
        first = np.full((*size[::-1], 3), 90.0, np.float32) if first is None else cv2.resize(first, size)
        last = cv2.resize(given["end_image"], size) if "end_image" in given else np.minimum(255, first + 60)
        shares = np.linspace(0, 1, count)
        return {"samples": np.stack([first * (1 - share) + last * share for share in shares]), "film": True}

    def _sampled(self, given: dict[str, Any]) -> dict[str, Any]:
        latent = given["latent_image"]
        samples = latent["samples"]
        height, width = samples.shape[:2]
        positive = given["positive"]
        drawn = field_of(f"{positive['text']}|{given['model']}", given["seed"], width, height)
        if positive["refs"]:
            drawn = 0.25 * drawn + 0.75 * cv2.resize(positive["refs"][0], (width, height))
        share = given["denoise"] * (latent["mask"][:, :, None] if "mask" in latent else 1.0)
        return {"samples": samples * (1.0 - share) + drawn * share}

    def _keep(self, data: bytes, ending: str, kind: str, folder: str = "") -> dict[str, str]:
        name = f"ComfyUI_{len(self.results):05}_.{ending}"
        self.results[(name, folder, kind)] = data
        return {"filename": name, "subfolder": folder, "type": kind}


def field_of(words: str, seed: int, width: int, height: int) -> np.ndarray:
    """Return the colour field that the toy network “draws”: float32 H×W×3, 0–255."""
    digest = hashlib.sha256(f"{words}|{seed}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    coarse = rng.uniform(20, 235, (5, 5, 3)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)


def _made_whole(latent: Mapping[str, Any]) -> bool:
    """Return whether the toy networks leave this latent as it is: a film, a sound or a shape."""
    return not {"film", "sound", "shape", "av"}.isdisjoint(latent)


def _mp4(frames: np.ndarray, fps: float, sound: np.ndarray | None = None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path, track = Path(folder) / "film.mp4", None
        if sound is not None:
            track = Path(folder) / "sound.flac"
            track.write_bytes(toys.flac(sound))
        height, width = frames[0].shape[:2]
        with FilmWriter(path, width, height, Fraction(fps), preset="ultrafast", sound=track) as writer:
            for frame in frames:
                writer.write(np.clip(frame, 0, 255).astype(np.uint8))
        return path.read_bytes()


def _ordered(graph: Mapping[str, Any]) -> list[str]:
    done: list[str] = []

    def add(node_id: str) -> None:
        if node_id in done:
            return
        for value in graph[node_id]["inputs"].values():
            if isinstance(value, list):
                add(value[0])
        done.append(node_id)

    for node_id in graph:
        add(node_id)
    return done


def _entry(work: _Work) -> list[Any]:
    return [work.number, work.prompt_id, work.graph, {"client_id": work.client_id}, []]


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"type": kind, "message": message, "details": "", "extra_info": {}}


async def _answer(send: Any, status: int, body: Any) -> None:
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    await answer(send, status, data)


@asynccontextmanager
async def running_comfy(server: ComfyServer | None = None) -> AsyncIterator[ComfyServer]:
    """Run a ComfyUI on loopback inside the block."""
    comfy = server or ComfyServer()
    async with serving(comfy, comfy.port, sockets=True) as comfy.port:
        working = asyncio.create_task(comfy.work(), name="ComfyUI")
        try:
            yield comfy
        finally:
            comfy.drop.set()
            working.cancel()
            await asyncio.wait({working})
            await asyncio.sleep(0)

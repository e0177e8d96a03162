"""Every tool that makes or reads pictures, films, sounds or models: seconds and peak memory on fixed small inputs.

    python -m tests.benchmarks.tools [--smoke] [tool ...]

Beside each tool stands the least that the library below it needs for the same output: one run of the network at the
same size, libx264 over the same raw frames, one render of the same notes, the same pixels as a PNG. Tool and floor
run in processes of their own, one native thread each, so that the peak of memory is theirs; the floor's process loads
that library and nothing of the studio. Seconds are those of a warm run (in the smoke run, of the only one): by the
clock and of the processor, with the programs that were started. The ratios are of processor seconds and of peaks.
Packs are measured when they are there: STUDIO_TEST_PACKS names their folder. What only writes words is left out.
"""

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
SAMPLE_S = 0.04
WORDS = (
    "enhance_prompt", "compose_script", "compose_lyrics", "compose_instrumental", "compose_workflow",
    "compose_workflow_template", "ask_clarifying_question", "finalize_response", "create_asset_manifest",
    "inspect_asset", "label_asset", "map_assets_for_model", "validate_asset_references",
)  # fmt: skip
"""Tools that touch no picture, film, sound or model."""
_SPOKEN = "The lighthouse keeper climbed the stairs at dusk. Far below, the sea was quiet."
_CUES = [{"startSeconds": 0.2, "endSeconds": 1.6, "text": "The cat looks up"}]
_OVERLAYS = [{"kind": "text", "position": "top-left", "text": "Cat", "startSeconds": 0.2, "endSeconds": 1.6}]


@dataclass(frozen=True)
class Case:
    """One measured call.

    Attributes:
        floor: name of the function that prepares the floor, ``_floor_<name>``.
        told: the floor in a few words.
        smoke: arguments that differ in the smoke run; None leaves the call out of it.
        pictures, films, sounds: names of the inputs, all uploads.
        pack: what must be installed.
        title: its name in the table, if not the tool's.
    """

    tool: str
    arguments: dict[str, Any]
    floor: str
    told: str
    smoke: dict[str, Any] | None = None
    pictures: tuple[str, ...] = ("cat.png",)
    films: tuple[str, ...] = ("film.mp4", "other.mp4")
    sounds: tuple[str, ...] = ("song.wav",)
    pack: str = ""
    title: str = ""
    options: dict[str, Any] = field(default_factory=dict)


_X264 = "libx264 over its raw frames"
CASES = (
    Case("generate_image", {"prompt": "mountain lake at dawn", "width": 1024, "height": 1024, "seed": 1}, "png",
         "PNG of its pixels", {"width": 256, "height": 256}),
    Case("edit_image", {"prompt": "warmer, more contrast, vignette"}, "png", "decode source, PNG of its pixels"),
    Case("refine_result", {"prompt": "sharpen and denoise"}, "png", "decode source, PNG of its pixels"),
    Case("apply_style", {"prompt": "van gogh"}, "network", "one network run, same size",
         options={"only": "multistyle26"}),
    Case("apply_style", {"prompt": "ink drawing"}, "png", "decode source, PNG of its pixels",
         title="apply_style, drawn"),
    Case("upscale_image", {"scale": 2}, "enlarge", "ncnn on the whole picture, PNG"),
    Case("remove_background", {}, "network", "one network run, 320 x 320", {}, options={"only": "u2net"}),
    Case("remove_background", {}, "network", "one network run, 320 x 320", pack="cut-outs",
         title="remove_background, pack", options={"only": "u2net"}),
    Case("segment_image", {"points": [{"x": 0.5, "y": 0.5}]}, "network", "one network run, 320 x 320",
         options={"only": "u2net"}),
    Case("image_to_3d", {"textureSize": 1024, "normalMapSize": 512, "ambientOcclusionSize": 256,
                         "meshTargetFaces": 50_000}, "model", "its textures encoded, its bytes written"),
    Case("change_angle", {"description": "front-right quarter view eye-level shot medium shot"}, "png",
         "decode source, PNG of its pixels"),
    Case("restore_photo", {"prompt": "remove the noise", "quality": "fast"}, "denoise", "one non-local means, PNG",
         pictures=("noisy.png",)),
    Case("analyze_image", {"query": "What is there?"}, "network", "the same network runs, alone",
         pictures=("sign.png",)),
    Case("extract_metadata", {"mediaType": "image"}, "hash", "decode, SHA-256", {}, title="extract_metadata, picture"),
    Case("extract_metadata", {"mediaType": "video"}, "hash", "ffmpeg decode, SHA-256", title="extract_metadata, film"),
    Case("extract_metadata", {"mediaType": "audio"}, "hash", "soundfile read, SHA-256",
         title="extract_metadata, sound"),
    Case("generate_video", {"prompt": "sea at dusk, slow push in", "duration": 2, "width": 640, "height": 360},
         "encode", _X264),
    Case("animate_photo", {"prompt": "slow push in, rain", "duration": 2}, "encode", _X264,
         {"duration": 0.5, "targetResolution": 144}),
    Case("extend_video", {"prompt": "slow push in", "duration": 2, "videoIndex": -1}, "encode", _X264),
    Case("stitch_video", {"videoIndices": [-1, -2], "transition": {"type": "fade", "durationSeconds": 0.5}}, "encode",
         _X264, {}),
    Case("overlay_video", {"overlays": _OVERLAYS}, "encode", _X264),
    Case("add_subtitles", {"cues": _CUES}, "encode", _X264),
    Case("add_subtitles", {"auto_transcribe": True}, "hear", "encode and decode of the same sound, libx264",
         films=("spoken.mp4",), pack="transcription", title="add_subtitles, heard"),
    Case("upscale_video", {}, "enlarge", "ncnn on every whole frame, libx264"),
    Case("orbit_video", {"angles": ["right side view"]}, "encode", _X264),
    Case("replace_video_segment", {"startSeconds": 0.5, "endSeconds": 1.5, "prompt": "rain", "videoIndex": -1},
         "encode", _X264),
    Case("dance_montage", {"dance": "big-guy", "duration": 8}, "encode", _X264),
    Case("sound_to_video", {"prompt": "waves of light", "sourceImageIndex": -1, "duration": 3}, "encode", _X264),
    Case("video_to_video", {"prompt": "van gogh"}, "restyle", "one network run a frame, libx264"),
    Case("analyze_video", {"query": "What happens?"}, "look", "ffmpeg decode, the same network runs"),
    Case("generate_music", {"prompt": "calm piano and strings", "duration": 20, "seed": 1}, "play",
         "one midirenderer run, MP3", {"duration": 10}),
    Case("generate_speech", {"prompt": _SPOKEN, "seed": 1}, "network", "the same network runs, alone", pack="voice"),
)  # fmt: skip


# --- The parent: starts the processes, watches their memory, prints.


@dataclass
class Measured:
    """What one process took: seconds by the clock and of the processor, megabytes at most."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    first_s: float


def run(smoke: bool, only: Sequence[str] = ()) -> None:
    """Measure every call, or those of the tools *only*, and print a line for each."""
    packs = os.environ.get("STUDIO_TEST_PACKS", "")
    with tempfile.TemporaryDirectory() as folder:
        _child(["inputs", folder, packs, str(int(smoke))])
        print(f"   {'':26}  {'first':>7} {'warm':>7} {'cpu':>7} {'peak':>6}   {'floor':>7} {'peak':>6}   "
              f"{'time':>7} {'memory':>6}")  # fmt: skip
        for place, case in enumerate(CASES):
            if (smoke and case.smoke is None) or (only and case.tool not in only):
                continue
            name = case.title or case.tool
            if case.pack and not (packs and (Path(packs) / case.pack / "pack.json").is_file()):
                print(f"   {name:26}  not measured: the pack {case.pack} is not there (STUDIO_TEST_PACKS)", flush=True)
                continue
            work = Path(folder) / f"call-{place}"
            work.mkdir()
            common = [folder, str(work), packs, str(place), str(int(smoke))]
            try:
                tool = _child(["tool", *common])
                floor = _child(["floor", *common])
            except RuntimeError as error:
                print(f"   {name:26}  failed: {error}", flush=True)
                continue
            print(
                f"   {name:26}  {tool.first_s:6.2f}s {tool.wall_s:6.2f}s {tool.cpu_s:6.2f}s {tool.peak_mb:4.0f}MB   "
                f"{floor.cpu_s:6.3f}s {floor.peak_mb:4.0f}MB   x{tool.cpu_s / max(floor.cpu_s, 1e-4):<6.1f} "
                f"x{tool.peak_mb / floor.peak_mb:<5.1f} {case.told}",
                flush=True,
            )
            for left in work.iterdir():
                with contextlib.suppress(OSError):
                    left.unlink()
    if not smoke and not only:
        _tell_the_rest()


def _tell_the_rest() -> None:
    code = "from studio.engine.tools.registry import runners; print(*runners())"
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    left = set(names.split()) - {case.tool for case in CASES} - set(WORDS)
    print(f"   not measured, because they work on words and lists only: {len(WORDS)} tools"
          + (f"; no case yet: {', '.join(sorted(left))}" if left else ""))  # fmt: skip


def _child(arguments: list[str]) -> Measured:
    """Run a part of this module in a process of its own; its memory counts between its words BEGIN and END."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "STUDIO_RENDER_THREADS"), "1")
    code = "import sys; from tests.benchmarks.tools import serve; serve(sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **single},
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        counting, ended = threading.Event(), threading.Event()
        found: dict[str, float] = {}
        complaints: list[str] = []

        def listen(lines: Iterator[str]) -> None:
            for line in lines:
                word, _, rest = line.partition(" ")
                if word.strip() == "BEGIN":
                    counting.set()
                elif word == "END":
                    counting.clear()
                    found.update(json.loads(rest))
            ended.set()

        threads = [
            threading.Thread(target=listen, args=(child.stdout,), daemon=True),
            threading.Thread(target=lambda lines: complaints.extend(lines), args=(child.stderr,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        most = 0
        while not ended.wait(SAMPLE_S):
            if counting.is_set():
                most = max(most, _held(child.pid))
        for thread in threads:
            thread.join()
    if child.returncode != 0 or (arguments[0] != "inputs" and not found):
        raise RuntimeError(" ".join("".join(complaints[-1:]).split())[:200] or f"exit {child.returncode}")
    if not found:
        return Measured(0, 0, 0, 0)
    return Measured(found["wall_s"], found["cpu_s"], max(found["peak_mb"], most / 1048576), found["first_s"])


def _held(pid: int) -> int:
    """Return the bytes that a process and the programs it started hold now."""
    total = 0
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
    return total


# --- The processes.


def serve(arguments: list[str]) -> None:
    """Be one of the processes of a measurement."""
    part, folder, *rest = arguments
    if part == "inputs":
        _make_inputs(Path(folder), rest[0], smoke=rest[1] == "1")
        return
    work, packs, place, smoke = rest
    if part == "tool":
        _measure_tool(CASES[int(place)], Path(folder), Path(work), packs, smoke=smoke == "1")
    else:
        _measure_floor(Path(work), smoke=smoke == "1")


def _clocks() -> tuple[float, float]:
    """Return now by the clock and of the processor, with ended programs, in seconds."""
    used = os.times()
    with contextlib.suppress(ImportError):
        import resource

        rows = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return time.perf_counter(), sum(row.ru_utime + row.ru_stime for row in rows)
    return time.perf_counter(), used.user + used.system + used.children_user + used.children_system


def _peak_mb() -> float:
    """Return the most that this process, or one program that it started, has held."""
    try:
        import resource
    except ImportError:
        return float(getattr(psutil.Process().memory_info(), "peak_wset", 0)) / 1048576
    unit = 1048576 if sys.platform == "darwin" else 1024
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    with contextlib.suppress(OSError, IndexError):
        status = Path("/proc/self/status").read_text(encoding="ascii")  # the other value keeps that of our parent
        return max(most, int(status.split("VmHWM:")[1].split()[0]) / 1024)
    return max(most, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def _time(work: Callable[[], object], *, smoke: bool, at_most_s: float) -> None:
    """Run *work* once, then warm until it has been measured long enough, and tell the least."""
    print("BEGIN", flush=True)
    runs: list[tuple[float, float]] = []
    while True:
        wall_s, cpu_s = _clocks()
        work()
        ended_wall_s, ended_cpu_s = _clocks()
        runs.append((ended_wall_s - wall_s, ended_cpu_s - cpu_s))
        if smoke or (len(runs) > 1 and (sum(row[0] for row in runs[1:]) > at_most_s or len(runs) > 5)):
            break
    warm = runs[1:] or runs
    best = min(warm, key=lambda row: row[1])
    found = {"wall_s": best[0], "cpu_s": best[1], "first_s": runs[0][0], "peak_mb": _peak_mb()}
    print("END", json.dumps(found), flush=True)


def _measure_tool(case: Case, folder: Path, work: Path, packs: str, *, smoke: bool) -> None:
    from studio.engine.tools.base import Folders
    from studio.engine.tools.registry import runners
    from tests.engine.tools.conftest import Context

    class Here(Context):
        @property
        def folders(self) -> Folders:
            return Folders(work / "cache", Path(packs) if packs and case.pack else work / "packs")

    tool = runners()[case.tool]
    arguments = {**case.arguments, **((case.smoke or {}) if smoke else {})}
    kinds = {"video": [folder / name for name in case.films], "audio": [folder / name for name in case.sounds]}

    outcomes: list[Any] = []

    def call() -> Any:
        context = Here([folder / name for name in case.pictures], kinds=kinds, folder=work)
        outcomes[:] = [asyncio.run(tool.run(arguments, context))]
        return outcomes[0]

    _time(call, smoke=smoke, at_most_s=1.0)
    plan = Plan(case, folder, work, call, outcomes[0], arguments)
    globals()[f"_floor_{case.floor}"](plan)
    (work / "plan.json").write_text(json.dumps(plan.steps), encoding="utf-8")


# --- Preparing the floors, in the tool's process after it was measured.


@dataclass
class Plan:
    """What the floor's process does, as steps with names and values."""

    case: Case
    folder: Path
    work: Path
    call: Callable[[], Any]
    outcome: Any
    arguments: dict[str, Any]
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def source(self) -> Path:
        """The first picture."""
        return self.folder / self.case.pictures[0]

    def made(self, kind: str) -> list[Path]:
        """Write the results of the last measured call to files and return those of a kind."""
        paths = []
        for place, made in enumerate(self.outcome.made):
            if made.media_type == kind:
                path = self.work / f"made-{place}"
                path.write_bytes(made.data)
                paths.append(path)
        return paths

    def add(self, what: str, **values: Any) -> None:
        """Add a step."""
        self.steps.append({"what": what, **values})


def _floor_png(plan: Plan) -> None:
    if plan.case.tool != "generate_image":
        plan.add("decode", path=str(plan.source))
    for path in plan.made("image"):
        plan.add("png", path=str(path))


def _floor_denoise(plan: Plan) -> None:
    plan.add("denoise", path=str(plan.source))
    _floor_png(plan)


def _floor_network(plan: Plan) -> None:
    only = plan.case.options.get("only")
    runs = [row for row in _network_runs(plan) if only is None or only in row["model"]]
    for row in runs[:1] if only else runs:
        plan.add("network", **row)


def _network_runs(plan: Plan) -> list[dict[str, str]]:
    """Return the networks that a call runs, with the inputs kept in files."""
    import numpy as np
    import onnxruntime

    rows: list[dict[str, str]] = []
    plain = onnxruntime.InferenceSession.run

    def kept(self: Any, names: Any, inputs: dict[str, Any], *others: Any) -> Any:
        path = plan.work / f"inputs-{len(rows)}.npz"
        np.savez(path, **inputs)
        rows.append({"model": str(self._model_path), "inputs": str(path)})
        return plain(self, names, inputs, *others)

    onnxruntime.InferenceSession.run = kept
    try:
        plan.call()
    finally:
        onnxruntime.InferenceSession.run = plain
    return rows


def _floor_enlarge(plan: Plan) -> None:
    from studio.engine.renderers.model_files import model_path

    net = {kind: str(model_path(f"spanx2_ch48.{kind}")) for kind in ("param", "bin")}
    if plan.case.tool == "upscale_image":
        plan.add("enlarge", path=str(plan.source), **net)
        _floor_png(plan)
        return
    import numpy as np
    from PIL import Image

    from studio.engine.renderers.video.frames import read_frames

    film = plan.folder / plan.case.films[0]
    path = plan.work / "frame.png"
    Image.fromarray(np.asarray(next(iter(read_frames(film))))).save(path)
    plan.add("enlarge", path=str(path), times=_frames(film), **net)
    _floor_encode(plan)


def _floor_restyle(plan: Plan) -> None:
    films = plan.made("video")
    runs = [row for row in _network_runs(plan) if "multistyle26" in row["model"]]
    for row in runs[:1]:
        plan.add("network", times=_frames(films[0]), **row)
    _floor_encode(plan)


def _frames(film: Path) -> int:
    from studio.engine.renderers.video.frames import read_frames

    return sum(1 for _ in read_frames(film))


def _floor_encode(plan: Plan) -> None:
    from studio.engine.renderers.video import ffmpeg, probe

    for film in plan.made("video"):
        info = probe.video(film)
        pixels, sound = film.with_name(film.name + ".rgb"), film.with_name(film.name + ".wav")
        program = [ffmpeg.executable(), "-y", "-loglevel", "error"]
        subprocess.run([*program, "-i", film, "-f", "rawvideo", "-pix_fmt", "rgb24", "-an", pixels], check=True)
        heard = subprocess.run([*program, "-i", film, "-vn", sound], check=False, capture_output=True)
        plan.add("encode", program=program[0], pixels=str(pixels), size=f"{info.width}x{info.height}",
                 rate=str(info.fps), sound=str(sound) if heard.returncode == 0 else None,
                 target=str(plan.work / "floor.mp4"))  # fmt: skip


def _floor_look(plan: Plan) -> None:
    from studio.engine.renderers.video import ffmpeg

    plan.add("decode-film", program=ffmpeg.executable(), path=str(plan.folder / plan.case.films[0]))
    if plan.case.tool == "analyze_video":
        _floor_network(plan)


def _floor_hash(plan: Plan) -> None:
    kind = plan.arguments["mediaType"]
    if kind == "video":
        _floor_look(plan)
        path = plan.folder / plan.case.films[0]
    else:
        path = plan.source if kind == "image" else plan.folder / plan.case.sounds[0]
        plan.add("decode" if kind == "image" else "read-sound", path=str(path))
    plan.add("hash", path=str(path))


def _floor_model(plan: Plan) -> None:
    data = plan.made("model")[0].read_bytes()
    length = int.from_bytes(data[12:16], "little")
    scene, body = json.loads(data[20 : 20 + length]), data[28 + length :]
    for place, image in enumerate(scene["images"]):
        view = scene["bufferViews"][image["bufferView"]]
        start = view.get("byteOffset", 0)
        path = plan.work / f"texture-{place}"
        path.write_bytes(body[start : start + view["byteLength"]])
        plan.add("jpeg" if image["mimeType"] == "image/jpeg" else "png", path=str(path))
    plan.add("write", size=len(data), path=str(plan.work / "floor.glb"))


def _floor_play(plan: Plan) -> None:
    from studio.engine.renderers.music import soundfont

    played: dict[Any, frozenset[int]] = {}
    plain = soundfont.SoundFont.subset

    def kept(self: Any, wanted: Any) -> bytes:
        for preset, keys in wanted.items():
            played[preset] = played.get(preset, frozenset()) | frozenset(keys)
        return plain(self, wanted)

    soundfont.SoundFont.subset = kept  # type: ignore[method-assign]
    made = plan.call().made
    soundfont.SoundFont.subset = plain  # type: ignore[method-assign]
    (plan.work / "font.sf2").write_bytes(soundfont.general_midi().subset(played))
    (plan.work / "notes.mid").write_bytes(next(row.data for row in made if row.mime_type == "audio/midi"))
    (plan.work / "music.mp3").write_bytes(made[0].data)
    plan.add("play", font=str(plan.work / "font.sf2"), notes=str(plan.work / "notes.mid"))
    plan.add("mp3", path=str(plan.work / "music.mp3"))


def _floor_hear(plan: Plan) -> None:
    import numpy as np

    from studio.engine.packs import store
    from studio.engine.renderers.speech import listening, spectra

    pack = store.require(Path(os.environ["STUDIO_TEST_PACKS"]), "transcription")
    sound = listening._samples(plan.folder / plan.case.films[0])[: spectra.WINDOW_S * spectra.RATE_HZ]
    np.save(plan.work / "features.npy", spectra.log_mel(sound.astype(np.float32) / 32768.0))
    whisper = listening._Whisper(pack)
    prompt = [whisper._start, whisper._numbers["<|en|>"], whisper._transcribe]
    plan.add("hear", folder=str(pack.folder), features=str(plan.work / "features.npy"), prompt=prompt)
    _floor_encode(plan)


# --- The floors, in a process that loads one library and nothing of the studio.


def _measure_floor(work: Path, *, smoke: bool) -> None:
    steps = json.loads((work / "plan.json").read_bytes())
    calls = [_STEPS[step.pop("what")](**step) for step in steps]
    _time(lambda: [call() for call in calls], smoke=smoke, at_most_s=0.5)


def _decode(path: str) -> Callable[[], object]:
    from PIL import Image

    return lambda: Image.open(path).load()


def _png(path: str) -> Callable[[], object]:
    from PIL import Image

    image = Image.open(path)
    image.load()
    return lambda: image.save(io.BytesIO(), "PNG", compress_level=4)


def _jpeg(path: str) -> Callable[[], object]:
    from PIL import Image

    image = Image.open(path)
    image.load()
    return lambda: image.save(io.BytesIO(), "JPEG", quality=93, subsampling=0)


def _write(size: int, path: str) -> Callable[[], object]:
    data = bytes(size)
    return lambda: Path(path).write_bytes(data)


def _hash(path: str) -> Callable[[], object]:
    import hashlib

    return lambda: hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _read_sound(path: str) -> Callable[[], object]:
    import soundfile

    return lambda: soundfile.read(path, dtype="float32")


def _denoise(path: str) -> Callable[[], object]:
    import cv2

    cv2.setNumThreads(1)
    pixels = cv2.imread(path)
    return lambda: cv2.fastNlMeansDenoisingColored(pixels, None, 10.0, 11.5, 5, 15)


def _network(model: str, inputs: str, times: int = 1) -> Callable[[], object]:
    import numpy as np

    session = _session(model)
    with np.load(inputs) as stored:
        values = {name: stored[name] for name in stored.files}
    return lambda: [session.run(None, values) for _ in range(times)]


_sessions: dict[str, Any] = {}


def _session(model: str) -> Any:
    import onnxruntime

    if model not in _sessions:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # the least memory that it can do with
        options.log_severity_level = 3
        _sessions[model] = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return _sessions[model]


def _enlarge(path: str, param: str, times: int = 1, **files: str) -> Callable[[], object]:
    import ncnn
    import numpy as np
    from PIL import Image

    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    net.opt.num_threads = 1
    net.load_param(param)
    net.load_model(files["bin"])
    pixels = np.asarray(Image.open(path).convert("RGB"))
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32) / np.float32(255)

    def call() -> None:
        for _ in range(times):
            with net.create_extractor() as extractor:
                extractor.input("data", ncnn.Mat(planes).clone())
                status, _out = extractor.extract("output")
                assert status == 0

    return call


def _encode(program: str, pixels: str, size: str, rate: str, sound: str | None, target: str) -> Callable[[], object]:
    command = [
        *(program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", rate),
        *("-i", pixels, *(("-i", sound) if sound else ()), "-filter_threads", "1", "-c:v", "libx264", "-threads", "1"),
        *("-preset", "fast", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "192k", target),
    ]
    return lambda: subprocess.run(command, check=True)


def _decode_film(program: str, path: str) -> Callable[[], object]:
    command = [program, "-loglevel", "error", "-threads", "1", "-i", path, "-f", "null", "-"]
    return lambda: subprocess.run(command, check=True)


def _play(font: str, notes: str) -> Callable[[], object]:
    import midirenderer

    data, events = Path(font).read_bytes(), Path(notes).read_bytes()
    return lambda: midirenderer.render_wave_from(data, events)


def _mp3(path: str) -> Callable[[], object]:
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32")
    return lambda: soundfile.write(io.BytesIO(), samples, rate, format="MP3")


def _hear(folder: str, features: str, prompt: list[int]) -> Callable[[], object]:
    import numpy as np

    from studio.engine.renderers.speech import listening  # only to load the pack's compiled module

    program = listening._program(Path(folder) / "lib")
    model = program.Whisper(
        str(Path(folder) / "whisper-base"), "cpu", compute_type="int8", inter_threads=1, intra_threads=1
    )
    values = np.load(features)[None]

    def call() -> None:
        encoded = model.encode(program.StorageView.from_array(np.ascontiguousarray(values)))
        model.generate(encoded, [prompt], beam_size=5, max_length=448)

    return call


_STEPS: dict[str, Callable[..., Callable[[], object]]] = {
    "decode": _decode,
    "png": _png,
    "jpeg": _jpeg,
    "write": _write,
    "hash": _hash,
    "read-sound": _read_sound,
    "denoise": _denoise,
    "network": _network,
    "enlarge": _enlarge,
    "encode": _encode,
    "decode-film": _decode_film,
    "play": _play,
    "mp3": _mp3,
    "hear": _hear,
}


# --- The inputs.


def _make_inputs(folder: Path, packs: str, *, smoke: bool) -> None:
    import cv2
    import numpy as np
    from PIL import Image

    from studio.engine.renderers.video.sound import write_sound
    from tests.helpers.films import film
    from tests.helpers.tunes import tune

    cat = Image.open(ROOT / "tests/fixtures/photos/cat.jpg").convert("RGB")
    cat.resize((128, 86) if smoke else cat.size).save(folder / "cat.png")
    pixels = np.asarray(cat)
    if not smoke:
        noise = np.random.default_rng(1).normal(0, 14, pixels.shape)
        Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8)).save(folder / "noisy.png")
        sign = np.full((298, 448, 3), 240, np.uint8)
        cv2.putText(sign, "NIGHT MARKET", (20, 150), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (20, 20, 60), 4, cv2.LINE_AA)
        Image.fromarray(sign).save(folder / "sign.png")
    size, frames = ((128, 96), 12) if smoke else ((320, 240), 48)
    large = np.asarray(cat.resize((size[0] + 64, size[1] + 64)))

    def pan(number: int) -> np.ndarray:
        return np.ascontiguousarray(large[number // 2 : number // 2 + size[1], number : number + size[0]])

    film(folder / "film.mp4", frames=frames, size=size, hertz=440, draw=pan)
    film(folder / "other.mp4", frames=frames, size=size, hertz=220, draw=lambda number: pan(48 - number))
    sound = tune(4.0 if smoke else 8.0, rate=48_000)
    write_sound(folder / "song.wav", np.repeat(sound[:, None], 2, axis=1), 48_000)
    if packs and not smoke and all((Path(packs) / name / "pack.json").is_file() for name in ("voice", "transcription")):
        _make_spoken(folder, packs)


def _make_spoken(folder: Path, packs: str) -> None:
    from studio.engine.renderers.speech.orders import SpeechOrder, speak
    from tests.helpers.films import film

    said = folder / "said.wav"
    done = speak(str(said), packs, SpeechOrder(_SPOKEN, "serena", None, "", 0.9, "wav", 1), {})
    film(folder / "silent.mp4", frames=round((done.duration_s or 4.0) * 24), size=(320, 240))
    from studio.engine.renderers.video import ffmpeg

    command = [ffmpeg.executable(), "-y", "-loglevel", "error", "-i", folder / "silent.mp4", "-i", said]
    subprocess.run([*command, "-c:v", "copy", "-c:a", "aac", folder / "spoken.mp4"], check=True)


if __name__ == "__main__":
    run(smoke="--smoke" in sys.argv, only=[name for name in sys.argv[1:] if name != "--smoke"])

"""The program that holds a bundled language model: llama.cpp's own server on a random loopback port.

Started by ``bundled.BundledBackend`` as a process of its own, so that neither its memory nor a
crash is the engine's. The key reaches it through the pipe of its start, never as an argument.
"""

import contextlib
import importlib
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

NICE = 5


def serve(pipe: Connection, lib: str, model: str, key: str, context_tokens: int, threads: int) -> None:
    """Load *model* and answer the OpenAI protocol until the pipe closes, which is when the engine is gone.

    Sends ``("ready", address)`` or ``("failed", sentence)`` once.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the engine decides
    _be_modest()
    _be_quiet()
    sys.path.insert(0, lib)
    try:
        xllamacpp: Any = importlib.import_module("xllamacpp")  # in the pack, unknown to type checkers
        params = xllamacpp.CommonParams()
        params.model.path = model
        params.model_alias = {Path(model).stem}
        params.n_ctx = context_tokens
        params.n_parallel = 1
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [key]
        params.ui = False
        params.endpoint_slots = False
        params.offline = True
        params.cpuparams.n_threads = threads
        params.cpuparams.poll = 0  # waiting threads sleep: rendering needs the cores too
        params.cpuparams_batch.n_threads = threads
        params.cpuparams_batch.poll = 0
        server = xllamacpp.Server(params)
        pipe.send(("ready", str(server.listening_address)))
    except BaseException as error:  # noqa: BLE001 - every failure is handed to the engine
        with contextlib.suppress(OSError):
            pipe.send(("failed", f"{type(error).__name__}: {error}"[:300]))
        os._exit(1)
    with contextlib.suppress(EOFError, OSError):
        pipe.recv_bytes()
    os._exit(0)  # llama.cpp's own threads have nothing to save


def _be_modest() -> None:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x4000)  # BELOW_NORMAL_PRIORITY_CLASS
    else:
        os.nice(NICE)


def _be_quiet() -> None:
    """Send what llama.cpp prints to nowhere: it would show prompts, and standard output is the engine's ready line."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

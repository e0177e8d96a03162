"""Time to first byte of text: the engine beside its language model, in the same run.

Prints p50 and p95 of the model
server asked directly, of the engine in front of it, and the difference; never asserts.
"""

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from tests.e2e.test_engine_process import ready, start
from tests.helpers.fake_llm import FakeLlm, Reply

ASKS = 60


def first_text_ms(client: httpx.Client, url: str, headers: dict[str, str], body: dict[str, object]) -> float:
    """Return the time until the first piece of text, in milliseconds."""
    started = time.perf_counter()
    got = b""
    taken = None
    with client.stream("POST", f"{url}/v1/chat/completions", json=body, headers=headers) as response:
        for piece in response.iter_raw():
            got += piece
            if taken is None and b"hello" in got:
                taken = (time.perf_counter() - started) * 1000
    assert taken is not None, got
    return taken


def row(name: str, times: list[float]) -> float:
    """Print one line and return the median."""
    times.sort()
    median = statistics.median(times)
    print(f"{name:28} p50 {median:7.2f} ms   p95 {times[int(len(times) * 0.95)]:7.2f} ms")
    return median


def run(smoke: bool = False) -> None:
    """Measure and print."""
    asks = 3 if smoke else ASKS
    plain = {
        "model": "test-model",
        "stream": True,
        "messages": [{"role": "user", "content": "x"}],
        "sogni_tools": False,
    }
    tools = {**plain, "sogni_tools": True}
    with FakeLlm([Reply("hello world", pieces=2)]) as llm, tempfile.TemporaryDirectory() as folder:
        process = ready(start(Path(folder), "--llm-url", llm.url), Path(folder))
        try:
            with httpx.Client(timeout=20, trust_env=False) as client:
                times: dict[str, list[float]] = {"direct": [], "plain": [], "tools": []}
                for number in range(asks + 5):
                    samples = {
                        "direct": first_text_ms(client, llm.url, {}, plain),
                        "plain": first_text_ms(client, process.url, process.headers, plain),
                        "tools": first_text_ms(client, process.url, process.headers, tools),
                    }
                    if number >= 5:  # the first asks load code
                        for name, sample in samples.items():
                            times[name].append(sample)
        finally:
            process.popen.terminate()
            process.popen.communicate(timeout=15)
    direct = row("model server, direct", times["direct"])
    through = row("engine, no tools", times["plain"])
    loaded = row("engine, all tools offered", times["tools"])
    print(f"overhead p50: {through - direct:.2f} ms without tools, {loaded - direct:.2f} ms with (target <= 10)")
    print(f"ratio to the model server: {through / direct:.2f}, {loaded / direct:.2f}")

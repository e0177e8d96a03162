"""``/healthz`` while renders keep every core busy, beside the same engine at rest, in the same run.

The renders are real ones, asked for through ``POST /v1/chat/completions``: two at a time, at lowest priority, restarted
until enough answers are in. Prints p50, p95, p99 and the longest wait; the aim is p99 <= 50 ms.
"""

import tempfile
import threading
import time
from pathlib import Path

import httpx

from tests.e2e.test_engine_process import ready, start

ASKS = 400
PAUSE_S = 0.02
PROMPT = "Paint a lighthouse above the clouds at dusk, 1536x1536, seed {seed}"


def times_ms(client: httpx.Client, url: str, asks: int) -> list[float]:
    """Return how long each of *asks* answers took, sorted."""
    times = []
    for _ in range(asks):
        started = time.perf_counter()
        client.get(f"{url}/healthz").raise_for_status()
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(PAUSE_S)
    return sorted(times)


def row(name: str, times: list[float]) -> float:
    """Print one line and return the 99th percentile."""
    p50, p95, p99 = (times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.95, 0.99))
    print(f"{name:16} p50 {p50:6.2f}   p95 {p95:6.2f}   p99 {p99:6.2f}   max {times[-1]:6.2f} ms")
    return p99


def run(smoke: bool = False) -> None:
    """Measure and print."""
    asks = 20 if smoke else ASKS
    over = threading.Event()
    painted = [0, 0]

    def keep_painting(url: str, headers: dict[str, str], place: int) -> None:
        with httpx.Client(timeout=600, trust_env=False) as client:
            while not over.is_set():
                text = PROMPT.format(seed=painted[place] * 2 + place)
                body = {"messages": [{"role": "user", "content": text}], "sogni_tools": True}
                client.post(f"{url}/v1/chat/completions", json=body, headers=headers).raise_for_status()
                painted[place] += 1

    with tempfile.TemporaryDirectory() as folder:
        engine = ready(start(Path(folder)), Path(folder))
        try:
            with httpx.Client(timeout=20, trust_env=False) as client:
                times_ms(client, engine.url, 5)
                rest = times_ms(client, engine.url, asks)
                painters = [
                    threading.Thread(target=keep_painting, args=(engine.url, engine.headers, place)) for place in (0, 1)
                ]
                for painter in painters:
                    painter.start()
                while not all(painted):  # both workers are up and have painted once
                    time.sleep(0.1)
                busy = times_ms(client, engine.url, asks)
                over.set()
                for painter in painters:
                    painter.join()
        finally:
            engine.popen.terminate()
            engine.popen.communicate(timeout=15)
    at_rest = row("at rest", rest)
    under_load = row("two renders", busy)
    print(f"pictures painted meanwhile: {sum(painted)}; ratio of the p99: {under_load / at_rest:.1f}")

"""Cost of a streamed delta in the view model: the last thousand of 20,000 against the first thousand.

The delta goes through the same folding as in the window, with its frames running on a real
loop; the baseline of the first ratio is the first block of the same run.
"""

import asyncio
import statistics
import time

from studio.viewmodels.folding import Folding
from studio.viewmodels.state import TextItem, Turn

BLOCK = 1000


def run(smoke: bool) -> None:
    """Stream, and print the ratios."""
    asyncio.run(_measure(3 if smoke else 20, repeats=3 if smoke else 15))


async def _measure(blocks: int, repeats: int) -> None:
    early, late, appended, worst_frame_ms = [], [], [], 0.0
    for _ in range(repeats):
        costs, frame_ms = await _stream(blocks)
        early.append(min(costs[: max(1, blocks // 10)]))
        late.append(min(costs[-max(1, blocks // 10) :]))
        worst_frame_ms = max(worst_frame_ms, frame_ms)
        appended.append(_baseline())
    first, last, bare = (statistics.median(values) for values in (early, late, appended))
    print(f"   {blocks * BLOCK} deltas, per delta: early {first * 1e6:.2f} µs, late {last * 1e6:.2f} µs")
    print(f"   late / early {last / first:.2f} (1 means O(1)); early / bare list append {first / bare:.1f}")
    print(f"   longest frame {worst_frame_ms:.2f} ms")


async def _stream(blocks: int) -> tuple[list[float], float]:
    """Return seconds per delta for each block, and the longest frame in ms."""
    turn = Turn("t", 1, "hi")
    kept: list[str] = []
    longest = 0.0
    loop = asyncio.get_running_loop()
    folding = Folding(
        turn,
        loop,
        on_change=lambda: None,
        keep_text=kept.append,
        keep_tool=lambda item: None,
        badge_of=lambda kind, index: "",
    )
    show = folding._show

    def timed() -> None:
        nonlocal longest
        begun = time.perf_counter()
        show()
        longest = max(longest, (time.perf_counter() - begun) * 1000)

    folding._show = timed  # type: ignore[method-assign]
    costs = []
    for _ in range(blocks):
        begun = time.perf_counter()
        for _ in range(BLOCK):
            folding.text("a word ")
        costs.append((time.perf_counter() - begun) / BLOCK)
        await asyncio.sleep(0.034)  # a frame passes, as it does between the packets of a network
    folding.close()
    (item,) = turn.items
    assert isinstance(item, TextItem)
    assert item.text == "a word " * blocks * BLOCK == "".join(kept)
    return costs, longest


def _baseline() -> float:
    found: list[str] = []
    begun = time.perf_counter()
    for _ in range(BLOCK):
        found.append("a word ")
    return (time.perf_counter() - begun) / BLOCK

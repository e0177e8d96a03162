"""Streaming 20,000 deltas into the transcript, and opening a session of 5,000 messages.

Deltas come at 1,000 a second, grouped to a frame as the view model does, with two tool cards whose
progress changes ten times a second. A slice is one uninterrupted stretch of the UI thread, by the clock
and by the processor time that the thread itself used (the second does not see what else the machine does). The ratio
compares the median slice of the last fifth with the first fifth: 1 means a delta costs the same
however long the answer is. It is measured against a plain label that shows the same letters.
"""

import gc
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

DELTAS_PER_S = 1_000
FRAME_MS = 33
WORDS = (
    "The low sun gives the fog somewhere to catch light, and the *beam* stays still. ",
    "I'm keeping the **cloud sea** moving left to right, so that the push stays calm.\n\n",
    "- a list item about tone\n- another with `code`\n\n",
    "## A heading\n\n",
    "```python\nfor frame in range(120):\n    push(frame)\n```\n\n",
    "See [the notes](https://example.org) on how it was made, sentence after sentence. ",
)


def deltas(count: int) -> list[str]:
    """Return *count* pieces of Markdown of a few letters each."""
    out: list[str] = []
    at = 0
    while len(out) < count:
        words = WORDS[at % len(WORDS)]
        out += [words[i : i + 4] for i in range(0, len(words), 4)]
        at += 1
    return out[:count]


def run(smoke: bool) -> None:
    """Print p50/p99/max of the slices, the growth ratio, and the time to open 5,000 messages."""
    from PySide6.QtWidgets import QApplication

    sys.path.insert(0, str(Path(__file__).parents[2]))
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    gc.collect()
    gc.freeze()
    _stream(app, 2_000 if smoke else 20_000)
    _open(app, 500 if smoke else 5_000)


def _stream(app: object, count: int) -> None:
    from studio.ui.create.pictures import Pictures
    from studio.ui.create.transcript.view import TranscriptView
    from studio.viewmodels.state import TextItem, ToolItem, Turn
    from tests.ui.create.fakes import FakeCreate, talk

    model = FakeCreate()
    model.turns = [talk(n, "An earlier answer of some length. " * 8) for n in range(1, 40)]
    view = TranscriptView(model, Pictures())  # type: ignore[arg-type]
    view.resize(776, 700)
    view.show()
    cards = [ToolItem(f"c{n}", "generate_image", "Painting 4 images", "working", 0.0) for n in range(2)]
    text = TextItem("")
    model.add(Turn(id="live", round=40, user_text="Go on", items=[*cards, text], status="working"))
    _spin(app, 0.3)
    pieces = deltas(count)
    slices: list[tuple[float, float]] = []
    begun = time.perf_counter()
    sent = 0
    last_frame = 0.0
    while sent < count:
        now = time.perf_counter() - begun
        due = min(count, int(now * DELTAS_PER_S))
        if due > sent and now - last_frame >= FRAME_MS / 1000:
            text.text += "".join(pieces[sent:due])
            sent, last_frame = due, now
            for number, card in enumerate(cards):
                card.progress = min(0.99, int(now * (10 - number)) / 400)
                card.eta_s = 40 - now
            started = _clocks()
            model.turn_changed.emit(len(model.turns) - 1)
            app.processEvents()  # type: ignore[attr-defined]
            slices.append(_since(started))
        started = _clocks()
        app.processEvents()  # type: ignore[attr-defined]
        spent = _since(started)
        if spent[0] > 0.2:
            slices.append(spent)
        time.sleep(0.001)
    _report(slices, view, len(text.text))
    view.close()


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def _since(started: tuple[float, float]) -> tuple[float, float]:
    now = _clocks()
    return (now[0] - started[0]) * 1000, (now[1] - started[1]) * 1000


def _report(slices: list[tuple[float, float]], view: object, letters: int) -> None:
    assert view.follow  # type: ignore[attr-defined]
    print(f"   {letters} letters, {len(slices)} slices")
    for name, clock in (("clock", 0), ("processor", 1)):
        values = [pair[clock] for pair in slices]
        ordered = sorted(values)
        fifth = max(1, len(values) // 5)
        early, late = statistics.median(values[:fifth]), statistics.median(values[-fifth:])
        print(
            f"   {name}: p50 {ordered[len(ordered) // 2]:.1f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.1f} ms, "
            f"max {ordered[-1]:.1f} ms; late/early {late / early:.2f}"
        )


def _open(app: object, count: int) -> None:
    from PySide6.QtWidgets import QLabel

    from studio.ui.create.pictures import Pictures
    from studio.ui.create.transcript.view import TranscriptView
    from tests.ui.create.fakes import FakeCreate, talk

    turns = [talk(n, "An answer with **some** words. " * (n % 40 + 1)) for n in range(1, count // 2 + 1)]
    plain = QLabel("\n".join(turn.items[0].text for turn in turns[:50]))  # type: ignore[union-attr]
    started = time.perf_counter()
    plain.resize(776, 700)
    plain.show()
    app.processEvents()  # type: ignore[attr-defined]
    base_ms = (time.perf_counter() - started) * 1000
    model = FakeCreate()
    view = TranscriptView(model, Pictures())  # type: ignore[arg-type]
    view.resize(776, 700)
    view.show()
    app.processEvents()  # type: ignore[attr-defined]
    started = time.perf_counter()
    model.show(turns)  # type: ignore[arg-type]
    app.processEvents()  # type: ignore[attr-defined]
    spent_ms = (time.perf_counter() - started) * 1000
    print(f"   opening {count} messages: {spent_ms:.0f} ms, {spent_ms / base_ms:.1f} × a label with 50 answers")
    view.close()


def _spin(app: object, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()  # type: ignore[attr-defined]
        time.sleep(0.005)


if __name__ == "__main__":
    run(smoke="--smoke" in sys.argv)

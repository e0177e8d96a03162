"""Template documents by size: checks, prices, wires, layout, files; then 1,000 edits, their undo and their memory.

Times are processor time of this process, so that other work on the machine does not count. The baseline of each time
is one round trip of the same document through ``json`` in the same run; the baseline of the memory is what the history
would hold if every step were a document of its own.
"""

import gc
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any, Final

from studio.contract.editing import operations as ops
from studio.contract.editing.comparing import changes
from studio.contract.editing.document import Document
from studio.contract.editing.estimating import estimate_of
from studio.contract.editing.files import from_bytes, to_text
from studio.contract.editing.layout import tidied
from studio.contract.editing.problems import problems_of
from studio.contract.editing.wires import wires_of
from studio.contract.templates.validation import validate_template
from studio.viewmodels.templates.undo import History

SIZES: Final = (10, 100, 500, 2000)
EDITS: Final = 1000


def run(smoke: bool) -> None:
    """Print the tables."""
    print("   ms (and times the round trip through json), median of several")
    titles = ("json", "validate", "problems", "estimate", "wires", "layout", "write", "read", "compare")
    print(f"   {'stages':>6} " + "".join(f"{title:>15}" for title in titles))
    for size in SIZES[:2] if smoke else SIZES:
        _sizes(size, repeats=2 if smoke else 9)
    for size in (100,) if smoke else (100, 500):
        _edits(size, 100 if smoke else EDITS)


def template(stages: int) -> dict[str, Any]:
    """Return a template of *stages* in rows of four: paint, restyle in a batch, animate, join with the row before."""
    found: list[dict[str, Any]] = []
    film = ""
    for number in range(stages):
        row, place = divmod(number, 4)
        name, seen = f"s{number}", f"$artifacts.s{number - 1}[0].selectedVersion.url"
        stage: dict[str, Any] = {"id": name, "label": f"Stage {number}", "produces": [name], "type": "fixed"}
        if place == 0:
            stage |= {"tool": "generate_image", "args": {"prompt": "A picture of $inputs.idea, $inputs.style"}}
        elif place == 1:
            call = {"prompt": "in $inputs.style", "sourceImageIndex": "$item.value"}
            over = f"$artifacts.s{number - 1}.items[*].selectedVersion.url"
            stage |= {"type": "batch", "overBinding": over, "itemName": "picture", "concurrency": 2,
                      "partialExecutionEnabled": True, "requiredArtifactsIn": [f"s{number - 1}"],
                      "itemStage": {"id": f"{name}i", "type": "fixed", "tool": "apply_style", "args": call},
            }  # fmt: skip
        elif place == 2:
            stage |= {"tool": "animate_photo", "requiredArtifactsIn": [f"s{number - 1}"], "onError": "retry_once",
                      "args": {"prompt": "Near", "sourceImageIndex": seen, "duration": "$inputs.seconds"},
            }  # fmt: skip
        else:
            clips = [f"$artifacts.{film}[0].selectedVersion.url" if film else seen, seen]
            stage |= {"tool": "stitch_video", "requiredArtifactsIn": [f"s{number - 1}", *([film] if film else [])],
                      "args": {"videoIndices": clips}, "checkpointRequired": row % 5 == 0}  # fmt: skip
            film = name
        found.append(stage)
    inputs = [
        {"name": "idea", "type": "text", "required": True, "description": "What it shows"},
        {"name": "style", "type": "text", "required": False, "default": "watercolor", "description": "How"},
        {"name": "seconds", "type": "number", "required": False, "default": 4, "description": "How long"},
    ]
    return {"name": "Large", "description": "A benchmark", "inputs": inputs, "stages": found}


def _sizes(size: int, repeats: int) -> None:
    body = tidied(Document(template(size)), lambda _node: (154.0, 160.0)).content
    text = to_text(Document(body))
    # A document keeps what it has worked out, so every measurement gets a new one.
    measured: dict[str, Callable[[], object]] = {
        "json": lambda: json.loads(json.dumps(body)),
        "validate": lambda: validate_template(body),
        "problems": lambda: problems_of(Document(body)),
        "estimate": lambda: estimate_of(Document(body)),
        "wires": lambda: wires_of(Document(body)),
        "layout": lambda: tidied(Document(body), lambda _node: (154.0, 160.0)),
        "write": lambda: to_text(Document(body)),
        "read": lambda: from_bytes(text.encode()),
        "compare": lambda: changes(Document(body), Document({**body, "name": "Other"})),
    }
    found = {name: _median_s(work, repeats) for name, work in measured.items()}
    cells = [f"{seconds * 1000:8.2f} {seconds / found['json']:5.1f}x" for seconds in found.values()]
    print(f"   {size:>6} " + "".join(f"{cell:>15}" for cell in cells))


def _edits(size: int, edits: int) -> None:
    first = Document(json.loads(json.dumps(template(size))))
    whole = _bytes_of(lambda: json.loads(json.dumps(first.content)))
    history = History(first)
    costs, shown = [], []
    for number in range(edits):
        begun = time.process_time()
        _do(history, number, size)
        costs.append(time.process_time() - begun)
    for _ in range(min(edits, 50)):
        shown.append(_once_s(lambda: problems_of(Document(history.value.content))))
    undo = _once_s(lambda: [history.undo() for _ in range(edits)])
    assert history.value is first
    redo = _once_s(lambda: [history.redo() for _ in range(edits)])
    step = _bytes_of(lambda: _history(first, size, edits // 4)) / (edits // 4)
    print(f"   {size} stages, {edits} edits: {statistics.median(costs) * 1e6:.0f} µs each, problems after one "
          f"{statistics.median(shown) * 1000:.2f} ms")  # fmt: skip
    print(f"   undo of all {undo * 1000:.2f} ms, redo of all {redo * 1000:.2f} ms")
    print(f"   history {step * edits / 1e6:.2f} MB, {step / 1000:.1f} kB a step; as whole documents "
          f"{whole * edits / 1e6:.1f} MB, {whole / step:.0f} times as much")  # fmt: skip


def _history(first: Document, size: int, edits: int) -> History[Document]:
    history = History(first)
    for number in range(edits):
        _do(history, number, size)
    return history


def _do(history: History[Document], number: int, size: int) -> None:
    """Do one edit as the editor does: the document that is left keeps only its content."""
    left = history.value
    history.push(f"Edit {number}", _edit(left, number, size))
    left.forget()


def _edit(document: Document, number: int, size: int) -> Document:
    """Do what an artist does most: type, drag, label, set a switch."""
    stage = f"s{number * 7 % size}"
    match number % 4:
        case 0:
            prompted = f"s{number * 4 % (size - size % 4)}"
            return ops.set_argument(document, prompted, "prompt", f"Words number {number} of $inputs.idea")
        case 1:
            return ops.place_nodes(document, {stage: (16.0 * number, 160.0)})
        case 2:
            return ops.set_stage_member(document, stage, "label", f"Stage of edit {number}")
        case _:
            return ops.set_stage_member(document, stage, "humanApprovalDefault", number % 8 == 3)


def _median_s(work: Callable[[], object], repeats: int) -> float:
    return statistics.median(_once_s(work) for _ in range(repeats))


def _once_s(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _bytes_of(make: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = make()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return after - before

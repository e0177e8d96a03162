"""The tools with the real render pool: the engine's process stays light, and cancel ends the work at any point."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from studio.contract.tools import catalogue
from studio.engine.renderers.pool import RenderPool
from studio.engine.tools.registry import runners
from tests.engine.tools.conftest import Context, decode, scene
from tests.engine.tools.test_pool import until_gone

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def pool() -> AsyncIterator[RenderPool]:
    pool = RenderPool(workers=1)
    yield pool
    await pool.close()


def pooled(context: Context, pool: RenderPool) -> Context:
    async def render(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await pool.run(function, *args, on_progress=context.progress, **kwargs)

    context.render = render  # type: ignore[method-assign]
    return context


def test_the_registry_names_catalogue_tools() -> None:
    built = runners()
    assert set(built) <= set(catalogue())
    assert all(name == runner.name for name, runner in built.items())
    assert {"generate_image", "remove_background", "compose_script", "ask_clarifying_question"} <= set(built)


def test_the_engine_process_loads_nothing_heavy() -> None:
    code = (
        "import sys; from studio.engine.tools.registry import runners; runners();"
        "from studio.engine.renderers import jobs, pool;"
        "print(sorted({'numpy', 'cv2', 'PIL', 'onnxruntime', 'ncnn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_chain_as_an_artist_asks_for_it(pool: RenderPool, tmp_path: Path, save: Callable[..., Path]) -> None:
    built, context = runners(), pooled(Context([save(scene(128, 96))], folder=tmp_path), pool)
    for name, arguments in (
        ("remove_background", {}),
        ("apply_style", {"prompt": "ink drawing"}),
        ("upscale_image", {"targetLongestEdge": 512}),
    ):
        outcome = await built[name].run(arguments, context)
        path = tmp_path / f"{name}.png"
        path.write_bytes(outcome.made[0].data)
        context.pictures = [path]
    image = decode(path.read_bytes())
    assert image.size == (512, 384)
    assert image.mode == "RGBA"
    assert image.getpixel((4, 4))[3] == 0
    assert image.getpixel((264, 192))[3] == 255
    labels = [label for _, label in context.ticks]
    assert "Looking for the subject" in labels
    assert "Enlarging" in labels
    assert len(pool.pids) == 1


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.9])
async def test_cancel_at_start_middle_and_end(pool: RenderPool, save: Callable[..., Path], moment: float) -> None:
    built, reached = runners(), asyncio.Event()
    context = pooled(Context([save(scene(320, 240))]), pool)

    def progress(fraction: float | None, label: str | None = None, **_: Any) -> None:
        if fraction is not None and fraction >= moment:
            reached.set()

    context.progress = progress  # type: ignore[method-assign]
    context.render = partial(pool_run, pool, progress)  # type: ignore[method-assign]
    task = asyncio.create_task(built["upscale_image"].run({"scale": 4}, context))
    await asyncio.wait_for(reached.wait(), 30)
    (pid,) = pool.pids
    assert psutil.pid_exists(pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await until_gone(pid, 1.0)


async def pool_run(pool: RenderPool, progress: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return await pool.run(function, *args, on_progress=progress, **kwargs)

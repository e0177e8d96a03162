"""The tools with the real render pool: the engine's process stays light, and a chain of tools shares one worker."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from studio.contract.tools import catalogue
from studio.engine.renderers.pool import RenderPool
from studio.engine.tools.registry import runners
from tests.engine.tools.conftest import Context, decode, scene

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

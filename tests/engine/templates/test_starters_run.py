"""Every template that comes with the studio runs to its end on the embedded engine, with its real tools.

Photographs are small and films short. One engine and one render pool serve all of them. Checkpoints are approved and
interactive stages answered through the API, as an artist does it in the window.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from studio import resources
from studio.contract.editing.document import INPUTS, Document
from studio.contract.editing.form import form_of
from studio.contract.editing.problems import MOST_STEPS, problems_of
from studio.contract.editing.wires import wires_of
from studio.contract.templates.compile import compile_template
from studio.engine.templates.starters import starters
from studio.engine.tools.registry import runners
from studio.viewmodels.templates.listing import facts_of
from tests.helpers.engines import RunningEngine, running_engine
from tests.helpers.inline_runtime import InlineRuntime

ROOT: Final = "/v1/creative-agent/workflows"
PHOTO: Final = "photo:"
PHOTOS: Final = Path(__file__).parents[2] / "fixtures" / "photos"
SMALL: Final = ("size", "large", "resolution")
LYRICS: Final = (
    "[Verse]\nThe harbour lights are going out\nThe ferry hums across the bay\n[Chorus]\nCarry me home today"
)
GIVEN: Final[Mapping[str, dict[str, Any]]] = {
    "contact-sheet-of-seeds": {"idea": "a lighthouse above the sea at dusk", "seeds": [7, 9]},
    "famous-paintings-booth": {"photo": "photo:astronaut", "paintings": ["The Great Wave by Hokusai", "Seurat"]},
    "idea-in-three-looks": {"idea": "a lighthouse above the sea", "looks": ["bold linocut print"]},
    "living-album-cover": {"idea": "a lighthouse above a sea of clouds", "seconds": 10},
    "lyric-video": {"title": "Night Ferry", "lyrics": LYRICS, "seconds": 15, "shape": "1:1"},
    "magazine-cover-booth": {"photo": "photo:astronaut", "print": True, "covers": [
        'fashion magazine, plain crimson background, with the title "MODE" at the top',
        'film magazine, black and white, with the title "REEL" at the top']},
    "orbit-between-objects": {"first": "photo:espresso", "second": "photo:cat", "views": ["right side view"],
                              "seconds": 1},
    "photo-in-several-styles": {"photo": "photo:cat", "styles": ["woodcut"]},
    "product-cut-out": {"photo": "photo:espresso"},
    "product-launch-set": {"product": "photo:espresso", "name": "Aurora", "formats": ["9:16"]},
    "restore-and-animate": {"photo": "photo:cat", "seconds": 2},
    "seamless-pattern-pack": {"colors": ["indigo and gold", "black and white"]},
    "seasons-of-one-scene": {"place": "a birch forest", "seconds": 2, "seasons": ["autumn", "winter with snow"]},
    "sticker-sheet": {"subjects": ["a green fern", "a red poppy"]},
    "storyboard-to-video": {"story": "A keeper waits.", "seconds": 2, "shape": "1:1",
                            "scenes": ["a lighthouse above the sea at dusk", "sunrise over a calm bay"]},
    "style-study-sheet": {"subject": "photo:cat", "styles": ["pencil sketch", "woodcut", "pop art"]},
}  # fmt: skip
"""What an artist fills in; sizes are the smallest that the form allows."""
ANSWERS: Final = {"choose": "9"}
ENDS: Final[Mapping[str, tuple[str, str, str | None]]] = {
    "contact-sheet-of-seeds": ("keeper", "image", None),
    "famous-paintings-booth": ("wall", "image", None),
    "idea-in-three-looks": ("enlarge_0", "image", None),
    "living-album-cover": ("film", "video", None),
    "lyric-video": ("lines", "video", "Drew 3 subtitles"),
    "magazine-cover-booth": ("prints_1", "image", None),
    "orbit-between-objects": ("film_of_two", "video", "Joined Video 1, Video 2 and Video 3"),
    "photo-in-several-styles": ("enlarge_0", "image", None),
    "product-cut-out": ("notes", "json", None),
    "product-launch-set": ("film", "video", "Put 2 texts"),
    "restore-and-animate": ("compare", "image", "laid 2 pictures out side by side"),
    "seamless-pattern-pack": ("prints_1", "image", None),
    "seasons-of-one-scene": ("year", "video", None),
    "sticker-sheet": ("sheet", "image", "laid 2 pictures out in a grid"),
    "storyboard-to-video": ("film", "video", "Its sound is Audio 1"),
    "style-study-sheet": ("sheet", "image", "laid 3 pictures out in a grid"),
}
"""For each the step that tells most, what it makes, and words of what it says it did."""


@dataclass
class Stage:
    """The engine and what carries its work."""

    engine: RunningEngine
    runtime: InlineRuntime

    async def photo(self, name: str) -> str:
        """Upload a photograph, 192 px wide, and return its address."""
        with Image.open(PHOTOS / f"{name}.jpg") as picture:
            out = io.BytesIO()
            picture.convert("RGB").resize((192, round(192 * picture.height / picture.width))).save(out, "JPEG")
        query = {"jobId": "starters", "type": "referenceImage", "contentType": "image/jpeg", "imageId": name}
        place = (await self.engine.client.get("/v1/image/uploadUrl", params=query)).json()["data"]["uploadUrl"]
        async with httpx.AsyncClient(trust_env=False, timeout=20) as storage:
            sent = await storage.put(place, content=out.getvalue(), headers={"Content-Type": "image/jpeg"})
        assert sent.status_code < 300, sent.text
        answer = await self.engine.client.get("/v1/image/downloadUrl", params=query)
        url: str = answer.json()["data"]["downloadUrl"]
        return url

    async def run(self, template_id: str, inputs: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Run a template, answering whatever it asks; returns its record and the stages that it stopped at."""
        client = self.engine.client
        answer = await client.post(ROOT, json={"workflow_id": template_id, "inputs": inputs})
        assert answer.status_code == 201, answer.text
        path, stops = f"{ROOT}/{answer.json()['data']['workflow']['workflowId']}", list[str]()
        while True:
            await asyncio.wait_for(self.runtime.idle(), 240)
            record: dict[str, Any] = (await client.get(path)).json()["data"]["workflow"]
            if record["status"] != "waiting_for_user":
                return record, stops
            waiting = record["waiting"]["details"]
            stops.append(waiting["stageId"])
            words: dict[str, Any] = {"type": "approve_checkpoint"}
            if waiting["kind"] == "interactive":
                result = ANSWERS[waiting["stageId"]]
                words = {"type": "interactive_complete", "stageId": waiting["stageId"], "result": result}
            resumed = await client.post(f"{path}/resume", json={"resume_input": words})
            assert resumed.status_code == 200, resumed.text


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    made: list[InlineRuntime] = []

    def runtime(store: Any, base_url: str) -> InlineRuntime:
        made.append(InlineRuntime(store, base_url))
        return made[0]

    parts = {"runtime": runtime, "runners": runners()}
    async with running_engine(tmp_path_factory.mktemp("starters"), parts=parts, rate_limit=0) as engine:
        yield Stage(engine, made[0])


def document_of(template_id: str) -> Document:
    return Document(starters()[template_id])


def smallest(document: Document, given: Mapping[str, Any]) -> dict[str, Any]:
    sizes = {field.name: field.low for field in form_of(document) if field.name in SMALL and field.low is not None}
    return {**sizes, **given}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("template_id", sorted(starters()))
async def test_it_runs_to_its_end_and_stops_where_it_says(stage: Stage, template_id: str) -> None:
    document, inputs = document_of(template_id), smallest(document_of(template_id), GIVEN[template_id])
    for name, value in inputs.items():
        if isinstance(value, str) and value.startswith(PHOTO):
            inputs[name] = await stage.photo(value.removeprefix(PHOTO))
    record, stops = await stage.run(template_id, inputs)
    assert record["status"] == "completed", record.get("error")
    assert {each["status"] for each in record["steps"]} == {"completed"}
    assert stops == [
        each.id for each in document.stages if each.kind == "interactive" or each.body.get("checkpointRequired")
    ]
    wanted, kind, said = ENDS[template_id]
    step = next(each for each in record["steps"] if each["id"] == wanted)
    assert step["artifacts"][0]["kind"] == kind
    assert (await stage.engine.client.get(step["artifacts"][0]["url"])).status_code == 200
    if said is not None:
        assert said in step["message"]
    if template_id == "contact-sheet-of-seeds":
        assert step["arguments"]["seed"] == int(ANSWERS["choose"])


def test_they_are_at_least_twelve_and_each_has_its_inputs_here() -> None:
    assert len(starters()) >= 12
    assert set(GIVEN) == set(ENDS) == set(starters())


@pytest.mark.parametrize("template_id", sorted(starters()))
def test_it_is_ready_for_an_artist(template_id: str) -> None:
    document = document_of(template_id)
    assert problems_of(document).found == ()
    assert len(document.name) <= 40
    assert len(document.content["description"]) >= 40
    assert document.content["tags"]
    assert facts_of(document)
    for entry in document.inputs:
        assert entry["description"]
    for stage in document.stages:
        assert stage.label != stage.id


@pytest.mark.parametrize("template_id", sorted(starters()))
def test_its_longest_lists_stay_within_what_one_run_may_have(template_id: str) -> None:
    document = document_of(template_id)
    longest: dict[str, Any] = {}
    for field in form_of(document):
        value = field.default
        if field.is_media:
            value = f"https://example.com/{field.name}.png"
        elif value is None:
            value = 1 if field.shown in ("number", "seed") else "words"
        if field.many:
            value = [(value[0] if isinstance(value, list) else value)] * field.most
        longest[field.name] = True if field.shown == "boolean" else value
    compiled = compile_template(document.content, longest)
    assert 0 < len(compiled.steps) <= MOST_STEPS


@pytest.mark.parametrize("template_id", sorted(starters()))
def test_its_graph_is_tidy(template_id: str) -> None:
    document = document_of(template_id)
    spots = document.positions()
    assert set(spots) == {INPUTS, *(stage.id for stage in document.stages)}
    for name, (x, y) in spots.items():
        for other, (left, top) in spots.items():
            assert name == other or abs(x - left) >= 154 or abs(y - top) >= 132, (name, other)
    for wire in wires_of(document):
        assert spots[wire.source][0] + 132 < spots[wire.target][0]


@pytest.mark.parametrize("template_id", sorted(starters()))
def test_it_has_a_cover_of_its_own(template_id: str) -> None:
    path = resources.path("templates", "covers", f"{template_id}.jpg")
    assert path.stat().st_size <= 40_000
    with Image.open(path) as picture:
        assert picture.size == (480, 320)
        assert len(picture.convert("P").getcolors() or ()) > 8
    assert resources.path("templates", "covers", "NOTICE.md").is_file()

"""What the editor says about a template is what the engine says when it is saved, whatever is in it."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.contract.editing.document import Document, same_json
from studio.contract.editing.problems import problems_of
from studio.contract.errors import InvalidRequest
from studio.contract.templates.documents import MOST_BYTES, as_kept
from studio.engine.media_urls import MediaUrls
from studio.engine.store.database import Database
from studio.engine.store.seal import Sealer
from studio.engine.templates.store import TemplateStore
from tests.contract.templates.samples import STILL
from tests.helpers.broken_templates import template
from tests.helpers.databases import database_url
from tests.helpers.engines import running_engine

OURS = frozenset(
    {
        *("missing_argument", "unknown_argument", "invalid_argument", "source_may_be_skipped", "batch_over_one"),
        *("too_many_steps", "glued_reference", "unused_input"),
    }
)
"""Problems that the editor alone speaks of: the template can be saved all the same."""
DOCUMENTED = {
    "invalid_template", "duplicate_stage_id", "unknown_artifact", "unknown_input", "missing_artifact_producer",
    "forward_artifact_reference", "invalid_binding_syntax", "item_binding_outside_batch", "unsupported_stage_tool",
}  # fmt: skip
Said = set[tuple[bool, str, str]]


def editor_says(content: dict[str, Any]) -> Said:
    """What the problems panel lists of documented findings: whether it blocks, code, words."""
    found = problems_of(Document(content)).found
    return {(problem.to_fix, problem.code, problem.message) for problem in found if problem.code not in OURS}


def engine_says(issues: list[dict[str, Any]]) -> Said:
    return {(issue["severity"] == "error", issue["code"], issue["message"]) for issue in issues}


def blocks(said: Said) -> bool:
    return any(to_fix for to_fix, _code, _message in said)


def is_kept(kept: dict[str, Any], content: dict[str, Any]) -> bool:
    """Whether everything of *content* is in what the engine keeps."""
    return all(same_json(kept.get(name), value) for name, value in as_kept(content).items())


class Here:
    """The engine's templates in this process, on a loop of their own."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.database = Database(folder, database_url(folder))
        urls = MediaUrls("k" * 32, own_host=lambda host: host.startswith("127.0.0.1"))
        self.store = TemplateStore(self.database, Sealer(urls))
        self.seen: Counter[str] = Counter()

    def create(self, *contents: dict[str, Any]) -> list[dict[str, Any] | BaseException]:
        """What becomes of each: as it is kept, or why it is not."""

        async def all_at_once() -> list[dict[str, Any] | BaseException]:
            saving = [self.store.create("me", content) for content in contents]
            return await asyncio.gather(*saving, return_exceptions=True)

        return self.loop.run_until_complete(all_at_once())

    def close(self) -> None:
        self.database.close()
        self.loop.close()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    made = Here(tmp_path_factory.mktemp("agrees"))
    yield made
    made.close()


@settings(max_examples=85, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1))
def test_thousands_of_templates_are_judged_alike(here: Here, seed: int) -> None:
    dice = random.Random(seed)
    contents = [template(dice) for _ in range(24)]
    for content, kept in zip(contents, here.create(*contents), strict=True):
        said = editor_says(content)
        if isinstance(kept, InvalidRequest):
            assert kept.details is not None, (kept, content)
            assert engine_says(kept.details["issues"]) == said, content
            here.seen["broken"] += 1
            here.seen.update(code for _to_fix, code, _message in said)
        else:
            assert not isinstance(kept, BaseException), (kept, content)
            assert not blocks(said), (said, content)
            assert is_kept(kept, content), content
            here.seen["valid"] += 1


def test_they_were_thousands_of_both_kinds(here: Here) -> None:
    if not here.seen:
        pytest.skip("counts what the test before has seen")
    assert here.seen["valid"] + here.seen["broken"] >= 2_000
    assert min(here.seen["valid"], here.seen["broken"]) >= 500, here.seen
    assert set(here.seen) >= DOCUMENTED


async def test_hundreds_are_judged_alike_over_http(tmp_path: Path) -> None:
    dice = random.Random(5)
    statuses: Counter[int] = Counter()
    async with running_engine(tmp_path / "engine") as engine:
        for _ in range(300):
            content = template(dice)
            answer = await engine.client.post("/v1/creative-agent/workflows/templates", json=content)
            said = editor_says(content)
            statuses[answer.status_code] += 1
            if answer.status_code == 201:
                assert not blocks(said), (said, content)
                assert is_kept(answer.json()["data"]["template"], content), content
            else:
                assert answer.status_code == 400, (answer.text, content)
                assert engine_says(answer.json()["details"]["issues"]) == said, content
    assert min(statuses[201], statuses[400]) >= 75, statuses


def test_what_is_too_large_for_the_engine_is_so_in_the_editor(here: Here) -> None:
    big = {**STILL, "metadata": {"text": "x" * MOST_BYTES}}
    (refused,) = here.create(big)
    assert isinstance(refused, InvalidRequest)
    assert str(refused) == "A template takes at most 1 MB."
    assert (True, "invalid_template", "A template takes at most 1 MB.") in editor_says(big)
    assert not blocks(editor_says(STILL))

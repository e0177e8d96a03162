"""Templates over a real engine: kept, listed, changed, copied, and nobody else's."""

import copy
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.engine.templates.starters import starters
from tests.contract.templates.samples import STILL
from tests.helpers.engines import RunningEngine, running_engine
from tests.helpers.inline_runtime import InlineRuntime

ROOT = "/v1/creative-agent/workflows/templates"
OTHER = "second-key"


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[RunningEngine]:
    async with running_engine(tmp_path, parts={"runtime": InlineRuntime}, api_keys=(OTHER,), rate_limit=0) as running:
        yield running


def sample(**members: Any) -> dict[str, Any]:
    return {**copy.deepcopy(STILL), **members}


async def saved(engine: RunningEngine, key: str | None = None, **members: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else None
    response = await engine.client.post(ROOT, json=sample(**members), headers=headers)
    assert response.status_code == 201, response.text
    body = response.json()
    assert body["status"] == "success"
    template: dict[str, Any] = body["data"]["template"]
    return template


async def listed(engine: RunningEngine, **query: Any) -> list[str]:
    response = await engine.client.get(ROOT, params=query)
    assert response.status_code == 200, response.text
    return [template["id"] for template in response.json()["data"]["templates"]]


def as_other(engine: RunningEngine) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=engine.url, headers={"api-key": OTHER}, timeout=20, trust_env=False)


async def test_what_is_saved_comes_back_whole_with_what_only_the_server_says(engine: RunningEngine) -> None:
    made = await saved(engine, myNote={"kept": [1, None]}, version="9.9.9", author="system", createdAt=1)
    assert made["id"] == "product-still-to-vertical-clip"
    assert made["version"] == "0.0.1"
    assert made["author"] == {"userId": "local", "displayName": "local"}
    assert made["createdAt"] == made["updatedAt"] > 1
    assert made["myNote"] == {"kept": [1, None]}
    for member in ("stages", "inputs", "graph", "category"):
        assert made[member] == STILL[member]
    again = await engine.client.get(f"{ROOT}/{made['id']}")
    assert again.json()["data"]["template"] == made


async def test_either_spelling_and_missing_members_are_taken(engine: RunningEngine) -> None:
    stage = {"id": "a", "type": "fixed", "tool": "generate_image", "args": {"prompt": "x"}, "on_error": "continue"}
    made = await saved(
        engine, name="Snake", stages=[stage], inputs=None, graph=None, expose_to_llm=True, review_focus=["sharp"]
    )
    assert made["exposeToLLM"] is True
    assert made["reviewFocus"] == ["sharp"]
    assert made["stages"][0]["onError"] == "continue"
    assert made["inputs"] == []


async def test_a_second_one_of_a_name_gets_an_id_of_its_own_and_an_asked_for_id_must_be_free(
    engine: RunningEngine,
) -> None:
    first, second = await saved(engine), await saved(engine)
    assert first["id"] != second["id"]
    assert second["id"].startswith(first["id"] + "-")
    assert (await saved(engine, id="mine.v2"))["id"] == "mine.v2"
    again = await engine.client.post(ROOT, json=sample(id="mine.v2"))
    assert again.status_code == 409
    for odd in ("a/b", "", 7, "x" * 129, ".."):
        refused = await engine.client.post(ROOT, json=sample(id=odd))
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "id")


async def test_an_invalid_one_is_refused_with_every_issue(engine: RunningEngine) -> None:
    broken = sample(name="")
    broken["stages"][0]["tool"] = "compose_script"
    broken["stages"][1]["args"]["duration"] = "$inputs.nothing"
    response = await engine.client.post(ROOT, json=broken)
    assert response.status_code == 400
    issues = response.json()["details"]["issues"]
    assert [(issue["code"], issue["path"]) for issue in issues] == [
        ("invalid_template", "name"),
        ("unsupported_stage_tool", "stages/still"),
        ("unknown_input", "stages/clip/args"),
    ]
    assert await listed(engine) == []
    for body in (b"", b"[]", b"{}", b'"x"', b"{"):
        refused = await engine.client.post(ROOT, content=body, headers={"Content-Type": "application/json"})
        assert refused.status_code == 400, body


async def test_every_change_raises_the_patch_number_and_only_a_valid_one_is_kept(engine: RunningEngine) -> None:
    made = await saved(engine)
    path = f"{ROOT}/{made['id']}"
    patch = {"name": "New name", "version": "7.0.0", "id": "other", "author": "system", "createdAt": 5, "brief": "b"}
    changed = (await engine.client.patch(path, json=patch)).json()["data"]["template"]
    assert (changed["version"], changed["name"], changed["id"]) == ("0.0.2", "New name", made["id"])
    assert (changed["author"], changed["createdAt"]) == (made["author"], made["createdAt"])
    assert changed["stages"] == made["stages"]
    refused = await engine.client.patch(path, json={"stages": []})
    assert refused.status_code == 400
    assert refused.json()["details"]["issues"][0]["path"] == "stages"
    assert (await engine.client.get(path)).json()["data"]["template"] == changed
    last = (await engine.client.patch(path, json={"brief": None})).json()["data"]["template"]
    assert last["version"] == "0.0.3"
    assert "brief" not in last


async def test_a_list_is_paged_newest_first_and_those_of_the_engine_stand_last(engine: RunningEngine) -> None:
    made = [
        (await saved(engine, name=f"Number {n}", visibility="public" if n % 2 else "private"))["id"] for n in range(5)
    ]
    first = (await engine.client.get(ROOT, params={"limit": 2})).json()["data"]
    assert [template["id"] for template in first["templates"]] == made[:2:-1]
    assert first["next"] == 2
    rest = (await engine.client.get(ROOT, params={"limit": 3, "offset": 2})).json()["data"]
    assert [template["id"] for template in rest["templates"]] == made[2::-1]
    assert rest["next"] is None
    system = sorted(starters())
    whole = await listed(engine, visibility="all")
    assert whole[:5] == made[::-1]
    assert sorted(whole[5:]) == system
    paged: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = (await engine.client.get(ROOT, params={"visibility": "all", "limit": 3, "offset": offset})).json()[
            "data"
        ]
        paged += [template["id"] for template in page["templates"]]
        offset = page["next"]
    assert paged == whole
    assert (await listed(engine, visibility="public"))[:2] == [made[3], made[1]]
    for query in ({"limit": 0}, {"limit": 201}, {"offset": -1}, {"visibility": "team"}, {"limit": "x"}):
        assert (await engine.client.get(ROOT, params=query)).status_code == 400, query


async def test_another_owners_private_template_does_not_exist(engine: RunningEngine) -> None:
    mine = await saved(engine, id="secret")
    shared = await saved(engine, id="shared", visibility="public")
    async with as_other(engine) as other:
        missing = (await other.get(f"{ROOT}/nowhere")).json()
        for method, path in (
            ("GET", "secret"),
            ("PATCH", "secret"),
            ("DELETE", "secret"),
            ("POST", "secret/fork"),
            ("PATCH", "shared"),
            ("DELETE", "shared"),
            ("PATCH", "idea-in-three-looks"),
            ("DELETE", "idea-in-three-looks"),
        ):
            answer = await other.request(method, f"{ROOT}/{path}", json={} if method != "GET" else None)
            assert (answer.status_code, answer.json()) == (404, missing), (method, path)
        assert (await other.get(f"{ROOT}/shared")).json()["data"]["template"] == shared
        listing = (await other.get(ROOT, params={"visibility": "all"})).json()["data"]["templates"]
        assert "secret" not in [template["id"] for template in listing]
        assert "shared" in [template["id"] for template in listing]
        # An id that is taken by something invisible is quietly replaced; one that is visible is a conflict.
        taken = await other.post(ROOT, json=sample(id="secret"))
        assert taken.status_code == 201
        assert taken.json()["data"]["template"]["id"].startswith("secret-")
        assert (await other.post(ROOT, json=sample(id="shared"))).status_code == 409
    assert (await engine.client.get(f"{ROOT}/secret")).json()["data"]["template"] == mine


async def test_a_fork_is_a_private_copy_for_whoever_makes_it(engine: RunningEngine) -> None:
    await saved(engine, id="shared", visibility="public", myNote="kept")
    await engine.client.patch(f"{ROOT}/shared", json={"brief": "b"})
    async with as_other(engine) as other:
        forked = (await other.post(f"{ROOT}/shared/fork", json={})).json()["data"]["template"]
        assert forked["name"] == "Copy of Product still to vertical clip"
        assert (forked["version"], forked["visibility"], forked["myNote"]) == ("0.0.1", "private", "kept")
        assert forked["author"]["userId"] != "local"
        named = await other.post(f"{ROOT}/shared/fork", json={"newName": " Mine "})
        assert (named.status_code, named.json()["data"]["template"]["name"]) == (201, "Mine")
        system = await other.post(f"{ROOT}/idea-in-three-looks/fork")
        assert system.json()["data"]["template"]["author"]["userId"] == forked["author"]["userId"]
        changed = await other.patch(f"{ROOT}/{forked['id']}", json={"name": "Changed"})
        assert changed.status_code == 200
    assert (await engine.client.get(f"{ROOT}/{forked['id']}")).status_code == 404


async def test_what_is_deleted_is_gone(engine: RunningEngine) -> None:
    made = await saved(engine)
    answer = await engine.client.delete(f"{ROOT}/{made['id']}")
    assert answer.status_code == 200
    assert answer.json() == {"status": "success", "data": {"deleted": True, "id": made["id"]}}
    assert (await engine.client.get(f"{ROOT}/{made['id']}")).status_code == 404
    assert (await engine.client.delete(f"{ROOT}/{made['id']}")).status_code == 404


async def test_templates_outlive_the_engine(tmp_path: Path) -> None:
    async with running_engine(tmp_path, parts={"runtime": InlineRuntime}) as engine:
        made = await saved(engine)
    async with running_engine(tmp_path, parts={"runtime": InlineRuntime}) as engine:
        assert (await engine.client.get(f"{ROOT}/{made['id']}")).json()["data"]["template"] == made

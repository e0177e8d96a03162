"""The model catalogue and the lists of LoRAs over loopback."""

from pathlib import Path

import httpx
import pytest

from studio.contract.tools import catalogue
from studio.engine.tools.registry import runners
from tests.helpers.engines import running_engine

NOT_SELECTORS = {"auto", "voice", "clone", "design"}
FAMILY_NAMES = {"minimax-h3-turbo", "minimax-h3-balanced", "minimax-h3-fasth3-turbo", "minimax-h3-fasth3-turbo-2stage"}
"""Names of the video tools that stand for a mode chosen later."""


async def test_the_catalogue_lists_what_runs_here_first_and_needs_no_key(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine, httpx.AsyncClient(base_url=engine.url, trust_env=False) as anyone:
        response = await anyone.get("/v1/model-catalog")
        body = response.json()
        assert response.status_code == 200
        assert body["status"] == "success"
        models = body["data"]["models"]
        running = [model for model in models if model["available"]]
        assert models[: len(running)] == running
        assert "studio-painter" in {model["id"] for model in running}
        for model in running:
            assert model["availableNetworks"] == ["fast", "relaxed"]
            assert set(model["tools"]) <= set(runners()), "it is said to run, and its tool is not built"
        for model in models[len(running) :]:
            assert (model["availableNetworks"], model["workerCounts"]) == ([], {})
            assert model["unavailableReason"]
        assert {"z_image_turbo_bf16", "seedance-2-5", "ace_step_1.5_xl_turbo"} <= {model["id"] for model in models}
        assert all("parameters" not in model for model in models)
        assert len({model["id"] for model in models}) == len(models)
        assert len(response.content) < 5_000_000


async def test_every_selector_of_the_tools_is_in_the_catalogue(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        models = (await engine.client.get("/v1/model-catalog")).json()["data"]["models"]
    listed = {name for model in models for name in model["selectors"]}
    for tool in catalogue().values():
        for argument in ("model", "videoModel"):
            named = set(tool.parameters["properties"].get(argument, {}).get("enum", []))
            assert named - NOT_SELECTORS - FAMILY_NAMES <= listed, tool.name


async def test_a_catalogue_that_did_not_change_is_not_sent_again(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        first = await engine.client.get("/v1/model-catalog")
        tag = first.headers["etag"]
        for given in (tag, f'"other", W/{tag}', "*"):
            again = await engine.client.get("/v1/model-catalog", headers={"If-None-Match": given})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        changed = await engine.client.get("/v1/model-catalog?include=parameters", headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert changed.json()["data"]["models"][0]["parameters"]["width"]["max"] == 2048


@pytest.mark.parametrize(
    ("query", "kinds", "only_running"),
    [
        ("mediaType=audio", {"audio"}, False),
        ("network=fast", {"image", "video", "audio"}, True),
        ("mediaType=image", {"image"}, False),
    ],
)
async def test_filters(tmp_path: Path, query: str, kinds: set[str], only_running: bool) -> None:
    async with running_engine(tmp_path) as engine:
        models = (await engine.client.get(f"/v1/model-catalog?{query}")).json()["data"]["models"]
        assert {model["mediaType"] for model in models} == kinds
        assert all(model["available"] for model in models) or not only_running


async def test_a_network_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        response = await engine.client.get("/v1/model-catalog?network=slow")
        assert response.status_code == 400
        assert "network" in response.json()["message"]


async def test_lists_of_loras_are_empty_and_say_their_limits(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine, httpx.AsyncClient(base_url=engine.url, trust_env=False) as anyone:
        data = (await anyone.get("/v1/loras/comfy?modelId=krea2_turbo_fp8_scaled")).json()["data"]
        assert (data["loras"], data["constraints"]) == ([], {"maxPerRequest": 8})
        assert (await anyone.get("/v1/loras/personal")).status_code == 401
        assert (await engine.client.get("/v1/loras/personal")).json()["data"]["loras"] == []
        assert (await engine.client.get("/v1/loras/personal/catalog")).json()["data"]["loras"] == []
        assert (await engine.client.get("/v1/loras/personal/personal-1")).status_code == 404
        assert (await engine.client.delete("/v1/loras/personal/personal-1")).status_code == 404
        refused = await engine.client.post("/v1/loras/personal", json={"name": "x"})
        assert (refused.status_code, refused.json()["errorCode"]) == (403, 179)


async def test_language_models_tell_how_long_an_answer_may_be(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        for model in (await engine.client.get("/v1/models")).json()["data"]:
            most = model["max_output_tokens"]
            assert 1 == most["min"] <= most["default"] <= most["max"] <= model["max_context_length"]
            assert model["workers"] == 1

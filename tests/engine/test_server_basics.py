"""Keys, hosts, origins, unknown addresses, account, models: what every client meets first."""

import asyncio
import itertools
import os
from pathlib import Path

import pytest

from studio.contract.chat import ALIAS_MODELS
from studio.engine.files import secret_file
from studio.engine.guards import host_name, is_loopback
from studio.engine.server import clear_scratch, exclusive
from studio.engine.settings import EngineSettings
from tests.helpers.engines import running_engine


async def test_health_needs_no_key_and_tells_who_answers(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        answer = await engine.client.get("/healthz", headers={"Authorization": ""})
    body = answer.json()
    assert answer.status_code == 200
    assert body["status"] == "ok"
    assert {"shutdown", "resume_input"} <= set(body["features"])
    assert body["llm"]["tools"] == "director"
    assert "generate_image" in body["tools"]


async def test_a_right_key_is_taken_in_every_authorization_form(tmp_path: Path) -> None:
    async with running_engine(tmp_path, api_keys=("second-key",)) as engine:
        for key, form in itertools.product((engine.key, "second-key"), ("Bearer {}", "bearer {}", "{}")):
            answer = await engine.client.get("/v1/account/me", headers={"Authorization": form.format(key)})
            assert answer.json()["data"]["username"] == "local"


WRONG = [
    {"Authorization": "Bearer wrong"},
    {"Authorization": "wrong"},
    {"api-key": "wrong", "Authorization": ""},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
]


async def test_a_wrong_key_is_401_with_the_hybrid_body(tmp_path: Path) -> None:
    paths = ["/v1/models", "/v1/chat/completions", "/openapi.json", "/v1/studio/shutdown"]
    async with running_engine(tmp_path) as engine:
        for path, headers in itertools.product(paths, WRONG):
            method = "POST" if path.endswith(("completions", "shutdown")) else "GET"
            answer = await engine.client.request(method, path, headers=headers, content=b"{broken")
            body = answer.json()
            assert answer.status_code == 401, (path, headers)
            assert body["status"] == "error"
            assert body["errorCode"] == 401
            assert body["error"]["type"] == "authentication_error"
            assert body["message"] == body["error"]["message"]


async def test_api_key_header_alone_and_beside_another(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        alone = await engine.client.get("/v1/models", headers={"api-key": engine.key, "Authorization": ""})
        beside = await engine.client.get("/v1/models", headers={"api-key": engine.key, "Authorization": "Bearer other"})
    assert (alone.status_code, beside.status_code) == (200, 200)


async def test_unknown_addresses_and_methods_have_the_hybrid_body(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        unknown = await engine.client.get("/v1/projects/x", headers={"Authorization": "Bearer wrong"})
        method = await engine.client.delete("/v1/models")
    assert unknown.status_code == 404
    assert unknown.json()["error"]["code"] == "route_not_found"
    assert method.status_code == 405
    assert method.json()["errorCode"] == 405


async def test_foreign_hosts_and_origins_get_403_and_never_401(tmp_path: Path) -> None:
    settings = {"allow_hosts": frozenset({"studio.test"}), "allow_origins": frozenset({"https://chat.test"})}
    async with running_engine(tmp_path, **settings) as engine:
        get = engine.client.get
        evil = await get("/v1/models", headers={"Host": "evil.test", "Authorization": ""})
        good = await get("/v1/models", headers={"Host": "studio.test:9"})
        page = await get("/v1/models", headers={"Origin": "https://evil.test", "Authorization": ""})
        allowed = await get("/v1/models", headers={"Origin": "https://chat.test"})
        flight = {"Origin": "https://chat.test", "Access-Control-Request-Method": "POST", "Authorization": ""}
        preflight = await engine.client.options("/v1/chat/completions", headers=flight)
        refused = await engine.client.options("/v1/chat/completions", headers={**flight, "Origin": "https://evil.test"})
    assert (evil.status_code, evil.json()["error"]["code"]) == (403, "host_not_allowed")
    assert good.status_code == 200
    assert (page.status_code, page.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert "access-control-allow-origin" not in page.headers
    assert allowed.headers["access-control-allow-origin"] == "https://chat.test"
    assert preflight.status_code == 204
    assert "api-key" in preflight.headers["access-control-allow-headers"]
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]:80", "::1"),
        ("LocalHost", "localhost"),
        ("::1", "::1"),
        ("localhost:", "localhost"),
    ],
)
def test_host_names(host: str, name: str) -> None:
    assert host_name(host) == name
    assert is_loopback(name)


@pytest.mark.parametrize(
    "host", ["127.0.0.1.evil.test", "localhost.evil.test", "0.0.0.0", "10.0.0.1", "", "localhost:80@evil.test"]
)
def test_names_that_only_look_local(host: str) -> None:
    assert not is_loopback(host_name(host))


async def test_models_list_what_answers_first_then_aliases(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        models = (await engine.client.get("/v1/models")).json()["data"]
        one = (await engine.client.get(f"/v1/models/{ALIAS_MODELS[0]}")).json()
        missing = await engine.client.get("/v1/models/some/thing")
    assert [model["id"] for model in models][-2:] == list(ALIAS_MODELS)
    assert "alias_of" not in models[0]
    assert one["alias_of"] == models[0]["id"]
    assert one["owned_by"] == "studio"
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "model_not_found"


async def test_account_endpoints(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        balance = (await engine.client.get("/v4/account/balance")).json()["data"]
        status = (await engine.client.get("/v1/subscriptions/status")).json()["data"]
    assert isinstance(balance["spark"]["net"], str)
    assert isinstance(balance["sogni"]["net"], str)
    assert status == {"subscription": {"active": False, "status": "none", "capabilities": {}}}


async def test_the_document_describes_every_route(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        document = (await engine.client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert {"/healthz", "/v1/models", "/v1/models/{model_id}", "/v1/chat/completions"} <= set(document["paths"])
    media = document["paths"]["/v1/media/{asset_id}/{filename}"]
    assert {"get", "head"} <= set(media)
    chat = document["paths"]["/v1/chat/completions"]["post"]
    reference = chat["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    assert {"messages", "sogni_tools", "media_context"} <= set(schema["properties"])
    assert {"400", "401", "404", "413"} <= set(chat["responses"])


async def test_shutdown_leaves_when_idle(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        answer = await engine.client.post("/v1/studio/shutdown")
        assert answer.status_code == 202
        for _ in range(100):
            if engine.server.should_exit:
                break
            await asyncio.sleep(0.02)
        assert engine.server.should_exit


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the folder of a person private")
async def test_keys_and_databases_of_the_data_folder_are_private(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "engine.sqlite").touch(0o644)
    async with running_engine(tmp_path, database_url=None) as engine:
        await engine.client.get("/v1/creative-agent/workflows")
        found = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "engine").glob("*[ey]*")}
    assert {"api-key", "url-key", "engine.sqlite"} <= set(found)
    assert not any(found.values())
    new = tmp_path / "new" / "engine"
    with exclusive(new):
        assert [folder.stat().st_mode & 0o077 for folder in (new, new.parent)] == [0, 0]


@pytest.mark.parametrize("shared", [False, True])
def test_working_files_of_a_killed_engine_are_removed(tmp_path: Path, shared: bool) -> None:
    left = tmp_path / "engine" / "cache" / "scratch" / "tmp1" / "film.mp4"
    left.parent.mkdir(parents=True)
    left.touch()
    clear_scratch(EngineSettings(data_dir=tmp_path, database_url="postgresql://x" if shared else None))
    assert left.exists() == shared


def test_a_new_key_can_be_given_on_any_command_line(tmp_path: Path) -> None:
    keys = [secret_file(tmp_path / str(number)) for number in range(20)]
    assert len(set(keys)) == 20
    assert all(key.isalnum() and len(key) == 64 for key in keys)
    assert secret_file(tmp_path / "0") == keys[0]

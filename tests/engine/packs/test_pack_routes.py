"""The routes of packs: anybody with a key looks, only the artist at this computer changes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.engine.packs.catalogue import Pack
from tests.helpers.engines import running_engine


@pytest.fixture(autouse=True)
def _small(known: Callable[[], dict[str, Pack]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.engine.packs.desk.PackDesk.__init__.__kwdefaults__", {
        "busy": lambda change: None, "packs_known": known, "index": None,
    })  # fmt: skip


async def test_list_install_follow_remove(tmp_path: Path, archives: Path) -> None:
    async with running_engine(tmp_path / "data") as engine:
        listed = (await engine.client.get("/v1/studio/packs")).json()["data"]["packs"]
        assert [(p["id"], p["state"], p["licence"]) for p in listed] == [
            ("tiny", "available", "MIT"), ("own", "available", "MIT"),
        ]  # fmt: skip
        begun = await engine.client.post("/v1/studio/packs/tiny/install", json={"source": str(archives)})
        assert begun.status_code == 202
        state = begun.json()["data"]
        while state["state"] == "installing":
            after = {"after": state["revision"], "wait": 5}
            state = (await engine.client.get("/v1/studio/packs/tiny", params=after)).json()["data"]
        assert (state["state"], state["installedVersion"], state["outdated"]) == ("installed", "3", False)
        assert state["diskBytes"] > 500_000
        removed = await engine.client.delete("/v1/studio/packs/tiny")
        assert removed.json()["data"]["state"] == "available"
        idle = await engine.client.post("/v1/studio/packs/tiny/cancel")
        assert idle.json()["data"]["state"] == "available"


async def test_what_is_refused(tmp_path: Path) -> None:
    async with running_engine(tmp_path, api_keys=("guest",)) as engine:
        guest = {"Authorization": "Bearer guest"}
        assert (await engine.client.get("/v1/studio/packs", headers=guest)).status_code == 200
        for method, path in (("POST", "tiny/install"), ("POST", "tiny/cancel"), ("DELETE", "tiny")):
            answer = await engine.client.request(method, f"/v1/studio/packs/{path}", headers=guest)
            assert answer.status_code == 403, path
        assert (await engine.client.get("/v1/studio/packs", headers={"Authorization": ""})).status_code == 401
        for path in ("nothing/install", "nothing/cancel"):
            assert (await engine.client.post(f"/v1/studio/packs/{path}")).status_code == 404
        assert (await engine.client.get("/v1/studio/packs/..%2Ftiny")).status_code == 404
        assert (await engine.client.delete("/v1/studio/packs/nothing")).status_code == 404
        relative = await engine.client.post("/v1/studio/packs/tiny/install", json={"source": "here"})
        assert relative.status_code == 400
        own = await engine.client.post("/v1/studio/packs/own/install")
        assert own.status_code == 400
        assert "--from FILE" in own.json()["message"]
        late = await engine.client.get("/v1/studio/packs/tiny", params={"after": 0, "wait": 99})
        assert late.status_code == 400

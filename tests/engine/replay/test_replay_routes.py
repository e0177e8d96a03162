"""Replay records over loopback: flat bodies, redacted, private to their owner."""

from pathlib import Path

import pytest

from tests.helpers.engines import running_engine

RECORD = {
    "schemaVersion": 2,
    "run_id": "run/1 a",
    "startedAt": 1,
    "user_request": "a red kite",
    "final_response": "Here it is. The token is abcdef.",
    "model_id": "studio-director",
    "rounds": [{"round": 1, "assistant_message": "", "tool_calls": [], "tool_results": []}],
    "runtime_config": {"api_key": "sk-live-1234567890", "temperature": 0.2},
    "vendor": {"kept": True},
}


async def test_a_record_is_written_listed_and_read_back_redacted(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        written = await engine.client.post("/v1/replay/records", json=RECORD)
        assert written.status_code == 200, written.text
        body = written.json()
        assert body == {
            "runId": "run/1 a",
            "schemaVersion": 2,
            "redacted": True,
            "createTime": body["createTime"],
            "updateTime": body["createTime"],
        }
        listed = (await engine.client.get("/v1/replay/records")).json()
        assert listed == {
            "records": [
                {
                    "runId": "run/1 a",
                    "schemaVersion": 2,
                    "createTime": body["createTime"],
                    "updateTime": body["updateTime"],
                    "userRequest": "a red kite",
                    "finalResponse": "Here it is. The token is [REDACTED]",
                    "modelId": "studio-director",
                    "rounds": 1,
                }
            ]
        }
        got = (await engine.client.get("/v1/replay/records/run%2F1%20a")).json()
        assert got["createTime"] == body["createTime"]
        record = got["record"]
        assert record["redacted"] is True
        assert record["runtime_config"] == {"api_key": "[REDACTED]", "temperature": 0.2}
        assert record["vendor"] == {"kept": True}
        assert (record["endedAt"], record["job_ids"], "total_cost" in record) == (0, [], False)
        kept = b"".join(file.read_bytes() for file in (tmp_path / "engine").rglob("*") if file.is_file())
        assert b"sk-live" not in kept


async def test_writing_again_replaces_and_keeps_the_time_of_creation(tmp_path: Path) -> None:
    async with running_engine(tmp_path) as engine:
        first = (await engine.client.post("/v1/replay/records", json={"run_id": "a"})).json()
        await engine.client.post("/v1/replay/records", json={"runId": "b"})
        again = (await engine.client.post("/v1/replay/records", json={"run_id": "a", "final_response": "2"})).json()
        assert again["createTime"] == first["createTime"] <= again["updateTime"]
        listed = (await engine.client.get("/v1/replay/records?limit=500")).json()["records"]
        assert [(entry["runId"], entry["finalResponse"]) for entry in listed] == [("b", ""), ("a", "2")]
        assert len((await engine.client.get("/v1/replay/records?limit=1")).json()["records"]) == 1


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"run_id": ""}', '{"run_id": 5}', '{"run_id": "a\\u0000b"}', "nul"])
async def test_a_record_without_a_usable_run_id_is_refused(tmp_path: Path, body: str) -> None:
    async with running_engine(tmp_path) as engine:
        headers = {"Content-Type": "application/json"}
        response = await engine.client.post("/v1/replay/records", content=body, headers=headers)
        assert response.status_code == 400, response.text
        assert response.json()["status"] == "error"


async def test_records_are_private_to_their_owner(tmp_path: Path) -> None:
    async with running_engine(tmp_path, api_keys=("other-key",)) as engine:
        await engine.client.post("/v1/replay/records", json={"run_id": "mine"})
        other = {"Authorization": "Bearer other-key"}
        missing = await engine.client.get("/v1/replay/records/mine", headers=other)
        assert missing.status_code == 404
        assert (await engine.client.get("/v1/replay/records", headers=other)).json() == {"records": []}
        await engine.client.post("/v1/replay/records", json={"run_id": "mine", "model_id": "x"}, headers=other)
        assert (await engine.client.get("/v1/replay/records/mine")).json()["record"]["model_id"] == ""

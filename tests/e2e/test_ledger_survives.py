"""A killed engine neither charges twice nor keeps credit that it had reserved."""

import time
from pathlib import Path
from typing import Any

from studio.engine.billing.ledger import problems
from studio.engine.store.database import Database
from tests.helpers.databases import database_url
from tests.helpers.processes import Process, ready, start

REHEARSAL = ("--no-detect", "--rates", "rehearsal", "--balance", "spark=20")
FLOW = "/v1/creative-agent/workflows"


def engine(data_dir: Path) -> Process:
    return ready(start(data_dir, *REHEARSAL), data_dir)


def get(process: Process, path: str) -> Any:
    with process.http() as client:
        return client.get(path).json()["data"]


def wait_until(process: Process, path: str, wanted: Any) -> Any:
    for _ in range(600):
        found = get(process, path)
        if wanted(found):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_kill_while_credit_is_held_charges_each_step_once(tmp_path: Path) -> None:
    steps = [
        {"id": f"s{i}", "toolName": "generate_image", "arguments": {"prompt": "a fox", "width": 256, "height": 256}}
        for i in range(2)
    ]
    first = engine(tmp_path)
    with first.http() as client:
        answer = client.post(FLOW, json={"input": {"steps": steps}}).json()["data"]["workflow"]
    path = f"{FLOW}/{answer['workflowId']}"
    wait_until(first, "/v4/account/balance", lambda data: data["spark"]["net"] != "20")
    first.kill()
    first.close()
    second = engine(tmp_path)
    done = wait_until(second, path, lambda data: data["workflow"]["status"] not in ("queued", "running"))
    balance = get(second, "/v4/account/balance")["spark"]
    listed = get(second, "/v1/transactions/list")["transactions"]
    assert second.stop() == 0
    assert second.close() == ""
    assert done["workflow"]["status"] == "completed"
    assert (balance["debit"], balance["net"], balance["settled"]) == ("1.6", "18.4", "18.4")
    assert [transaction["amount"] for transaction in listed] == [0.8, 0.8, 20.0]
    database = Database(tmp_path / "engine", database_url(tmp_path))
    assert database.read_now(problems) == []
    database.close()

"""Unmodified npm clients against ``studio serve``: ``openai`` and ``@sogni-ai/sogni-client``."""

from pathlib import Path

from PIL import Image

from tests.helpers.node import run_script
from tests.helpers.processes import Process


def test_openai(studio: Process, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    Image.linear_gradient("L").convert("RGB").resize((96, 96)).save(picture)
    seen = run_script("openai.mjs", studio.url, studio.key, str(picture))
    assert "qwen3.6-35b-a3b-gguf-iq4xs" in seen["models"]
    assert seen["retrieved"] == "qwen3.6-35b-a3b-gguf-iq4xs"
    assert seen["missing"] == {"status": 404, "code": "model_not_found"}
    assert seen["plain"]["text"]
    assert seen["plain"]["results"] == 1
    assert seen["streamed"]["text"]
    assert (seen["streamed"]["results"], seen["streamed"]["finish"]) == (1, "stop")
    assert seen["streamed"]["usage"] > 0
    assert seen["helper"] == "stop"
    assert seen["call"]["name"] == "book_table"
    assert seen["vision"] == "remove_background"
    assert seen["invalid"]["status"] == 400
    assert "messages" in seen["invalid"]["message"]
    assert seen["aborted"] is True


def test_sogni(studio: Process, rehearsal: Process) -> None:
    seen = run_script("sogni.mjs", studio.url, studio.key, rehearsal.url, rehearsal.key)
    assert seen["me"] == "local"
    assert seen["balance"] == ["sogni", "spark"]
    assert seen["subscription"] is False
    assert seen["hosted"] == [["generate_image", True]]
    assert seen["direct"] == ["compose_lyrics", True]
    assert seen["run"]["sequences"] == list(range(len(seen["run"]["types"])))
    assert (seen["run"]["types"][0], seen["run"]["types"][-1]) == ("run_created", "run_completed")
    assert seen["rest"] == seen["run"]["sequences"][3:]
    assert (seen["snapshot"], seen["cancelled"]) == ("completed", "completed")
    assert seen["workflow"]["last"] == "completed"
    assert "step_completed" in seen["workflow"]["events"]
    assert seen["workflows"] == [True]
    assert seen["artifacts"] == 1
    assert seen["workflowEvents"] >= 4
    assert seen["reseed"] == seen["reseedOf"]
    assert seen["workflowCancelled"] == "string"
    assert seen["resume"] == 409
    assert seen["template"] == ["0.0.1", "0.0.2", "Boats"]
    assert seen["fork"] == "Mine"
    assert seen["templates"] >= 1
    assert seen["deleted"] == 404
    assert seen["replay"] is True
    assert seen["replays"] >= 1
    assert seen["record"] is False
    assert seen["paused"] == "run_waiting_for_user"
    assert seen["confirmed"] == "run_completed"

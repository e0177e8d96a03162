"""The real engine process over loopback: start, ready line, OpenAI SDK, one per folder, kill, leave."""

import base64
import io
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from PIL import Image

from tests.helpers.fake_llm import FakeLlm, Reply
from tests.helpers.processes import Process, ready, start


@pytest.fixture(scope="module")
def llm() -> Iterator[FakeLlm]:
    with FakeLlm() as fake:
        yield fake


@pytest.fixture(scope="module")
def engine(llm: FakeLlm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    data_dir = tmp_path_factory.mktemp("engine")
    process = ready(start(data_dir, "--llm-url", llm.url), data_dir)
    yield process
    assert process.stop() == 0
    assert process.popen.stderr is not None
    assert process.popen.stderr.read() == ""
    assert process.popen.stdout is not None
    process.popen.stdout.close()
    process.popen.stderr.close()


def script(llm: FakeLlm, *replies: Reply) -> None:
    llm.asked.clear()
    llm.script = replies


def test_the_sdk_lists_models(engine: Process) -> None:
    ids = [model.id for model in engine.client().models.list()]
    assert ids[0] == "test-model"
    assert "qwen3.6-35b-a3b-gguf-iq4xs" in ids
    assert engine.client().models.retrieve("test-model").id == "test-model"
    with pytest.raises(openai.NotFoundError) as caught:
        engine.client().models.retrieve("nothing")
    assert caught.value.code == "model_not_found"


def test_the_sdk_gets_plain_and_streamed_answers(engine: Process, llm: FakeLlm) -> None:
    script(llm, Reply("Hello, artist."))
    ask: dict[str, Any] = {"model": "qwen3.6-35b-a3b-gguf-iq4xs", "messages": [{"role": "user", "content": "hi"}]}
    plain = engine.client().chat.completions.create(**ask, extra_body={"sogni_tools": False})
    assert plain.choices[0].message.content == "Hello, artist."
    assert plain.model == "test-model"
    assert plain.usage is not None
    assert plain.usage.total_tokens == 15
    pieces, usage = [], None
    for chunk in engine.client().chat.completions.create(**ask, stream=True, stream_options={"include_usage": True}):
        usage = chunk.usage or usage
        pieces += [choice.delta.content or "" for choice in chunk.choices]
    assert "".join(pieces) == "Hello, artist."
    assert usage is not None


def test_the_sdk_gets_custom_tool_calls(engine: Process, llm: FakeLlm) -> None:
    script(llm, Reply(calls=[("weather", {"city": "Oslo"})]), Reply("Cold."))
    weather = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
    messages: list[Any] = [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "weather?"}]
    client = engine.client()
    first = client.chat.completions.create(model="test-model", messages=messages, tools=[weather])  # type: ignore[list-item]
    call = first.choices[0].message.tool_calls[0]  # type: ignore[index]
    assert first.choices[0].finish_reason == "tool_calls"
    messages += [first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "-3"}]
    second = client.chat.completions.create(model="test-model", messages=messages, tools=[weather])  # type: ignore[list-item]
    assert second.choices[0].message.content == "Cold."
    assert {"role": "developer", "content": "Be brief."} not in llm.asked[0]["messages"]


def test_the_sdk_sends_pictures(engine: Process, llm: FakeLlm) -> None:
    script(llm, Reply("A red square."))
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "PNG")
    url = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    parts: Any = [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": {"url": url}}]
    answer = engine.client().chat.completions.create(model="test-model", messages=[{"role": "user", "content": parts}])
    assert answer.choices[0].message.content == "A red square."
    with pytest.raises(openai.BadRequestError) as caught:
        engine.client().chat.completions.create(
            model="test-model", messages=[{"role": "user", "content": [parts[1]] * 21}]
        )
    assert caught.value.code == "too_many_images"


def test_a_wrong_key_is_an_authentication_error(engine: Process) -> None:
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(base_url=f"{engine.url}/v1", api_key="wrong", max_retries=0).models.list()


def test_an_error_in_a_stream_raises_in_the_sdk(engine: Process, llm: FakeLlm) -> None:
    script(llm, Reply("cut off in the middle", pieces=6, cut_after=3))
    stream = engine.client().chat.completions.create(
        model="test-model", messages=[{"role": "user", "content": "x"}], stream=True
    )
    with pytest.raises(openai.APIError, match="middle of its answer"):
        for _ in stream:
            pass


def test_keys_and_prompts_are_in_no_log(engine: Process, llm: FakeLlm) -> None:
    script(llm, Reply("ok"))
    engine.client().chat.completions.create(model="test-model", messages=[{"role": "user", "content": "xyzzy-prompt"}])
    log = (engine.data_dir / "engine" / "engine.log").read_text()
    assert "xyzzy-prompt" not in log
    assert engine.key not in log


def test_a_second_engine_in_the_same_folder_says_so(engine: Process) -> None:
    second = start(engine.data_dir)
    out, err = second.communicate(timeout=20)
    assert second.returncode == 1
    assert out == ""
    assert "Another engine already works" in err
    assert len(err.splitlines()) == 1
    assert httpx.get(f"{engine.url}/healthz").json()["pid"] == engine.popen.pid


def test_port_of_the_last_run_keys_and_leaving(tmp_path: Path) -> None:
    first = ready(start(tmp_path, "--no-detect", "--api-key", "given", STUDIO_API_KEY="from-environment"), tmp_path)
    for key in ("given", "from-environment", first.key):
        assert httpx.get(f"{first.url}/v1/account/me", headers={"api-key": key}).status_code == 200
    assert httpx.post(f"{first.url}/v1/studio/shutdown", headers=first.headers).status_code == 202
    first.popen.communicate(timeout=15)
    assert first.popen.returncode == 0
    second = ready(start(tmp_path, "--no-detect", "--exit-when-idle", "0.3"), tmp_path)
    assert second.url == first.url
    second.popen.communicate(timeout=15)
    assert second.popen.returncode == 0


def test_a_taken_port_is_a_sentence(engine: Process, tmp_path: Path) -> None:
    port = engine.url.rpartition(":")[2]
    popen = start(tmp_path, "--port", port)
    _, err = popen.communicate(timeout=20)
    assert popen.returncode == 1
    assert f"port {port}" in err
    assert "Traceback" not in err


def read_until_killed(process: Process, body: dict[str, Any], got: list[bytes]) -> None:
    """Read a stream and kill the engine at its first words."""
    url = f"{process.url}/v1/chat/completions"
    with httpx.stream("POST", url, json=body, headers=process.headers) as response:
        for piece in response.iter_raw():
            got.append(piece)
            if b"slow" in piece:
                process.popen.send_signal(signal.SIGKILL)


def test_a_killed_engine_breaks_the_stream_and_starts_again_whole(tmp_path: Path) -> None:
    with FakeLlm([Reply("slow words " * 50, pieces=50, pause_s=0.05)]) as slow:
        process = ready(start(tmp_path, "--llm-url", slow.url), tmp_path)
        body = {"messages": [{"role": "user", "content": "x"}], "stream": True}
        got: list[bytes] = []
        with pytest.raises(httpx.RemoteProtocolError):
            read_until_killed(process, body, got)
        process.popen.communicate(timeout=15)
        assert b"[DONE]" not in b"".join(got)
        deadline = time.monotonic() + 5
        while not slow.disconnected.is_set() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert slow.disconnected.is_set()
        again = ready(start(tmp_path, "--llm-url", slow.url), tmp_path)
        assert again.key == process.key
        slow.script = [Reply("Fine again.")]
        answer = httpx.post(f"{again.url}/v1/chat/completions", json={**body, "stream": False}, headers=again.headers)
        assert answer.json()["choices"][0]["message"]["content"] == "Fine again."
        again.popen.terminate()
        again.popen.communicate(timeout=15)


def test_without_any_model_the_quick_test_returns_a_picture(tmp_path: Path) -> None:
    """The request of the API's own quick test, verbatim but for host and key."""
    process = ready(start(tmp_path, "--no-detect"), tmp_path)
    quick = {
        "model": "qwen3.6-35b-a3b-gguf-iq4xs",
        "messages": [{"role": "user", "content": "Make me something beautiful, use your imagination!"}],
        "sogni_tools": True,
    }
    headers = {**process.headers, "Content-Type": "application/json"}
    body = httpx.post(f"{process.url}/v1/chat/completions", json=quick, headers=headers, timeout=120).json()
    result = body["sogni_tool_results"][0]
    assert result["success"], result
    with Image.open(io.BytesIO(httpx.get(result["resultUrls"][0]).content)) as image:
        assert min(image.size) >= 512
    assert body["model"] == "studio-director"
    process.popen.terminate()
    process.popen.communicate(timeout=15)

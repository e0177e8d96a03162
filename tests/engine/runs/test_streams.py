"""Replay and following over SSE. Source: contract/chat-runs.md §5."""

import asyncio

from tests.engine.runs.conftest import RUNS, Frame, MakeBench, parse_frames
from tests.helpers.engines import FakeTool
from tests.helpers.fake_llm import FakeLlm, Reply


def numbered(frames: list[Frame]) -> list[int]:
    return [frame.id for frame in frames if frame.id is not None]


async def test_every_sequence_replays_what_comes_after_it(bench: MakeBench) -> None:
    async with bench() as studio:
        record = await studio.done()
        run_id, events = record["runId"], record["events"]
        for after in range(-1, len(events) + 2):
            rest = list(range(after + 1, len(events)))
            assert [event["sequence"] for event in await studio.events(run_id, after)] == rest
            frames = await studio.frames(run_id, after)
            assert numbered(frames) == rest
            assert numbered(await studio.frames(run_id, **{"Last-Event-ID": str(after)})) == rest
            assert frames[-1].event == "run_status"
            assert frames[-1].data["status"] == "completed"
        assert numbered(await studio.frames(run_id, 2, **{"Last-Event-ID": "5"})) == list(range(6, len(events)))
        assert numbered(await studio.frames(run_id, 5, **{"Last-Event-ID": "2"})) == list(range(6, len(events)))


async def test_frames_carry_the_events_of_the_log(bench: MakeBench) -> None:
    async with bench() as studio:
        record = await studio.done()
        frames = [frame for frame in await studio.frames(record["runId"]) if frame.id is not None]
        stream = await studio.client.get(f"{RUNS}/{record['runId']}/events/stream")
    assert [(frame.id, frame.event) for frame in frames] == [
        (event["sequence"], event["type"]) for event in record["events"]
    ]
    for frame, event in zip(frames, record["events"], strict=True):
        assert {**frame.data, "payload": 0} == {**event, "payload": 0}
        assert "asset://" not in str(frame.data)
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert all(line.startswith(("id: ", "event: ", "data: ", ":")) or not line for line in stream.text.split("\n"))


async def test_an_after_that_is_no_sequence_is_refused(bench: MakeBench) -> None:
    async with bench() as studio:
        run_id = (await studio.done("hello"))["runId"]
        for value in ("x", "1.5", "-2", "99999999999"):
            for path in ("events", "events/stream"):
                assert (await studio.client.get(f"{RUNS}/{run_id}/{path}?after={value}")).status_code == 400
            headers = {"Last-Event-ID": value}
            assert (await studio.client.get(f"{RUNS}/{run_id}/events/stream", headers=headers)).status_code == 400


async def test_many_followers_see_a_run_as_it_happens(bench: MakeBench) -> None:
    """Words arrive while the model still speaks; whoever comes later or comes back misses nothing."""
    with FakeLlm(script=[Reply("one two three four five six", pieces=6, pause_s=0.03)]) as llm:
        async with bench(llm=llm) as studio:
            run = await studio.start("hello")
            seen = await studio.until(run["runId"], "assistant_message_delta")
            assert seen[0] == "event: run_status"
            assert (await studio.get(run["runId"]))["status"] == "running"
            last = max(int(line.removeprefix("id: ")) for line in seen if line.startswith("id: "))
            rest, *others = await asyncio.gather(
                studio.frames(run["runId"], last - 1), *(studio.frames(run["runId"]) for _ in range(5))
            )
            record = await studio.get(run["runId"])
    count = len(record["events"])
    assert numbered(rest) == list(range(last, count))
    assert all(numbered(frames) == list(range(count)) for frames in others)
    deltas = [e["payload"]["content"] for e in record["events"] if e["type"] == "assistant_message_delta"]
    assert len(deltas) > 1
    assert "".join(deltas) == "one two three four five six"


async def test_progress_is_thinned_out(bench: MakeBench) -> None:
    def work(arguments: object, context: object) -> None:
        for number in range(2000):
            context.progress(number / 2000, f"Step {number}")  # type: ignore[attr-defined]

    async with bench(FakeTool("generate_image", work)) as studio:
        record = await studio.done()
    assert 1 <= [event["type"] for event in record["events"]].count("tool_call_progress") <= 6
    assert parse_frames(": keepalive\n\n") == []

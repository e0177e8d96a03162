"""The closing words tell what a picture lacks, and never advise what cannot be done here."""

import json

from studio.contract.chat import FunctionCall, Message, ToolCall
from studio.engine.agent.director.director import decide
from studio.engine.agent.director.history import Done
from studio.engine.agent.director.replies import summary
from tests.engine.director.scoring import round_of


def done(prompt: str, not_drawn: list[str]) -> Done:
    result = {"tool": "generate_image", "success": True, "ok": True, "indices": [0], "data": {"not_drawn": not_drawn}}
    return Done(name="generate_image", arguments={"prompt": prompt}, result=result, text="")


def test_missing_things_are_named() -> None:
    words = summary([done("a pond with a heron", ["heron"])])
    assert "heron." in words
    assert "could not show" in words


def test_a_complete_picture_needs_no_excuse() -> None:
    assert "could not" not in summary([done("a pond", [])])


def test_a_night_is_not_offered_at_night() -> None:
    assert "at dawn" in summary([done("a pond at night", [])])
    assert "at night" in summary([done("a pond", [])])


def test_a_hint_is_given_once_in_a_conversation() -> None:
    pond = done("a pond", [])
    assert "to go on" in summary([pond])
    assert "to go on" not in summary([pond], earlier=[pond])


def test_nothing_is_cut_out_that_the_painter_could_not_show() -> None:
    round_ = round_of([Message("user", "paint a golden beetle on white, cut it out and show it rotating")])
    for lacking, goes_on in ((["beetle"], False), (["white"], True)):
        result = {"tool": "generate_image", "success": True, "ok": True, "indices": [0], "data": {"not_drawn": lacking}}
        call = ToolCall(FunctionCall("generate_image", '{"prompt": "a golden beetle on white"}'), id="c")
        messages = [
            *round_.messages,
            Message("assistant", None, tool_calls=[call]),
            Message("tool", json.dumps(result), tool_call_id="c"),
        ]
        answer = decide(round_of(messages))
        assert bool(answer.calls) is goes_on
        assert goes_on or "stopped" in answer.text

"""Whole turns: chains, failures, several calls, words only, and the same answer every time."""

import json
from typing import Any

import pytest

from studio.contract.chat import FunctionCall, ImagePart, ImageUrl, Message, TextPart, ToolCall
from studio.contract.media import MediaIndex
from studio.contract.tools import surface
from studio.engine.agent.backends.base import Round
from studio.engine.agent.director.director import decide
from studio.engine.agent.director.plan import parts
from studio.engine.agent.director.text import read
from tests.engine.director.scoring import play, round_of

PHOTO = "data:image/png;base64,photo"


def with_photo(text: str, **more: Any) -> Round:
    media = MediaIndex()
    media.add_upload("image", PHOTO)
    return round_of([Message("user", [TextPart(text), ImagePart(ImageUrl(PHOTO))])], media, **more)


CHAIN = "cut this out, put it in an ink-drawing style and make it four times larger"


def test_a_chain_runs_step_by_step_and_ends_with_a_summary() -> None:
    round_ = with_photo(CHAIN)
    seen = []
    for _ in range(3):
        answer = decide(round_)
        seen += answer.calls
        assert answer.text
        round_, _ = play(round_, answer)
    assert [name for name, _ in seen] == ["remove_background", "apply_style", "upscale_image"]
    assert [a["sourceImageIndex"] for _, a in seen] == [-1, 0, 1]
    assert seen[2][1]["scale"] == 4
    last = decide(round_)
    assert not last.calls
    assert "**Image 3**" in last.text


def test_music_asked_for_after_joining_lies_under_the_joined_film() -> None:
    media = MediaIndex()
    for number in range(2):
        media.add_generated("image", f"https://x/{number}")
    text = "animate both pictures, 2 seconds each, then stitch them together with a crossfade and add piano music"
    round_, seen = round_of([Message("user", text)], media), []
    while (answer := decide(round_)).calls:
        seen += answer.calls
        round_, _ = play(round_, answer)
    assert sorted(name for name, _ in seen) == ["animate_photo", "generate_music", "stitch_video"]
    assert seen[-1][1] == {
        "videoIndices": [0, 1],
        "transition": {"type": "fade"},
        "audioIndex": 0,
    }


def test_the_same_without_a_growing_media_index() -> None:
    """With tool execution off, callers append results but need not tell us about media."""
    round_ = with_photo(CHAIN)
    for index, name in enumerate(("remove_background", "apply_style", "upscale_image")):
        answer = decide(round_)
        assert answer.calls[0][0] == name
        assert answer.calls[0][1]["sourceImageIndex"] == index - 1
        aside = MediaIndex()
        for number in range(index):
            aside.add_generated("image", f"x{number}")
        call = ToolCall(FunctionCall(name, json.dumps(answer.calls[0][1])), id=f"c{index}")
        result = {"tool": name, "success": True, "ok": True, "resultUrls": [f"u{index}"], "startIndex": index}
        messages = [
            *round_.messages,
            Message("assistant", None, tool_calls=[call]),
            Message("tool", json.dumps(result), tool_call_id=call.id),
        ]
        round_ = Round(messages, round_.tools, "auto", round_.media, round_.request)
    assert "Image 3" in decide(round_).text


def failed(round_: Round, **result: Any) -> Round:
    answer = decide(round_)
    calls = [ToolCall(FunctionCall(n, json.dumps(a)), id=f"c{i}") for i, (n, a) in enumerate(answer.calls)]
    tools = [
        Message(
            "tool", json.dumps({"tool": c.function.name, "success": False, "ok": False, **result}), tool_call_id=c.id
        )
        for c in calls
    ]
    return Round(
        [*round_.messages, Message("assistant", None, tool_calls=calls), *tools],
        round_.tools,
        "auto",
        round_.media,
        round_.request,
    )


def test_a_failure_stops_the_chain_and_is_said() -> None:
    round_ = failed(with_photo(CHAIN), message="No model for cutting out is installed.", error_type="MODEL_UNAVAILABLE")
    answer = decide(round_)
    assert not answer.calls
    assert "No model for cutting out is installed." in answer.text
    assert "2 more steps" in answer.text


def test_a_failure_with_only_an_error_text() -> None:
    answer = decide(failed(with_photo("upscale this"), error="Image 9 does not exist"))
    assert "Image 9 does not exist." in answer.text
    assert not answer.calls


def test_several_calls_at_once_and_pages_of_eight() -> None:
    media = MediaIndex()
    for number in range(10):
        media.add_generated("image", f"g{number}")
    round_ = round_of([Message("user", "upscale all of them")], media)
    first = decide(round_)
    assert [a["sourceImageIndex"] for _, a in first.calls] == list(range(8))
    round_, _ = play(round_, first)
    second = decide(round_)
    assert [a["sourceImageIndex"] for _, a in second.calls] == [8, 9]
    round_, _ = play(round_, second)
    assert not decide(round_).calls


def test_variations_are_all_carried_on_when_the_request_is_plural() -> None:
    round_ = round_of([Message("user", "paint three variations of a fox, then cut them out")])
    answer = decide(round_)
    assert answer.calls[0][1]["numberOfVariations"] == 3
    round_, _ = play(round_, answer)
    assert [a["sourceImageIndex"] for _, a in decide(round_).calls] == [0, 1, 2]


def test_independent_wishes_run_side_by_side() -> None:
    names = [
        name for name, _ in decide(round_of([Message("user", "paint a lighthouse and compose a sea shanty")])).calls
    ]
    assert names == ["generate_image", "generate_music"]


def test_new_requests_after_a_turn_use_its_pieces() -> None:
    round_ = with_photo("put this in a mosaic style")
    round_, _ = play(round_, decide(round_))
    messages = [
        *round_.messages,
        Message("assistant", "Image 1 is in the new style."),
        Message("user", "now enlarge it"),
    ]
    answer = decide(Round(messages, round_.tools, "auto", round_.media, round_.request))
    assert answer.calls == [("upscale_image", {"sourceImageIndex": 0})]


def test_the_second_of_a_batch() -> None:
    round_ = round_of([Message("user", "paint a fox")])
    round_, _ = play(round_, decide(round_))
    again = [*round_.messages, Message("assistant", "Ready."), Message("user", "three variations of a koi pond")]
    round_ = Round(again, round_.tools, "auto", round_.media, round_.request)
    round_, _ = play(round_, decide(round_))
    asked = [*round_.messages, Message("assistant", "Ready."), Message("user", "make the second one bluer")]
    (call,) = decide(Round(asked, round_.tools, "auto", round_.media, round_.request)).calls
    assert call == ("refine_result", {"prompt": "make the second one bluer", "sourceImageIndex": 2})


def test_a_piece_that_does_not_exist_is_said_in_words() -> None:
    media = MediaIndex()
    media.add_generated("image", "g")
    answer = decide(round_of([Message("user", "upscale image 7")], media))
    assert not answer.calls
    assert "Image 7" in answer.text
    assert "Image 1" in answer.text


def test_deleted_pieces_are_not_used() -> None:
    media = MediaIndex()
    media.add_generated("image", "a")
    media.add_generated("image", "b")
    media.bury("image", 1)
    assert decide(round_of([Message("user", "upscale it")], media)).calls[0][1]["sourceImageIndex"] == 0


def test_imagination_varies_between_turns_but_not_between_tries() -> None:
    wish = "Make me something beautiful, use your imagination!"
    round_ = round_of([Message("user", wish)])
    first = decide(round_).calls[0][1]["prompt"]
    assert first == decide(round_of([Message("user", wish)])).calls[0][1]["prompt"]
    prompts = {first}
    for _ in range(4):
        round_, _ = play(round_, decide(round_))
        messages = [*round_.messages, Message("assistant", "Ready."), Message("user", wish)]
        round_ = Round(messages, round_.tools, "auto", round_.media, round_.request)
        prompts.add(decide(round_).calls[0][1]["prompt"])
    assert len(prompts) >= 3
    assert all(len(prompt.split()) > 6 for prompt in prompts)


def test_the_notice_comes_with_words_and_not_with_pictures() -> None:
    assert "Ollama" in decide(round_of([Message("user", "hello")])).text
    assert "--llm-url" in decide(round_of([Message("user", "how do I connect a model?")])).text
    assert "language model" not in decide(round_of([Message("user", "paint a fox")])).text


def test_only_offered_tools_are_called() -> None:
    tools = [tool.spec for tool in surface("creative-tools") if tool.name == "generate_image"]
    answer = decide(with_photo("upscale this", tools=tools))
    assert not answer.calls
    assert "upscale_image" in answer.text
    assert decide(round_of([Message("user", "paint a fox")], tools=tools)).calls
    none = decide(round_of([Message("user", "paint a fox")], tools=[]))
    assert not none.calls
    assert none.text


def test_the_agent_family_plans() -> None:
    round_ = round_of(
        [Message("user", "plan the steps for a 30 second trailer about a heist")], family="creative-agent"
    )
    assert decide(round_).calls[0][0] == "compose_workflow"
    round_ = round_of(
        [Message("user", 'make a template called "Holiday card" that turns a photo into a card')],
        family="creative-agent",
    )
    name, arguments = decide(round_).calls[0]
    assert (name, arguments["name"]) == ("compose_workflow_template", "Holiday card")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?",
        "…",
        "😀",
        "asdf" * 4000,
        "§0 §1",
        '"',
        "\n\n",
        "(((",
        "image 0",
        "a" * 3 + "\u0000",
        "make it " * 500,
    ],
)
def test_any_text_gets_an_answer(text: str) -> None:
    for round_ in (round_of([Message("user", text)]), with_photo(text)):
        answer = decide(round_)
        assert answer.text or answer.calls


def test_conversations_without_a_user_message() -> None:
    assert decide(round_of([Message("system", "You are helpful.")])).text


def test_broken_tool_results_do_not_break_the_turn() -> None:
    call = ToolCall(FunctionCall("upscale_image", "{broken"), id="c")
    for content in ("", "not json", "[1]", '{"indices": "x"}', '{"startIndex": null, "resultUrls": [3]}'):
        messages = [
            Message("user", "upscale it"),
            Message("assistant", None, tool_calls=[call]),
            Message("tool", content, tool_call_id="c"),
        ]
        answer = decide(round_of(messages))
        assert answer.text
        assert not answer.calls


def test_long_requests_are_read_in_bounded_work() -> None:
    """Rules look at a bounded number of letters and parts, however long the request is."""
    long = "paint a fox and " + "make it blue and " * 20_000
    text = read(long)
    assert len(list(parts(text))) <= 17
    assert decide(round_of([Message("user", long)])).calls[0][0] == "generate_image"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("the same but at night", ("castle", "night")), ("another one", ("castle on a cliff",)), ("again", ("castle",))],
)
def test_a_repeat_understands_a_history_of_words_alone(text: str, wanted: tuple[str, ...]) -> None:
    messages = [
        Message("user", "Please paint a castle on a cliff."),
        Message("assistant", "Image 1 is ready."),
        Message("user", "thanks!"),
        Message("assistant", "You are welcome!"),
        Message("user", text),
    ]
    media = MediaIndex()
    media.add_generated("image", "https://x/image-0")
    (name, arguments), *more = decide(round_of(messages, media)).calls
    assert (name, more) == ("generate_image", [])
    assert all(word in arguments["prompt"] for word in wanted)


def _answered(text: str, tool: str, arguments: dict[str, Any], more: dict[str, Any], said: str) -> list[Message]:
    """One round as a client keeps it: the call, a short result, and the answer."""
    call = ToolCall(FunctionCall(tool, json.dumps(arguments)), id=f"c {text}")
    result = Message("tool", json.dumps({"tool": tool, "success": True, "ok": True, **more}), tool_call_id=call.id)
    return [Message("user", text), Message("assistant", None, tool_calls=[call]), result, Message("assistant", said)]


@pytest.mark.parametrize("text", ["undo that", "hm, go back please", "undo that\n\n(This is about Image 2.)"])
def test_what_is_taken_back_is_kept_and_no_longer_meant(text: str) -> None:
    media = MediaIndex()
    for number in range(2):
        media.add_generated("image", f"https://x/{number}")
    messages = [
        *_answered("a castle", "generate_image", {"prompt": "a castle"}, {"indices": [0]}, "Image 1 is ready."),
        *_answered("darker", "refine_result", {"prompt": "darker", "sourceImageIndex": 0}, {"indices": [1]}, "Done."),
        Message("user", text),
    ]
    answer = decide(round_of(messages, media))
    assert not answer.calls
    assert "Image 1" in answer.text
    after = [*messages, Message("assistant", answer.text), Message("user", "make it blue")]
    assert decide(round_of(after, media)).calls == [
        ("refine_result", {"prompt": "make it blue", "sourceImageIndex": 0})
    ]


@pytest.mark.parametrize(
    ("text", "tool", "member"),
    [("sing it", "generate_music", "lyrics"), ("read me the lyrics", "generate_speech", "prompt")],
)
def test_a_text_that_only_the_answer_shows_is_sung_and_read(text: str, tool: str, member: str) -> None:
    said = "[Verse 1]\nThe rain came in\n\n[Chorus]\nHold on\n\nSay “sing it” with a style to make a song of it."
    messages = _answered("lyrics about rain", "compose_lyrics", {"prompt": "rain"}, {"message": "Written."}, said)
    (name, arguments), *_ = decide(round_of([*messages, Message("user", text)])).calls
    assert name == tool
    assert "The rain came in" in arguments[member]
    assert "Say" not in arguments[member]
    assert ("[Verse 1]" in arguments[member]) == (tool == "generate_music")

"""The decoder must not care where the network cuts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.service.sse import EventTooLargeError, ServerEvent, SseDecoder

STREAM = (
    "\ufeff: hello\n"
    'data: {"text": "Grüße 🌊"}\n\n'
    "event: tool\nid: 7\ndata: one\ndata:two\ndata:  three\n\n"
    ":\n\n"
    "retry: 250\nid: bad\0id\ndata\nunknown: x\n\n"
    "event: nothing-to-dispatch\n\n"
    "data: [DONE]\n\n"
)
EXPECTED = [
    ServerEvent('{"text": "Grüße 🌊"}'),
    ServerEvent("one\ntwo\n three", "tool", "7"),
    ServerEvent("", "message", "7", 250),
    ServerEvent("[DONE]", "message", "7"),
]


def decode(*parts: bytes) -> tuple[list[ServerEvent], SseDecoder]:
    decoder = SseDecoder()
    events = [event for part in parts for event in decoder.feed(part)]
    rest = decoder.finish()
    return events + ([rest] if rest else []), decoder


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_cut_gives_the_same_events(newline: str) -> None:
    data = STREAM.replace("\n", newline).encode()
    for cut in range(len(data) + 1):
        events, decoder = decode(data[:cut], data[cut:])
        assert events == EXPECTED, cut
        assert decoder.comments == 2
        assert decoder.last_id == "7"
    assert decode(*(data[i : i + 1] for i in range(len(data))))[0] == EXPECTED


def test_the_end_without_a_blank_line_still_counts() -> None:
    assert decode(b"data: a\n\ndata: [DONE]")[0] == [ServerEvent("a"), ServerEvent("[DONE]")]
    assert decode(b"data: a\r\n\r\ndata: b\r\n")[0] == [ServerEvent("a"), ServerEvent("b")]
    assert decode(b"")[0] == []


def test_broken_utf8_is_replaced_and_costs_nothing_else() -> None:
    assert decode(b"data: \xff!\n\ndata: ok\n\n")[0] == [ServerEvent("\ufffd!"), ServerEvent("ok")]


@pytest.mark.parametrize("part", [b"x" * 40, b"data: 12345678\n"])
def test_an_event_without_end_is_refused(part: bytes) -> None:
    decoder = SseDecoder(max_event_bytes=64)

    def feed_on() -> None:
        for _ in range(20):
            list(decoder.feed(part))

    with pytest.raises(EventTooLargeError):
        feed_on()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])), max_size=5), st.data())
def test_any_text_in_any_pieces_comes_back(texts: list[str], data: st.DataObject) -> None:
    wire = "".join(f"data: {text}\n\n" for text in texts).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))
    parts = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert [event.data for event in decode(*parts)[0]] == texts

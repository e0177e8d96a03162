"""Cutting streamed Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.create.transcript.blocks import LONGEST_CHARACTERS, BlockSplitter, Chunk, chunks_of

SAMPLE = """# A heading
Some words,
over two lines.

- one
- two

  still two
- three

1. first
2. second

```python
def f():

    return 1
```
> said
> so

| a | b |
|---|---|
| 1 | 2 |

***

Last words"""


def streamed(text: str, step: int) -> list[Chunk]:
    splitter = BlockSplitter()
    out: list[Chunk] = []
    for start in range(0, len(text), step):
        splitter.feed(text[start : start + step])
        out += splitter.take_finished()
    return [*out, splitter.tail] if splitter.tail else out


def test_each_block_is_a_chunk() -> None:
    kinds = [(chunk.kind, chunk.source.split("\n")[0]) for chunk in chunks_of(SAMPLE)]
    assert kinds == [
        ("heading", "# A heading"),
        ("paragraph", "Some words,"),
        ("list", "- one"),
        ("code", "def f():"),
        ("quote", "> said"),
        ("table", "| a | b |"),
        ("rule", "***"),
        ("paragraph", "Last words"),
    ]


def test_code_keeps_blank_lines_and_language() -> None:
    (code,) = [chunk for chunk in chunks_of(SAMPLE) if chunk.kind == "code"]
    assert code.source == "def f():\n\n    return 1"
    assert code.language == "python"


@pytest.mark.parametrize("step", [1, 3, 7, 50])
def test_streaming_gives_the_same_chunks(step: int) -> None:
    assert streamed(SAMPLE, step) == chunks_of(SAMPLE)


@given(st.text(alphabet="ab .\n#-*`>|1", max_size=300), st.integers(1, 9))
def test_no_letter_is_lost_and_steps_do_not_matter(text: str, step: int) -> None:
    chunks = streamed(text, step)
    seen = "".join(chunk.source + chunk.language for chunk in chunks)
    assert seen.count("b") + seen.count("a") == text.count("a") + text.count("b")
    assert chunks == streamed(text, 1)


def test_an_endless_paragraph_stays_bounded() -> None:
    chunks = streamed("Words that go on. " * 2_000, 5)
    assert max(len(chunk.source) for chunk in chunks) <= LONGEST_CHARACTERS + 40
    assert all(chunk.joined for chunk in chunks[1:])
    assert "".join(chunk.source.replace(" ", "") for chunk in chunks) == "Wordsthatgoon." * 2_000


def test_endless_text_without_spaces_stays_bounded() -> None:
    chunks = streamed("x" * 20_000, 11)
    assert max(len(chunk.source) for chunk in chunks) <= 2 * LONGEST_CHARACTERS + 20


def test_endless_code_and_lists_stay_bounded() -> None:
    code = streamed("```\n" + "line of code\n" * 500, 6)
    assert max(chunk.source.count("\n") for chunk in code) < 50
    assert {chunk.kind for chunk in code} == {"code"}
    items = streamed("".join(f"{n}. an item of the list\n" for n in range(1, 400)), 6)
    assert max(len(chunk.source) for chunk in items) < LONGEST_CHARACTERS + 60
    assert {chunk.kind for chunk in items} == {"list"}


def test_an_open_fence_is_shown_as_code_at_once() -> None:
    splitter = BlockSplitter()
    splitter.feed("```py\nx = 1")
    assert splitter.tail == Chunk("x = 1", "code", False, "py")


def test_words_after_a_list_leave_it_before_their_line_ends() -> None:
    assert [chunk.kind for chunk in chunks_of("- one\n\nThen")] == ["list", "paragraph"]
    assert [chunk.kind for chunk in chunks_of("- one\n\n- two")] == ["list"]
    assert [chunk.kind for chunk in chunks_of("1. one\n\n2")] == ["list"]

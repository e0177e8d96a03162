"""The media index: badges, mentions, defaults, tombstones, and that indices never change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.chat import ImagePart, ImageUrl, MediaContext, MediaKind, Message, TextPart
from studio.contract.media import KINDS, MediaIndex, UnknownPiece, badge, find_mentions, seed_index

kinds = st.sampled_from(KINDS)


@pytest.mark.parametrize(
    ("kind", "index", "name"),
    [
        ("image", 0, "Image 1"), ("image", -1, "Upload 1"), ("image", -3, "Upload 3"), ("video", 2, "Video 3"),
        ("video", -2, "Upload video 2"), ("audio", 0, "Audio 1"), ("audio", -1, "Upload sound 1"),
    ],
)  # fmt: skip
def test_badges(kind: MediaKind, index: int, name: str) -> None:
    assert badge(kind, index) == name


@given(kinds, st.integers(-9999, 9998))
def test_a_badge_is_found_again(kind: MediaKind, index: int) -> None:
    text = f"make {badge(kind, index)} bluer"
    (mention,) = find_mentions(text)
    assert (mention.kind, mention.index) == (kind, index)
    assert text[mention.start : mention.end] == badge(kind, index)


def test_mentions_in_order_and_case() -> None:
    found = find_mentions("put UPLOAD 2 over video 1, image #12 and upload sound 1; not images 3, preimage 4, image 0")
    assert [(m.kind, m.index) for m in found] == [("image", -2), ("video", 0), ("image", 11), ("audio", -1)]


def test_defaults() -> None:
    index = MediaIndex()
    with pytest.raises(UnknownPiece, match="no image here yet"):
        index.latest("image")
    index.add_upload("image", "u1")
    index.add_upload("image", "u2")
    assert index.latest("image") == -1
    assert index.latest("image", uploaded="last") == -2
    assert index.resolve("image", None) == "u1"
    index.add_generated("image", "g1")
    index.add_generated("image", "g2")
    assert index.latest("image") == 1
    assert index.resolve("image", -2) == "u2"


def test_kinds_do_not_mix() -> None:
    index = MediaIndex()
    index.add_generated("video", "v")
    with pytest.raises(UnknownPiece, match="This session has no image yet"):
        index.resolve("image", 0)
    assert index.find("v") == ("video", 0)
    assert index.find("w") is None


def test_uploads_count_once() -> None:
    index = MediaIndex()
    assert [index.add_upload("image", url) for url in ("a", "b", "a")] == [-1, -2, -1]
    assert index.count("image", uploaded=True) == 2


def test_tombstones() -> None:
    index = MediaIndex()
    for url in ("a", "b", "c"):
        index.add_generated("image", url)
    index.bury("image", 2)
    assert index.latest("image") == 1
    with pytest.raises(UnknownPiece, match="Image 3 was deleted"):
        index.resolve("image", 2)
    assert index.add_generated("image", "d") == 3
    assert index.context().images == ["a", "b", "", "d"]
    with pytest.raises(UnknownPiece, match=r"Image 9 does not exist\. This session has Image 1, Image 4\."):
        index.resolve("image", 8)


def test_buried_uploads_stay_buried_over_the_wire() -> None:
    index = MediaIndex()
    for url in ("a", "b", "c"):
        index.add_upload("image", url)
    index.bury("image", -1)
    index.bury("image", -2)
    again = MediaIndex.from_context(index.context())
    assert again.resolve("image", -3) == "c"
    assert again.latest("image") == -3
    with pytest.raises(UnknownPiece, match="Upload 1 was deleted"):
        again.resolve("image", -1)


operations = st.lists(
    st.tuples(
        st.sampled_from(("make", "send", "bury")), kinds, st.integers(0, 12), st.text("abcdef", min_size=1, max_size=3)
    ),
    max_size=40,
)


@given(operations)
def test_indices_never_change(steps: list[tuple[str, MediaKind, int, str]]) -> None:
    index = MediaIndex()
    known: dict[tuple[MediaKind, int], str | None] = {}
    for number, (what, kind, place, name) in enumerate(steps):
        if what == "make":
            url = f"g-{number}"
            known[kind, index.add_generated(kind, url)] = url
        elif what == "send":
            at = index.add_upload(kind, name)
            assert known.get((kind, at), name) in (name, None)
            known[kind, at] = name
        elif (kind, place) in known:
            index.bury(kind, place)
            known[kind, place] = None
        for (each, at), url in known.items():
            if url is None:
                with pytest.raises(UnknownPiece):
                    index.resolve(each, at)
            else:
                assert index.resolve(each, at) == url
    again = MediaIndex.from_context(index.context())
    assert again.context() == index.context()
    for (each, at), url in known.items():
        if url is not None:
            assert again.resolve(each, at) == url


def test_seeding_order() -> None:
    context = MediaContext(images=["g"], uploaded_images=["c", "r"], uploaded_audio=["s"])
    part = Message("user", [TextPart("x"), ImagePart(ImageUrl("p")), ImagePart(ImageUrl("c"))])
    ignored = Message("assistant", [ImagePart(ImageUrl("no"))])
    index = seed_index(context, [("image", "r"), ("video", "v")], [part, ignored])
    assert index.context().uploaded_images == ["r", "c", "p"]
    assert index.context().images == ["g"]
    assert index.context().uploaded_videos == ["v"]
    assert index.context().uploaded_audio == ["s"]


def test_seeding_from_nothing() -> None:
    assert seed_index(None, [], []).context() == MediaContext()

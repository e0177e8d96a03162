"""Lay out the graphs of the starter templates and paint their covers, into ``resources/templates``.

Run it after a starter was changed: ``python packaging/make_templates.py [id ...]``; ``--layout`` leaves the covers as
they are. A cover is made by the tools that the template itself uses: the painter, the editor, the styles, the cut-out.
"""

import io
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.contract.editing.document import Document

FOLDER: Final = ROOT / "resources" / "templates"
WIDTH_PX, HEIGHT_PX = 480, 320
LARGEST_BYTES: Final = 40_000
LINE: Final = 118
NODE, INPUTS_NODE, HEADER, ROW, ROOM = 154, 132, 52, 20, 112
"""Sizes of a node in the graph; ``ROOM`` is for the pictures of its last run, its tab and its strips."""
GAP: Final = 6


def node_size(document: "Document") -> Callable[[str], tuple[float, float]]:
    """Return the size that a node may come to, by its id."""
    from studio.contract.editing.document import INPUTS
    from studio.contract.editing.ports import shown_ports
    from studio.contract.editing.wires import wires_of

    wires = wires_of(document)

    def size(node: str) -> tuple[float, float]:
        if node == INPUTS:
            return INPUTS_NODE, HEADER + ROW * len(document.inputs)
        wired = frozenset(wire.port for wire in wires if wire.target == node)
        return NODE, HEADER + ROW * len(shown_ports(document.stage(node), wired)) + ROOM

    return size


def laid_out(body: dict[str, Any]) -> dict[str, Any]:
    """Return a template with a tidy graph: a place for every node, and an edge for every pair that is wired."""
    from studio.contract.editing.document import Document
    from studio.contract.editing.layout import tidied
    from studio.contract.editing.wires import wires_of

    document = Document({key: value for key, value in body.items() if key != "graph"})
    placed = tidied(document, node_size(document))
    pairs = dict.fromkeys((wire.source, wire.target) for wire in wires_of(placed) if document.has_stage(wire.source))
    nodes = [{"stageId": node, "x": round(x), "y": round(y)} for node, (x, y) in placed.positions().items()]
    edges = [{"from": source, "to": target} for source, target in pairs]
    return {**placed.content, "graph": {"nodes": nodes, "edges": edges}}


def written(value: Any, indent: int = 0) -> str:
    """Return JSON in which what fits stands on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (indent and len(flat) + indent <= LINE):
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(key)}: {written(entry, indent + 2)}" for key, entry in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(inner + written(entry, indent + 2) for entry in value) + "\n" + " " * indent + "]"


# --- covers ------------------------------------------------------------------------------------


def painted(prompt: str, seed: int, width: int = WIDTH_PX, height: int = HEIGHT_PX) -> "Image":
    """Paint at twice the size."""
    from PIL import Image

    from studio.engine.renderers.painter import paint

    picture = Image.fromarray(paint(prompt, width=max(256, width * 2), height=max(256, height * 2), seed=seed).pixels)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def starter(name: str, width: int, height: int) -> "Image":
    """Return a picture of the starter cards (painted too), cut to a shape."""
    from PIL import Image, ImageOps

    with Image.open(ROOT / "resources" / "starters" / f"{name}.jpg") as picture:
        return ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.LANCZOS)


def edited(picture: "Image", words: str) -> "Image":
    """Edit with words, or hand in a style as “style: woodcut”."""
    from PIL import Image

    from studio.engine.renderers import jobs
    from studio.engine.renderers.editing import jobs as editing
    from studio.engine.renderers.editing.reading import read

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.png"
        picture.save(path)
        if words.startswith("style: "):
            done = jobs.style_picture(str(path), words.removeprefix("style: "), 1.0, None, {})
        else:
            done = editing.edit_picture(
                str(path), [], read(words), (None, None), None, 0.0, None, "auto", 7, "png", None, {}
            )
    return Image.open(io.BytesIO(done.data)).convert("RGB")


def row(pictures: "list[Image]", columns: int | None = None, ground: str = "#111214") -> "Image":
    """Lay pictures out in a grid with even gaps."""
    from PIL import Image, ImageOps

    columns = columns or len(pictures)
    rows = -(-len(pictures) // columns)
    width, height = (WIDTH_PX - GAP * (columns - 1)) // columns, (HEIGHT_PX - GAP * (rows - 1)) // rows
    sheet = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), ground)
    for place, picture in enumerate(pictures):
        fitted = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
        sheet.paste(fitted, ((place % columns) * (width + GAP), (place // columns) * (height + GAP)))
    return sheet


def slots(columns: int, rows: int = 1) -> tuple[int, int]:
    """Return the size of each picture of a grid."""
    return (WIDTH_PX - GAP * (columns - 1)) // columns, (HEIGHT_PX - GAP * (rows - 1)) // rows


PORTRAIT: Final = "portrait of a woman in profile, warm light"


def _covers() -> "Image":
    size = slots(3)
    wishes = (
        'Duotone crimson and white. Add the title "MODE" at the top.',
        'Black and white. Film grain. Add the title "REEL" at the top.',
        'Teal and orange look. Add the title "WILD" at the top.',
    )
    return row([edited(painted(PORTRAIT, 4 + place, *size), words) for place, words in enumerate(wishes)])


def _paintings() -> "Image":
    source = painted(PORTRAIT, 5, *slots(3))
    styles = ("starry night by van gogh", "great wave by hokusai", "cubist picasso")
    return row([edited(edited(source, f"style: {style}"), "Add a gilded frame") for style in styles])


def _restored() -> "Image":
    old = starter("restore", *slots(2))
    new = edited(painted("a lighthouse on a cliff above the sea, morning", 9, *slots(2)), "Warmer, more contrast")
    return row([old, new])


def _seasons() -> "Image":
    size = slots(4)
    scene = painted("A landscape: rolling hills with trees and a meadow, summer, daylight", 21, *size)
    wishes = (
        "spring with falling petals",
        "high summer in warm light",
        "autumn with golden leaves",
        "winter with snow",
    )
    return row([edited(scene, f"Make it {wish}") for wish in wishes])


def _styles() -> "Image":
    source = starter("lighthouse", *slots(3, 2))
    styles = ("watercolor", "pencil sketch", "woodcut", "stained glass", "low poly", "pop art")
    return row([edited(source, f"style: {style}") for style in styles], 3)


def _patterns() -> "Image":
    size = slots(2, 2)
    colours = ("indigo and gold", "sage green and cream", "terracotta and rose", "black and white")
    return row(
        [painted(f"Seamless repeating pattern tile of leaves and blossoms in {each}", 3, *size) for each in colours], 2
    )


def _stickers() -> "Image":
    size = slots(3)
    things = ("a green fern", "a red poppy", "a sunflower")
    words = "botanical plate, bright colors, one clear shape in the middle"
    return row([painted(f"Sticker: {thing}, {words}", 6, *size) for thing in things])


def _seeds() -> "Image":
    return row([painted("a lighthouse above the sea at dusk", seed, *slots(3, 2)) for seed in range(1, 7)], 3)


def _launch() -> "Image":
    return edited(
        painted("still life with a glass bottle and pears", 8),
        'Add the title "AURORA" at the top. More contrast.',
    )


def _album() -> "Image":
    return edited(painted("a lighthouse above a sea of clouds at dusk", 12), 'Add the title "Lighthouse" at the top.')


def _lyrics() -> "Image":
    words = 'Add the caption "carry me home today" in the middle.'
    return edited(painted("a quiet lake at dusk, first stars, mist", 5), words)


COVERS: Final[dict[str, Callable[[], "Image"]]] = {
    "magazine-cover-booth": _covers,
    "famous-paintings-booth": _paintings,
    "orbit-between-objects": lambda: row([
        painted(text, 4, *slots(3)) for text in ("a ringed planet", "a moon among stars", "a red planet in a nebula")
    ]),
    "storyboard-to-video": lambda: row([
        painted(text, 2, *slots(1, 3))
        for text in ("a lighthouse above a stormy sea at dusk", "dunes with a caravan at sunset", "a city at night")
    ], 1),
    "living-album-cover": _album,
    "product-launch-set": _launch,
    "restore-and-animate": _restored,
    "seasons-of-one-scene": _seasons,
    "style-study-sheet": _styles,
    "seamless-pattern-pack": _patterns,
    "sticker-sheet": _stickers,
    "lyric-video": _lyrics,
    "contact-sheet-of-seeds": _seeds,
    "idea-in-three-looks": lambda: row([
        edited(starter("place", *slots(3)), f"style: {style}") for style in ("watercolor", "linocut", "impressionist")
    ]),
    "photo-in-several-styles": lambda: row([
        starter("jellyfish", *slots(2)), edited(starter("jellyfish", *slots(2)), "style: oil painting")
    ]),
    "product-cut-out": lambda: painted("a green fern, botanical plate, one clear shape in the middle", 4),
}  # fmt: skip


def encoded(picture: "Image") -> bytes:
    """Return a JPEG that is small enough."""
    data = b""
    for quality in range(88, 30, -6):
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        data = buffer.getvalue()
        if len(data) <= LARGEST_BYTES:
            break
    return data


def main() -> int:
    """Write every graph and cover and return 0."""
    wanted = {each for each in sys.argv[1:] if not each.startswith("-")}
    (FOLDER / "covers").mkdir(exist_ok=True)
    for path in sorted(FOLDER.glob("*.json")):
        if wanted and path.stem not in wanted:
            continue
        path.write_text(written(laid_out(json.loads(path.read_bytes()))) + "\n", encoding="utf-8")
        if "--layout" in sys.argv:
            continue
        data = encoded(COVERS[path.stem]())
        (FOLDER / "covers" / f"{path.stem}.jpg").write_bytes(data)
        sys.stdout.write(f"{path.stem}: {len(data) // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

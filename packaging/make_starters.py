"""Paint the pictures of the starter cards with the built-in painter, once, into ``resources/starters``.

Run it again after the painter has changed: ``python packaging/make_starters.py``. Each picture
is twice the card's size and at most 60 KB.
"""

import io
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

WIDTH_PX, HEIGHT_PX = 472, 292
LARGEST_BYTES = 60_000
PROMPTS = {
    "place": ("striped hot-air balloons over layered hills at sunset", 7),
    "ink": ("an aurora over a still mountain lake at night", 3),
    "glass": ("a stained-glass window of a rising sun, red and gold", 5),
    "cutout": ("a green fern, botanical plate", 4),
    "describe": ("koi in a dark green pond, seen from above", 2),
    "restore": ("a lighthouse on a cliff above the sea, sepia, old photograph", 9),
    "lighthouse": ("a lighthouse above a sea of clouds at sunset", 8),
    "planet": ("a ringed planet over an icy moon, stars", 6),
    "pattern": ("a woven knot pattern in gold and indigo", 11),
    "city": ("a rainy neon city street at night", 12),
    "forest": ("a paper-cut forest in autumn colours", 13),
    "jellyfish": ("glowing jellyfish in deep blue water", 14),
}


def main() -> int:
    """Write every picture and return 0."""
    from PIL import Image

    from studio.engine.renderers.painter import paint

    folder = ROOT / "resources" / "starters"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:]) or set(PROMPTS)
    for name, (prompt, seed) in PROMPTS.items():
        if name not in wanted:
            continue
        painting = paint(prompt, width=WIDTH_PX * 2, height=HEIGHT_PX * 2, seed=seed)
        image = Image.fromarray(painting.pixels).resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)
        data = b""
        for quality in range(88, 40, -6):
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
            data = buffer.getvalue()
            if len(data) <= LARGEST_BYTES:
                break
        (folder / f"{name}.jpg").write_bytes(data)
        sys.stdout.write(f"{name}: {painting.scene}, {len(data) // 1000} KB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The built-in painter: procedural pictures from a sentence, with no model and no network.

    painting = paint("nine balloons over misty hills at dawn", width=1536, height=1024, seed=7)

How it works: `brief` reads the prompt; `air` chooses one coherent light for hour, weather, season, mood and palette;
a family in `scenes` composes the picture from `elements` and the numeric core (`noise`, `colour`, `canvas`, `sketch`,
`terrain`, `light`); `painting` finishes it and writes the label. All chance comes from the seed.

To add a family, see `scenes/__init__.py`. To teach a word, see `lexicon.py`.
"""

from __future__ import annotations

from studio.engine.renderers.painter.painting import Painting, known_families, paint

__all__ = ["Painting", "known_families", "paint"]

"""Editing a picture from words, without a model.

``reading`` turns a sentence into ``wishes``; ``edit`` carries them out in the render worker: on a ``sheet`` (pixels,
transparency, regions), with the steps of ``tone``, ``colouring``, ``air``, ``grounds``, ``erasing``, ``geometry``,
``finishing``, ``lettering`` and ``joining``. What no rule reads, or no step can do, is handed back in the person's
own words. ``reading`` imports nothing heavy, so the engine can tell in advance whether anything can be done.
"""

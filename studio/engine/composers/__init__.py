"""Writers of scripts, lyrics, musical structures and plans: a connected language model, or the built-in composer.

Everything built in is a function of the request alone: the same request gives the same text.
"""

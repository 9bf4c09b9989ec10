"""The offline storyteller: plots, turns and people that need no network.

A story is a *frame* (who wants what, and how it ends), an *arc* (what stands in the way, and how the
theme turns it), and *ways* between them, in which the heroes' own traits, gifts and smaller themes are
what gets them on. All prose is in ``prose/``; ``corpus`` says how it is written down and ``vocabulary``
which words its stagings use. Only English is spoken here.
"""

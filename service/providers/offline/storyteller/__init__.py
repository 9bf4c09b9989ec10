"""The offline storyteller: it writes stories without a network.

A story consists of a *frame* (what the heroes want, and how the story ends), an *arc* (the obstacle, and how
the theme overcomes it), and *ways* between them, in which the heroes' traits, gifts and further themes help
them. All prose is in ``prose/``. ``corpus`` describes its format, and ``vocabulary`` contains the words of
its stagings. The storyteller writes English only.
"""

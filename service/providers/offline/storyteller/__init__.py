"""The offline storyteller: it plans a story in a world of its own, and then finds the words. No network.

``wish`` reads what the brief asks for in free words. ``matter`` chooses place, way, thing and strangers.
``plot`` searches for a chain of events, which ``scoring`` compares. ``events`` tells them in the ``voice`` of
the heroes; ``agreement`` sets pronouns; ``pages`` divides the words. ``staging`` plans each picture, and
``critic`` reads the book. All prose is in ``prose/``; ``check`` reads it for authors
(docs/authoring-stories.md). The storyteller writes English only. The same brief gives the same words.
"""

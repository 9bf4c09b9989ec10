"""Draws the book's pictures as vector art: figures, places, props and light.

Everything here is pure and deterministic. A picture is a string of SVG in a canvas that is
1000 units high; ``service.providers.offline.image`` turns it into pixels.
"""

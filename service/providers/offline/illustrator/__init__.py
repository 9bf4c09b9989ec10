"""Draws the book's pictures as vector art: figures, places, props and light.

All code of this package is pure and deterministic. A picture is a string of SVG with a canvas that is 1000
units high. ``service.providers.offline.image`` renders it to pixels.
"""

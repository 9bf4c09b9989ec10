"""Draws things that heroes hold, that stand on the ground, or that are in the air."""

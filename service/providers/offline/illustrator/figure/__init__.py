"""Draws the figures of people and animals, with joints, clothes and faces."""

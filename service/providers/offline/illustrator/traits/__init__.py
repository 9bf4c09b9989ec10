"""Draws the traits that the inclusivity registry requires in pictures, with one function for each trait."""

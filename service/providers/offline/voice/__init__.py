"""The offline voice. It converts a text to a script, the script to phonemes, and the phonemes to sound.

``script`` decides which parts of a text are spoken. ``alignment`` finds the word of each phoneme.
``phonemes`` calls espeak. ``model`` runs the voice. ``reading`` combines all of them for a page.
"""

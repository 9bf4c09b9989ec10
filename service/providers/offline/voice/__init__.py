"""The offline voice: a text becomes a script, the script phonemes, the phonemes sound.

``script`` decides what is said of a text, ``alignment`` which word owns which phoneme,
``phonemes`` asks espeak, ``model`` runs the voice, ``reading`` puts a page together.
"""

"""From finished parts to things that one can hold: the PDF, the joined narration, the colours."""

"""Makes files from the finished parts of a story: the PDF, the EPUB, the joined narration and the colours."""

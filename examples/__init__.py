"""Three example books: their requests, and how they are made."""

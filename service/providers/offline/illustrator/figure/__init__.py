"""People and animals, jointed, dressed and looking about."""

"""Finishes a drawing as a picture on paper: gouache, cut paper, ink and wash, or linocut."""

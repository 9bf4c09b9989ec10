"""What `make check` runs beside ready-made programs."""

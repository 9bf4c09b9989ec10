"""The names of the offline models in the ledger."""

TEXT = "storytroupe-grammar-1"
IMAGE = "storytroupe-vector-1"
VISION = "storytroupe-inspector-1"
PLANNER = "storytroupe-pieces-1"
VOICE = "piper-joe-1"
SYNOPSIS = "storytroupe-synopsis-1"

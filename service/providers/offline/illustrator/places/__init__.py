"""The settings: each draws what is behind and before the heroes."""

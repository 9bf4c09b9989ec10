"""The places of scenes. Each place draws the background behind the heroes and the foreground in front of
them."""

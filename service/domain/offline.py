"""The name of the provider whose calls are made on this machine, and cost nothing. Pure."""

OFFLINE = "offline"

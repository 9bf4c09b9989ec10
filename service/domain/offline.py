"""The name of the provider whose calls run on this machine and cost nothing. Pure."""

OFFLINE = "offline"

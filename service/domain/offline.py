"""What is known everywhere of the providers whose calls run on this machine and cost nothing. Pure."""

OFFLINE = "offline"
#: How each chapter that the offline writer sums up begins.
SYNOPSIS_NOTICE = "[Synopsis of the plan. The offline writer writes no prose.]"

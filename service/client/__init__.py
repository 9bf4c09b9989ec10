"""The Python client: a method for each API call, and live updates of stories. ``public`` has its public
names. The client is also published without the server, as the distribution ``storytroupe-client`` (see
``client/README.md``)."""

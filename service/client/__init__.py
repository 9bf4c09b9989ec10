"""The client: the API's calls, and stories followed live. ``public`` has its names; without the server it is
the distribution ``storytroupe-client`` (see ``client/README.md``)."""

"""What the service does, measured: one module a benchmark, each with ``async def run()``."""

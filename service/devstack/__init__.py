"""Runs PostgreSQL and Valkey from Python wheels, for machines without these servers.

``async with Stack(data_dir) as stack`` gives ``stack.database_url`` and ``stack.redis_url``.
"""

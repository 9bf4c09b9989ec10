"""PostgreSQL and Valkey from wheels, for machines that have neither.

``async with Stack(data_dir) as stack`` gives ``stack.database_url`` and ``stack.redis_url``.
"""

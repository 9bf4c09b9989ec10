"""PostgreSQL and Valkey from wheels: what Storytroupe needs on a machine that has nothing.

``async with Stack(data_dir) as stack`` gives ``stack.database_url`` and ``stack.redis_url``.
"""

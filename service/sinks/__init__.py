"""Sinks, which receive all events for other systems: a stream for consumer groups, and Kafka."""

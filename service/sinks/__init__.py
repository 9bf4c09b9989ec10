"""Where events go beside the service's own clients: a stream for consumer groups, and Kafka."""

from django_q.brokers.redis_broker import Redis

from pipeline.brokers.canary import WithCanary


class RedisWithCanary(WithCanary, Redis):  # type: ignore[misc]  # django-q2 has no types
    """Wake-ups in a Redis, which may lose them."""

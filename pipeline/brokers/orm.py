from django_q.brokers.orm import ORM

from pipeline.brokers.canary import WithCanary


class OrmWithCanary(WithCanary, ORM):  # type: ignore[misc]  # django-q2 has no types
    """Wake-ups in the database."""

"""The pictures that Frame.io has made of what went there."""

from django.db import models

from pipeline.models.deliveries import Delivery


class Thumbnail(models.Model):
    """One delivered file's: `kind` is empty until it is fetched, and when it was dropped again.

    Its address on Frame.io is a key, and so is kept nowhere; the picture itself is.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="thumbnail")
    remote_id = models.CharField(max_length=200)  # of the file it shows
    tries = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True, db_index=True)  # None: no more
    kind = models.CharField(max_length=20, blank=True)
    content = models.BinaryField(default=b"")
    fetched_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"thumbnail of {self.delivery_id}"

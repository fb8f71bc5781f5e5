"""What stands for a path in the database's indexes.

A path may have 4,096 characters, and a row of a PostgreSQL index holds 2,704 bytes at most.
"""

import hashlib

from django.db import models

DIGITS = 32  # hexadecimal: 16 bytes, so that no two paths ever share them


def digest(path: str) -> str:
    data = path.encode("utf-8", "backslashreplace")
    return hashlib.blake2b(data, digest_size=DIGITS // 2).hexdigest()


def folder_of(key: str) -> str:
    """Of `SourceFile.key`, in the same form; empty for a file that lies in no folder below."""
    return key.rpartition("/")[0]


class KeyDigest(models.CharField[str, str]):
    """The digest of the row's `key`, written whenever the row is saved or made in bulk. Whoever
    updates a `key` by a query writes this too."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001  Django's
        value = self.of(str(model_instance.__dict__["key"]))
        setattr(model_instance, self.attname, value)
        return value

    def of(self, key: str) -> str:
        return digest(key)


class FolderDigest(KeyDigest):
    """The digest of the folder that the row's `key` is in."""

    def of(self, key: str) -> str:
        return digest(folder_of(key))

"""A look into bytes or files of a test."""

from pathlib import Path

from lucidlink.completeness import look_into
from lucidlink.containers.excerpts import Excerpts
from lucidlink.containers.judgement import Judgement
from lucidlink.containers.judging import judge


def in_memory(content: bytes) -> Excerpts:
    return Excerpts(lambda start, length: content[start : start + length], len(content))


def judged(content: bytes) -> Judgement:
    return judge(in_memory(content))


def looked_into(path: Path) -> Judgement:
    return look_into(path, path.stat().st_size)

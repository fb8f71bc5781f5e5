"""A studio with one project, one rule and a render on its disk."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import intake
from pipeline.models import NamingRule, Project, UploadJob


@pytest.fixture
def project(db: None) -> Project:
    return Project.objects.create(code="UNDLM", name="Underland", frameio_project_id="p")


@pytest.fixture
def rule(project: Project) -> NamingRule:
    return NamingRule.objects.create(
        name="Shots",
        template="{project}_{shot:5d}_{task}_v{version:3d}.{ext}",
        folder_template="{shot}/{task}",
    )


@pytest.fixture
def render(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "UNDLM_00412_anim_v003.mov", content: bytes = b"frames") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


@pytest.fixture
def job(rule: NamingRule, render: Callable[..., Path]) -> UploadJob:
    source = intake.source_for(render())
    return intake.take_in(source, project=None, who="test")


def rewrite(path: Path, content: bytes) -> None:
    """New content under a new date, however fast the test is."""
    before = path.stat().st_mtime_ns
    path.write_bytes(content)
    os.utime(path, ns=(before + 10**9, before + 10**9))

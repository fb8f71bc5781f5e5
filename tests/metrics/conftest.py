from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.pipeline.conftest import job, project, render, rule

__all__ = ["job", "project", "render", "rule"]

Numbers: TypeAlias = Mapping[str, float]
"""`name{label="value"}`, the labels in order, and its value."""


def numbers(text: str) -> Numbers:
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


@pytest.fixture
def scrape(db: None) -> Callable[[], Numbers]:
    def ask() -> Numbers:
        answer = Client().get("/metrics")
        assert answer.status_code == 200
        return numbers(answer.content.decode())

    return ask

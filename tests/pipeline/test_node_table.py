import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from pipeline import node_table, nodes
from pipeline.models import Node, SourceFile, UploadJob

pytestmark = pytest.mark.django_db

CLUSTER = Node.Role.CLUSTER


def test_a_node_says_who_and_where_it_is() -> None:
    node_table.beat(CLUSTER)

    (node,) = node_table.alive()
    assert node.name == nodes.me()
    assert (node.role, node.draining, node.skew_seconds) == ("cluster", False, None)
    assert str(node) == nodes.label(nodes.me())


def test_each_beat_is_a_sign_of_life_and_a_look_at_the_clocks() -> None:
    node_table.beat(CLUSTER)
    Node.objects.update(seen_at=Now() - timedelta(minutes=1))
    assert not node_table.alive().exists()

    node_table.beat(CLUSTER)
    assert node_table.alive().get().skew_seconds == pytest.approx(0, abs=30)


def test_a_node_that_drains_goes_on_draining() -> None:
    node_table.beat(CLUSTER)
    assert not node_table.is_draining()

    assert node_table.drain()
    node_table.beat(CLUSTER)
    assert node_table.is_draining()


def test_a_worker_drains_with_its_node(monkeypatch: pytest.MonkeyPatch) -> None:
    Node.objects.create(name="render-02/1-a/7/8", host="render-02", pid=7, role=CLUSTER)
    monkeypatch.setenv(node_table.PART_OF, "render-02/1-a/7/8")

    assert not node_table.is_draining()
    assert node_table.drain("render-02/1-a/7/8")
    assert node_table.is_draining()


def test_a_node_that_is_no_more_cannot_be_drained() -> None:
    assert not node_table.drain("render-02/1-a/7/8")


def test_one_that_left_is_not_there() -> None:
    node_table.beat(CLUSTER)
    node_table.leave()

    assert not Node.objects.exists()


def test_the_dead_are_forgotten_here_at_once_and_elsewhere_after_a_day() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    died_here = nodes.of(child.pid)
    child.communicate()
    for name, silent in [(died_here, 0), ("a/1/2/3", 23), ("b/1/2/3", 25)]:
        seen = Now() - timedelta(hours=silent)
        Node.objects.create(name=name, host="x", pid=1, role=CLUSTER, seen_at=seen)

    node_table.beat(CLUSTER)
    assert {node.name for node in Node.objects.all()} == {"a/1/2/3", nodes.me()}


def test_the_uploads_of_a_node_are_those_of_its_machine() -> None:
    node_table.beat(CLUSTER)
    source = SourceFile.objects.create(key="a.mov", raw_path=b"a.mov", size=1, mtime_ns=1)
    for number, worker in enumerate([nodes.of(os.getppid()), "a/1/2/3"]):
        UploadJob.objects.create(
            source=source, name=worker, size=1, mtime_ns=number, state="running", node=worker
        )

    found = node_table.running(Node.objects.get())
    assert [job.node for job in found] == [nodes.of(os.getppid())]

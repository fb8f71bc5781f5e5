import os
import subprocess
import sys

from pipeline import nodes


def test_this_process_is_not_gone() -> None:
    assert not nodes.is_gone(nodes.me())


def test_a_process_of_this_machine_that_ended_is_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    place = nodes.me().rsplit("/", 2)[0]
    node = f"{place}/{child.pid}/{nodes._started(child.pid)}"
    assert not nodes.is_gone(node)
    child.communicate(b"\n")
    assert nodes.is_gone(node)


def test_a_process_that_ended_unnoticed_by_its_parent_is_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    place = nodes.me().rsplit("/", 2)[0]
    node = f"{place}/{child.pid}/{nodes._started(child.pid)}"
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert nodes.is_gone(node)
    child.wait()


def test_a_process_id_that_was_given_again_is_another_process() -> None:
    place, pid, _started = nodes.me().rsplit("/", 2)
    assert nodes.is_gone(f"{place}/{pid}/1.00")


def test_nobody_judges_another_machine() -> None:
    assert not nodes.is_gone("far-away/4026531836/1/1.00")


def test_a_row_without_a_node_tells_nothing() -> None:
    assert not nodes.is_gone("")
    assert nodes.label("") == ""

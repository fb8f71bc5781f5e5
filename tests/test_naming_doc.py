"""The examples in docs/naming.md do what it says."""

import re
from pathlib import Path

import pytest

from pipeline.naming import Rule

DOC = (Path(__file__).parents[1] / "docs" / "naming.md").read_text()
EXAMPLES = re.findall(r"^\| [^|`]+ \| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", DOC, re.MULTILINE)


@pytest.mark.parametrize(("template", "folders", "name"), EXAMPLES)
def test_each_example_reads_its_name(template: str, folders: str, name: str) -> None:
    rule = Rule(template.replace("\\|", "|"), folders)
    assert rule.format(rule.parse(name).fields) == name


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 4


def test_the_expert_example_reads_a_name() -> None:
    [expression] = re.findall(r"^```\n(.+)\n```$", DOC, re.MULTILINE)
    assert Rule(expression, "{shot}", expert=True).parse("UNDLM_00412_anim_v003.mov").version == 3

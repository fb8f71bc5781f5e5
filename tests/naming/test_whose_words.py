"""Explanations are in the language of whoever reads them, not of whoever compiled the rule."""

import pytest
from django.utils.translation import override

from pipeline.naming import NamingError, Rule, TemplateError

RULE = Rule("{project}_{shot:4d}_{task:anim|comp}_v{version}.{ext}")

pytestmark = pytest.mark.usefixtures("marked_french")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "U_01_comp_v001.mov",
            '«"01" «after project "U"» does not fit as shot: it needs «exactly 4 «digits»»',
        ),
        (
            "U_0010_cmp_v001.mov",
            'does not fit as task: it needs «one of anim, comp» - did you mean "comp"?»',
        ),
        ("U_0010_comp.mov", '«no version where v### was expected «after task "comp"», found'),
        ("", "«There is no name to read.»"),
    ],
)
def test_a_name_that_does_not_fit(name: str, said: str) -> None:
    with pytest.raises(NamingError) as caught, override("fr"):
        RULE.parse(name)
    with override("fr"):
        assert said in str(caught.value)


@pytest.mark.parametrize(
    "template", ["", "{shot", "{shot:zz}", "{shot:300d}", "a/{shot}", "<{shot}>", "{a}{b}"]
)
def test_a_template_that_is_none(template: str) -> None:
    with pytest.raises(TemplateError) as caught, override("fr"):
        Rule(template)
    assert str(caught.value)[0] == "«"

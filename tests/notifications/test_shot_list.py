"""Shot lists as people's spreadsheets write them."""

from datetime import date

import pytest

from pipeline import shot_list
from pipeline.channels import Shot
from pipeline.models import Project
from pipeline.shot_list import Line, NotAShotList


@pytest.mark.parametrize(
    "content",
    [
        b"scene,shot,task,due\nSC01,SH010,comp,2026-11-30\n",
        b"\xef\xbb\xbfScene;Shot;Task;Due\r\nSC01;SH010;comp;30.11.2026\r\n\r\n",
        b"note\tdue\tshot\tscene\ttask\nx\t30/11/2026\tSH010\tSC01\tcomp\n",
    ],
)
def test_columns_are_found_by_their_names(content: bytes) -> None:
    assert shot_list.read(content) == [Line("SC01", "SH010", "comp", date(2026, 11, 30))]


def test_only_the_shot_has_to_be_there() -> None:
    assert shot_list.read(b"shot\nSH010\nSH020\n") == [
        Line("", "SH010", "", None),
        Line("", "SH020", "", None),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "has to name the columns"),
        (b"a,b\n1,2\n", "has to name the columns"),
        (b"shot,due\nSH010,soon\n", "Line 2: “soon” is no day"),
        (b"scene,shot\nSC01,\n", "Line 2 has no shot"),
        (b"shot\n" + b"x" * 101, "too long"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content: bytes, said: str) -> None:
    with pytest.raises(NotAShotList, match=said):
        shot_list.read(content)


@pytest.mark.django_db
def test_read_again_days_change_and_the_rest_stays_unless_it_is_whole() -> None:
    project = Project.objects.create(code="UNDLM", name="Undertow")
    first = shot_list.read(b"shot,due\nSH010,2026-11-30\nSH020,\n")
    shot_list.take_over(project, first, whole=False)
    second = shot_list.read(b"shot,due\nSH010,2026-12-01\nSH030,\n")
    shot_list.take_over(project, second, whole=False)
    assert dict(Shot.objects.values_list("shot", "due")) == {
        "SH010": date(2026, 12, 1),
        "SH020": None,
        "SH030": None,
    }
    shot_list.take_over(project, second, whole=True)
    assert set(Shot.objects.values_list("shot", flat=True)) == {"SH010", "SH030"}

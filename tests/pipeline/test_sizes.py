import pytest
from django.utils.translation import override

from pipeline.sizes import human_size


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (2_000_000, "2.0 MB"),
        (3_221_225_472, "3.2 GB"),
        (5_000_000_000_000, "5.0 TB"),
    ],
)
def test_sizes_are_counted_in_thousands(size: int, said: str) -> None:
    assert human_size(size) == said


def test_french_has_a_comma() -> None:
    with override("fr"):
        assert human_size(2_500_000).startswith("2,5")

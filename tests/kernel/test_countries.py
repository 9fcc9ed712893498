from typing import get_args

from net30.kernel.countries import COUNTRY_NAMES, CountryCode


def test_every_country_has_a_name_of_its_own() -> None:
    assert list(COUNTRY_NAMES) == list(get_args(CountryCode))
    assert len(COUNTRY_NAMES) == len(set(COUNTRY_NAMES.values())) == 229
    assert COUNTRY_NAMES["US"] == "United States"

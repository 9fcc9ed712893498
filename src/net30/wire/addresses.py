"""Postal addresses: what a request says of one, how a column keeps it, and how it is answered."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from net30.kernel.countries import COUNTRY_NAMES, CountryCode
from net30.kernel.refusal import Fault
from net30.kernel.wording import line_fault
from net30.wire.types import Wire

_NEEDED = ("line1", "city", "zip_or_postal_code")


class Address(Wire):
    """A postal address; the country is its ISO 3166 two-letter code."""

    line1: Annotated[str, Meta(min_length=1, max_length=1000)]
    city: Annotated[str, Meta(min_length=1, max_length=100)]
    zip_or_postal_code: Annotated[str, Meta(min_length=1, max_length=30)]
    country: CountryCode
    line2: Annotated[str, Meta(max_length=100)] | None = None
    state_or_province: Annotated[str, Meta(max_length=100)] | None = None


class AddressUpdate(Wire):
    """The parts of the address that change."""

    line1: Annotated[str, Meta(max_length=1000)] | None = None
    line2: Annotated[str, Meta(max_length=100)] | None = None
    city: Annotated[str, Meta(max_length=100)] | None = None
    state_or_province: Annotated[str, Meta(max_length=100)] | None = None
    zip_or_postal_code: Annotated[str, Meta(max_length=30)] | None = None
    country: CountryCode | None = None


class AddressAnswer(Wire):
    """An address with its country's name. Parts that must be there and that nobody has told are empty."""

    line1: str
    city: str
    zip_or_postal_code: str
    country: CountryCode
    line2: str | None = None
    state_or_province: str | None = None
    country_name: str | None = None


class AddressDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What someone says of an address; None leaves a part as it is, an empty text clears one."""

    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state_or_province: str | None = None
    zip_or_postal_code: str | None = None
    country: CountryCode | None = None


def kept(address: AddressAnswer) -> str:
    """The text that a column keeps of an address."""
    return msgspec.json.encode(msgspec.structs.replace(address, country_name=None)).decode()


def read(kept: str) -> AddressAnswer:
    """The address that a column keeps."""
    return named(msgspec.json.decode(kept, type=AddressAnswer))


def named(address: AddressAnswer) -> AddressAnswer:
    """The address with its country's name."""
    return msgspec.structs.replace(address, country_name=COUNTRY_NAMES[address.country])


def revised(old: AddressAnswer | None, said: AddressDraft) -> AddressAnswer | None:
    """The address as a request wants it: a part that is left out stays, an empty text clears one.

    None when there was no address and the request names no country, without which there is none.
    """
    country = said.country or (old.country if old else None)
    if country is None:
        return None
    known = old or AddressAnswer(line1="", city="", zip_or_postal_code="", country=country)
    return named(
        AddressAnswer(
            line1=known.line1 if said.line1 is None else said.line1,
            line2=(known.line2 if said.line2 is None else said.line2) or None,
            city=known.city if said.city is None else said.city,
            state_or_province=(
                known.state_or_province if said.state_or_province is None else said.state_or_province
            )
            or None,
            zip_or_postal_code=(
                known.zip_or_postal_code if said.zip_or_postal_code is None else said.zip_or_postal_code
            ),
            country=country,
        )
    )


def address_faults(path: str, address: AddressAnswer) -> Iterator[Fault]:
    """What is wrong with the texts of an address, below its path."""
    for name in AddressAnswer.__struct_fields__:
        text = getattr(address, name)
        if text is not None and (fault := line_fault(text, needed=name in _NEEDED)):
            yield f"{path}.{name}", fault

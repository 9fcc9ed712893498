"""What crosses the wire of an organization."""

from typing import Annotated, Literal

from msgspec import Meta

from net30.kernel.countries import CountryCode
from net30.organizations.tables import BusinessCategory, OrganizationAccountType, TaxIdType
from net30.wire.addresses import AddressAnswer, AddressUpdate
from net30.wire.types import SECRET, Date, DateText, Timestamp, Wire

TaxIdTypeShown = Literal["EIN", "SSN", "UNDEFINED"]
# fmt: off
BusinessCategoryShown = Literal[
    "UNDEFINED", "CORPORATION", "LLC", "NON_PROFIT", "GOVERNMENT", "SOLE_PROPRIETOR", "INDIVIDUAL", "TRUST",
    "UNKNOWN",
]
OrganizationAccountTypeShown = Literal[
    "BUSINESS", "CONTRACTOR", "EMPLOYEE_OR_INDIVIDUAL", "OTHER", "CONSUMER", "UNDEFINED"
]
# fmt: on
# Where a body has what a draft of an organization calls otherwise.
NAMES = {
    "mailing_address_same_as_physical": "processing_options.mailing_address_same_as_physical",
    "owner_name": "company_owner.name",
    "owner_date_of_birth": "company_owner.date_of_birth",
    "individual_transfer_out": "processing_options.individual_transfer_out",
    "individual_transfer_in": "processing_options.individual_transfer_in",
}
PHONE = r"^(\+?[1-9]\d{0,2}[-\s]?)?(\(\d{3}\))?([0-9-\s]{7,20})$"
Line = Annotated[str, Meta(pattern="^.{0,1000}$")]
Part = Annotated[str, Meta(pattern="^.{0,100}$")]


class OrganizationAddress(Wire):
    """A postal address; the country is its ISO 3166 two-letter code."""

    country: CountryCode
    line1: Line | None = None
    line2: Part | None = None
    city: Part | None = None
    state_or_province: Part | None = None
    zip_or_postal_code: Annotated[str, Meta(pattern="^.{0,30}$")] | None = None


class CompanyOwner(Wire):
    """Who owns the organization; needed for its risk verification."""

    name: Annotated[str, Meta(max_length=100)] | None = None
    date_of_birth: Date | None = None


class OrganizationProcessingOptions(Wire):
    """Where mail goes, and whether transfers are made one by one instead of once a day.

    The two about transfers are set by a change of the organization only, and are false in a new one.
    """

    mailing_address_same_as_physical: bool | None = None
    individual_transfer_out: bool | None = None
    individual_transfer_in: bool | None = None


class OrganizationParts(Wire):
    """What may be told of an organization when it is made, and later."""

    phone: Annotated[str, Meta(pattern=PHONE)] | None = None
    company_owner: CompanyOwner | None = None
    tax_id: Annotated[str, SECRET] | None = None
    tax_id_type: TaxIdType | None = None
    industry: Annotated[str, Meta(max_length=500)] | None = None
    business_category: BusinessCategory | None = None
    account_type: OrganizationAccountType | None = None
    processing_options: OrganizationProcessingOptions | None = None


class OrganizationCreate(OrganizationParts):
    """An organization to be made."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    address: OrganizationAddress
    mailing_address: OrganizationAddress | None = None


class OrganizationUpdate(OrganizationParts):
    """What shall change of an organization; what is left out stays."""

    name: Annotated[str, Meta(max_length=100)] | None = None
    address: AddressUpdate | None = None
    mailing_address: AddressUpdate | None = None


class Industries(Wire):
    """Names for the industry of an organization."""

    results: list[str]


class CompanyOwnerShown(Wire):
    name: str | None = None
    date_of_birth: DateText | None = None


class OrganizationAnswer(Wire):
    """An organization; its tax id is masked."""

    id: str
    archived: bool
    name: str
    created_time: Timestamp
    updated_time: Timestamp
    address: AddressAnswer | None = None
    mailing_address: AddressAnswer | None = None
    phone: str | None = None
    company_owner: CompanyOwnerShown | None = None
    tax_id: str | None = None
    tax_id_type: TaxIdTypeShown | None = None
    industry: str | None = None
    business_category: BusinessCategoryShown | None = None
    account_type: OrganizationAccountTypeShown | None = None
    processing_options: OrganizationProcessingOptions | None = None
    partner_name: str | None = None

"""What is stored of an organization beside its name: where it is, who owns it, how it is taxed."""

from typing import Annotated, Literal

from net30.store.record import ENCRYPTED, Record, table

TaxIdType = Literal["EIN", "SSN"]
BusinessCategory = Literal[
    "CORPORATION", "LLC", "NON_PROFIT", "GOVERNMENT", "SOLE_PROPRIETOR", "INDIVIDUAL", "TRUST", "UNKNOWN"
]
OrganizationAccountType = Literal["BUSINESS", "CONTRACTOR", "EMPLOYEE_OR_INDIVIDUAL", "OTHER", "CONSUMER"]
PricePlan = Literal["PricePlan1", "PricePlan2", "PricePlan3", "PricePlan4", "PricePlan5"]


class OrganizationProfile(Record, frozen=True):
    """The one row of an organization, made with it. The two addresses are JSON as the wire has them.

    `address` is null until somebody tells it, `mailing_address` where mail goes to `address`. `partner_name` is that
    of the partner who made the organization, `price_plan` what the partner chose for it.
    """

    organization_id: str
    address: str | None
    mailing_address: str | None
    phone: str | None
    owner_name: str | None
    owner_date_of_birth: str | None
    tax_id_secret: Annotated[str, ENCRYPTED] | None
    tax_id_type: TaxIdType | None
    industry: str | None
    business_category: BusinessCategory | None
    account_type: OrganizationAccountType | None
    individual_transfer_out: int
    individual_transfer_in: int
    partner_name: str | None
    price_plan: PricePlan | None
    created_time: int
    updated_time: int


organization_profiles = table(
    "organization_profile",
    OrganizationProfile,
    key=["organization_id"],
)

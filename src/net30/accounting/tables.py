"""The seven classifications, each declared once: what is stored of it, and from that all the rest (see kinds.py)."""

from typing import Annotated, Literal, get_args

from msgspec import Meta

from net30.accounting.kinds import (
    ACCOUNT_ID,
    DECIMAL,
    DESCRIPTION,
    FLAG,
    SIBLINGS,
    Classification,
    OnWire,
    classification,
)
from net30.store.record import listed

AccountType = Literal[
    "UNSPECIFIED",
    "ACCOUNTS_PAYABLE",
    "ACCOUNTS_RECEIVABLE",
    "BANK",
    "COST_OF_GOODS_SOLD",
    "CREDIT_CARD",
    "EQUITY",
    "EXPENSE",
    "FIXED_ASSET",
    "INCOME",
    "LONG_TERM_LIABILITY",
    "OTHER_ASSET",
    "OTHER_CURRENT_ASSET",
    "OTHER_CURRENT_LIABILITY",
    "OTHER_EXPENSE",
    "OTHER_INCOME",
    "NON_POSTING",
]
ItemType = Literal[
    "UNKNOWN",
    "SERVICE",
    "INVENTORY",
    "NON_INVENTORY",
    "PAYMENT",
    "DISCOUNT",
    "SALES_TAX",
    "SUBTOTAL",
    "OTHER_CHARGE",
    "INVENTORY_ASSEMBLY",
    "GROUP",
    "SALES_TAX_GROUP",
    "FIXED_ASSET",
    "CATEGORY",
    "EXPENSE",
]
PERCENTAGE = OnWire(float, only_for=("type", frozenset({"DISCOUNT", "SALES_TAX", "OTHER_CHARGE"})))

TextOperators = ("eq", "ne", "in", "nin", "sw")
Name = Annotated[str, listed("name", operators=TextOperators)]
Description = Annotated[str | None, DESCRIPTION, listed("description", kind="words", operators=())]


class Named(Classification, frozen=True):
    name: Name
    short_name: str | None
    description: Description


class AccountingClass(Named, frozen=True):
    """A class of transactions, such as a line of business."""


class ChartOfAccount(Classification, frozen=True):
    """An account of the general ledger, as the accounting system names it."""

    name: Name
    description: Description
    account_type: Annotated[
        AccountType, OnWire(default="UNSPECIFIED"), listed("account.type", values=get_args(AccountType))
    ]
    account_number: Annotated[str | None, listed("account.number", operators=TextOperators)]


class Department(Named, frozen=True):
    """A department of the organization."""


class Employee(Classification, frozen=True):
    """Somebody whose expense or work a line is about; two may have the same name."""

    first_name: Annotated[str, listed("firstName", operators=TextOperators)]
    last_name: Annotated[str, listed("lastName", operators=TextOperators)]
    short_name: str | None


class Item(Named, frozen=True):
    """What is bought or sold, or a tax, discount or charge."""

    type: Annotated[ItemType, listed("type", values=get_args(ItemType))]
    price: Annotated[str | None, DECIMAL]
    expense_chart_of_account_id: Annotated[
        str | None, ACCOUNT_ID, Meta(description="The account for bills and purchases.")
    ]
    purchase_description: Annotated[str | None, DESCRIPTION]
    purchase_cost: Annotated[str | None, DECIMAL]
    chart_of_account_id: Annotated[str | None, ACCOUNT_ID]
    taxable: Annotated[int | None, FLAG]
    percentage: Annotated[
        str | None, PERCENTAGE, Meta(description="Percent, of a DISCOUNT, SALES_TAX or OTHER_CHARGE.")
    ]


class Job(Named, frozen=True):
    """A piece of work whose costs are gathered."""


class Location(Named, frozen=True):
    """A place where the organization works."""


accounting_classes = classification(AccountingClass, "accounting-classes")
chart_of_accounts = classification(
    ChartOfAccount,
    "chart-of-accounts",
    noun="general ledger account",
    plural="general ledger accounts",
    parts=("account",),
    unique=(SIBLINGS, ("account_number",)),
    note="No two active accounts have the same `account.number`.",
)
departments = classification(Department, "departments")
employees = classification(Employee, "employees", unique=())
items = classification(
    Item,
    "items",
    note="`percentage` is for the types DISCOUNT, SALES_TAX and OTHER_CHARGE only; an item that changes to "
    "another type loses it.",
)
# The table `job` is that of work to be done by the server.
jobs = classification(Job, "jobs", table_name="classification_job")
locations = classification(Location, "locations")

"""Columns of bills and invoices that name classifications, and by which both are listed."""

from typing import Annotated

from net30.store.record import listed

ID_OPERATORS = ("eq", "ne", "in")

AccountingClassId = Annotated[
    str | None, listed("classifications.accountingClassId", kind="id", operators=ID_OPERATORS)
]
DepartmentId = Annotated[
    str | None, listed("classifications.departmentId", kind="id", operators=ID_OPERATORS)
]
LocationId = Annotated[str | None, listed("classifications.locationId", kind="id", operators=ID_OPERATORS)]

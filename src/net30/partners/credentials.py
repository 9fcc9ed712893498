"""Finds out who calls, partners on one of their organizations among them."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import bindparam, select

from net30.access import credentials
from net30.kernel.context import Caller, Server
from net30.kernel.refusal import Refusal
from net30.kernel.tables import Organization, organizations
from net30.organizations.settings import limits_of
from net30.partners.tables import partner_organizations
from net30.store.database import Transaction
from net30.store.statements import Statement
from net30.wire.operation import Operation

_PARTNERS = Statement(
    select(organizations)
    .join(partner_organizations, partner_organizations.c.id == organizations.c.id)
    .where(
        partner_organizations.c.organization_id == bindparam("organization_id"),
        organizations.c.id == bindparam("id"),
    )
)


def authenticate(
    server: Server,
    tx: Transaction,
    operation: Operation,
    headers: Mapping[str, str],
    path: Mapping[str, str],
) -> Caller:
    """Who makes this call; refused as `access.credentials` says.

    BDC_1108 (400) when a partner's call on an organization names none, BDC_1123 (404) for one that it did not make.
    """
    caller = credentials.authenticate(server, tx, operation, headers, path)
    if operation.credentials == "partner-organization":
        return _on_organization(server, tx, caller, headers)
    return caller


def _on_organization(server: Server, tx: Transaction, caller: Caller, headers: Mapping[str, str]) -> Caller:
    """The same partner, acting on the organization that the header names."""
    id = headers.get("organizationid")
    if not id:
        raise Refusal(
            "BDC_1108",
            name="organizationId",
            detail="the header organizationId is missing",
            help="name one of your organizations; GET /v3/partner/organizations lists them",
        )
    row = tx.row(_PARTNERS, {"organization_id": caller.actor.organization_id, "id": id})
    if row is None:
        raise not_partners(id)
    organization = Organization(*row)
    actor = msgspec.structs.replace(caller.actor, organization_id=id)
    return Caller(actor, organization, caller.touch, limits_of(server, organization))


def not_partners(organization_id: str) -> Refusal:
    return Refusal(
        "BDC_1123",
        detail=f"this partner has made no organization with the id {organization_id}",
        help="take an id from GET /v3/partner/organizations",
    )

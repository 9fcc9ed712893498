"""The ten operations of each classification (area "classifications"): 70 of them, written once."""

from typing import Annotated, Any

from msgspec import Meta

from net30.accounting import actions
from net30.accounting.actions import one_of_many
from net30.accounting.kinds import KINDS, SIBLINGS, Classification, Kind, snake
from net30.accounting.rules import MOST_IN_BULK
from net30.accounting.schemas import answer, draft, forms
from net30.kernel.context import Context
from net30.kernel.refusal import Refusal
from net30.wire.family import enter, of
from net30.wire.listing import page
from net30.wire.types import ListRequest, Wire

AREA = "classifications"

GivenId = Annotated[str, Meta(min_length=1)]
InBulk = Meta(min_length=1, max_length=MOST_IN_BULK)

SAID = {
    "list": """List {plural}.

    Archived {plural} are listed too, unless `filters` leaves them out (`archived:eq:false`). Ordered by `createdTime`
    unless `sort` says otherwise.
    """,
    "create": """Create {a}.

    A parent must be an active {noun} of this organization. {unique} {note}
    """,
    "bulk_create": """Create up to {most} {plural}, all or none.

    When one of the {plural} is refused the answer tells why, and BDC_1246 stands for the others. A parent must exist
    before.
    """,
    "bulk_update": """Change up to {most} {plural}, all or none.

    Each {noun} is named by its `id`, once; what is absent stays. When one is refused the answer tells why, and
    BDC_1246 stands for the others.
    """,
    "bulk_archive": """Archive up to {most} {plural}, all or none.

    `ids` holds their ids with commas between them. Archived {plural} stay as they are.
    """,
    "bulk_restore": """Restore up to {most} {plural}, all or none.

    `ids` holds their ids with commas between them. Active {plural} stay as they are.
    """,
    "get": """Read {a}.

    An archived {noun} is read too.
    """,
    "update": """Change {a}.

    What is absent or null stays; an empty text clears a property that may be absent, and an empty `parentId` moves
    the {noun} to the top. It cannot be its own parent, nor stand below what stands below it. {note}
    """,
    "archive": """Archive {a}.

    The {noun} can no longer be given to bills and lines; those that have it keep it, and its children stay as they
    are.
    Archiving twice changes nothing.
    """,
    "restore": """Restore an archived {noun}.

    {unique} Restoring an active {noun} changes nothing.
    """,
}


def declare(kind: Kind) -> None:
    """Enter the ten operations of a kind."""
    form = forms(kind)

    def one(records: list[Classification]) -> Wire:
        return answer(form, kind, records[0])

    def all_of(records: list[Classification]) -> Wire:
        return form.answers(
            **{kind.path.replace("-", "_"): [answer(form, kind, record) for record in records]}
        )

    def listed(ctx: Context, listing: ListRequest) -> Any:
        found = page(ctx, kind.record, listing)
        results = [answer(form, kind, record) for record in found.rows]
        return found.of(results)

    def create(ctx: Context, body: Wire) -> Wire:
        return one(actions.create(ctx, kind, [draft(kind, body)]))

    def bulk_create(ctx: Context, body: list[Wire]) -> Wire:
        drafts = [draft(kind, given) for given in body]
        return all_of(actions.create(ctx, kind, drafts, one_of_many(len(drafts))))

    def bulk_update(ctx: Context, body: list[Any]) -> Wire:
        drafts = [draft(kind, given) for given in body]
        refuse = one_of_many(len(drafts))
        return all_of(actions.update(ctx, kind, [given.id for given in body], drafts, refuse))

    def bulk_archive(ctx: Context, ids: str) -> Wire:
        named = _ids(ids)
        return all_of(actions.set_archived(ctx, kind, named, 1, one_of_many(len(named))))

    def bulk_restore(ctx: Context, ids: str) -> Wire:
        named = _ids(ids)
        return all_of(actions.set_archived(ctx, kind, named, 0, one_of_many(len(named))))

    def get(ctx: Context, id: GivenId) -> Wire:
        return one(actions.require(ctx, kind, [id]))

    def update(ctx: Context, id: GivenId, body: Wire) -> Wire:
        return one(actions.update(ctx, kind, [id], [draft(kind, body)]))

    def archive(ctx: Context, id: GivenId) -> Wire:
        return one(actions.set_archived(ctx, kind, [id], 1))

    def restore(ctx: Context, id: GivenId) -> Wire:
        return one(actions.set_archived(ctx, kind, [id], 0))

    many_new = of(Annotated, of(list, form.create), InBulk)
    many_known = of(Annotated, of(list, form.amend), InBulk)
    for verb, method, behind, function, hints in (
        ("list", "GET", "", listed, {"return": form.listed}),
        ("create", "POST", "", create, {"body": form.create, "return": form.answer}),
        ("bulk_create", "POST", "/bulk", bulk_create, {"body": many_new, "return": form.answers}),
        ("bulk_update", "PATCH", "/bulk", bulk_update, {"body": many_known, "return": form.answers}),
        ("bulk_archive", "POST", "/bulk/archive", bulk_archive, {"return": form.answers}),
        ("bulk_restore", "POST", "/bulk/restore", bulk_restore, {"return": form.answers}),
        ("get", "GET", "/{id}", get, {"return": form.answer}),
        ("update", "PATCH", "/{id}", update, {"body": form.update, "return": form.answer}),
        ("archive", "POST", "/{id}/archive", archive, {"return": form.answer}),
        ("restore", "POST", "/{id}/restore", restore, {"return": form.answer}),
    ):
        enter(
            f"{method} /connect/v3/classifications/{kind.path}{behind}",
            function,
            name=_name(kind, verb),
            said=_said(kind, verb),
            hints=hints,
            area=AREA,
            status=201 if verb.endswith("create") else 200,
            needs=f"classifications:{NEEDS.get(verb) or verb.removeprefix('bulk_')}",
        )


NEEDS = {
    "list": "read",
    "get": "read",
    "restore": "archive",
    "bulk_restore": "archive",
}


def _name(kind: Kind, verb: str) -> str:
    noun = kind.path.replace("-", "_") if verb == "list" else snake(kind.entity.name)
    return f"{verb}_classification_{noun}"


def _said(kind: Kind, verb: str) -> str:
    article = "an" if kind.noun[0] in "aeiou" else "a"
    differs = "Its name is no other active one's with the same parent." if SIBLINGS in kind.unique else ""
    return SAID[verb].format(
        a=f"{article} {kind.noun}",
        noun=kind.noun,
        plural=kind.plural,
        most=MOST_IN_BULK,
        unique=differs,
        note=kind.note,
    )


def _ids(text: str) -> list[str]:
    """The ids of a bulk request, each once."""
    named = list(dict.fromkeys(one for part in text.split(",") if (one := part.strip())))
    if not 1 <= len(named) <= MOST_IN_BULK:
        raise Refusal(
            None,
            field="ids",
            detail=f"must hold 1 to {MOST_IN_BULK} ids, not {len(named)}",
            help="write the ids with commas between them",
        )
    return named


for _kind in KINDS.values():
    declare(_kind)

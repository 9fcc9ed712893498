"""What holds for every classification: each test runs for each that is declared."""

import pytest
from accounting.cases import (
    ALL_KINDS,
    NAMED_APART,
    UNKNOWN,
    account_id,
    address,
    body,
    create,
    key_in_bulk,
    least,
    most,
    paths,
    required_texts,
    value,
)
from clients import World
from vendor_cases import trail

from net30.accounting.kinds import KINDS, Kind
from net30.kernel.ids import PREFIX
from net30.wire.operation import OPERATIONS

every_kind = pytest.mark.parametrize("kind", ALL_KINDS)


def ids(world: World, kind: Kind, **query: object) -> list[str]:
    return [one["id"] for one in world.get(address(kind), max=100, **query).ok()["results"]]


@every_kind
def test_one_is_created_with_everything_and_reads_back(world: World, kind: Kind) -> None:
    given = most(kind, "Music", account_id(world))
    parent = create(world, kind)
    answered = world.post(address(kind), {**given, "parentId": parent["id"]})
    made = answered.ok()
    assert answered.status == 201
    assert made["id"].startswith(kind.prefix)
    assert {**made, **given, "parentId": parent["id"]} == made
    assert made["archived"] is False
    assert made["createdTime"] == made["updatedTime"] == "2026-03-03T17:00:00.000+00:00"
    assert world.get(f"{address(kind)}/{made['id']}").ok() == made
    assert made in world.get(address(kind), max=100).ok()["results"]
    ((action, _),) = trail(world, made["id"])
    assert action == "CREATE"


@every_kind
def test_what_is_not_given_is_left_out(world: World, kind: Kind) -> None:
    made = create(world, kind)
    told = {one.path for one in kind.properties if not one.optional}
    assert {path for path, _ in paths(made)} == {"id", "archived", "createdTime", "updatedTime"} | told


@every_kind
def test_each_property_changes_alone_and_an_empty_text_clears_it(world: World, kind: Kind) -> None:
    made = world.post(address(kind), most(kind, "Music", account_id(world))).ok()
    world.advance("PT1H")
    other_account = world.get("/classifications/chart-of-accounts", max=2).ok()["results"][1]["id"]
    expected = dict(paths(made))
    assert world.patch(f"{address(kind)}/{made['id']}", dict.fromkeys(made)).ok() == made
    for one in kind.properties:
        if one.column == "parent_id" or one.given is float or one.on_wire.only_for:
            continue
        new = False if one.given is bool else value(one, "Changed", other_account)
        changed = world.patch(f"{address(kind)}/{made['id']}", body(kind, {one.path: new})).ok()
        if expected[one.path] != new:
            expected |= {one.path: new, "updatedTime": "2026-03-03T18:00:00.000+00:00"}
        assert {**expected, **dict(paths(changed))} == dict(paths(changed)) | expected
        if one.optional and isinstance(new, str):
            cleared = world.patch(f"{address(kind)}/{made['id']}", body(kind, {one.path: ""})).ok()
            assert one.path not in dict(paths(cleared))
            del expected[one.path]
    assert [action for action, _ in trail(world, made["id"])][:2] == ["CREATE", "EDIT"]


@every_kind
def test_archiving_and_restoring_twice_is_once(world: World, kind: Kind) -> None:
    made = create(world, kind)
    world.advance("PT1H")
    where = f"{address(kind)}/{made['id']}"
    archived = world.post(f"{where}/archive").ok()
    assert archived == {**made, "archived": True, "updatedTime": "2026-03-03T18:00:00.000+00:00"}
    world.advance("PT1H")
    assert world.post(f"{where}/archive").ok() == archived == world.get(where).ok()
    restored = world.post(f"{where}/restore").ok()
    assert restored == {**made, "updatedTime": "2026-03-03T19:00:00.000+00:00"}
    assert world.post(f"{where}/restore").ok() == restored
    assert [action for action, _ in trail(world, made["id"])] == ["CREATE", "EDIT", "EDIT"]


@every_kind
def test_many_at_once_in_their_order(world: World, kind: Kind) -> None:
    answered = world.post(f"{address(kind)}/bulk", [least(kind, name) for name in ("C", "A", "B")])
    assert answered.status == 201
    made = answered.ok()[key_in_bulk(kind)]
    assert [one["id"] for one in made] == sorted(one["id"] for one in made)
    column = required_texts(kind)[0].path
    amended = [{"id": one["id"], column: name} for one, name in zip(reversed(made), "xyz", strict=True)]
    changed = world.patch(f"{address(kind)}/bulk", amended).ok()[key_in_bulk(kind)]
    assert [{**old, column: name} for old, name in zip(reversed(made), "xyz", strict=True)] == changed
    named = ",".join(one["id"] for one in changed) + f", {changed[0]['id']},"
    for verb, archived in (("archive", True), ("archive", True), ("restore", False)):
        together = world.post(f"{address(kind)}/bulk/{verb}", query={"ids": named}).ok()[key_in_bulk(kind)]
        assert together == [{**one, "archived": archived} for one in changed]


@every_kind
@pytest.mark.parametrize("count", [0, 51])
def test_one_to_fifty_at_once(world: World, kind: Kind, count: int) -> None:
    before = ids(world, kind)
    assert world.post(f"{address(kind)}/bulk", [least(kind, f"{i}") for i in range(count)]).status == 400
    named = [{"id": f"{kind.prefix}{i:017}"} for i in range(count)]
    assert world.patch(f"{address(kind)}/bulk", named).status == 400
    text = ",".join(one["id"] for one in named)
    assert world.post(f"{address(kind)}/bulk/archive", query={"ids": text}).status == 400
    assert ids(world, kind) == before


@every_kind
def test_one_that_is_refused_takes_the_others_with_it(world: World, kind: Kind) -> None:
    made = [create(world, kind, name) for name in "AB"]
    before = world.get(address(kind), max=100).ok()
    bad = {**least(kind, "D"), "parentId": UNKNOWN}
    refused = world.post(f"{address(kind)}/bulk", [least(kind, "C"), bad, least(kind, "E")])
    assert (refused.status, refused.codes) == (404, ["BDC_1246", "BDC_1205", "BDC_1246"])
    column = required_texts(kind)[0].path
    amended = [{"id": made[0]["id"], column: "Z"}, {"id": made[1]["id"], column: " "}]
    refused = world.patch(f"{address(kind)}/bulk", amended)
    assert (refused.status, refused.codes) == (400, ["BDC_1246", None])
    assert refused.json[1]["message"].startswith(f"[1].{column}: ")
    assert refused.json[1]["message"].endswith("must not be blank")
    for verb in ("archive", "restore"):
        refused = world.post(f"{address(kind)}/bulk/{verb}", query={"ids": f"{made[0]['id']},{UNKNOWN}"})
        assert (refused.status, refused.codes) == (404, ["BDC_1246", "BDC_1205"])
    twice = world.patch(f"{address(kind)}/bulk", [{"id": made[0]["id"]}, {"id": made[0]["id"]}])
    assert (twice.status, twice.codes) == (400, ["BDC_1246", None])
    assert world.get(address(kind), max=100).ok() == before


@every_kind
def test_a_bad_field_is_named(world: World, kind: Kind) -> None:
    made = create(world, kind)
    for one in kind.properties:
        if one.given is not str or one.on_wire.names or one.column == "parent_id":
            continue
        too_long = body(kind, {one.path: "x" * (one.on_wire.longest + 1)})
        refused = world.patch(f"{address(kind)}/{made['id']}", too_long)
        assert (refused.status, refused.codes) == (400, ["BDC_1143"])
        assert str(one.on_wire.longest) in refused.json[0]["message"]
    for one in required_texts(kind):
        for blank in ("", "  ", None):
            refused = world.post(address(kind), {**least(kind, "B"), one.path: blank})
            assert (refused.status, refused.codes) == (400, [None])
            assert refused.json[0]["message"].startswith(f"{one.path}: must not be ")
    for one in kind.properties:
        refused = world.patch(f"{address(kind)}/{made['id']}", body(kind, {one.path: ["odd"]}))
        assert refused.json[0]["message"].startswith(f"{one.path}: ")
    assert world.get(f"{address(kind)}/{made['id']}").ok() == made


@every_kind
def test_ids_of_others_mean_nothing(world: World, other_world: World, kind: Kind) -> None:
    other_kind = next(other for other in KINDS.values() if other is not kind)
    mine = create(world, kind)
    for id_ in (create(other_world, kind)["id"], create(world, other_kind)["id"], UNKNOWN):
        where = f"{address(kind)}/{id_}"
        answers = [
            world.get(where),
            world.patch(where, {}),
            world.post(f"{where}/archive"),
            world.post(f"{where}/restore"),
            world.patch(f"{address(kind)}/bulk", [{"id": id_}]),
            world.post(f"{address(kind)}/bulk/archive", query={"ids": id_}),
            world.post(address(kind), {**least(kind, "Child"), "parentId": id_}),
            world.patch(f"{address(kind)}/{mine['id']}", {"parentId": id_}),
        ]
        assert {(answer.status, *answer.codes) for answer in answers} == {(404, "BDC_1205")}
        assert {answer.json[0]["params"][0]["value"] for answer in answers} == {id_}
        assert id_ not in ids(world, kind)


def test_a_key_of_idempotency_goes_with_the_ids_in_the_query(world: World) -> None:
    kind = KINDS["departments"]
    first, second = (create(world, kind, name)["id"] for name in "AB")
    key = {"X-Idempotent-Key": "archive one"}
    archive = f"{address(kind)}/bulk/archive"
    made = world.post(archive, query={"ids": first}, headers=key)
    again = world.post(archive, query={"ids": first}, headers=key)
    assert (again.ok(), again.headers.get("idempotency-hit")) == (made.ok(), "true")
    assert world.post(archive, query={"ids": second}, headers=key).status == 409
    assert ids(world, kind, filters="archived:eq:true") == [first]


# ---- parents --------------------------------------------------------------------------------------------------


@every_kind
def test_a_parent_is_active_and_not_below_its_child(world: World, kind: Kind) -> None:
    top = create(world, kind, "Top")["id"]
    middle = create(world, kind, "Middle", parentId=top)["id"]
    low = create(world, kind, "Low", parentId=middle)["id"]

    def move(id_: str, parent_id: str) -> tuple[int, list[str | None]]:
        answered = world.patch(f"{address(kind)}/{id_}", {"parentId": parent_id})
        return answered.status, answered.codes if answered.status >= 400 else []

    for parent in (top, middle, low):
        assert move(top, parent) == (422, ["BDC_1119"])
    assert move(low, top) == (200, [])
    assert move(middle, low) == (200, [])
    assert move(low, "") == (200, [])
    assert "parentId" not in world.get(f"{address(kind)}/{low}").ok()
    world.post(f"{address(kind)}/{top}/archive").ok()
    assert move(low, top) == (422, ["BDC_1119"])
    # A child stays below a parent that is archived later, and may be changed there.
    world.post(f"{address(kind)}/{low}/archive").ok()
    kept = world.patch(f"{address(kind)}/{middle}", {required_texts(kind)[0].path: "Renamed"}).ok()
    assert kept["parentId"] == low
    assert ids(world, kind, filters=f"parentId:eq:{low}") == [middle]


@every_kind
def test_no_circle_is_closed_in_one_call(world: World, kind: Kind) -> None:
    a, b, c = (create(world, kind, name)["id"] for name in "ABC")
    circle = [{"id": a, "parentId": b}, {"id": b, "parentId": c}, {"id": c, "parentId": a}]
    refused = world.patch(f"{address(kind)}/bulk", circle)
    assert (refused.status, refused.codes[0]) == (422, "BDC_1119")
    refused = world.patch(f"{address(kind)}/bulk", [{"id": a, "parentId": b}, {"id": b, "parentId": UNKNOWN}])
    assert (refused.status, refused.codes) == (404, ["BDC_1246", "BDC_1205"])
    world.patch(f"{address(kind)}/bulk", circle[:2]).ok()
    # What was a parent may become the child, when its child leaves in the same call.
    turned = [{"id": b, "parentId": a}, {"id": a, "parentId": ""}]
    world.patch(f"{address(kind)}/bulk", turned).ok()


@every_kind
def test_a_tree_has_fifty_levels(world: World, kind: Kind) -> None:
    parent: dict[str, str] = {}
    for level in range(50):
        parent = {"parentId": create(world, kind, f"Level {level}", **parent)["id"]}
    refused = world.post(address(kind), {**least(kind, "Too deep"), **parent})
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])


# ---- names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NAMED_APART)
def test_active_siblings_have_different_names(world: World, kind: Kind) -> None:
    first = create(world, kind, "Same")
    refused = world.post(address(kind), least(kind, "Same"))
    assert (refused.status, refused.codes) == (422, ["BDC_1119"])
    assert refused.json[0]["params"][0] == {"name": "field", "value": "name", "additional": ""}
    below = create(world, kind, "Same", parentId=first["id"])
    assert world.patch(f"{address(kind)}/{below['id']}", {"parentId": ""}).status == 422
    both = world.post(f"{address(kind)}/bulk", [least(kind, "Twin"), least(kind, "Twin")])
    assert (both.status, both.codes) == (422, ["BDC_1246", "BDC_1119"])

    world.post(f"{address(kind)}/{first['id']}/archive").ok()
    second = create(world, kind, "Same")
    assert world.post(f"{address(kind)}/{first['id']}/restore").status == 422
    world.patch(f"{address(kind)}/{second['id']}", {"name": "Other"}).ok()
    world.post(f"{address(kind)}/{first['id']}/restore").ok()
    swap = [{"id": first["id"], "name": "Other"}, {"id": second["id"], "name": "Same"}]
    world.patch(f"{address(kind)}/bulk", swap).ok()


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if not kind.unique], ids=lambda kind: kind.path
)
def test_people_may_have_the_same_name(world: World, kind: Kind) -> None:
    assert create(world, kind)["id"] != create(world, kind)["id"]


# ---- permissions and names of operations ------------------------------------------------------------------------


@every_kind
def test_ten_operations_with_words_of_their_own(kind: Kind) -> None:
    root = f"/connect/v3/classifications/{kind.path}"
    own = [
        operation for operation in OPERATIONS.values() if operation.path.removeprefix(root)[:1] in ("", "/")
    ]
    own = [operation for operation in own if operation.path.startswith(root)]
    assert len(own) == 10
    assert {operation.needs for operation in own} == {
        f"classifications:{verb}" for verb in ("read", "create", "update", "archive")
    }
    summaries = {
        operation.summary for operation in OPERATIONS.values() if operation.area == "classifications"
    }
    assert len(summaries) == 10 * len(KINDS)
    assert all(kind.noun in operation.summary or kind.plural in operation.summary for operation in own)
    assert all("{" not in operation.description for operation in own)
    assert kind.prefix in PREFIX.values()

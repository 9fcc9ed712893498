"""National vendors, which many pay by the account number that each gave them. All of them are invented."""

from typing import NamedTuple


class Place(NamedTuple):
    """A billing address; `id` begins with 0ra."""

    id: str
    line1: str
    city: str
    state: str
    zip: str


class Biller(NamedTuple):
    """A national vendor; `id` begins with 0rv. Its account numbers have `digits` (fewest, most) characters."""

    id: str
    name: str
    phone: str
    digits: tuple[int, int]
    places: tuple[Place, ...]


def _biller(
    number: int, name: str, digits: tuple[int, int], *places: tuple[str, str, str, str]
) -> tuple[str, Biller]:
    """Ids count up, and phones are of the range that is set aside for fiction."""
    id = f"0rv01NATIONAL{number:07}"
    addresses = (Place(f"0ra01BILLTO{number:05}{i:04}", *place) for i, place in enumerate(places, start=1))
    return id, Biller(id, name, f"80055501{number:02}", digits, tuple(addresses))


BILLERS: dict[str, Biller] = dict(
    (
        _biller(1, "Lodestar Electric Light", (8, 12), ("PO Box 1001", "Austin", "TX", "78701")),
        _biller(
            2,
            "Lodestar Natural Gas",
            (8, 12),
            ("PO Box 1002", "Austin", "TX", "78701"),
            ("PO Box 77", "Tulsa", "OK", "74103"),
        ),
        _biller(3, "Copperline Telephone", (10, 10), ("PO Box 2210", "Denver", "CO", "80202")),
        _biller(
            4,
            "Skylark Wireless",
            (9, 14),
            ("PO Box 41", "Seattle", "WA", "98101"),
            ("PO Box 8804", "Newark", "NJ", "07102"),
        ),
        _biller(5, "Bluebonnet Water District", (6, 9), ("400 Reservoir Road", "Waco", "TX", "76701")),
        _biller(6, "Harbor Mutual Insurance", (7, 11), ("PO Box 650", "Hartford", "CT", "06103")),
        _biller(7, "Prairie Shield Health Plan", (9, 9), ("PO Box 3130", "Omaha", "NE", "68102")),
        _biller(8, "Redwood Office Lease", (5, 10), ("12 Redwood Way", "San Jose", "CA", "95112")),
        _biller(9, "Meridian Freight Lines", (6, 10), ("PO Box 9000", "Memphis", "TN", "38103")),
        _biller(10, "Tumbleweed Waste Removal", (7, 10), ("PO Box 505", "Phoenix", "AZ", "85003")),
        _biller(11, "Northgate Fleet Fuel", (12, 19), ("PO Box 7300", "Fargo", "ND", "58102")),
        _biller(12, "Silver Birch Bank Cards", (15, 16), ("PO Box 1515", "Sioux Falls", "SD", "57104")),
        _biller(13, "Quillpen Office Supply", (6, 12), ("PO Box 260", "Columbus", "OH", "43215")),
        _biller(14, "Lantern Cable and Internet", (13, 16), ("PO Box 1300", "Atlanta", "GA", "30303")),
        _biller(15, "Gulfstone Property Tax Office", (5, 17), ("1 Court Square", "Mobile", "AL", "36602")),
    )
)

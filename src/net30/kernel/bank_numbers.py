"""Check digits of bank numbers."""

import re


def is_aba_routing_number(text: str) -> bool:
    """Whether this is a routing number with the right check digit: nine digits, not all zero, whose sum
    weighted 3, 7, 1 is a multiple of ten (American Bankers Association, routing number policy)."""
    return re.fullmatch("[0-9]{9}", text) is not None and text != "0" * 9 and weighs_ten(text)


def weighs_ten(digits: str) -> bool:
    """Whether the sum of the digits, weighted 3, 7, 1 in turn, is a multiple of ten."""
    return sum(int(digit) * (3, 7, 1)[place % 3] for place, digit in enumerate(digits)) % 10 == 0

"""The patterns of the contract's texts, in words that a person can act on."""

import re

_WORDS = {
    "^[A-Za-z0-9]+$": "must be letters and digits only",
    "^[0-9]{4}$": "must be 4 digits",
    "^(0[1-9]|1[0-2])$": "must be a month, from 01 to 12",
    r"(\d{10}$)": "must end in 10 digits",
    r"^(\+?[1-9]\d{0,2}[-\s]?)?(\(\d{3}\))?([0-9-\s]{7,20})$": (
        "must be a phone number of 7 to 20 digits, hyphens and blanks; a country code such as +1 and an area code in"
        " parentheses may stand before it"
    ),
}
_LENGTH = re.compile(r"\^\.\{(\d+),(\d+)\}\$")
_ID = re.compile(r"\^(\w+)\[(?:a-zA-Z0-9|0-9A-Za-z)\]\{(?:(\d+),)?(\d+)\}\$")


def said(pattern: str) -> str:
    """What a text must be that matches a pattern; the pattern itself when it is not one of those known here."""
    if length := _LENGTH.fullmatch(pattern):
        low, high = length.groups()
        return (
            f"must have at most {high} characters" if low == "0" else f"must have {low} to {high} characters"
        )
    if id := _ID.fullmatch(pattern):
        prefix, low, high = id.groups()
        number = high if low is None else f"{low} to {high}"
        return f"must be {prefix} and {number} letters or digits after it"
    return _WORDS.get(pattern, f'must match "{pattern}"')

"""Texts of one line: what they are kept as, what they may not hold, and which of them look alike.

A name or a number that looks like another one and is not it misleads whoever pays by it. So a text of one line is kept
in Unicode's composed form without outer blanks, and holds nothing that does not show or that turns the direction of
what follows.
"""

import re
import unicodedata

ONE_LINE = "must not hold line breaks or other control characters"

# Format characters that show (prefixed signs of Arabic and other scripts, Unicode 15, chapter 9.2).
_SHOWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# They join or part letters within a word (Persian, Hindi) and the pictures of an emoji.
_JOINERS = frozenset("\u200c\u200d")
# Letters and marks that are blank: fillers of Hangul, the empty pattern of Braille, the joiner of graphemes.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_BLANKS = re.compile(r"\s+")


def is_storable(text: str) -> bool:
    """Whether a database takes a text: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def is_tidy(text: str) -> bool:
    """Whether a text of one line is kept as it is, as nearly every one is; a quick look."""
    if not text.isprintable() or text[:1] == " " or text[-1:] == " ":
        return False
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and _BLANK.isdisjoint(text))


def tidy(text: str) -> str:
    """The composed form (NFC, UAX 15) of a text without outer blanks."""
    return unicodedata.normalize("NFC", text).strip()


def fault(text: str) -> str | None:
    """What a tidy text of one line may not hold, in words; None when it may be kept."""
    for place, character in enumerate(text):
        if character in _BLANK or (unicodedata.category(character) in _HIDDEN and character not in _SHOWN):
            if character in _JOINERS and _joins(text, place):
                continue
            if unicodedata.category(character) in ("Cc", "Zl", "Zp"):
                return ONE_LINE
            name = unicodedata.name(character, "a character without a name")
            return f"holds U+{ord(character):04X} ({name}), which does not show"
    return None


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands inside a word or an emoji, not at its edge and not beside another one."""
    around = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    return all(one and not one.isspace() and one.isprintable() for one in around)


def folded(text: str) -> str:
    """What texts that look alike have in common: compatible forms (NFKC), any case, any dash, single blanks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    dashed = "".join("-" if unicodedata.category(one) == "Pd" or one == "\u2212" else one for one in folded)
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", dashed)).strip()

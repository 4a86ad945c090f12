"""How written English words are said, so that an aligner can find them in the sound.

A wrong guess costs some precision of one word's times, never a word.
"""

from __future__ import annotations

import re

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))
_ABBREVIATIONS = {
    "mr.": "mister",
    "mrs.": "missus",
    "ms.": "miz",
    "dr.": "doctor",
    "st.": "saint",
    "vs.": "versus",
    "etc.": "et cetera",
    "no.": "number",
}
_SYMBOLS = {"%": "percent", "&": "and", "+": "plus", "@": "at", "°": "degrees", "=": "equals"}
_CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros"}
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_PIECE = re.compile(
    r"(?P<currency>[$£€])?(?P<number>\d[\d,]*)(?:\.(?P<decimals>\d+))?(?P<ordinal>st|nd|rd|th)?"
    r"|(?P<word>[a-z]+(?:'[a-z]+)*)"
    r"|(?P<symbol>[%&+@°=])"
)
_MAX_SAID_AS_NUMBER = 999_999_999_999


def spoken_words(written: str) -> list[str]:
    """Lower-case words of a-z and apostrophes, as ``written`` (one displayed word) is said.

    ``"$5"`` gives five dollars, ``"twenty-one,"`` twenty one, ``"—"`` nothing.
    """
    lowered = written.lower().replace("\u2019", "'")
    if lowered in _ABBREVIATIONS:
        return _ABBREVIATIONS[lowered].split()
    return [word for piece in _PIECE.finditer(lowered) for word in _say(piece)]


def _say(piece: re.Match[str]) -> list[str]:
    if word := piece["word"]:
        return [word]
    if symbol := piece["symbol"]:
        return [_SYMBOLS[symbol]]
    words = _say_number(piece["number"])
    if decimals := piece["decimals"]:
        words += ["point", *(_ONES[int(digit)] for digit in decimals)]
    if piece["ordinal"]:
        words[-1] = _ordinal(words[-1])
    if currency := piece["currency"]:
        words.append(_CURRENCIES[currency])
    return words


def _say_number(digits: str) -> list[str]:
    value = int(digits.replace(",", ""))
    if value > _MAX_SAID_AS_NUMBER or (digits.startswith("0") and len(digits) > 1):
        return [_ONES[int(digit)] for digit in digits if digit.isdigit()]
    if len(digits) == 4 and (1100 <= value < 2000 or 2010 <= value < 2100):
        return _year(value)
    return _cardinal(value)


def _year(value: int) -> list[str]:
    century, rest = divmod(value, 100)
    if rest == 0:
        return [*_cardinal(century), "hundred"]
    return [*_cardinal(century), *(["oh"] if rest < 10 else []), *_cardinal(rest)]


def _cardinal(value: int) -> list[str]:
    for scale, name in _SCALES:
        if value >= scale:
            high, rest = divmod(value, scale)
            return [*_cardinal(high), name, *(_cardinal(rest) if rest else [])]
    if value >= 100:
        high, rest = divmod(value, 100)
        return [_ONES[high], "hundred", *(_cardinal(rest) if rest else [])]
    if value >= 20:
        tens, rest = divmod(value, 10)
        return [_TENS[tens], *([_ONES[rest]] if rest else [])]
    return [_ONES[value]]


def _ordinal(word: str) -> str:
    if word.endswith("y"):
        return word[:-1] + "ieth"
    return _ORDINALS.get(word, word + "th")

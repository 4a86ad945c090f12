"""Guess how an English word that is in no dictionary sounds, in the phones of CMUdict.

Good enough to place the word in time, which is all that it is used for.
"""

from __future__ import annotations

# Longest first: at each place of the word the first row that fits is taken.
_RULES = (
    ("tion", "SH AH N"),
    ("sion", "ZH AH N"),
    ("ough", "AO"),
    ("eigh", "EY"),
    ("igh", "AY"),
    ("sch", "SH"),
    ("tch", "CH"),
    ("dge", "JH"),
    ("ck", "K"),
    ("ch", "CH"),
    ("sh", "SH"),
    ("th", "TH"),
    ("ph", "F"),
    ("wh", "W"),
    ("qu", "K W"),
    ("ng", "NG"),
    ("kn", "N"),
    ("wr", "R"),
    ("ee", "IY"),
    ("ea", "IY"),
    ("ie", "IY"),
    ("ei", "EY"),
    ("ai", "EY"),
    ("ay", "EY"),
    ("oo", "UW"),
    ("ou", "AW"),
    ("ow", "OW"),
    ("oi", "OY"),
    ("oy", "OY"),
    ("oa", "OW"),
    ("au", "AO"),
    ("aw", "AO"),
    ("er", "ER"),
    ("ir", "ER"),
    ("ur", "ER"),
    ("a", "AE"),
    ("b", "B"),
    ("c", "K"),
    ("d", "D"),
    ("e", "EH"),
    ("f", "F"),
    ("g", "G"),
    ("h", "HH"),
    ("i", "IH"),
    ("j", "JH"),
    ("k", "K"),
    ("l", "L"),
    ("m", "M"),
    ("n", "N"),
    ("o", "AA"),
    ("p", "P"),
    ("q", "K"),
    ("r", "R"),
    ("s", "S"),
    ("t", "T"),
    ("u", "AH"),
    ("v", "V"),
    ("w", "W"),
    ("x", "K S"),
    ("y", "IY"),
    ("z", "Z"),
)
_LETTER_NAMES = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (
            "EY,B IY,S IY,D IY,IY,EH F,JH IY,EY CH,AY,JH EY,K EY,EH L,EH M,EH N,OW,P IY,K Y UW,"
            "AA R,EH S,T IY,Y UW,V IY,D AH B AH L Y UW,EH K S,W AY,Z IY"
        ).split(","),
        strict=True,
    )
)


def phones_of(word: str) -> str:
    """Phones separated by spaces; never empty. ``word`` is lower-case a-z and apostrophes.

    Words without a vowel are spelled out ("bbc").
    """
    letters = word.replace("'", "")
    if not any(letter in "aeiouy" for letter in letters):
        return " ".join(_LETTER_NAMES[letter] for letter in letters) or "AH"
    return " ".join(_phones(_without_silent_letters(letters)))


def _without_silent_letters(letters: str) -> str:
    """Doubled consonants sound once, a last e after a consonant not at all."""
    kept = [
        letter
        for i, letter in enumerate(letters)
        if letter in "aeiou" or i == 0 or letters[i - 1] != letter
    ]
    ends_silent = len(kept) > 3 and kept[-1] == "e" and kept[-2] not in "aeiou"
    return "".join(kept[:-1] if ends_silent else kept)


def _phones(letters: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(letters):
        spelling, sound = next(rule for rule in _RULES if letters.startswith(rule[0], at))
        found.append(sound)
        at += len(spelling)
    return found

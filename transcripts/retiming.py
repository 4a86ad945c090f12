"""Words of a changed text keep the times of the words that stayed, and share those that went.

The twin of ``static/js/editor/retiming.js``. Only sums, differences and quotients of doubles, in
the same order on both sides, so that both come to the same milliseconds. No Django.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
Times = tuple[float, float]

# Kana, Chinese characters and the marks used with them: each may be a word.
CJK = (
    r"\u2e80-\u2fff\u3001-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
    r"\U00020000-\U0003ffff"
)
# These, Thai, Lao, Burmese and Khmer leave no space between words.
UNSPACED = rf"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff{CJK}"
SPACE = " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_TOKEN = re.compile(f"[{CJK}]|[^{SPACE}{CJK}]+")
_SPACES = re.compile(f"[{SPACE}]+")
_AROUND = re.compile(rf"^[{SPACE}]+|[{SPACE}]+\Z")
_ENDS_UNSPACED = re.compile(rf"[{UNSPACED}]\Z")
_BEGINS_UNSPACED = re.compile(f"^[{UNSPACED}]")
# Beyond so many pairs of words to compare, a stretch counts as rewritten.
MOST_PAIRS = 250_000


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def visible(text: str) -> str:
    return _SPACES.sub("", text)


def trimmed(text: str) -> str:
    return _AROUND.sub("", text)


def glue(left: str, right: str) -> str:
    """What stands between two texts that become one."""
    unspaced = _ENDS_UNSPACED.search(left) and _BEGINS_UNSPACED.search(right)
    return "" if unspaced else " "


def retimed(row: Row, text: str) -> list[Row]:
    """The words of ``text`` in the segment ``row``, whose words still are those of its old text."""
    old, new = _old_words(row), tokens(text)
    kept = _common([word["text"] for word in old], new)
    words: list[Row] = []
    i = j = 0
    for next_i, next_j in [*kept, (len(old), len(new))]:
        if j < next_j:
            words += _placed(new[j:next_j], _room(row, old, i, next_i), row["speaker"])
        if next_j < len(new):
            words.append(old[next_i])
        i, j = next_i + 1, next_j + 1
    return words


def cut(row: Row, left: str, right: str) -> tuple[list[Row], list[Row], Times]:
    """The words of both parts, and when the first ends and the second begins."""
    letters = len(visible(left))
    share = letters / (letters + len(visible(right)))
    middle = to_milliseconds(row["start"] + (row["end"] - row["start"]) * share)
    first: list[Row] = []
    second: list[Row] = []
    for word in row["words"] if _spells(row) else []:
        size = len(visible(word["text"]))
        if letters <= 0:
            second.append(word)
        elif size <= letters:
            first.append(word)
        else:
            halves = (visible(word["text"])[:letters], visible(word["text"])[letters:])
            for part, times, side in zip(
                halves, _shares(halves, (word["start"], word["end"])), (first, second), strict=True
            ):
                side.append({**word, "text": part, "start": times[0], "end": times[1]})
        letters -= size
    if not (first and second):
        whole: Times = (row["start"], middle)
        first = _placed(tokens(left), whole, row["speaker"])
        second = _placed(tokens(right), (middle, row["end"]), row["speaker"])
    return first, second, (first[-1]["end"], second[0]["start"])


def to_milliseconds(seconds: float) -> float:
    """Rounded half up, as JavaScript's ``Math.round`` has it."""
    return math.floor(seconds * 1000 + 0.5) / 1000


def _old_words(row: Row) -> list[Row]:
    """One for each token. None where words and text have nothing to do with each other."""
    if not _spells(row):
        return []
    words: list[Row] = []
    for word in row["words"]:
        parts = tokens(word["text"])
        if len(parts) == 1:
            words.append({**word, "text": parts[0]})
            continue
        for part, times in zip(parts, _shares(parts, (word["start"], word["end"])), strict=True):
            words.append({**word, "text": part, "start": times[0], "end": times[1]})
    return words


def _spells(row: Row) -> bool:
    return "".join(visible(word["text"]) for word in row["words"]) == visible(row["text"])


def _room(row: Row, old: list[Row], first: int, last: int) -> Times:
    """The time of the old words from ``first`` up to ``last``, or of the pause between two."""
    if first < last:
        return old[first]["start"], old[last - 1]["end"]
    start = old[first - 1]["end"] if first > 0 else row["start"]
    end = old[last]["start"] if last < len(old) else row["end"]
    return start, max(start, end)


def _placed(texts: list[str], room: Times, speaker: str | None) -> list[Row]:
    return [
        {"text": text, "start": start, "end": end, "confidence": None, "speaker": speaker}
        for text, (start, end) in zip(texts, _shares(texts, room), strict=True)
    ]


def _shares(texts: list[str] | tuple[str, ...], room: Times) -> list[Times]:
    """Of a stretch of time, by length of text."""
    total = sum(len(text) for text in texts)
    edges, done = [to_milliseconds(room[0])], 0
    for text in texts:
        done += len(text)
        edges.append(to_milliseconds(room[0] + (room[1] - room[0]) * done / total))
    return list(pairwise(edges))


def _common(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Pairs of places of the words that stayed: a longest common subsequence."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = _longest(old[head : len(old) - tail], new[head : len(new) - tail])
    return [
        *((i, i) for i in range(head)),
        *((i + head, j + head) for i, j in middle),
        *((len(old) - k, len(new) - k) for k in range(tail, 0, -1)),
    ]


def _longest(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    if not (old and new) or len(old) * len(new) > MOST_PAIRS:
        return []
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        row, below = lengths[i], lengths[i + 1]
        for j in reversed(range(len(new))):
            row[j] = below[j + 1] + 1 if old[i] == new[j] else max(below[j], row[j + 1])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs

"""A document with all that is hard to write down: scripts, directions, marks, hostile text."""

# ruff: noqa: RUF001 - the scripts of the world

from transcripts.document import Document, Mark, Segment, Speaker, Word

SAID = [
    ("s1", "Ask not what your country can do for you. It costs 5\u00a0€, naïvely.", ""),
    ("s2", "我们今天讨论的是录音：它永远不会写入磁盘。", "核对日期"),
    ("s2", "今日は録音についてお話しします。ディスクには書き込まれません。", ""),
    ("s1", "오늘은 디스크에 기록되지 않는 녹음에 대해 이야기합니다.", ""),
    ("s3", "نتحدث اليوم عن تسجيلات لا تُكتب أبدًا على القرص، في عام 2026.", "ملاحظة"),
    ("s3", "היום נדבר על הקלטות שלעולם אינן נכתבות לדיסק (Sotto 2.0).", ""),
    ("s4", "आज हम उन रिकॉर्डिंग के बारे में बात करते हैं जो कभी डिस्क पर नहीं लिखी जातीं।", ""),
    ("s4", "วันนี้เราพูดถึงการบันทึกเสียงที่ไม่เคยถูกเขียนลงดิสก์", ""),
    (
        "s1",
        "Ё-моё: сегодня о записях. Ελληνικά. Tiếng Việt: nghiệp vụ. a\u0301e\u0308o\u0302\u0323",
        "",
    ),
    ("s5", '=HYPERLINK("https://evil.example","x")', "@SUM(1+1)"),
    ("s5", "a --> b <script>alert(1)</script> & {\\an8}<i>tag</i>", "+1 --> 2"),
    (
        "s5",
        "one\r\n\r\n7\r\n00:00:01,000 --> 00:00:09,000\r\nforged \u202eturned\u202c \x00\ufffe",
        "",
    ),
    ("s1", "\"Quoted\", he said; 'yes'.", "a note, with a comma"),
    (None, "Nobody knows who says this.", ""),
]
NAMES = ["Anna", "李明", "أحمد", "अनिता", "=Eve --> <v>"]


def _segment(number: int, speaker: str | None, text: str, note: str) -> Segment:
    start = round(number * 6.4, 3)
    words = [
        Word(word, round(start + index * 0.4, 3), round(start + index * 0.4 + 0.35, 3), 0.9)
        for index, word in enumerate(text.split())
    ]
    return Segment(f"g{number + 1}", start, start + 6.0, text, speaker, 0.9, note=note, words=words)


WORLD = Document(
    language="en",
    duration=100.0,
    model="moonshine-tiny-en",
    speakers=[Speaker(f"s{index}", name) for index, name in enumerate(NAMES, start=1)],
    segments=[_segment(number, *row) for number, row in enumerate(SAID)],
    marks=[
        Mark("m1", 20.5, "여기 인용"),
        Mark("m2", 78.0, "=quote --> this"),
        Mark("m3", 79.0, ""),
    ],
)

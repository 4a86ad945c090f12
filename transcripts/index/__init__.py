"""The library's index: names and words in the clear, in a database of its own.

It is made from the sealed transcripts and can be made again from them at any time, so it is in
no backup. Only ``transcripts.search`` is for others.
"""

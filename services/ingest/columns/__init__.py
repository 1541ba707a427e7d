"""The fast way of a file's rows: columns instead of records, judged alike.

What is surely good is told from whole columns at once; every other row goes the way that names
its faults (`domain/rows.py`). Chunks are bounded: memory does not depend on the file's size.
"""

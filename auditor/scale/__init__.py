"""One season on many machines: parts written where the workers are, put together by one reduce step.

A part is a JSONL file. Its first line says what it was made under, each further line is one file with its audit and bound report. Parts
depend on nothing but the files in them, so a part made twice is the same bytes, and a file in two parts counts once.
"""

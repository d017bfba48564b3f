"""How the small network of :mod:`auditor.read.ocr.figures` were trained: printed figures drawn by the thousand, worn as scans are.

Nothing here is needed to run or test the program. The way from nothing to the file in the package::

    python -m tools.figures.train --fonts FOLDER --out auditor/read/ocr/models/figure_pieces.onnx

``FOLDER`` holds free fonts with figures (Song, Kai, Hei, Times-like, Arial-like, monospaced); :mod:`tools.figures.train` says which were
used. Needs torch, onnx, opencv and pillow besides the extra ``ocr``.
"""

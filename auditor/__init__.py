"""Auditor: reads annual reports on government information disclosure and checks them.

The way is ``read → bind → check → render``; start reading at :mod:`auditor.pipeline`.
"""

__version__ = "0.1.0"

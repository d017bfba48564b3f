"""Zip containers with fixed dates and order, so that the same plan gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile

STAMP = (2024, 1, 10, 9, 0, 0)
_DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def fixed_zip(data: bytes) -> bytes:
    """The archive again with a fixed date for each member and inside ``docProps/core.xml``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _DATES.sub(rb"\g<1>2024-01-10T09:00:00Z\g<2>", content)
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            target.writestr(info, content)
    return out.getvalue()

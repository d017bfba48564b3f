"""The dataset in pandas: python dataset_pandas.py facts.csv  (made by `auditor dataset PATH -o facts.csv`)."""

import sys
from pathlib import Path

import pandas as pd

path = Path(sys.argv[1])


def table(name: str) -> pd.DataFrame:
    """A table of the dataset; the cells themselves are in the file without a suffix."""
    file = path if name == "facts" else path.with_name(f"{path.stem}_{name}{path.suffix}")
    return pd.read_csv(file, dtype={"agency_id": "string", "raw": "string", "number": "string"})


facts, reports, wide = table("facts"), table("reports"), table("wide")

# Only cells that were read for certain; a blank has no value and is no zero.
certain = facts[(facts["confidence"] >= 0.9) & facts["value"].notna()]

# New requests by year, over whatever layout the reports used.
received = certain[certain["series"] == "t3.new_received.total"].groupby("year")["value"].agg(["size", "sum"])
print("new requests by year\n", received)

# "Other" outcomes were one row until 2020 and three rows since: the sum over the series compares, single rows do not.
other = certain[certain["series"] == "t3.other_sum.total"].groupby(["agency_id", "year"])["value"].sum()
print("other outcomes\n", other.head())

# The same agencies in both years, through renames.
panel = wide.pivot_table(index="agency_id", columns="year", values="t3.new_received.total", aggfunc="first")
print("panel\n", panel.head())

# Which reports are not clean, and how many findings they have.
print("verdicts\n", reports["verdict"].value_counts())

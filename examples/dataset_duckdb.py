"""The dataset in DuckDB: python dataset_duckdb.py facts.parquet  (made by `auditor dataset PATH -o facts.parquet`)."""

import sys
from pathlib import Path

import duckdb

path = Path(sys.argv[1])
findings = path.with_name(f"{path.stem}_findings{path.suffix}")
sections = path.with_name(f"{path.stem}_sections{path.suffix}")
base = duckdb.connect()
for name, file in (("facts", path), ("findings", findings), ("sections", sections)):
    base.execute(f"CREATE VIEW {name} AS SELECT * FROM '{file.as_posix()}'")

# Share of requests granted, by kind of agency, of reports with both numbers read for certain.
print(
    base.sql("""
    WITH cells AS (
        SELECT agency_id, year, agency_kind,
               max(value) FILTER (key = 't3.granted.total') AS granted,
               max(value) FILTER (key = 't3.result_total.total') AS closed
        FROM facts WHERE confidence >= 0.9 GROUP BY ALL
    )
    SELECT agency_kind, count(*) AS reports, round(100 * sum(granted) / sum(closed), 1) AS granted_percent
    FROM cells WHERE granted IS NOT NULL AND closed > 0 GROUP BY ALL ORDER BY reports DESC, agency_kind
    """)
)

# Most frequent findings; what another finding explains is left out.
print(
    base.sql("""
    SELECT rule, title, count(DISTINCT agency_id || year) AS reports
    FROM findings WHERE explained_by = '' OR explained_by IS NULL GROUP BY ALL ORDER BY reports DESC, rule LIMIT 10
    """)
)

# Length of the part on problems and improvements.
print(
    base.sql("""
    SELECT year, count(*) AS reports, median(characters) AS median
    FROM sections WHERE section = 's5_problems' GROUP BY year ORDER BY year
    """)
)

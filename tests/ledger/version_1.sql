-- The schema of version 1, as a ledger of that time holds it.
CREATE TABLE reading (
        id INTEGER PRIMARY KEY, content TEXT NOT NULL, stem TEXT NOT NULL, reader TEXT NOT NULL, kind TEXT NOT NULL,
        status TEXT NOT NULL, document TEXT NOT NULL, half TEXT NOT NULL, agency TEXT, agency_kind TEXT NOT NULL, year INTEGER, era TEXT,
        scope TEXT NOT NULL, published TEXT, light BLOB NOT NULL, prose BLOB NOT NULL, report BLOB NOT NULL,
        UNIQUE (content, stem, reader));
CREATE TABLE fact (
        reading INTEGER NOT NULL REFERENCES reading (id) ON DELETE CASCADE, position INTEGER NOT NULL, key TEXT NOT NULL, raw TEXT NOT NULL,
        state TEXT NOT NULL, value TEXT, unit TEXT, confidence REAL NOT NULL, place TEXT NOT NULL,
        PRIMARY KEY (reading, position)) WITHOUT ROWID;
CREATE TABLE checked (
        id INTEGER PRIMARY KEY, reading INTEGER NOT NULL REFERENCES reading (id) ON DELETE CASCADE, checker TEXT NOT NULL,
        audit BLOB NOT NULL, UNIQUE (reading, checker));
CREATE TABLE run (
        number INTEGER PRIMARY KEY, key TEXT NOT NULL, version TEXT NOT NULL, rules TEXT NOT NULL, reader TEXT NOT NULL,
        checker TEXT NOT NULL, audits INTEGER NOT NULL, read INTEGER NOT NULL, findings INTEGER NOT NULL, notes TEXT NOT NULL,
        defect TEXT NOT NULL);
CREATE TABLE run_audit (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, position INTEGER NOT NULL, path TEXT NOT NULL, status TEXT NOT NULL,
        verdict TEXT NOT NULL, agency TEXT, year INTEGER, content TEXT NOT NULL,
        reading INTEGER REFERENCES reading (id), checked INTEGER REFERENCES checked (id), report BLOB, audit BLOB,
        PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE finding (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, position INTEGER NOT NULL, audit INTEGER, id TEXT NOT NULL,
        rule TEXT NOT NULL, severity TEXT NOT NULL, confidence TEXT NOT NULL, agency TEXT, year INTEGER, title TEXT NOT NULL,
        message TEXT NOT NULL, calculation TEXT, place TEXT, waived TEXT, record BLOB, PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE problem (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, audit INTEGER NOT NULL, position INTEGER NOT NULL,
        code TEXT NOT NULL, details TEXT NOT NULL, fatal INTEGER NOT NULL, PRIMARY KEY (run, audit, position)) WITHOUT ROWID;
CREATE TABLE undecided (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, position INTEGER NOT NULL, rule TEXT NOT NULL,
        verdict TEXT NOT NULL, needs TEXT NOT NULL, PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE published (
        agency TEXT NOT NULL, year INTEGER NOT NULL, date TEXT NOT NULL, source TEXT NOT NULL,
        PRIMARY KEY (agency, year, date, source)) WITHOUT ROWID;
CREATE TABLE waiver (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, position INTEGER NOT NULL, rule TEXT NOT NULL, agency TEXT NOT NULL,
        year INTEGER, reason TEXT NOT NULL, who TEXT NOT NULL, until TEXT, PRIMARY KEY (run, position)) WITHOUT ROWID;
CREATE TABLE reply (
        finding TEXT NOT NULL, agency TEXT NOT NULL, year INTEGER, answer TEXT NOT NULL, source TEXT NOT NULL,
        PRIMARY KEY (finding, agency, source)) WITHOUT ROWID;
CREATE INDEX fact_key ON fact (key);
CREATE INDEX finding_rule ON finding (rule);
CREATE VIEW latest AS SELECT * FROM run_audit WHERE run = (SELECT max(number) FROM run);
CREATE VIEW facts AS SELECT latest.path, latest.agency, latest.year, fact.key, fact.raw, fact.state, fact.value,
        fact.unit, fact.confidence, fact.place FROM latest JOIN fact ON fact.reading = latest.reading;
CREATE VIEW findings AS SELECT latest.path, finding.* FROM finding
        LEFT JOIN latest ON latest.position = finding.audit WHERE finding.run = (SELECT max(number) FROM run);
PRAGMA user_version = 1;

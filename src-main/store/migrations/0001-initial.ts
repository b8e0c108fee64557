/**
 * The tables of format version 1 (src-main/vault/crypto/FORMAT.md, "Tables"). Never changed: a vault whose schema is not
 * exactly a known one is refused, so that nobody plants a trigger or a view in it.
 */
export const INITIAL_SCHEMA: Readonly<Record<string, string>> = {
  header: 'CREATE TABLE header (id INTEGER PRIMARY KEY CHECK (id = 1), bytes BLOB NOT NULL) STRICT',
  state: 'CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL) STRICT',
  record:
    'CREATE TABLE record (id BLOB NOT NULL PRIMARY KEY, meta BLOB NOT NULL, value BLOB) STRICT, WITHOUT ROWID',
  audit: 'CREATE TABLE audit (seq INTEGER PRIMARY KEY, sealed BLOB NOT NULL, mac BLOB NOT NULL) STRICT',
};

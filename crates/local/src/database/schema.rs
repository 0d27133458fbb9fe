//! Workarounds for dynoxide, with SQL on its private tables. Only this module knows them. They fix three
//! faults: writes become slower as a stream grows, streams are never trimmed, and a new stream shows the
//! records of the previous stream of its table.

use rusqlite::Connection;

use super::checkpoints_table::TABLE as CHECKPOINTS;
use super::error::DatabaseError;

/// The number of records that a stream keeps after all pipes have read them. You can look at them later.
pub const KEPT_RECORDS: u32 = 10_000;
/// A stream is trimmed once in this number of writes. It is a prime, so that no pattern of writes avoids it.
const TRIM_EVERY: u32 = 97;
/// More than `TRIM_EVERY`, so that a backlog shrinks, but small, so that no write takes long.
const TRIM_AT_MOST: u32 = 1_000;

const REQUIRED: [(&str, &[&str]); 3] = [
    ("_stream_records", &["id", "table_name", "sequence_number"]),
    ("_tables", &["table_name", "stream_label"]),
    (CHECKPOINTS, &["pk", "item_json"]),
];

pub fn patch(connection: &Connection) -> Result<(), DatabaseError> {
    for (table, columns) in REQUIRED {
        columns.iter().try_for_each(|column| require(connection, table, column))?;
    }
    Ok(connection.execute_batch(&script())?)
}

fn require(connection: &Connection, table: &str, column: &str) -> Result<(), DatabaseError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2)";
    match connection.query_row(sql, [table, column], |row| row.get(0))? {
        true => Ok(()),
        false => Err(DatabaseError::Schema { missing: format!("{table}.{column}") }),
    }
}

/// Trims a stream up to its slowest reader, but keeps the newest `KEPT_RECORDS`.
fn script() -> String {
    format!(
        r#"
        CREATE INDEX IF NOT EXISTS tablecast_order
            ON _stream_records(table_name, CAST(sequence_number AS INTEGER));
        DROP TRIGGER IF EXISTS tablecast_trim;
        CREATE TRIGGER tablecast_trim AFTER INSERT ON _stream_records WHEN NEW.id % {TRIM_EVERY} = 0 BEGIN
            DELETE FROM _stream_records WHERE id IN (
                SELECT id FROM _stream_records
                WHERE table_name = NEW.table_name AND CAST(sequence_number AS INTEGER) <= min(
                    (SELECT CAST(sequence_number AS INTEGER) FROM _stream_records
                     WHERE table_name = NEW.table_name
                     ORDER BY CAST(sequence_number AS INTEGER) DESC LIMIT 1 OFFSET {KEPT_RECORDS}),
                    (SELECT coalesce(min(CAST(substr(json_extract(item_json, '$.sequence.S'), 2) AS INTEGER)), 1 << 62)
                     FROM "{CHECKPOINTS}" WHERE json_extract(item_json, '$.table.S') = NEW.table_name))
                ORDER BY CAST(sequence_number AS INTEGER) LIMIT {TRIM_AT_MOST});
        END;
        DROP TRIGGER IF EXISTS tablecast_drop;
        CREATE TRIGGER tablecast_drop AFTER DELETE ON _tables BEGIN
            DELETE FROM _stream_records WHERE table_name = OLD.table_name;
        END;
        DROP TRIGGER IF EXISTS tablecast_new_stream;
        CREATE TRIGGER tablecast_new_stream AFTER UPDATE OF stream_label ON _tables
        WHEN OLD.stream_label IS NOT NEW.stream_label BEGIN
            DELETE FROM _stream_records WHERE table_name = OLD.table_name;
        END;
        "#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_schema_is_rejected_with_the_missing_column() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE _stream_records (id INTEGER, table_name TEXT)").unwrap();
        let error = patch(&connection).unwrap_err().to_string();
        assert!(error.contains("_stream_records.sequence_number"), "{error}");
        assert!(error.contains("=3.2.0"), "{error}");
    }
}

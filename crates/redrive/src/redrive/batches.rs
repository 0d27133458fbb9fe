use crate::error::RecordError;
use crate::record::Record;

/// Lambda accepts 6 MB. The rest is for the commas, and for what `enrich` adds.
const MAX_BYTES: usize = 5_000_000;

/// Divides records into batches of one pipe, as large as its own.
pub fn batches(records: &[Record], most: usize) -> Result<Vec<Vec<usize>>, RecordError> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut bytes = 0;
    for (index, record) in records.iter().enumerate() {
        let size = record.text()?.len();
        let first = batches.last().and_then(|batch| batch.first());
        let is_same_pipe = first.is_some_and(|first| records[*first].table() == record.table());
        match batches.last_mut() {
            Some(batch) if is_same_pipe && batch.len() < most && bytes + size <= MAX_BYTES => {
                batch.push(index);
                bytes += size;
            }
            _ => {
                batches.push(vec![index]);
                bytes = size;
            }
        }
    }
    Ok(batches)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(table: &str, bytes: usize) -> Record {
        let arn = format!("arn:aws:dynamodb:r:1:table/{table}/stream/2026");
        let text = json!({ "eventSourceARN": arn, "filler": "x".repeat(bytes) }).to_string();
        Record::of_letter("1".to_owned(), "orders", &text, 0).unwrap()
    }

    #[test]
    fn a_batch_has_one_table_a_number_of_records_and_at_most_5_mb() {
        let large = 2_400_000;
        let records = [
            record("a", 0),
            record("a", 0),
            record("a", large),
            record("a", large),
            record("a", large),
            record("b", 0),
        ];
        assert_eq!(batches(&records, 3).unwrap(), [vec![0, 1, 2], vec![3, 4], vec![5]]);
        assert_eq!(batches(&records, 9).unwrap(), [vec![0, 1, 2, 3], vec![4], vec![5]]);
        assert!(batches(&[], 9).unwrap().is_empty());
    }
}

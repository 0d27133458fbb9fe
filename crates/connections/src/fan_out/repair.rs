//! Damaged runs: something else changed the item, or a newer version of tablecast wrote it.

use tablecast_aws::{StorageError, now_in_milliseconds};

use super::run::Run;
use super::update::Update;
use crate::connections::Connections;
use crate::fields::{Fields, number_of};

/// If no cursor can be read, so many covered events are pushed again. They find most subscriptions to single subjects,
/// which then are closed.
const REPEATED: u64 = 1000;

/// The attributes that other writers of the item change. If they change one first, the item is read again.
const CONDITIONS: [&str; 4] = ["run_id", "started_after", "needed_to", "parts"];
const CURSOR: &str = "cursor_";

impl Connections {
    /// Replaces a damaged run by one of what can be read. Nobody knows which events its listeners lack, so the new run has
    /// a gap. None if another writer was first.
    pub(super) async fn repair(&self, source: &str, fields: &Fields) -> Result<Option<Run>, StorageError> {
        let now = now_in_milliseconds();
        let run = Run { gap_at: Some(now), ..readable(source, fields) };
        // Listed first, as each run.
        self.list(source, run.run_id, now).await?;
        let written = self.update(self.run_key(source)?, replacement(fields, &run, now)).await?;
        Ok(written.map(|_| run))
    }
}

/// The run begins at the least cursor.
fn readable(source: &str, fields: &Fields) -> Run {
    let names = fields.keys().filter(|name| name.starts_with(CURSOR));
    let cursors: Vec<u64> = names.filter_map(|name| number_of(fields, name)).collect();
    let started_after = number_of(fields, "started_after").unwrap_or_default();
    let last = cursors.iter().copied().max().unwrap_or(started_after);
    let needed_to = number_of(fields, "needed_to").unwrap_or(last);
    let repeated = needed_to.saturating_sub(REPEATED).max(started_after);
    let after = cursors.into_iter().min().unwrap_or(repeated);
    Run::new(source, after, needed_to.max(after))
}

fn replacement(fields: &Fields, run: &Run, now: i64) -> Update {
    let new: Fields = run.fields(now).into_iter().collect();
    let is_old = |name: &&String| !new.contains_key(*name) && *name != "pk" && *name != "sk";
    let update = fields.keys().filter(is_old).fold(Update::new(), |update, name| update.remove(name));
    let update = new.iter().fold(update, |update, (name, value)| update.set(name, value.clone()));
    let is_condition = |name: &str| CONDITIONS.contains(&name) || name.starts_with(CURSOR);
    let known = fields.iter().filter(|(name, value)| is_condition(name) && !value.is_unknown());
    known.fold(update, |update, (name, value)| update.only_if(name, "=", value.clone()))
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::super::run::Part;
    use super::*;

    const SOURCE: &str = "tablecast/orders/acme";

    fn fields(cursors: &[u64]) -> Fields {
        let parts = cursors.iter().map(|cursor| Part { cursor: *cursor, ..Part::default() }).collect();
        Run { parts, ..Run::new(SOURCE, 4, 5000) }.fields(0).into_iter().collect()
    }

    /// The offsets of the run that replaces one without these attributes.
    fn without(cursors: &[u64], names: &[&str]) -> (u64, u64) {
        let mut fields = fields(cursors);
        names.iter().for_each(|name| drop(fields.insert((*name).to_owned(), AttributeValue::Null(true))));
        let run = readable(SOURCE, &fields);
        assert!(run.parts.len() == 1 && run.parts[0].cursor == run.started_after, "{run:?}");
        (run.started_after, run.needed_to)
    }

    #[test]
    fn a_damaged_run_is_replaced_by_one_of_what_can_be_read() {
        assert_eq!(without(&[20, 10, 30], &["run_id"]), (10, 5000));
        assert_eq!(without(&[20, 10, 30], &["needed_to", "started_after"]), (10, 30));
        assert_eq!(without(&[20, 10], &["cursor_1"]), (20, 5000));
        assert_eq!(without(&[20], &["cursor_0"]), (4000, 5000));
        assert_eq!(without(&[20], &["cursor_0", "needed_to"]), (4, 4));
        assert_eq!(without(&[20], &["cursor_0", "needed_to", "started_after"]), (0, 0));
        assert_eq!(without(&[6000], &["parts"]), (6000, 6000));
    }
}

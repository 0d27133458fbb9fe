//! The item of a run: in the partition of the channel's pattern, before all subscriptions. So the Query that finds
//! the channel's subscribers finds the run first.

use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_protocol::channel::Channel;

use super::run::{MAX_PARTS, Part, Run};
use crate::fields::{Fields, number_of, text_of};
use crate::item::subscription_key;
use crate::write::{Key, key};

/// Sorts before `connection#<id>`.
pub(crate) const CHANNEL: &str = "channel";

/// A run that nobody serves is forgotten after this time. The events of most logs have expired by then.
const LIFETIME_SECONDS: i64 = 30 * 24 * 3600;

/// None if the text is not a channel's source.
pub(super) fn key_of(source: &str) -> Option<Key> {
    let channel = Channel::of_source(source)?;
    Some(key(&subscription_key(&channel.pattern()), CHANNEL))
}

/// A run that is served, or covers more, lives on. `now` is in milliseconds since the epoch.
pub(super) fn expires_at(now: i64) -> i64 {
    now / 1000 + LIFETIME_SECONDS
}

pub(super) fn number(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

impl Run {
    /// The attributes of a new run. `now` is in milliseconds since the epoch.
    pub(super) fn fields(&self, now: i64) -> Vec<(String, AttributeValue)> {
        let mut fields = vec![
            ("source".to_owned(), AttributeValue::S(self.source.clone())),
            ("run_id".to_owned(), number(self.run_id)),
            ("started_after".to_owned(), number(self.started_after)),
            ("needed_to".to_owned(), number(self.needed_to)),
            ("parts".to_owned(), number(self.parts.len())),
            ("expires_at".to_owned(), number(expires_at(now))),
        ];
        for (index, part) in self.parts.iter().enumerate() {
            fields.push((format!("cursor_{index}"), number(part.cursor)));
            fields.push((format!("owner_{index}"), number(part.owner)));
            fields.push((format!("leased_until_{index}"), number(part.leased_until)));
        }
        fields
    }

    /// None if the item is not that of a run.
    pub(crate) fn read(fields: &Fields) -> Option<Self> {
        let parts: usize = number_of(fields, "parts")?;
        let parts = (0..parts.min(MAX_PARTS)).map(|index| Part::read(fields, index));
        Some(Self {
            source: text_of(fields, "source")?.to_owned(),
            run_id: number_of(fields, "run_id")?,
            started_after: number_of(fields, "started_after")?,
            needed_to: number_of(fields, "needed_to")?,
            parts: parts.collect::<Option<Vec<Part>>>().filter(|parts| !parts.is_empty())?,
        })
    }
}

impl Part {
    fn read(fields: &Fields, index: usize) -> Option<Self> {
        Some(Self {
            cursor: number_of(fields, &format!("cursor_{index}"))?,
            owner: number_of(fields, &format!("owner_{index}"))?,
            leased_until: number_of(fields, &format!("leased_until_{index}"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_as_it_was_written() {
        let mut run = Run::new("tablecast/orders/acme", 4, 9);
        run.parts.push(Part { cursor: 7, owner: 3, leased_until: 1_800_000_000_000 });
        let fields: Fields = run.fields(0).into_iter().collect();
        assert_eq!(Run::read(&fields), Some(run));
        for name in ["source", "run_id", "started_after", "needed_to", "parts", "cursor_1"] {
            let mut damaged = fields.clone();
            damaged.remove(name);
            assert_eq!(Run::read(&damaged), None, "{name}");
        }
    }

    #[test]
    fn a_run_sorts_before_the_subscribers_of_its_channel() {
        let run = key_of("tablecast/orders/acme").unwrap();
        assert_eq!(run["pk"], AttributeValue::S("subscription#orders/acme/*".to_owned()));
        assert!(run["sk"].as_s().unwrap().as_str() < "connection#");
        assert_eq!(key_of("tablecast.orders"), None);
    }
}

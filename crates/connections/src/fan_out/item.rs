//! The item of a run: in the partition of the channel's pattern, before all subscriptions. So the Query that finds
//! the channel's subscribers finds the run first.

use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_protocol::channel::{Channel, wide_source};
use tablecast_protocol::subject::Pattern;

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

/// The source of the channel that has this pattern.
pub(crate) fn source_of(pattern: &Pattern) -> String {
    let source = wide_source(pattern);
    source.strip_suffix("/*").map_or(source.clone(), str::to_owned)
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
        fields.extend(self.gap_at.map(|gap_at| ("gap_at".to_owned(), number(gap_at))));
        for (index, part) in self.parts.iter().enumerate() {
            fields.push((format!("cursor_{index}"), number(part.cursor)));
            fields.push((format!("owner_{index}"), number(part.owner)));
            fields.push((format!("leased_until_{index}"), number(part.leased_until)));
        }
        fields
    }

    /// Reads the run of this channel. The error names the attribute that is damaged, or that a newer version wrote.
    pub(crate) fn read(source: &str, fields: &Fields) -> Result<Self, String> {
        if text_of(fields, "source") != Some(source) {
            return Err("source is not that of the key".to_owned());
        }
        let parts: usize = required(fields, "parts")?;
        if !(1..=MAX_PARTS).contains(&parts) {
            return Err(format!("parts is {parts}, which is not between 1 and {MAX_PARTS}"));
        }
        let gap_at = fields.contains_key("gap_at").then(|| required(fields, "gap_at"));
        Ok(Self {
            source: source.to_owned(),
            run_id: required(fields, "run_id")?,
            started_after: required(fields, "started_after")?,
            needed_to: required(fields, "needed_to")?,
            parts: (0..parts).map(|index| Part::read(fields, index)).collect::<Result<_, _>>()?,
            gap_at: gap_at.transpose()?,
        })
    }
}

fn required<T: FromStr>(fields: &Fields, name: &str) -> Result<T, String> {
    number_of(fields, name).ok_or_else(|| format!("{name} is absent, or is not such a number"))
}

impl Part {
    fn read(fields: &Fields, index: usize) -> Result<Self, String> {
        Ok(Self {
            cursor: required(fields, &format!("cursor_{index}"))?,
            owner: required(fields, &format!("owner_{index}"))?,
            leased_until: required(fields, &format!("leased_until_{index}"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "tablecast/orders/acme";

    #[test]
    fn a_run_is_read_as_it_was_written() {
        let mut run = Run { gap_at: Some(1_800_000_000_001), ..Run::new(SOURCE, 4, 9) };
        run.parts.push(Part { cursor: 7, owner: 3, leased_until: 1_800_000_000_000 });
        let fields: Fields = run.fields(0).into_iter().collect();
        assert_eq!(Run::read(SOURCE, &fields), Ok(run));
        for name in ["source", "run_id", "started_after", "needed_to", "parts", "cursor_1"] {
            let mut damaged = fields.clone();
            damaged.remove(name);
            let reason = Run::read(SOURCE, &damaged).unwrap_err();
            assert!(reason.starts_with(name), "{reason}");
        }
    }

    #[test]
    fn a_run_sorts_before_the_subscribers_of_its_channel() {
        let run = key_of(SOURCE).unwrap();
        assert_eq!(run["pk"], AttributeValue::S("subscription#orders/acme/*".to_owned()));
        assert!(run["sk"].as_s().unwrap().as_str() < "connection#");
        assert_eq!(key_of("tablecast.orders"), None);
    }

    #[test]
    fn the_pattern_of_a_channel_names_its_source() {
        for source in [SOURCE, "tablecast/orders", "tablecast/a%20b/c", "tablecast/1/2/3/4/5/6/7/8"] {
            assert_eq!(source_of(&Channel::of_source(source).unwrap().pattern()), source);
        }
    }
}

use std::collections::BTreeSet;

use tablecast_definitions::definition::KeyType;

use super::cel_path::CelPath;
use super::grant::{self, Grant, tenant};
use super::items::Attribute;
use super::quoting::printed;
use super::sample::{KeyAttribute, Sample};
use super::sensitivity::Sensitivity;

/// Percent-encodes the characters that have a meaning in subjects.
const ENCODE: &str = r#".replace("%", "%25").replace("/", "%2F").replace("*", "%2A")"#;

/// The subject of a table's events: the pipe's name, then the attributes of the key.
#[derive(Debug)]
pub struct Subject<'s> {
    pipe: &'s str,
    segments: Vec<Segment<'s>>,
    /// The claim and the prefix of the example of a grant.
    owner: Option<(String, &'s str)>,
}

#[derive(Debug)]
struct Segment<'s> {
    key: &'s KeyAttribute,
    is_partition: bool,
    is_encoded: bool,
    is_sensitive: bool,
}

impl<'s> Subject<'s> {
    /// Puts a tenant first. Otherwise, the partition key comes first.
    pub fn of(sample: &'s Sample, pipe: &'s str) -> Self {
        let segment = |key: &'s KeyAttribute| Segment {
            key,
            is_partition: *key == sample.key.partition,
            is_encoded: is_encoded(sample, key),
            is_sensitive: Sensitivity::of_name(&key.name).is_some()
                || texts(sample, key).any(|text| Sensitivity::of_value(text).is_some()),
        };
        let mut segments: Vec<_> = sample.key.attributes().map(segment).collect();
        segments.sort_by_key(|segment| tenant(&segment.key.name).is_none());
        let owner = segments.first().and_then(|segment| owner(sample, segment.key));
        Self { pipe, segments, owner }
    }

    /// Returns the subject for messages: `music/<Artist>/<SongTitle>`.
    pub fn printed(&self) -> String {
        let names = self.segments.iter().map(|segment| format!("<{}>", printed(&segment.key.name)));
        std::iter::once(self.pipe.to_owned()).chain(names).collect::<Vec<_>>().join("/")
    }

    /// Returns the key's attributes whose names or values look secret or personal.
    pub fn sensitive(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter(|it| it.is_sensitive).map(|it| it.key.name.as_str())
    }

    pub fn encoded(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter(|it| it.is_encoded).map(|it| it.key.name.as_str())
    }

    /// Returns why a subject cannot be turned back into a key with one read, so that it can have no state.
    pub fn state_obstacle(&self) -> Option<&'static str> {
        let is_binary = self.segments.iter().any(|segment| segment.key.kind == KeyType::B);
        let is_in_order = self.segments.first().is_some_and(|segment| segment.is_partition);
        match (is_binary, self.encoded().next().is_some(), is_in_order) {
            (true, ..) => Some("a key is binary"),
            (_, true, _) => Some("a value of the key may contain / or *"),
            (.., false) => Some("the subject begins with the sort key, and a read needs the partition key"),
            _ => None,
        }
    }

    /// Returns the template for the pipe file.
    pub fn template(&self) -> String {
        let value = |segment: &Segment<'_>| {
            let encode = if segment.is_encoded { ENCODE } else { "" };
            format!("{}{encode}", CelPath::root("keys").member(&segment.key.name, false))
        };
        let values: Vec<_> = self.segments.iter().map(value).collect();
        format!("\"{}/\" + {}", self.pipe, values.join(" + \"/\" + "))
    }

    pub fn example_grant(&self) -> Grant {
        Grant::example(self.pipe, self.owner.clone(), self.segments.len() < 2)
    }

    /// The segments of a channel: those that the grant fixes.
    pub fn channel(&self) -> usize {
        if self.owner.is_some() { 2 } else { 1 }
    }
}

fn texts<'s>(sample: &'s Sample, key: &'s KeyAttribute) -> impl Iterator<Item = &'s str> {
    sample.items.iter().filter_map(|item| match item.get(&key.name) {
        Some(Attribute::S(text)) => Some(text.as_str()),
        _ => None,
    })
}

/// Returns the claim that owns the items of a key value, and the prefix of these values: `TENANT#`. If only
/// some values have an owner, the grant is for these.
fn owner<'s>(sample: &'s Sample, key: &'s KeyAttribute) -> Option<(String, &'s str)> {
    let prefixes: BTreeSet<&str> = texts(sample, key).map(|text| prefix(text).unwrap_or_default()).collect();
    let common = prefixes.first().filter(|_| prefixes.len() == 1);
    let of_name = grant::owner(&key.name).map(|claim| (claim, *common.unwrap_or(&"")));
    let of_prefix = |owner: fn(&str) -> Option<String>| {
        prefixes.iter().find_map(|prefix| owner(prefix).map(|claim| (claim, *prefix)))
    };
    of_name.or_else(|| of_prefix(tenant)).or_else(|| of_prefix(grant::owner))
}

/// Returns `TENANT#` of `TENANT#a`.
fn prefix(text: &str) -> Option<&str> {
    let prefix = &text[..=text.find('#')?];
    let is_plain = prefix.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'#');
    (is_plain && !text[prefix.len()..].contains('#')).then_some(prefix)
}

/// Base64 can contain a `/`, even if no value of the sample does.
fn is_encoded(sample: &Sample, key: &KeyAttribute) -> bool {
    match key.kind {
        KeyType::B => true,
        KeyType::S => texts(sample, key).any(|text| text.contains(['/', '*'])),
        KeyType::N => false,
    }
}

//! Recognizes attributes that AWS and libraries add to items. They describe the storage, not the item.

use std::fmt;

use super::naming::words;
use super::stats::{AttributeType, Stats};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bookkeeping {
    /// `aws:rep:updatetime` of global tables, version 2017.11.29.
    Replication,
    Library(&'static str),
    IndexKey,
    TimeToLive,
    SoftDelete,
}

const ELECTRO_DB: &str = "ElectroDB";
const AMPLIFY: &str = "Amplify";
const TOOLBOX: &str = "dynamodb-toolbox";

/// Names that a library reserves.
const RESERVED: [(&str, &str); 9] = [
    ("__edb_e__", ELECTRO_DB),
    ("__edb_v__", ELECTRO_DB),
    ("__typename", AMPLIFY),
    ("_version", AMPLIFY),
    ("_lastChangedAt", AMPLIFY),
    ("_ttl", AMPLIFY),
    ("_et", TOOLBOX),
    ("_ct", TOOLBOX),
    ("_md", TOOLBOX),
];

/// The names of a mark for deleted items. The value is true or false.
const SOFT_DELETES: [&str; 4] = ["_deleted", "isDeleted", "is_deleted", "deleted"];

/// Prefixes and suffixes of an index's key attribute: `GSI1PK`, `gsi1-sk`, `LSI1SK`.
const INDEXES: [&str; 4] = ["gsi", "lsi", "gs", "ls"];
const KEYS: [&str; 9] = ["", "pk", "sk", "hashkey", "rangekey", "partitionkey", "sortkey", "hash", "range"];

impl Bookkeeping {
    pub fn of(name: &str, stats: &Stats) -> Option<Self> {
        let library = RESERVED.iter().find(|(reserved, _)| *reserved == name);
        if name.starts_with("aws:") {
            return Some(Self::Replication);
        }
        if is_soft_delete(name, stats) {
            return Some(Self::SoftDelete);
        }
        if let Some((_, library)) = library {
            return Some(Self::Library(library));
        }
        let is_ttl = stats.types_without_null() == [AttributeType::Number] && is_ttl(name, stats);
        is_ttl.then_some(Self::TimeToLive).or(is_index_key(name).then_some(Self::IndexKey))
    }
}

fn is_soft_delete(name: &str, stats: &Stats) -> bool {
    SOFT_DELETES.contains(&name) && stats.types_without_null() == [AttributeType::Boolean]
}

fn is_ttl(name: &str, stats: &Stats) -> bool {
    let words = words(name);
    let is_end = words.first().is_some_and(|word| word.starts_with("expir"));
    words.iter().any(|word| word == "ttl")
        || words.concat() == "timetolive"
        || (is_end && stats.has_only_epoch_seconds)
}

fn is_index_key(name: &str) -> bool {
    let letters: String = name.chars().filter(|it| it.is_ascii_alphanumeric()).collect();
    let letters = letters.to_ascii_lowercase();
    let rest = INDEXES.iter().find_map(|index| letters.strip_prefix(index));
    rest.is_some_and(|rest| {
        let key = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        KEYS.contains(&key) && (key.len() < rest.len() || !key.is_empty())
    })
}

impl fmt::Display for Bookkeeping {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replication => out.write_str("replication of global tables, never part of an event"),
            Self::Library(library) => write!(out, "bookkeeping of {library}"),
            Self::IndexKey => out.write_str("key of an index"),
            Self::TimeToLive => out.write_str("looks like the item's time to live"),
            Self::SoftDelete => out.write_str("marks deleted items, which are removed events"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposal::items;

    fn of(name: &str, value: &str) -> Option<Bookkeeping> {
        let items = items::read(&format!(r#"{{"{name}":{value}}}"#)).unwrap();
        let stats = Stats::of(&items);
        Bookkeeping::of(name, &stats.members[name])
    }

    #[test]
    fn attributes_of_libraries_indexes_and_replication_are_bookkeeping() {
        let text = r#"{"S":"x"}"#;
        assert_eq!(of("aws:rep:updateregion", text), Some(Bookkeeping::Replication));
        assert_eq!(of("__edb_v__", text), Some(Bookkeeping::Library("ElectroDB")));
        assert_eq!(of("_lastChangedAt", r#"{"N":"1"}"#), Some(Bookkeeping::Library("Amplify")));
        for name in ["GSI1PK", "gsi1sk", "GSI2-SK", "gsi_pk", "LSI1SK", "gs1pk", "GSI1", "gsi1_partition_key"]
        {
            assert_eq!(of(name, text), Some(Bookkeeping::IndexKey), "{name}");
        }
        for name in ["gsm", "lsd", "gs", "version", "status", "deleted", "index1", "lsip"] {
            assert_eq!(of(name, text), None, "{name}");
        }
    }

    #[test]
    fn a_time_to_live_is_a_number_with_such_a_name() {
        for name in ["ttl", "TTL", "itemTtl", "timeToLive"] {
            assert_eq!(of(name, r#"{"N":"5"}"#), Some(Bookkeeping::TimeToLive), "{name}");
        }
        assert_eq!(of("expiresAt", r#"{"N":"1795404522"}"#), Some(Bookkeeping::TimeToLive));
        assert_eq!(of("expiresAt", r#"{"N":"30"}"#), None);
        assert_eq!(of("expiresAt", r#"{"S":"2026-11-28"}"#), None);
    }

    #[test]
    fn a_soft_delete_is_true_or_false() {
        assert_eq!(of("_deleted", r#"{"BOOL":true}"#), Some(Bookkeeping::SoftDelete));
        assert_eq!(of("deleted", r#"{"N":"3"}"#), None);
    }
}

use std::collections::BTreeMap;

use super::bucket::Bucket;
use super::scalar::Scalar;
use super::units::{Item, size};

/// The items of a partition key, by sort key.
#[derive(Debug)]
pub struct Partition {
    pub items: BTreeMap<Scalar, Stored>,
    pub writes: Bucket,
    pub reads: Bucket,
}

/// An item, with what reading it needs again and again.
#[derive(Debug)]
pub struct Stored {
    pub text: String,
    pub size: u64,
    pub fields: Item,
}

impl Default for Partition {
    fn default() -> Self {
        Self { items: BTreeMap::new(), writes: Bucket::new(1_000), reads: Bucket::new(3_000) }
    }
}

impl Stored {
    pub fn new(fields: Item) -> Self {
        let text = serde_json::to_string(&fields).unwrap();
        Self { text, size: size(&fields), fields }
    }
}

use std::collections::BTreeMap;

use super::bucket::Bucket;
use super::scalar::Scalar;
use super::units::Item;

/// The items of a partition key, by sort key.
#[derive(Debug)]
pub struct Partition {
    pub items: BTreeMap<Scalar, Item>,
    pub writes: Bucket,
    pub reads: Bucket,
}

impl Default for Partition {
    fn default() -> Self {
        Self { items: BTreeMap::new(), writes: Bucket::new(1_000), reads: Bucket::new(3_000) }
    }
}

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

use serde_json::Value;

use super::condition::Range;
use super::parser::condition;
use super::scalar::Scalar;
use super::units::Item;

/// A page of the items of a partition key. DynamoDB has a limit of 1 MB, too, which the logs do not reach.
#[derive(Debug)]
pub struct Query {
    pub pk: Scalar,
    sk: Range,
    ascending: bool,
    pub limit: usize,
}

impl Query {
    pub fn of(request: &Value) -> Self {
        let keys = condition(request, "KeyConditionExpression").unwrap();
        let (Included(pk), _) = keys.range("pk") else { panic!("a query without a partition key") };
        let ascending = request["ScanIndexForward"].as_bool().unwrap_or(true);
        let (from, to) = keys.range("sk");
        let sk = match (Scalar::of(&request["ExclusiveStartKey"]["sk"]), ascending) {
            (None, _) => (from, to),
            (Some(start), true) => (Excluded(start), to),
            (Some(start), false) => (from, Excluded(start)),
        };
        let limit = request["Limit"].as_u64().map_or(usize::MAX, |limit| limit as usize);
        Self { pk, sk, ascending, limit }
    }

    pub fn items<'i>(&self, items: &'i BTreeMap<Scalar, Item>) -> Vec<&'i Item> {
        let found = items.range(self.sk.clone()).map(|(_, item)| item);
        match self.ascending {
            true => found.take(self.limit).collect(),
            false => found.rev().take(self.limit).collect(),
        }
    }
}

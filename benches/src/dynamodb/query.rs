use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

use serde_json::{Value, json};

use super::condition::Range;
use super::parser::condition;
use super::partition::Stored;
use super::scalar::Scalar;

/// DynamoDB ends a page here.
const PAGE_BYTES: u64 = 1 << 20;

/// A page of the items of a partition key.
#[derive(Debug)]
pub struct Query {
    pub pk: Scalar,
    sk: Range,
    ascending: bool,
    limit: usize,
}

pub struct Page<'i> {
    pub items: Vec<&'i Stored>,
    has_more: bool,
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

    pub fn page<'i>(&self, items: &'i BTreeMap<Scalar, Stored>) -> Page<'i> {
        let found = items.range(self.sk.clone()).map(|(_, item)| item);
        match self.ascending {
            true => Page::of(found, self.limit),
            false => Page::of(found.rev(), self.limit),
        }
    }
}

impl<'i> Page<'i> {
    fn of(found: impl Iterator<Item = &'i Stored>, limit: usize) -> Self {
        let (mut items, mut bytes) = (Vec::new(), 0);
        for item in found {
            items.push(item);
            bytes += item.size;
            if items.len() == limit || bytes >= PAGE_BYTES {
                return Self { items, has_more: true };
            }
        }
        Self { items, has_more: false }
    }

    pub fn text(&self, capacity: &Value) -> String {
        let last = self.items.last().filter(|_| self.has_more);
        let last = last.map(|last| json!({ "pk": last.fields["pk"], "sk": last.fields["sk"] }));
        let last = serde_json::to_string(&last).unwrap();
        let items: Vec<&str> = self.items.iter().map(|item| &*item.text).collect();
        let items = items.join(",");
        format!(r#"{{"Items":[{items}],"ConsumedCapacity":{capacity},"LastEvaluatedKey":{last}}}"#)
    }
}

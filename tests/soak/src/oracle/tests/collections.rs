use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::history::History;
use super::{assert_finding, assert_none};
use crate::oracle::observations::CollectionEnd;

fn ends(items: Value, table: Value) -> History {
    let map = |value: Value| serde_json::from_value::<BTreeMap<String, Value>>(value).unwrap();
    let (client, tenant) = ("board".to_owned(), "acme".to_owned());
    let end = CollectionEnd { client, tenant, items: map(items), table: map(table) };
    History::of(0).with(|all| all.collections.push(end))
}

#[test]
fn a_collection_that_equals_its_table_has_no_finding() {
    assert_none(ends(json!({"orders/acme/1": 1}), json!({"orders/acme/1": 1})));
}

#[test]
fn a_collection_that_differs_from_its_table_lost_a_change() {
    assert_finding(ends(json!({"orders/acme/1": 1}), json!({"orders/acme/1": 2})), &["lost: board", "has 2"]);
    assert_finding(ends(json!({}), json!({"orders/acme/1": 2})), &["lost: board", "is missing"]);
}

#[test]
fn an_item_that_the_table_does_not_have_is_invalid() {
    assert_finding(ends(json!({"orders/acme/1": 1}), json!({})), &["invalid: board", "orders/acme/1"]);
}

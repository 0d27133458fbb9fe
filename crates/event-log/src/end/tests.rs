use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

use super::*;
use crate::damage::DamagedItem;
use crate::key;

const NOW: i64 = 1_800_000_000_000;
const KEEP: Duration = Duration::from_secs(24 * 3600);

fn beginning() -> Beginning {
    Beginning { epoch: Epoch(7), origin: 0, continues: None }
}

fn recorded(end_offset: u64) -> EndItem {
    EndItem {
        delivered_to: end_offset - 1,
        ..EndItem::new("tablecast/orders", beginning(), end_offset, KEEP, NOW)
    }
}

/// The item of one event with this offset, which expires so many seconds after now.
fn item(offset: u64, expires_in: i64) -> ItemResult {
    let item = json!({
        "pk": "tablecast/orders", "sk": key::of_offset(offset), "pipe": "orders", "epoch": "0000000000000007",
        "origin": 0, "count": 1, "appended_at": NOW, "expires_at": NOW / 1000 + expires_in,
        "writer_id": "00000000000000cd", "batch_seq": 1, "delivered_to": 0,
    });
    let mut fields: Fields = serde_dynamo::to_item(item).unwrap();
    fields.insert("events".into(), AttributeValue::B(vec![1].into()));
    Item::read(fields)
}

fn damaged(offset: u64) -> ItemResult {
    Err(DamagedItem {
        pk: "tablecast/orders".to_owned(),
        sk: key::of_offset(offset),
        reason: "odd".to_owned(),
    })
}

fn end(recorded: Option<EndItem>, last: ItemResult) -> End {
    StoredEnd { fields: None, recorded, last: Some(last) }.decide(NOW)
}

fn quiet(last_offset: u64, delivered_to: u64) -> End {
    End::Quiet(Quiet { beginning: beginning(), last_offset, delivered_to })
}

#[test]
fn the_last_item_is_the_end_as_long_as_it_cannot_have_expired() {
    let open = End::Open(beginning(), 5);
    assert_eq!(end(Some(recorded(5)), item(5, MARGIN_SECONDS + 1)), open);
    assert_eq!(end(Some(recorded(4)), item(5, MARGIN_SECONDS + 1)), open);
    assert_eq!(end(Some(recorded(5)), item(5, MARGIN_SECONDS)), quiet(5, 4));
    assert_eq!(end(None, item(5, MARGIN_SECONDS)), End::Lost(Epoch(7), 5));
}

/// DynamoDB deletes expired items in no order. The offsets of those that are gone must not be given again.
#[test]
fn the_recorded_end_counts_if_an_earlier_item_is_the_last_that_is_left() {
    assert_eq!(end(Some(recorded(5)), item(4, MARGIN_SECONDS + 1)), quiet(5, 4));
}

#[test]
fn a_damaged_item_at_the_end_ends_the_epoch_unless_a_later_end_is_recorded() {
    assert_eq!(end(Some(recorded(5)), damaged(5)), End::Open(beginning(), 5));
    assert_eq!(end(Some(recorded(4)), damaged(5)), End::Lost(Epoch(7), 5 + MAX_COUNT));
    assert_eq!(end(None, damaged(5)), End::Lost(Epoch(0), 5 + MAX_COUNT));
}

#[test]
fn an_epoch_without_events_is_used_for_half_an_hour() {
    let epoch = |age: i64| Epoch((NOW - age).unsigned_abs());
    for (age, is_used) in [(0, true), (UNUSED - 1, true), (UNUSED, false)] {
        let beginning = Beginning { epoch: epoch(age), origin: 5, continues: None };
        let recorded = Some(EndItem::new("tablecast/orders", beginning, 5, KEEP, NOW));
        let expected = if is_used { End::Open(beginning, 5) } else { End::Unused(beginning) };
        assert_eq!(StoredEnd { recorded, ..StoredEnd::default() }.decide(NOW), expected, "{age}");
    }
}

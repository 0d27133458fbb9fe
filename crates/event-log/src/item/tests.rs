use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use super::*;

fn item() -> Value {
    json!({
        "pk": "tablecast/orders/acme", "sk": key::of_offset(7), "pipe": "orders", "epoch": "00000000000000ab",
        "origin": 6, "continues": "00000000000000aa", "count": 1, "appended_at": 1, "expires_at": 2,
        "writer_id": "00000000000000cd", "batch_seq": 3, "delivered_to": 6,
    })
}

#[test]
fn an_item_is_written_as_it_was_read() {
    let mut fields: Fields = serde_dynamo::to_item(item()).unwrap();
    fields.insert("events".into(), AttributeValue::B(vec![1].into()));
    let read = Item::read(fields.clone()).unwrap();
    assert_eq!(serde_dynamo::to_item::<_, Fields>(read).unwrap(), fields);
}

#[test]
fn an_item_does_not_expire_before_the_item_that_it_follows() {
    let (day, now) = (24 * 3600, 1_800_000_000_000);
    let own = now / 1000 + 2 * day + 3600;
    let keep = Duration::from_secs(2 * 24 * 3600);
    for (before, expected) in [(0, own), (own + day, own + day), (i64::MAX, now / 1000 + 365 * day + 3600)] {
        assert_eq!(expires_at(now, keep, before), expected, "{before}");
    }
}

#[test]
fn an_item_that_contradicts_itself_is_damaged() {
    let is_sound = |attribute: &str, value: u64| {
        let mut fields: Fields = serde_dynamo::to_item(item()).unwrap();
        fields.insert("events".into(), AttributeValue::B(vec![1].into()));
        fields.insert(attribute.into(), AttributeValue::N(value.to_string()));
        Item::read(fields).is_ok()
    };
    for (attribute, greatest) in
        [("count", MAX_COUNT), ("parts", MAX_PARTS), ("delivered_to", 6), ("origin", 6)]
    {
        assert!(is_sound(attribute, greatest) && !is_sound(attribute, greatest + 1), "{attribute}");
    }
    assert!(!is_sound("count", 0));
}

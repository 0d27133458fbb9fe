use serde_json::{Value, json};

use super::*;

fn item() -> Value {
    json!({
        "pk": "orders", "sk": Item::key(7), "epoch": "00000000000000ab", "count": 1, "appended_at": 1,
        "expires_at": 2, "writer_id": "00000000000000cd", "batch_seq": 3, "delivered_to": 6,
    })
}

#[test]
fn an_item_is_written_under_the_new_attribute_names() {
    let read: Item = serde_json::from_value(item()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), item());
}

#[test]
fn an_item_of_an_earlier_version_is_read() {
    let mut earlier = item();
    for (new, old) in [("writer_id", "lane"), ("batch_seq", "turn"), ("delivered_to", "settled")] {
        let value = earlier.as_object_mut().unwrap().remove(new).unwrap();
        earlier[old] = value;
    }
    let read: Item = serde_json::from_value(earlier).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), item());
}

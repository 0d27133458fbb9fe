//! The state of a proposal: what an item is now, and the event of its end.

use serde_json::json;

use super::*;

#[test]
fn a_state_has_the_data_of_the_created_event_and_its_end_has_the_key() {
    let sample = sample("orders", "tenantId,orderId", ORDERS);
    let proposal = proposed(&sample);
    has_lines(
        &proposal.pipe.text,
        &[
            "type: order.v1",
            "data: *order",
            "- { record: fixtures/orders-insert.json, emits: [order.created.v1, order.v1] }",
            "- { record: fixtures/orders-modify.json, emits: [order.changed.v1, order.v1] }",
            "- { record: fixtures/orders-remove.json, emits: [order.removed.v1] }",
        ],
    );
    let pipes = pipes(&proposal);
    let events = |old, new| events_of(&pipes, &sample, old, new).unwrap();
    let created = events(None, Some(&sample.items[0]));
    assert_eq!((created[1].0.as_str(), &created[1].1), ("order.v1", &created[0].1));
    let removed = events(Some(&sample.items[0]), None);
    assert_eq!(removed, [("order.removed.v1".to_owned(), json!({ "tenantId": "acme", "orderId": "1" }))]);
}

#[test]
fn a_number_in_the_key_is_the_same_in_the_state_and_at_its_end() {
    let table = sample("things", "id", r#"{"id":{"N":"7.5"},"updatedAt":{"S":"2026-11-28"}}"#);
    let proposal = proposed(&table);
    assert_eq!(checked(&proposal).problems, []);
    has_lines(
        &proposal.pipe.text,
        &["removed:", "# version: item.updatedAt  # if it grows with each change of an item"],
    );
    let pipes = pipes(&proposal);
    let state = events_of(&pipes, &table, None, Some(&table.items[0])).unwrap().pop().unwrap().1;
    let end = events_of(&pipes, &table, Some(&table.items[0]), None).unwrap().pop().unwrap().1;
    assert_eq!(state["id"], end["id"]);
}

#[test]
fn a_table_whose_subject_is_no_key_has_no_state_but_the_reason() {
    let item = r#""n":{"N":"1"}}"#;
    let kinds = r#"{"pk":{"S":"USER#1"},"sk":{"S":"USER#1"}}{"pk":{"S":"USER#1"},"sk":{"S":"ORDER#1"}}"#;
    for (key, items, reason) in [
        ("id", format!(r#"{{"id":{{"B":"AAE="}},{item}"#), "a key is binary"),
        ("path", format!(r#"{{"path":{{"S":"a/b"}},{item}"#), "may contain / or *"),
        ("id,tenantId", format!(r#"{{"id":{{"S":"1"}},"tenantId":{{"S":"a"}},{item}"#), "with the sort key"),
        ("pk,sk", kinds.to_owned(), "several kinds of items"),
    ] {
        let proposal = proposed(&sample("things", key, &items));
        let text = &proposal.pipe.text;
        assert!(proposal.state.is_none() && !text.contains("\nstate:"), "{text}");
        let comment = text.lines().find(|line| line.starts_with("# No `state`"));
        assert!(comment.is_some_and(|line| line.contains(reason)), "{reason}: {text}");
        assert!(
            proposal.event_types.iter().any(|event_type| event_type.ends_with(".removed.v1")),
            "{reason}"
        );
        assert_eq!(checked(&proposal).problems, []);
    }
}

use tablecast_values::cursor::Cursor;

use super::*;

/// The subject of an item that was read, and its event, or the path of the problem.
fn state_of(text: &str, item: Json) -> (Result<String, String>, Result<Option<Json>, String>) {
    let pipes = pipes(text);
    let pipe = pipes.iter().next().unwrap();
    let read = record(None, Some(item)).to_string().replace("INSERT", "READ");
    let record = pipe.read(&mut Cursor::new(&read)).unwrap();
    let event = pipe.state_event(&record, pipes.schemas(), "8", "r1:7");
    let event = event.map(|event| event.map(|event| serde_json::from_str(event.get()).unwrap()));
    let subject = pipe.state_subject(&record).map(|subject| subject.to_string());
    (subject.map_err(|error| error.path), event.map_err(|error| error.path))
}

#[test]
fn an_item_of_a_snapshot_is_the_event_of_its_state_without_a_place_in_a_log() {
    let (subject, event) = state_of(ORDERS, order(json!({})));
    let expected = json!({
        "specversion": "1.0", "id": "r1:7", "source": "tablecast/orders/acme", "type": "order.v1",
        "subject": "orders/acme/1", "time": "2026-11-23T03:28:36Z", "datacontenttype": "application/json",
        "dataschema": "https://tablecast.example/schemas/order.v1.json", "snapshot": "8",
        "version": "0".repeat(39) + "3", "data": { "orderId": "1", "status": "PAID", "total": 42 },
    });
    assert_eq!((subject.as_deref(), event), (Ok("orders/acme/1"), Ok(Some(expected))));
}

#[test]
fn an_item_that_is_no_state_has_no_event() {
    assert_eq!(state_of(ORDERS, order(json!({"kind": {"S": "note"}}))).1, Ok(None));
}

#[test]
fn an_item_that_cannot_become_state_has_its_subject_and_a_path() {
    for (change, path) in [
        (json!({"kind": null}), "state.when"),
        (json!({"status": null}), "state.data.status"),
        (json!({"version": {"S": ""}}), "state.version"),
        (json!({"total": {"S": "42"}}), "order.v1/total"),
    ] {
        let (subject, event) = state_of(ORDERS, order(change));
        assert_eq!((subject.as_deref(), event), (Ok("orders/acme/1"), Err(path.to_owned())));
    }
    let odd = order(json!({"orderId": {"S": "a/b"}}));
    assert_eq!(state_of(ORDERS, odd), (Err("subject".to_owned()), Err("subject".to_owned())));
}

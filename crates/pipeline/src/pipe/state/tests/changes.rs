use super::*;

/// The events of a change, or the path of its rejection.
fn emitted(text: &str, old: Option<Json>, new: Option<Json>) -> Result<Vec<Json>, String> {
    let batch = json!([record(old, new)]).to_string();
    let element = enrich(&pipes(text), &batch).unwrap().remove(0);
    match element.rejected {
        Some(rejected) => Err(rejected.path),
        None => Ok(element.events.iter().map(|event| serde_json::from_str(event.get()).unwrap()).collect()),
    }
}

fn types(text: &str, old: Option<Json>, new: Option<Json>) -> Vec<String> {
    let events = emitted(text, old, new).unwrap();
    events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_state_follows_the_events_of_the_rules_as_an_ordinary_event() {
    let events = emitted(ORDERS, None, Some(order(json!({})))).unwrap();
    assert_eq!(events[0]["type"], "order.placed.v1");
    assert_eq!(events[0].get("version"), None);
    let expected = json!({
        "specversion": "1.0", "id": "e1:order.v1", "source": "tablecast/orders/acme", "type": "order.v1",
        "subject": "orders/acme/1", "time": "2026-11-23T03:28:36Z", "datacontenttype": "application/json",
        "dataschema": "https://tablecast.example/schemas/order.v1.json",
        "sequence": "0".repeat(39) + "7", "version": "0".repeat(39) + "3",
        "data": { "orderId": "1", "status": "PAID", "total": 42 },
    });
    assert_eq!(events[1..], [expected]);
}

#[test]
fn only_a_change_of_the_data_changes_the_state() {
    let modified = |change: Json| types(ORDERS, Some(order(json!({}))), Some(order(change)));
    assert_eq!(modified(json!({"status": {"S": "SHIPPED"}})), ["order.v1"]);
    assert_eq!(modified(json!({"total": {"N": "42.5"}})), ["order.v1"]);
    for same in
        [json!({}), json!({"notes": {"S": "b"}, "version": {"N": "4"}}), json!({"total": {"N": "42.0"}})]
    {
        assert_eq!(modified(same.clone()), [""; 0], "{same}");
    }
}

/// As doubles, both numbers are the same.
#[test]
fn numbers_are_compared_with_all_digits() {
    let totals = ["12345678901234567890123456789012345678", "12345678901234567890123456789012345679"];
    let [old, new] = totals.map(|total| Some(order(json!({"total": {"N": total}}))));
    assert_eq!(types(ORDERS, old, new), ["order.v1"]);
}

#[test]
fn a_removed_item_emits_its_key_and_the_version_that_it_had() {
    let events = emitted(ORDERS, Some(order(json!({}))), None).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["type"], "order.removed.v1");
    assert_eq!(events[0]["id"], "e1:order.removed.v1");
    assert_eq!(events[0]["data"], json!({"tenant": "acme", "orderId": "1"}));
    assert_eq!(events[0]["version"], "0".repeat(39) + "3");
    let own = format!("{ORDERS}  removed: {{ orderId: item.orderId }}\n");
    assert_eq!(emitted(&own, Some(order(json!({}))), None).unwrap()[0]["data"], json!({"orderId": "1"}));
}

#[test]
fn an_item_enters_and_leaves_the_state_when_its_condition_changes() {
    let other = || Some(order(json!({"kind": {"S": "note"}})));
    let order = || Some(order(json!({})));
    assert_eq!(types(ORDERS, other(), order()), ["order.v1"]);
    assert_eq!(types(ORDERS, order(), other()), ["order.removed.v1"]);
    for (old, new) in [(other(), other()), (other(), None), (None, other())] {
        assert_eq!(types(ORDERS, old, new), [""; 0]);
    }
}

#[test]
fn an_old_item_that_cannot_be_evaluated_differs_and_can_be_removed() {
    let without = |name: &str| Some(order(json!({ name: null })));
    let odd_version = Some(order(json!({"version": {"N": "-1"}})));
    for old in [without("kind"), without("status")] {
        assert_eq!(types(ORDERS, old.clone(), Some(order(json!({})))), ["order.v1"]);
        assert_eq!(types(ORDERS, old, None), ["order.removed.v1"]);
    }
    assert_eq!(
        types(ORDERS, without("kind"), Some(order(json!({"kind": {"S": "note"}})))),
        ["order.removed.v1"]
    );
    let events = emitted(ORDERS, odd_version, None).unwrap();
    assert_eq!((&events[0]["type"], events[0].get("version")), (&json!("order.removed.v1"), None));
}

#[test]
fn a_new_item_that_cannot_become_state_is_rejected() {
    for (change, path) in [
        (json!({"kind": null}), "events[0].when"),
        (json!({"status": null}), "state.data.status"),
        (json!({"version": {"N": "1.5"}}), "state.version"),
        (json!({"total": {"S": "42"}}), "order.v1/total"),
    ] {
        assert_eq!(emitted(ORDERS, None, Some(order(change.clone()))), Err(path.to_owned()), "{change}");
    }
    let without_events = ORDERS.replace("when: operation == \"INSERT\" && isOrder", "when: 'false'");
    assert_eq!(
        emitted(&without_events, None, Some(order(json!({"kind": null})))),
        Err("state.when".to_owned())
    );
}

#[test]
fn a_file_can_have_a_state_and_no_events() {
    let start = ORDERS.split("events:").next().unwrap();
    let text = format!("{start}state: {{ type: order.v1, data: {{ orderId: keys.orderId }} }}\n");
    assert_eq!(types(&text, None, Some(order(json!({})))), ["order.v1"]);
    let event = &emitted(&text, None, Some(order(json!({})))).unwrap()[0];
    assert_eq!((event.get("version"), &event["data"]), (None, &json!({"orderId": "1"})));
}

#[test]
fn an_item_that_was_read_emits_its_state_like_a_new_one() {
    let read = json!([record(None, Some(order(json!({}))))]).to_string().replace("INSERT", "READ");
    let element = enrich(&pipes(ORDERS), &read).unwrap().remove(0);
    assert!(element.rejected.is_none(), "{element:?}");
    let event: Json = serde_json::from_str(element.events[0].get()).unwrap();
    assert_eq!((element.events.len(), &event["type"]), (1, &json!("order.v1")));
}

use std::sync::LazyLock;

use proptest::prelude::*;
use tablecast_definitions::definition::KeyType;

use super::*;
use crate::pipe::{Key, KeyValue, StateRead};

fn value(name: &str, key_type: KeyType, text: &str) -> KeyValue {
    KeyValue { name: name.into(), key_type, text: text.into() }
}

fn text(name: &str, text: &str) -> KeyValue {
    value(name, KeyType::S, text)
}

fn read(pipes: &Pipes, pattern: &str) -> StateRead {
    pipes.iter().next().unwrap().state_read(&Pattern::parse(pattern).unwrap())
}

fn order_key(tenant: &str, order: &str) -> Key {
    Key { partition: text("tenant", tenant), sort: Some(text("orderId", order)) }
}

#[test]
fn a_pattern_is_read_as_an_item_a_partition_or_not_at_all() {
    let pipes = pipes(ORDERS);
    let partition = StateRead::Partition { partition: text("tenant", "acme"), begins_with: None };
    for (pattern, expected) in [
        ("orders/acme/1001", StateRead::Item(order_key("acme", "1001"))),
        ("orders/acme/*", partition),
        ("orders/*", StateRead::NeedsScan),
        ("*", StateRead::NeedsScan),
        ("orders/acme", StateRead::Nothing),
        ("orders/acme/1001/*", StateRead::Nothing),
        ("orders/acme/1001/lines", StateRead::Nothing),
        ("profiles/*", StateRead::Nothing),
        ("profiles/acme/1", StateRead::Nothing),
    ] {
        assert_eq!(read(&pipes, pattern), expected, "{pattern}");
    }
}

#[test]
fn texts_around_a_key_attribute_and_a_number_are_turned_back() {
    let subject = r#""shops/" + keys.tenant + "-x/order-" + string(item.orderId) + "/state""#;
    let text_of = ORDERS
        .replace(r#""orders/" + item.tenant + "/" + item.orderId"#, subject)
        .replace("orderId: S", "orderId: N");
    let pipes = pipes(&text_of);
    let key =
        |order| Key { partition: text("tenant", "acme"), sort: Some(value("orderId", KeyType::N, order)) };
    for (pattern, expected) in [
        ("shops/acme-x/order-7/state", StateRead::Item(key("7"))),
        ("shops/acme-x/order-7/*", StateRead::Item(key("7"))),
        ("shops/acme-x/order--1.5e3/state", StateRead::Item(key("-1.5e3"))),
        ("shops/acme-x/*", StateRead::Partition { partition: text("tenant", "acme"), begins_with: None }),
        ("shops/acme-x/order-007/state", StateRead::Nothing),
        ("shops/acme-x/order-1e999/state", StateRead::Nothing),
        ("shops/acme-x/order-/state", StateRead::Nothing),
        ("shops/acme-x/7/state", StateRead::Nothing),
        ("shops/acme/*", StateRead::Nothing),
        ("shops/-x/*", StateRead::Nothing),
        ("shops/acme-x/order-7/other", StateRead::Nothing),
    ] {
        assert_eq!(read(&pipes, pattern), expected, "{pattern}");
    }
}

#[test]
fn a_table_without_a_sort_key_is_read_item_by_item() {
    let text_of = ORDERS
        .replace(", sort: { orderId: S }", "")
        .replace(r#""orders/" + item.tenant + "/" + item.orderId"#, r#""orders/" + item.tenant + "/now""#);
    let pipes = pipes(&text_of);
    let item = StateRead::Item(Key { partition: text("tenant", "acme"), sort: None });
    assert_eq!([read(&pipes, "orders/acme/now"), read(&pipes, "orders/acme/*")], [item.clone(), item]);
    assert_eq!(read(&pipes, "orders/*"), StateRead::NeedsScan);
}

#[test]
fn a_beginning_of_sort_keys_in_the_condition_bounds_the_read() {
    let beginning = |when: &str| {
        let text_of = ORDERS.replace("when: isOrder", &format!("when: '{when}'"));
        match read(&pipes(&text_of), "orders/acme/*") {
            StateRead::Partition { begins_with, .. } => begins_with.map(|value| value.text),
            other => panic!("{other:?}"),
        }
    };
    for (when, expected) in [
        (r#"keys.orderId.startsWith("ORDER#")"#, Some("ORDER#")),
        (r#"isOrder && item.orderId.startsWith("ORDER#") && item.total > 1"#, Some("ORDER#")),
        (r#"isOrder || item.orderId.startsWith("ORDER#")"#, None),
        (r#"!item.orderId.startsWith("ORDER#")"#, None),
        (r#"item.tenant.startsWith("ORDER#")"#, None),
        (r#"item.orderId.startsWith(item.kind)"#, None),
        (r#"item.orderId.startsWith("")"#, None),
    ] {
        assert_eq!(beginning(when).as_deref(), expected, "{when}");
    }
}

#[test]
fn a_file_without_state_reads_nothing() {
    let pipes = pipes(ORDERS.split("state:").next().unwrap());
    assert_eq!(read(&pipes, "orders/acme/*"), StateRead::Nothing);
    let pipe = pipes.iter().next().unwrap();
    assert!(pipe.state().is_none() && pipe.key_of(&Subject::parse("orders/acme/1").unwrap()).is_none());
}

proptest! {
    #[test]
    fn the_key_of_a_subject_is_that_of_its_item(tenant in "[a-zA-Z0-9 #._-]{1,20}", order in "[^/*\\p{Cc}]{1,20}") {
        static PIPES: LazyLock<Pipes> = LazyLock::new(|| pipes(ORDERS));
        let pipe = PIPES.iter().next().unwrap();
        let item = order_json(&tenant, &order);
        let batch = json!([record(None, Some(item))]).to_string();
        let element = enrich(&PIPES, &batch).unwrap().remove(0);
        let event: Json = serde_json::from_str(element.events.last().unwrap().get()).unwrap();
        let subject = Subject::parse(event["subject"].as_str().unwrap()).unwrap();
        prop_assert_eq!(pipe.key_of(&subject), Some(order_key(&tenant, &order)));
    }
}

fn order_json(tenant: &str, order: &str) -> Json {
    super::order(json!({"tenant": {"S": tenant}, "orderId": {"S": order}}))
}

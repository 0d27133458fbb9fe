use serde_json::json;

use super::*;

fn read(body: Value) -> Result<Message, ErrorCode> {
    Message::read(&body.to_string()).map_err(code)
}

fn code(control: Control) -> ErrorCode {
    match control {
        Control::Error { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

fn subjects(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("orders/{n}")).collect()
}

#[test]
fn each_action_is_read() {
    let subjects = vec!["orders/*".to_owned()];
    let types = BTreeSet::from(["order.placed.v1".to_owned()]);
    let cases = [
        (
            json!({ "action": "subscribe", "subjects": ["orders/*"], "types": ["order.placed.v1"] }),
            Message::Subscribe { subjects: subjects.clone(), types, after: BTreeMap::new(), _id: None },
        ),
        (
            json!({ "action": "unsubscribe", "subjects": ["orders/*"], "id": "7" }),
            Message::Unsubscribe { subjects, _id: Some("7".into()) },
        ),
        (json!({ "action": "ping" }), Message::Ping { _id: None }),
        (json!({ "action": "refresh", "token": "t" }), Message::Refresh { token: "t".into(), _id: None }),
    ];
    for (body, message) in cases {
        assert_eq!(read(body), Ok(message));
    }
}

#[test]
fn what_is_no_message_is_refused() {
    for body in ["", "hello", "[]", "null", "{}", r#"{"action":null}"#, r#"{"action":"ping"}{}"#] {
        assert_eq!(Message::read(body).map_err(code), Err(ErrorCode::BadMessage), "{body}");
    }
    for body in [
        json!({ "action": "subscribe" }),
        json!({ "action": "subscribe", "subjects": "orders/*" }),
        json!({ "action": "subscribe", "subjects": [7] }),
        json!({ "action": "subscribe", "subjects": ["orders/*"], "after": { "tablecast/orders": 7 } }),
        json!({ "action": "subscribe", "subjects": ["orders/*"], "types": ["Order"] }),
        json!({ "action": "ping", "subjects": [] }),
        json!({ "action": "refresh" }),
        json!({ "action": "ping", "id": 7 }),
    ] {
        assert_eq!(read(body.clone()), Err(ErrorCode::BadMessage), "{body}");
    }
    for action in ["publish", "$connect", "Subscribe", ""] {
        assert_eq!(read(json!({ "action": action })), Err(ErrorCode::UnknownAction), "{action}");
    }
}

#[test]
fn each_limit_holds_at_the_limit_and_not_beyond() {
    let of = |count| read(json!({ "action": "subscribe", "subjects": subjects(count) }));
    assert!(of(1).is_ok() && of(100).is_ok());
    assert_eq!([of(0), of(101)], [Err(ErrorCode::BadMessage), Err(ErrorCode::BadMessage)]);
    let types = |count: usize| {
        let types: Vec<_> = (1..=count).map(|n| format!("order.placed.v{n}")).collect();
        read(json!({ "action": "subscribe", "subjects": ["*"], "types": types }))
    };
    let after = |count: usize| {
        let after: BTreeMap<_, _> = (0..count).map(|n| (n.to_string(), "x".to_owned())).collect();
        read(json!({ "action": "subscribe", "subjects": ["*"], "after": after }))
    };
    assert!(after(100).is_ok());
    assert_eq!(after(101), Err(ErrorCode::BadMessage));
    assert!(types(20).is_ok());
    assert_eq!(types(21), Err(ErrorCode::BadMessage));
    let id = |bytes: usize| read(json!({ "action": "ping", "id": "x".repeat(bytes) }));
    assert!(id(1).is_ok() && id(64).is_ok());
    assert_eq!([id(0), id(65)], [Err(ErrorCode::BadMessage), Err(ErrorCode::BadMessage)]);
}

#[test]
fn a_message_of_32_kb_is_read_and_a_longer_one_is_not() {
    let padded = |bytes: usize| format!(r#"{{"action":"ping"{}}}"#, " ".repeat(bytes - 17));
    assert_eq!(padded(32 * 1024).len(), 32 * 1024);
    assert!(Message::read(&padded(32 * 1024)).is_ok());
    assert_eq!(Message::read(&padded(32 * 1024 + 1)).map_err(code), Err(ErrorCode::MessageTooLarge));
}

#[test]
fn an_id_is_found_also_in_a_message_that_is_refused() {
    assert_eq!(id(r#"{"action":"publish","id":"7"}"#).as_deref(), Some("7"));
    assert_eq!(id(r#"{"id":7}"#), None);
    assert_eq!(id("hello"), None);
}

#[test]
fn what_a_client_wrote_is_not_repeated_at_length() {
    let body = json!({ "action": "subscribe", "subjects": "x".repeat(10_000) }).to_string();
    match Message::read(&body) {
        Err(Control::Error { message, .. }) => assert!(message.len() <= 200, "{message}"),
        other => panic!("{other:?}"),
    }
}

/// What the AsyncAPI document says of messages.
fn documented() -> BTreeMap<String, Value> {
    let file = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/catalogue/src/messages.json"));
    serde_json::from_str(file).unwrap()
}

#[test]
fn messages_are_documented_as_they_are_read() {
    let documented = documented();
    assert_eq!(documented.keys().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(ACTIONS));
    for (action, schema) in documented {
        assert_eq!(schema["additionalProperties"], false, "{action}");
        for example in schema["examples"].as_array().unwrap() {
            assert!(read(example.clone()).is_ok(), "{example}");
            let mut more = example.clone();
            more["more"] = json!(1);
            assert!(read(more).is_err(), "{example}");
            for name in schema["required"].as_array().unwrap() {
                let mut less = example.clone();
                less.as_object_mut().unwrap().remove(name.as_str().unwrap());
                assert!(read(less).is_err(), "{example} without {name}");
            }
        }
    }
}

#[test]
fn limits_are_documented_as_they_are() {
    let documented = documented();
    let of = |action: &str, pointer: &str| documented[action]["properties"].pointer(pointer).cloned();
    assert_eq!(of("subscribe", "/types/maxItems"), Some(json!(TYPES)));
    assert_eq!(of("subscribe", "/after/maxProperties"), Some(json!(SOURCES)));
    for action in ["subscribe", "unsubscribe"] {
        assert_eq!(of(action, "/subjects/maxItems"), Some(json!(SUBSCRIPTIONS)));
    }
    for action in ACTIONS {
        assert_eq!(of(action, "/id/maxLength"), Some(json!(ID_BYTES)), "{action}");
    }
}

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::limits::{MAX_SOURCES, MAX_SUBSCRIPTIONS, MAX_TYPES};
use super::*;

fn read(body: Value) -> Result<Message, ErrorCode> {
    Message::parse(&body.to_string()).map_err(code)
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
fn each_action_is_parsed() {
    let subjects = vec!["orders/*".to_owned()];
    let types = BTreeSet::from(["order.placed.v1".to_owned()]);
    let cases = [
        (
            json!({ "action": "subscribe", "subjects": ["orders/*"], "types": ["order.placed.v1"] }),
            Message::Subscribe(Subscribe { subjects: subjects.clone(), types, ..Subscribe::default() }),
        ),
        (
            json!({ "action": "unsubscribe", "subjects": ["orders/*"], "id": "7" }),
            Message::Unsubscribe(Unsubscribe { subjects, id: Some("7".into()) }),
        ),
        (json!({ "action": "ping" }), Message::Ping(Ping::default())),
        (
            json!({ "action": "refresh", "token": "t" }),
            Message::Refresh(Refresh { token: "t".into(), id: None }),
        ),
        (
            json!({ "action": "state", "subjects": ["orders/*"], "types": ["order.v1"], "next": "orders/7", "id": "8" }),
            Message::State(State {
                subjects: vec!["orders/*".into()],
                types: ["order.v1".into()].into(),
                next: Some("orders/7".into()),
                id: "8".into(),
            }),
        ),
    ];
    for (body, message) in cases {
        assert_eq!(read(body), Ok(message));
    }
}

#[test]
fn a_token_is_not_part_of_debug_output() {
    let message = read(json!({ "action": "refresh", "token": "secret" }));
    let printed = format!("{message:?}");
    assert!(printed.contains("Refresh { id: None, .. }") && !printed.contains("secret"), "{printed}");
}

#[test]
fn a_body_that_is_not_a_message_is_refused() {
    for body in ["", "hello", "[]", "null", "{}", r#"{"action":null}"#, r#"{"action":"ping"}{}"#] {
        assert_eq!(Message::parse(body).map_err(code), Err(ErrorCode::BadMessage), "{body}");
    }
    for body in [
        json!({ "action": "subscribe" }),
        json!({ "action": "subscribe", "subjects": "orders/*" }),
        json!({ "action": "subscribe", "subjects": [7] }),
        json!({ "action": "subscribe", "subjects": ["orders/*"], "after": { "tablecast/orders/acme": 7 } }),
        json!({ "action": "subscribe", "subjects": ["orders/*"], "types": ["Order"] }),
        json!({ "action": "ping", "subjects": [] }),
        json!({ "action": "refresh" }),
        json!({ "action": "ping", "id": 7 }),
        json!({ "action": "subscribe", "subjects": ["orders/*"], "state": "yes", "id": "7" }),
        json!({ "action": "subscribe", "subjects": ["orders/*"], "state": true }),
        json!({ "action": "state", "subjects": ["orders/*"] }),
        json!({ "action": "state", "subjects": ["orders/*"], "id": null }),
        json!({ "action": "state", "subjects": ["orders/*"], "id": "8", "next": "" }),
        json!({ "action": "state", "subjects": [], "id": "8" }),
        json!({ "action": "state", "subjects": ["orders/*"], "id": "8", "types": "order.v1" }),
        json!({ "action": "state", "subjects": ["orders/*"], "id": "8", "types": ["Order"] }),
    ] {
        assert_eq!(read(body.clone()), Err(ErrorCode::BadMessage), "{body}");
    }
    for action in ["publish", "$connect", "Subscribe", ""] {
        assert_eq!(read(json!({ "action": action })), Err(ErrorCode::UnknownAction), "{action}");
    }
}

#[test]
fn each_limit_accepts_its_value_and_refuses_one_more() {
    let of = |count| read(json!({ "action": "subscribe", "subjects": subjects(count) }));
    assert!(of(1).is_ok() && of(100).is_ok());
    assert_eq!([of(0), of(101)], [Err(ErrorCode::BadMessage), Err(ErrorCode::BadMessage)]);
    for action in ["unsubscribe", "state"] {
        let of = |count| read(json!({ "action": action, "subjects": subjects(count), "id": "1" }));
        assert!(of(100).is_ok(), "{action}");
        assert_eq!([of(0), of(101)], [Err(ErrorCode::BadMessage), Err(ErrorCode::BadMessage)], "{action}");
    }
    let types = |count: usize| {
        let types: Vec<_> = (1..=count).map(|n| format!("order.placed.v{n}")).collect();
        read(json!({ "action": "subscribe", "subjects": ["*"], "types": types }))
    };
    let after = |count: usize| {
        let after: BTreeMap<_, _> = (0..count).map(|n| (n.to_string(), "x".to_owned())).collect();
        read(json!({ "action": "subscribe", "subjects": ["*"], "after": after }))
    };
    assert!(after(400).is_ok());
    assert_eq!(after(401), Err(ErrorCode::BadMessage));
    assert!(types(20).is_ok());
    assert_eq!(types(21), Err(ErrorCode::BadMessage));
    let id = |bytes: usize| read(json!({ "action": "ping", "id": "x".repeat(bytes) }));
    assert!(id(1).is_ok() && id(64).is_ok());
    assert_eq!([id(0), id(65)], [Err(ErrorCode::BadMessage), Err(ErrorCode::BadMessage)]);
}

#[test]
fn a_message_of_32_kb_is_accepted_and_a_longer_one_is_refused() {
    let padded = |bytes: usize| format!(r#"{{"action":"ping"{}}}"#, " ".repeat(bytes - 17));
    assert_eq!(padded(32 * 1024).len(), 32 * 1024);
    assert!(Message::parse(&padded(32 * 1024)).is_ok());
    assert_eq!(Message::parse(&padded(32 * 1024 + 1)).map_err(code), Err(ErrorCode::MessageTooLarge));
}

#[test]
fn the_id_of_a_refused_message_is_found() {
    assert_eq!(id(r#"{"action":"publish","id":"7"}"#).as_deref(), Some("7"));
    assert_eq!(id(r#"{"id":7}"#), None);
    assert_eq!(id("hello"), None);
}

/// The text of the reply to a body that is no message.
fn reason(body: &str) -> String {
    match Message::parse(body) {
        Err(Control::Error { message, .. }) => message,
        other => panic!("{other:?} for {body}"),
    }
}

#[test]
fn an_array_is_not_a_message() {
    for body in
        [r#"["ping"]"#, r#"["subscribe",["odd/*"]]"#, r#"[{"action":"ping"}]"#, "7", "null", r#""ping""#]
    {
        assert_eq!(Message::parse(body).map_err(code), Err(ErrorCode::BadMessage), "{body}");
        assert!(reason(body).starts_with("a message is one JSON object"), "{body}");
    }
}

const TYPES: &str = r#"types must be a list of texts, such as ["order.placed.v1"]"#;

#[test]
fn an_error_names_the_member_and_the_remedy() {
    for (body, expected) in [
        ("hello", "the message is not JSON, at column 1: write one JSON object"),
        (r#"{"action":"ping"}{}"#, "the message is not JSON, at column 18"),
        ("{}", "action: write one of subscribe, unsubscribe, ping, refresh, state"),
        (r#"{"action":7}"#, "action: write one of subscribe"),
        (r#"{"action":"subscribe"}"#, "subjects is missing: subjects must be a list of texts"),
        (
            r#"{"action":"subscribe","subjects":"x"}"#,
            "subjects must be a list of texts, such as [\"orders/acme/*\"]",
        ),
        (r#"{"action":"subscribe","subjects":[7]}"#, "subjects must be a list of texts"),
        (r#"{"action":"unsubscribe","subjects":{"a":1}}"#, "subjects must be a list of texts"),
        (r#"{"action":"subscribe","subjects":["x"],"types":"a.b.v1"}"#, TYPES),
        (r#"{"action":"subscribe","subjects":["x"],"types":null}"#, TYPES),
        (r#"{"action":"subscribe","subjects":["x"],"after":["x"]}"#, "after must be an object"),
        (
            r#"{"action":"subscribe","subjects":["x"],"after":{"tablecast/orders/acme":7}}"#,
            "after must be an object",
        ),
        (r#"{"action":"refresh"}"#, "token is missing: token must be a text"),
        (r#"{"action":"refresh","token":["t"]}"#, "token must be a text"),
        (r#"{"action":"ping","id":7}"#, "id must be a text"),
        (r#"{"action":"ping","subjects":[]}"#, "subjects is unknown: possible are action, id"),
        (
            r#"{"action":"subscribe","subject":"x","subjects":[]}"#,
            "subject is unknown: possible are action, subjects, types, after, state, id",
        ),
        (r#"{"action":"state","subjects":["x"]}"#, "id is missing: id must be a text"),
        (
            r#"{"action":"subscribe","subjects":["x"],"state":true}"#,
            "id is missing: with state, write a text",
        ),
        (r#"{"action":"subscribe","subjects":["x"],"state":1,"id":"7"}"#, "state must be true or false"),
        (r#"{"action":"ping","id":"1","id":"2"}"#, "a member occurs twice"),
        (r#"{"action":"ping","action":"ping"}"#, "a member occurs twice"),
    ] {
        assert!(reason(body).starts_with(expected), "{body}: {}", reason(body));
    }
}

#[test]
fn an_error_repeats_nothing_of_the_message() {
    let secret = "a-secret-".repeat(1000);
    for body in [
        json!({ "action": "subscribe", "subjects": secret }),
        json!({ "action": secret }),
        json!({ "action": "refresh", "tokens": secret }),
        json!({ "action": "ping", secret.as_str(): 1 }),
        json!([secret]),
    ] {
        let reason = reason(&body.to_string());
        assert!(!reason.contains("a-secret") && reason.len() <= 200, "{reason}");
    }
    // A short name of letters is a mistake in writing.
    for (name, shown) in [
        ("sub_ject", "sub_ject"),
        ("abcdefghijklmnopqrst", "abcdefghijklmnopqrst"),
        ("abcdefghijklmnopqrstu", "a member"),
        ("a-b", "a member"),
        ("k3y", "a member"),
    ] {
        let reason = reason(&json!({ "action": "ping", name: 1 }).to_string());
        assert!(reason.starts_with(&format!("{shown} is unknown")), "{reason}");
    }
}

/// The JSON Schema of each message.
fn schemas() -> BTreeMap<&'static str, Value> {
    ACTIONS.map(|action| (action.name(), serde_json::from_str(action.schema()).unwrap())).into()
}

#[test]
fn a_schema_accepts_what_the_parser_accepts() {
    for (action, schema) in schemas() {
        assert_eq!(schema["properties"]["action"]["enum"], json!([action]));
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
fn the_schemas_have_the_limits_of_the_parser() {
    let schemas = schemas();
    let limit = |action: &str, pointer: &str| schemas[action]["properties"].pointer(pointer).cloned();
    assert_eq!(limit("subscribe", "/types/maxItems"), Some(json!(MAX_TYPES)));
    assert_eq!(limit("subscribe", "/after/maxProperties"), Some(json!(MAX_SOURCES)));
    for action in ["subscribe", "unsubscribe", "state"] {
        assert_eq!(limit(action, "/subjects/maxItems"), Some(json!(MAX_SUBSCRIPTIONS)));
    }
    for action in ACTIONS.map(Action::name) {
        assert_eq!(limit(action, "/id/maxLength"), Some(json!(MAX_ID_BYTES)), "{action}");
    }
}

#[test]
fn a_message_that_is_written_is_the_same_when_it_is_read() {
    for (action, schema) in schemas() {
        for example in schema["examples"].as_array().unwrap() {
            let message = read(example.clone()).unwrap();
            assert_eq!(serde_json::to_value(message).unwrap(), *example, "{action}");
        }
    }
}

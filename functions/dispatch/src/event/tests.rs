use super::*;

fn read(text: &str) -> Result<Event, String> {
    Event::read("e1", "orders", RawValue::from_string(text.to_owned()).unwrap())
}

#[test]
fn an_event_keeps_its_text_unchanged() {
    let text = r#"{"id":"1","source":"tablecast/orders","type":"order.placed.v1", "subject":"orders/1","time":"2026-11-23T05:00:00.5Z","data":{"n":1.10}}"#;
    let event = read(text).unwrap();
    assert_eq!(&*event.text, text);
    assert_eq!((event.event_type.as_str(), event.subject.as_str()), ("order.placed.v1", "orders/1"));
    assert_eq!(event.source, "tablecast/orders");
    assert_eq!(event.time.to_millis().unwrap(), 1_795_410_000_500);
}

#[test]
fn the_error_names_what_is_missing_or_wrong() {
    let cases = [
        (
            r#"{"source":"tablecast/orders","type":"a.v1","subject":"orders/1","time":"2026-11-23T05:00:00Z"}"#,
            "`id`",
        ),
        (
            r#"{"id":"1","source":"tablecast/orders","subject":"orders/1","time":"2026-11-23T05:00:00Z"}"#,
            "`type`",
        ),
        (
            r#"{"id":"1","source":"tablecast/orders","type":"a.v1","subject":"orders//1","time":"2026-11-23T05:00:00Z"}"#,
            "subject",
        ),
        (
            r#"{"id":"1","source":"tablecast/orders","type":"a.v1","subject":"orders/1","time":"yesterday"}"#,
            "time",
        ),
        (r#"{"id":"1","type":"a.v1","subject":"orders/1","time":"2026-11-23T05:00:00Z"}"#, "source"),
        (
            r#"{"id":"1","source":"orders","type":"a.v1","subject":"orders/1","time":"2026-11-23T05:00:00Z"}"#,
            "source \"orders\"",
        ),
        (
            r#"{"late":true,"id":"1","source":"tablecast/orders","type":"a.v1","subject":"orders/1","time":"2026-11-23T05:00:00Z"}"#,
            "late",
        ),
        ("[]", "object"),
        (r#"["1","a.v1","orders/1","2026-11-23T05:00:00Z"]"#, "object"),
    ];
    for (text, name) in cases {
        let error = read(text).unwrap_err();
        assert!(error.contains(name), "{text}: {error}");
    }
}

#[test]
fn the_largest_event_of_the_log_is_read_and_one_byte_more_is_not() {
    let of = |bytes: usize| {
        let bare = r#"{"id":"1","source":"tablecast/orders","type":"a.v1","subject":"orders/1","time":"2026-11-23T05:00:00Z","data":""}"#;
        read(&bare.replace(r#""data":"""#, &format!(r#""data":"{}""#, "x".repeat(bytes - bare.len()))))
    };
    assert_eq!(of(EVENT_BYTES).unwrap().text.len(), EVENT_BYTES);
    assert!(of(EVENT_BYTES + 1).unwrap_err().contains(&format!("{EVENT_BYTES} bytes")));
}

//! Every control event is valid against its schema in `schemas/`.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};
use tablecast_definitions::folder;
use tablecast_pipeline::schema::Schemas;
use tablecast_protocol::channel::wide_source;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{
    ConnectionRefusal, Control, Envelope, Epoch, ErrorCode, Incomplete, InvalidItems, Position,
    RefusalReason, Refused, Resumption, StateResult, SubjectResult, TooLarge, Unrecovered, rfc3339,
};

fn envelope() -> Envelope<'static> {
    Envelope::own("m1", "2026-11-23T05:00:00.123Z", Some("7"))
}

const POSITION: Position = Position { epoch: Epoch(7), offset: 42 };

/// The sources of a channel and of a pattern that is wider.
fn sources() -> BTreeMap<String, Position> {
    let wide = Pattern::parse("orders/*").unwrap();
    [("tablecast/orders/acme".into(), POSITION), (wide_source(&wide), Position::NONE)].into()
}

/// One control event of each kind.
fn all() -> Vec<Control> {
    let subject = || "orders/acme/1001".to_owned();
    let result = |reason: Option<RefusalReason>| SubjectResult {
        subject: subject(),
        granted: reason.is_none(),
        reason,
    };
    let reasons = [None, Some(RefusalReason::NotGranted), Some(RefusalReason::TooManySubscriptions)];
    use Unrecovered::*;
    let resumptions = [
        Ok(POSITION),
        Err(PositionUnknown),
        Err(EpochChanged),
        Err(Trimmed),
        Err(TooMuch),
        Err(TooWide),
        Err(QuotaExceeded),
    ];
    let state = |reason| StateResult { reason, ..StateResult::new(subject()) };
    let reasons_of_state = [
        None,
        Some(Incomplete::NotGranted),
        Some(Incomplete::NoState),
        Some(Incomplete::NeedsScan),
        Some(Incomplete::TooMuch),
        Some(Incomplete::Unavailable),
        Some(Incomplete::QuotaExceeded),
    ];
    let page = StateResult { items: 7, next: Some(subject()), ..state(None) };
    let complete = StateResult { complete: true, ..state(None) };
    let mut invalid = InvalidItems::default();
    invalid.add(Some(subject()));
    let mut all = vec![
        Control::State {
            subjects: reasons_of_state.map(state).into_iter().chain([page, complete]).collect(),
            sources: sources(),
            invalid,
        },
        Control::State { subjects: vec![], sources: BTreeMap::new(), invalid: InvalidItems::default() },
        Control::Subscribed { subjects: reasons.map(result).into(), sources: BTreeMap::new() },
        Control::Subscribed { subjects: Vec::new(), sources: sources() },
        Control::Resumed {
            sources: resumptions.map(|one| (format!("tablecast/{one:?}"), Resumption::from(one))).into(),
        },
        Control::Unsubscribed { subjects: vec![subject()] },
        Control::Pong { sources: BTreeMap::new() },
        Control::Pong { sources: sources() },
        Control::Refreshed { expires_at: rfc3339(1_800_000_000_000), removed: vec![subject()] },
        Control::Reconnect { closes_at: rfc3339(1_800_000_000_000) },
        Control::EventTooLarge(TooLarge {
            id: "1".into(),
            event_type: "order.placed.v1".into(),
            subject: subject(),
            dataschema: None,
            bytes: 200_000,
        }),
    ];
    use ErrorCode as Code;
    all.extend(
        [
            Code::BadMessage,
            Code::UnknownAction,
            Code::MessageTooLarge,
            Code::TooManyMessages,
            Code::RefreshRefused,
            Code::Expired,
            Code::Unavailable,
        ]
        .map(|code| Control::error(code, "why")),
    );
    all.extend(ConnectionRefusal::ALL.map(|reason| Control::Refused(Refused::new(reason, "why"))));
    all
}

#[test]
fn every_control_event_is_valid_against_its_schema() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"));
    let schemas = Schemas::compile(&folder::read(folder, "json").unwrap()).unwrap();
    for control in all() {
        // These are not replies to a message.
        let is_not_a_reply =
            matches!(control, Control::EventTooLarge(_) | Control::Reconnect { .. } | Control::Refused(_));
        let request = envelope().request.filter(|_| !is_not_a_reply);
        let event = control.event(&Envelope { request, ..envelope() });
        let event: Json = serde_json::from_str(&event).unwrap();
        let schema = schemas.get(control.event_type()).unwrap();
        assert_eq!(event["dataschema"], schema.id);
        assert_eq!(schema.check(&(&event["data"]).into()), Ok(()), "{event}");
        let documented = schema.document["properties"].as_object().unwrap();
        let data = event["data"].as_object().unwrap();
        assert!(data.keys().all(|name| documented.contains_key(name)), "{event}");
    }
}

/// Clients of today validate with the schemas that they were built with. Those have four reasons and no `cause`.
#[test]
fn a_new_reason_keeps_clients_of_version_1_working() {
    let of = |why| serde_json::to_value(Resumption::from(Err(why))).unwrap();
    assert_eq!(of(Unrecovered::TooMuch), json!({ "recovered": false, "reason": "too-much" }));
    assert_eq!(of(Unrecovered::TooWide), json!({ "recovered": false, "cause": "too-wide" }));
    assert_eq!(of(Unrecovered::QuotaExceeded), json!({ "recovered": false, "cause": "quota-exceeded" }));
}

#[test]
fn a_reply_is_a_cloudevent_with_the_id_of_the_clients_message() {
    let event = Control::Unsubscribed { subjects: vec!["a".into()] }.event(&envelope());
    let expected = json!({
        "specversion": "1.0", "id": "m1", "source": "tablecast", "type": "tablecast.unsubscribed.v1",
        "time": "2026-11-23T05:00:00.123Z", "datacontenttype": "application/json",
        "dataschema": "https://tablecast.example/schemas/tablecast.unsubscribed.v1.json",
        "data": { "request": "7", "subjects": ["a"] },
    });
    assert_eq!(serde_json::from_str::<Json>(&event).unwrap(), expected);
}

#[test]
fn only_errors_that_end_a_connection_are_closing() {
    let closing = |code| match Control::error(code, "") {
        Control::Error { closing, .. } => closing,
        other => panic!("{other:?}"),
    };
    assert!(closing(ErrorCode::Expired) && closing(ErrorCode::TooManyMessages));
    assert!(!closing(ErrorCode::BadMessage) && !closing(ErrorCode::RefreshRefused));
}

//! No response that is not a success counts as one, whichever operation it is for.

use tablecast_event_log::{Logs, NewEvent};
use tablecast_stand_in::broken_responses;

use crate::stand_in::{KEEP, NOW, PIPE, SECOND, SOURCE, StandIn, append, noise, try_append};

type Outcome = Result<(), String>;

fn outcome<T, E: ToString>(result: Result<T, E>) -> Outcome {
    result.map(drop).map_err(|error| error.to_string())
}

/// Every request of this crate. The log has the event `a`.
async fn request(name: &str, logs: &Logs, position: &str, large: &str) -> Outcome {
    let large = NewEvent { id: "large", text: large };
    let small = NewEvent { id: "b", text: r#"{"id":"b"}"# };
    match name {
        "append" => outcome(try_append(logs, &["b"], NOW + SECOND).await),
        "append a large event" => outcome(logs.append(PIPE, SOURCE, &[large], KEEP, NOW + SECOND).await),
        "begin a log" => outcome(logs.append(PIPE, "tablecast/profiles", &[small], KEEP, NOW).await),
        "record the end" => {
            let appended = try_append(logs, &["a"], NOW + SECOND).await.map_err(|error| error.to_string())?;
            outcome(logs.record_end(&appended).await)
        }
        "end" => outcome(logs.last_position(SOURCE, NOW).await),
        "resume" => outcome(logs.resume(SOURCE, position, NOW, 1000, |_| true).await),
        "list the channels" => outcome(logs.channels(PIPE).next_page().await),
        "walk" => outcome(logs.walk_since(PIPE, SOURCE, 0).await),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn no_broken_response_is_a_success() {
    let cases = [
        ("append", "Query"),
        ("append", "PutItem"),
        ("append a large event", "TransactWriteItems"),
        ("record the end", "PutItem"),
        ("begin a log", "Query"),
        ("begin a log", "PutItem"),
        ("end", "Query"),
        ("list the channels", "Query"),
        ("resume", "Query"),
        ("walk", "Query"),
    ];
    let stand_in = StandIn::start().await;
    let origin = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    append(&stand_in.logs(), &["a"], NOW).await;
    let (items, large) = (stand_in.items(), noise("large", 600 * 1024));
    for (name, operation) in cases {
        for fault in broken_responses() {
            let planned = format!("log {operation}");
            stand_in.plan_always(&planned, Some(fault.clone()));
            let result = request(name, &stand_in.logs(), &origin.to_string(), &large).await;
            assert!(result.is_err(), "{name}: {operation} with {fault:?}");
            stand_in.plan_always(&planned, None);
        }
    }
    assert_eq!(stand_in.items(), items);
    assert_eq!(append(&stand_in.logs(), &["b"], NOW + SECOND).await, [2]);
    assert_eq!(stand_in.ids(NOW + SECOND).await, ["a", "b"]);
}

/// Each event is in the log once, whatever the response of its write was.
#[tokio::test]
async fn events_whose_write_was_not_confirmed_are_appended_once() {
    for fault in broken_responses() {
        let stand_in = StandIn::start().await;
        append(&stand_in.logs(), &["a"], NOW).await;
        let logs = stand_in.logs();
        stand_in.plan_always("log PutItem", Some(fault.clone()));
        try_append(&logs, &["b"], NOW + SECOND).await.unwrap_err();
        stand_in.plan_always("log PutItem", None);
        assert_eq!(append(&logs, &["b", "c"], NOW + SECOND).await, [2, 3], "{fault:?}");
    }
}

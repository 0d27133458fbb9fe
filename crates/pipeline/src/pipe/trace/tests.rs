use std::path::Path;

use serde_json::{Value as Json, json};
use tablecast_definitions::folder;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_protocol::element::Element;

use crate::enrich::enrich;
use crate::pipe::Pipes;

const FIRST: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const SECOND: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

fn compile(trace: &str) -> Result<Pipes, Vec<String>> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let text = format!(
        "table: orders\nsubject: '\"orders/\" + item.orderId'\ntrace: {trace}\nevents:\n  - {{ type: order.cancelled.v1, \
         data: {{ orderId: item.orderId, from: item.status }} }}\n"
    );
    let file = DefinitionFile { file: "pipes/orders.yaml".into(), name: "orders".into(), text };
    let schemas = folder::read(&root.join("schemas"), "json").unwrap();
    Pipes::compile(&[file], &schemas).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn image(trace: &Json) -> Json {
    let mut image = json!({ "orderId": { "S": "1" }, "status": { "S": "PAID" } });
    if !trace.is_null() {
        image["traceparent"] = trace.clone();
    }
    image
}

/// A change from one trace to another.
fn record(operation: &str, old: &Json, new: &Json) -> Json {
    let mut record = json!({
        "eventID": "e1", "eventName": operation,
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_404_516, "SequenceNumber": "111", "Keys": { "orderId": { "S": "1" } },
        },
    });
    if operation != "INSERT" {
        record["dynamodb"]["OldImage"] = image(old);
    }
    if operation != "REMOVE" {
        record["dynamodb"]["NewImage"] = image(new);
    }
    record
}

fn element(trace: &str, record: &Json) -> Element {
    enrich(&compile(trace).unwrap(), &json!([record]).to_string()).unwrap().remove(0)
}

fn traceparent(element: &Element) -> Json {
    let event: Json = serde_json::from_str(element.events[0].get()).unwrap();
    event.get("traceparent").cloned().unwrap_or_default()
}

fn text(value: &str) -> Json {
    json!({ "S": value })
}

#[test]
fn an_event_has_the_trace_that_its_change_wrote() {
    for (operation, old, new) in [
        ("INSERT", Json::Null, text(FIRST)),
        ("MODIFY", Json::Null, text(FIRST)),
        ("MODIFY", text(SECOND), text(FIRST)),
        ("MODIFY", text("nonsense"), text(FIRST)),
    ] {
        let element = element("new.?traceparent", &record(operation, &old, &new));
        assert_eq!((traceparent(&element), element.invalid_trace), (json!(FIRST), None), "{operation}");
    }
}

#[test]
fn no_event_repeats_the_trace_of_an_earlier_change() {
    let mut expired = record("REMOVE", &text(FIRST), &Json::Null);
    expired["userIdentity"] = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
    let mut read = record("INSERT", &Json::Null, &text(FIRST));
    read["eventName"] = "READ".into();
    read["dynamodb"].as_object_mut().unwrap().remove("SequenceNumber");
    for record in [
        record("MODIFY", &text(FIRST), &text(FIRST)),
        record("MODIFY", &text("nonsense"), &text("nonsense")),
        record("MODIFY", &text(FIRST), &Json::Null),
        record("REMOVE", &text(FIRST), &Json::Null),
        expired,
        read,
    ] {
        let element = element("new.?traceparent", &record);
        assert_eq!((traceparent(&element), element.invalid_trace), (Json::Null, None), "{record}");
    }
}

#[test]
fn an_absent_trace_is_no_problem() {
    for trace in [Json::Null, json!({ "NULL": true })] {
        let element = element("new.?traceparent", &record("INSERT", &Json::Null, &trace));
        assert_eq!((traceparent(&element), element.invalid_trace), (Json::Null, None));
    }
}

#[test]
fn an_invalid_trace_is_left_out_and_reported_without_its_value() {
    for value in [text("secret"), text(""), json!({ "N": "7" }), json!({ "M": { "a": text(FIRST) } })] {
        let element = element("new.?traceparent", &record("INSERT", &Json::Null, &value));
        assert_eq!((traceparent(&element), element.rejected.is_none()), (Json::Null, true));
        let reason = element.invalid_trace.unwrap();
        assert!(reason.contains("is not a t") && !reason.contains("secret"), "{reason}");
    }
}

#[test]
fn a_trace_that_cannot_be_read_rejects_no_record() {
    let element = element("new.traceparent", &record("INSERT", &Json::Null, &Json::Null));
    assert_eq!((traceparent(&element), element.invalid_trace.is_some()), (Json::Null, true));
}

#[test]
fn a_trace_may_be_nested() {
    let meta = |parent: &str| json!({ "orderId": text("1"), "status": text("PAID"), "meta": { "M": { "trace": text(parent) } } });
    let mut record = record("MODIFY", &Json::Null, &Json::Null);
    record["dynamodb"]["OldImage"] = meta(SECOND);
    record["dynamodb"]["NewImage"] = meta(FIRST);
    assert_eq!(traceparent(&element("new.?meta.?trace", &record)), FIRST);
    record["dynamodb"]["OldImage"] = meta(FIRST);
    assert_eq!(traceparent(&element("new.?meta.?trace", &record)), Json::Null);
}

#[test]
fn a_rejected_record_keeps_its_trace_id() {
    let mut record = record("INSERT", &Json::Null, &text(FIRST));
    record["dynamodb"]["NewImage"]["orderId"] = text("a/b");
    let rejected = element("new.?traceparent", &record).rejected.unwrap();
    assert_eq!((rejected.path.as_str(), rejected.trace_id.as_deref()), ("subject", Some(&FIRST[3..35])));
}

#[test]
fn an_expression_that_cannot_give_the_trace_of_a_change_is_refused() {
    let item = "reads item, but a trace comes from the new image only";
    for (trace, reason) in [
        ("item.?traceparent", item),
        ("'old.?traceparent.orValue(\"\") + string(new.x)'", "reads old, but"),
        ("'\"00-1-2-01\"'", "reads no attribute"),
        ("has(new.traceparent)", "is never a text"),
        ("'{\"a\": new.traceparent}'", "is never a text"),
        ("nwe.?traceparent", "Did you mean new?"),
    ] {
        let problems = compile(trace).unwrap_err();
        assert!(problems[0].starts_with("pipes/orders.yaml:3: trace: "), "{problems:?}");
        assert!(problems[0].contains(reason), "{trace}: {problems:?}");
    }
}

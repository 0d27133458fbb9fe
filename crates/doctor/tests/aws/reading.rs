use serde_json::{Value, json};
use tablecast_doctor::OPERATIONS;

use crate::deployment::{STREAM, respond};
use crate::stub::{Received, Stub};

/// The healthy response of an operation, with a changed member.
fn changed(operation: &str, pointer: &str, value: Value) -> (u16, Value) {
    let body = json!({ "TableName": "prod-orders", "AlarmTypes": ["MetricAlarm"] });
    let received =
        Received { operation: operation.to_owned(), path: String::new(), body, authorization: String::new() };
    let (status, mut response) = respond(&received);
    *response.pointer_mut(pointer).unwrap() = value;
    (status, response)
}

#[tokio::test]
async fn a_healthy_deployment_has_no_findings_and_needs_each_listed_request() {
    let stub = Stub::start().await;
    assert_eq!(stub.found().await, [""; 0]);
    let listed = OPERATIONS.iter().map(|operation| operation.name.to_owned()).collect();
    assert_eq!(stub.operations(), listed, "left: sent; right: what `doctor --permissions` allows");
}

#[tokio::test]
async fn the_queue_of_a_bus_with_a_key_is_read_if_it_belongs_to_the_deployment() {
    for (queue, expected) in [("acme-bus-undelivered", 1), ("company-letters", 0)] {
        let stub = Stub::start().await;
        let arn = format!("arn:aws:sqs:eu-central-1:111122223333:{queue}");
        let bus = json!({ "Name": "acme", "DeadLetterConfig": { "Arn": arn } });
        stub.plan("DescribeEventBus", vec![(200, bus)]);
        let facts = stub.examine().await.unwrap();
        assert_eq!(facts.queues.iter().filter(|it| it.name == queue).count(), expected, "{queue}");
    }
}

#[tokio::test]
async fn each_request_is_signed_for_its_service_and_region() {
    let stub = Stub::start().await;
    stub.examine().await.unwrap();
    for received in stub.received() {
        let operation = OPERATIONS.iter().find(|it| it.name == received.operation).unwrap();
        let (_, signer) = operation.service.host_and_signer();
        let scope = format!("/eu-central-1/{signer}/aws4_request, SignedHeaders=");
        assert!(received.authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{received:?}");
        assert!(received.authorization.contains(&scope), "{received:?}");
    }
}

#[tokio::test]
async fn pipes_of_another_deployment_with_the_same_prefix_are_left_out() {
    let stub = Stub::start().await;
    let facts = stub.examine().await.unwrap();
    let names: Vec<_> =
        facts.known_pipes().iter().map(|pipe| (pipe.name.as_str(), pipe.file.as_str())).collect();
    assert_eq!(names, [("acme-orders", "orders")], "the table prod-orders is orders in the file");
}

#[tokio::test]
async fn a_stream_that_was_turned_off_and_on_is_found() {
    let stub = Stub::start().await;
    let newer = STREAM.replace("11-23", "11-24");
    stub.plan("DescribeTable", vec![changed("DescribeTable", "/Table/LatestStreamArn", json!(newer))]);
    assert!(stub.found().await.contains(&"stream-ended orders".to_owned()));
}

#[tokio::test]
async fn all_pages_of_a_list_are_read() {
    let stub = Stub::start().await;
    let page = |pipes: Value, token: Value| (200, json!({ "Pipes": pipes, "NextToken": token }));
    let (_, all) = changed("ListPipes", "/Pipes/1", Value::Null);
    stub.plan("ListPipes", vec![page(json!([]), json!("a+b")), page(all["Pipes"].clone(), Value::Null)]);
    assert_eq!(stub.examine().await.unwrap().known_pipes().len(), 1);
    let paths: Vec<_> = stub.received().into_iter().filter(|it| it.operation == "ListPipes").collect();
    assert!(paths[1].path.ends_with("&NextToken=a%2Bb"), "{}", paths[1].path);
}

#[tokio::test]
async fn a_busy_service_is_asked_again() {
    let stub = Stub::start().await;
    let busy = || (429, json!({ "__type": "TooManyRequestsException" }));
    stub.plan(
        "GetAccountSettings",
        vec![busy(), busy(), changed("GetAccountSettings", "/AccountLimit/ConcurrentExecutions", json!(500))],
    );
    assert_eq!(stub.examine().await.unwrap().concurrency.found().unwrap().limit, 500);
}

#[tokio::test]
async fn rejected_records_are_read_from_all_pages_and_large_ones_count_once() {
    let stub = Stub::start().await;
    let item = |id: &str, at: &str| json!({ "sk": { "S": id }, "path": { "S": "subject" }, "reason": { "S": "null" }, "at": { "N": at } });
    let key = json!({ "pk": { "S": "orders" }, "sk": { "S": "e2" } });
    let first = json!({ "Items": [item("e1", "5"), item("e2#0001", "9")], "LastEvaluatedKey": key });
    stub.plan("Query", vec![(200, first), (200, json!({ "Items": [item("e2#0002", "9")] }))]);
    let facts = stub.examine().await.unwrap();
    let rejected = &facts.rejected[0];
    assert_eq!((rejected.reasons["subject: null"], rejected.newest, rejected.has_more), (2, 9, false));
    let queries: Vec<_> = stub.received().into_iter().filter(|it| it.operation == "Query").collect();
    assert_eq!(queries[1].body["ExclusiveStartKey"], key);
}

#[tokio::test]
async fn metrics_have_their_points_whatever_form_their_time_has() {
    let stub = Stub::start().await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let (first, second) = (
        json!({ "Id": "m0", "Timestamps": [now - 60], "Values": [3.0] }),
        json!({ "Id": "m1", "Timestamps": ["2026-11-28T00:00:00Z"], "Values": [4.0] }),
    );
    stub.plan("GetMetricData", vec![(200, json!({ "MetricDataResults": [first, second] }))]);
    let facts = stub.examine().await.unwrap();
    let points: Vec<_> =
        facts.metrics.0.values().take(4).flatten().map(|(at, value)| (*at, *value)).collect();
    assert!(
        points.contains(&((now - 60) as i64, 3.0)) && points.contains(&(1_795_824_000, 4.0)),
        "{points:?}"
    );
}

#[tokio::test]
async fn a_wrong_clock_is_seen_in_the_date_of_the_responses() {
    let stub = Stub::start().await;
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.name == "ListRules" || operation.name == "GetMetricData")
    {
        let date = "Tue, 01 Jan 2019 00:00:00 GMT".to_owned();
        stub.plan_with_header(
            operation.name,
            ("date", date),
            json!({ "Rules": [], "MetricDataResults": [] }),
        );
    }
    assert!(stub.found().await.contains(&"clock-skew this machine".to_owned()));
}

#[tokio::test]
async fn without_its_file_a_pipe_has_the_name_in_its_alarm_or_of_its_table() {
    let stub = Stub::start().await;
    let name = async || stub.examine_with(None).await.unwrap().known_pipes()[0].file.clone();
    assert_eq!(name().await, "orders");
    let metric = json!({ "Dimensions": [{ "Name": "TableName", "Value": "prod-orders" }] });
    let metrics = json!([{ "Id": "written", "MetricStat": { "Metric": metric } }]);
    let alarm = json!({ "AlarmName": "acme-shop-stopped", "StateValue": "OK", "Metrics": metrics });
    stub.plan("DescribeAlarms", vec![(200, json!({ "MetricAlarms": [alarm] }))]);
    assert_eq!(name().await, "shop");
}

//! The responses of AWS for a healthy deployment `acme` with the pipe `orders`.

use serde_json::{Value, json};
use tablecast_doctor::alarms::{KINDS, Owner};

use crate::stub::Received;

pub const STREAM: &str =
    "arn:aws:dynamodb:eu-central-1:111122223333:table/prod-orders/stream/2026-11-23T00:00:00.000";

const FUNCTIONS: [&str; 7] =
    ["authorize", "connect", "disconnect", "dispatch", "enrich", "fanout", "subscribe"];

/// A public key of RFC 7517.
const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;

pub fn respond(received: &Received) -> (u16, Value) {
    let body = &received.body;
    let response = match received.operation.as_str() {
        "ListPipes" => json!({ "Pipes": [listed("acme-orders", "acme"), listed("acme-b-orders", "acme-b")] }),
        "DescribePipe" => pipe(),
        "DescribeTable" => table(body["TableName"].as_str().unwrap()),
        "DescribeTimeToLive" => {
            json!({ "TimeToLiveDescription": { "TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at" } })
        }
        "DescribeContinuousBackups" => json!({ "ContinuousBackupsDescription":
            { "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": "ENABLED" } } }),
        "Query" => json!({ "Items": [] }),
        "GetQueueUrl" => json!({ "QueueUrl": "https://sqs.example/queue" }),
        "GetQueueAttributes" => json!({ "Attributes":
            { "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0" } }),
        "DescribeAlarms" => alarms(body["AlarmTypes"][0].as_str().unwrap()),
        "GetMetricData" => json!({ "MetricDataResults": [] }),
        "GetFunctionConfiguration" => function(),
        "GetAlias" => json!({ "Name": "live", "FunctionVersion": "7" }),
        "GetFunctionConcurrency" => json!({}),
        "GetAccountSettings" => json!({ "AccountLimit":
            { "ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000 } }),
        "GetApis" => json!({ "items": [{ "apiId": "a1", "name": "acme", "protocolType": "WEBSOCKET" }] }),
        "GetStage" => json!({ "defaultRouteSettings": { "throttlingRateLimit": 500.0 } }),
        "DescribeEventBus" => json!({ "Name": "acme" }),
        "ListRules" => json!({ "Rules": [{ "Name": "billing" }] }),
        other => panic!("the stub has no operation {other}"),
    };
    (200, response)
}

fn listed(name: &str, deployment: &str) -> Value {
    let function = format!("arn:aws:lambda:eu-central-1:111122223333:function:{deployment}-enrich:live");
    json!({ "Name": name, "Enrichment": function })
}

fn pipe() -> Value {
    let letters = "arn:aws:sqs:eu-central-1:111122223333:acme-orders-dead-letters";
    json!({
        "Name": "acme-orders", "CurrentState": "RUNNING", "Source": STREAM,
        "SourceParameters": { "DynamoDBStreamParameters": { "DeadLetterConfig": { "Arn": letters } } },
    })
}

fn table(name: &str) -> Value {
    let stream = json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" });
    json!({ "Table": {
        "TableName": name, "DeletionProtectionEnabled": true, "LatestStreamArn": STREAM, "StreamSpecification": stream,
    } })
}

fn function() -> Value {
    let variables = json!({
        "TABLE_NAMES": r#"{"orders":"prod-orders"}"#, "BUS_NAME": "company",
        "ISSUER": "https://login.example.com", "AUDIENCE": "web", "ALGORITHMS": "ES256", "JWKS": KEYS,
    });
    json!({
        "Version": "7", "State": "Active", "LastUpdateStatus": "Successful", "CodeSha256": "hash",
        "Environment": { "Variables": variables },
    })
}

fn alarms(kind: &str) -> Value {
    let names = KINDS.iter().flat_map(|it| match it.owner {
        Owner::EachPipe => vec![format!("acme-orders-{}", it.ending)],
        Owner::EachFunction => FUNCTIONS.map(|function| format!("acme-{function}-{}", it.ending)).into(),
        Owner::Deployment => vec![format!("acme-{}", it.ending)],
    });
    let alarm =
        |name| json!({ "AlarmName": name, "StateValue": "OK", "AlarmActions": ["arn:aws:sns:::pager"] });
    match kind {
        "MetricAlarm" => json!({ "MetricAlarms": names.map(alarm).collect::<Vec<_>>() }),
        _ => json!({ "CompositeAlarms": [] }),
    }
}

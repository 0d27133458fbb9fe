//! Pipes that were created through the API really run: a stream over HTTP in, functions and a queue over HTTP out.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use tablecast_tests::cloud::{Cloud, ROLE_KEY, ids_of};
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::pipes_api::PipesApi;

const STREAM: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/profiles/stream/2026-01-01T00:00:00.000";

/// With all of the stream, and few retries.
fn body() -> Value {
    json!({
        "Source": STREAM, "RoleArn": "arn:aws:iam::000000000000:role/pipe",
        "Enrichment": "arn:aws:lambda:us-east-1:000000000000:function:enrich",
        "Target": "arn:aws:lambda:us-east-1:000000000000:function:dispatch",
        "SourceParameters": {"DynamoDBStreamParameters": {
            "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 2,
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:letters"},
        }},
    })
}

async fn create(api: &PipesApi, body: Value) {
    let (status, answer) = api.call("POST", "/v1/pipes/solo", Some(body)).await;
    assert_eq!(status, 200, "{answer}");
    api.until("solo", "RUNNING").await;
}

async fn put(machine: &Machine, ids: &[&str]) {
    for id in ids {
        machine.dynamodb().put("profiles", profile(id, "Ada")).await;
    }
}

fn failures(payload: &Value, id: &str) -> Value {
    let failed = payload.as_array().unwrap().iter().filter(|record| ids_of(&json!([record])) == [id]);
    let failed: Vec<_> = failed.map(|record| json!({"itemIdentifier": record["eventID"]})).collect();
    json!({ "batchItemFailures": failed })
}

#[tokio::test]
async fn a_change_goes_through_enrichment_and_target_as_the_pipes_role() {
    let machine = Machine::start().await;
    let cloud = Cloud::start(|_, records| Ok(records.clone()), |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&machine, &cloud).await;
    let pattern = json!({"dynamodb": {"Keys": {"userId": {"S": [{"prefix": "a"}]}}}}).to_string();
    let mut body = body();
    body["SourceParameters"]["FilterCriteria"] = json!({"Filters": [{ "Pattern": pattern }]});
    put(&machine, &["ada", "bob"]).await;
    create(&api, body).await;
    put(&machine, &["alan"]).await;
    cloud.until_targeted(&["ada", "alan"]).await;

    let records: Vec<_> =
        cloud.enriched().into_iter().flat_map(|batch| batch.as_array().unwrap().clone()).collect();
    assert_eq!(
        records.iter().flat_map(|record| ids_of(&json!([record]))).collect::<Vec<_>>(),
        ["ada", "alan"]
    );
    let record = &records[0];
    assert_eq!((&record["eventSourceARN"], &record["eventName"]), (&STREAM.into(), &"INSERT".into()));
    assert_eq!(record["dynamodb"]["NewImage"], profile("ada", "Ada"));
    assert!(record["dynamodb"]["ApproximateCreationDateTime"].is_f64(), "{record}");
    assert_eq!(cloud.targeted(), cloud.enriched());
    assert!(cloud.keys_of("Invoke").iter().all(|key| key == ROLE_KEY));
    assert_eq!(cloud.keys_of("AssumeRole"), ["local"], "once, with the server's own credentials");
}

#[tokio::test]
async fn a_pipe_without_enrichment_hands_records_to_the_target() {
    let machine = Machine::start().await;
    let cloud = Cloud::start(|_, _| panic!("no enrichment"), |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&machine, &cloud).await;
    let mut body = body();
    body.as_object_mut().unwrap().remove("Enrichment");
    create(&api, body).await;
    put(&machine, &["ada"]).await;
    cloud.until_targeted(&["ada"]).await;
    assert_eq!(cloud.targeted()[0][0]["dynamodb"]["NewImage"], profile("ada", "Ada"));
}

#[tokio::test]
async fn what_the_target_never_takes_becomes_a_dead_letter_and_its_neighbours_arrive() {
    let machine = Machine::start().await;
    let cloud =
        Cloud::start(|_, records| Ok(records.clone()), |_, records| Ok(failures(records, "bad"))).await;
    let api = PipesApi::start(&machine, &cloud).await;
    put(&machine, &["ada", "bad", "bob"]).await;
    create(&api, body()).await;
    let letters = cloud.letters(1).await;
    put(&machine, &["after"]).await;
    cloud.until_targeted(&["after"]).await;

    let batches: Vec<_> = cloud.targeted().iter().map(ids_of).collect();
    assert_eq!(batches[..3], [vec!["ada", "bad", "bob"], vec!["bad", "bob"], vec!["bad", "bob"]]);
    let letter = &letters[0]["letter"];
    assert_eq!(letters[0]["queue"], "http://queues.example/letters");
    let context = json!({
        "condition": "RetryAttemptsExhausted", "partnerResourceArn": "arn:aws:pipes:us-east-1:000000000000:pipe/solo",
    });
    assert_eq!(letter["context"], context);
    let place = &letter["DDBStreamBatchInfo"];
    let bad = &cloud.enriched()[0][1]["dynamodb"]["SequenceNumber"];
    assert_eq!((&place["startSequenceNumber"], &place["endSequenceNumber"]), (bad, bad));
    assert_eq!((&place["batchSize"], &place["streamArn"]), (&1.into(), &STREAM.into()));
    assert_eq!(cloud.keys_of("SendMessage"), [ROLE_KEY]);
    assert_eq!(cloud.keys_of("GetQueueUrl"), ["local"], "the role need not have this permission");
}

#[tokio::test]
async fn failures_of_the_function_count_and_those_of_the_service_do_not() {
    let machine = Machine::start().await;
    let enrich = |call, records: &Value| match call {
        0..2 => Err((503, "ServiceUnavailableException")),
        2..4 => Err((429, "TooManyRequestsException")),
        4 => Err((403, "AccessDeniedException")),
        5 => Err((200, "Crashed")),
        _ => Ok(records.clone()),
    };
    let cloud = Cloud::start(enrich, |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&machine, &cloud).await;
    put(&machine, &["ada"]).await;
    create(&api, body()).await;
    cloud.until_targeted(&["ada"]).await;
    assert_eq!(cloud.enriched().len(), 7, "two retries are counted, and there were six");
    let log = api.log();
    for told in
        ["cannot be reached", "has no free instance", "cannot be called", "failed: Crashed: on purpose"]
    {
        assert!(log.contains(told), "{told}");
    }
}

#[tokio::test]
async fn a_stopped_pipe_goes_on_where_it_was_also_when_it_was_changed_meanwhile() {
    let machine = Machine::start().await;
    let cloud = Cloud::start(|_, records| Ok(records.clone()), |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&machine, &cloud).await;
    let mut latest = body();
    latest["SourceParameters"]["DynamoDBStreamParameters"]["StartingPosition"] = "LATEST".into();
    put(&machine, &["before"]).await;
    create(&api, latest).await;
    put(&machine, &["ada"]).await;
    cloud.until_targeted(&["ada"]).await;
    api.call("POST", "/v1/pipes/solo/stop", None).await;
    api.until("solo", "STOPPED").await;
    put(&machine, &["meanwhile"]).await;
    let parameters = json!({"DynamoDBStreamParameters": {"BatchSize": 1}});
    let update =
        json!({"RoleArn": body()["RoleArn"], "DesiredState": "RUNNING", "SourceParameters": parameters});
    assert_eq!(api.call("PUT", "/v1/pipes/solo", Some(update)).await.0, 200);
    api.until("solo", "RUNNING").await;
    cloud.until_targeted(&["meanwhile"]).await;
    let all: Vec<_> = cloud.targeted().iter().flat_map(ids_of).collect();
    assert_eq!(all, ["ada", "meanwhile"]);
}

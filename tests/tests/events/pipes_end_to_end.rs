//! Pipes that the API created read a stream and call functions and a queue, all over HTTP.

use serde_json::{Value, json};
use tablecast_tests::aws_stub::{AwsStub, ROLE_KEY, record_ids};
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipes_api::PipesApi;

/// Returns the ARN of the stream of the profiles.
async fn stream(local: &LocalMode) -> String {
    let table = local.dynamodb().call("DescribeTable", json!({"TableName": "profiles"})).await;
    let label = table["Table"]["LatestStreamLabel"].as_str().unwrap().to_owned();
    format!("arn:aws:dynamodb:us-east-1:000000000000:table/profiles/stream/{label}")
}

/// Returns the body of a create call. The pipe reads the whole stream and retries twice.
async fn body(local: &LocalMode) -> Value {
    json!({
        "Source": stream(local).await, "RoleArn": "arn:aws:iam::000000000000:role/pipe",
        "Enrichment": "arn:aws:lambda:us-east-1:000000000000:function:enrich",
        "Target": "arn:aws:lambda:us-east-1:000000000000:function:dispatch",
        "SourceParameters": {"DynamoDBStreamParameters": {
            "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 2,
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:dead-letters"},
        }},
    })
}

async fn create(api: &PipesApi, body: Value) {
    let (status, response) = api.call("POST", "/v1/pipes/solo", Some(body)).await;
    assert_eq!(status, 200, "{response}");
    api.wait_for_state("solo", "RUNNING").await;
}

async fn put(local: &LocalMode, ids: &[&str]) {
    for id in ids {
        local.dynamodb().put("profiles", profile(id, "Ada")).await;
    }
}

fn failures(payload: &Value, id: &str) -> Value {
    let failed = payload.as_array().unwrap().iter().filter(|record| record_ids(&json!([record])) == [id]);
    let failed: Vec<_> = failed.map(|record| json!({"itemIdentifier": record["eventID"]})).collect();
    json!({ "batchItemFailures": failed })
}

#[tokio::test]
async fn a_pipe_calls_enrichment_and_target_with_its_role() {
    let local = LocalMode::start().await;
    let stub = AwsStub::start(|_, records| Ok(records.clone()), |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&local, &stub).await;
    let pattern = json!({"dynamodb": {"Keys": {"userId": {"S": [{"prefix": "a"}]}}}}).to_string();
    let mut body = body(&local).await;
    body["SourceParameters"]["FilterCriteria"] = json!({"Filters": [{ "Pattern": pattern }]});
    put(&local, &["ada", "bob"]).await;
    create(&api, body).await;
    put(&local, &["alan"]).await;
    stub.wait_for_target(&["ada", "alan"]).await;

    let records: Vec<_> =
        stub.enrichment_calls().into_iter().flat_map(|batch| batch.as_array().unwrap().clone()).collect();
    assert_eq!(
        records.iter().flat_map(|record| record_ids(&json!([record]))).collect::<Vec<_>>(),
        ["ada", "alan"]
    );
    let record = &records[0];
    assert_eq!(
        (&record["eventSourceARN"], &record["eventName"]),
        (&stream(&local).await.into(), &"INSERT".into())
    );
    assert_eq!(record["dynamodb"]["NewImage"], profile("ada", "Ada"));
    assert!(record["dynamodb"]["ApproximateCreationDateTime"].is_f64(), "{record}");
    assert_eq!(stub.target_calls(), stub.enrichment_calls());
    assert!(stub.access_keys("Invoke").iter().all(|key| key == ROLE_KEY));
    assert_eq!(stub.access_keys("AssumeRole"), ["local"], "one call, with the credentials of the server");
}

#[tokio::test]
async fn a_pipe_without_enrichment_sends_records_to_the_target() {
    let local = LocalMode::start().await;
    let stub = AwsStub::start(|_, _| panic!("the pipe has no enrichment"), |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&local, &stub).await;
    let mut body = body(&local).await;
    body.as_object_mut().unwrap().remove("Enrichment");
    create(&api, body).await;
    put(&local, &["ada"]).await;
    stub.wait_for_target(&["ada"]).await;
    assert_eq!(stub.target_calls()[0][0]["dynamodb"]["NewImage"], profile("ada", "Ada"));
}

#[tokio::test]
async fn a_record_that_always_fails_becomes_a_dead_letter_and_others_arrive() {
    let local = LocalMode::start().await;
    let stub =
        AwsStub::start(|_, records| Ok(records.clone()), |_, records| Ok(failures(records, "failing"))).await;
    let api = PipesApi::start(&local, &stub).await;
    put(&local, &["ada", "failing", "bob"]).await;
    create(&api, body(&local).await).await;
    let dead_letters = stub.dead_letters(1).await;
    put(&local, &["after"]).await;
    stub.wait_for_target(&["after"]).await;

    let batches: Vec<_> = stub.target_calls().iter().map(record_ids).collect();
    assert_eq!(batches[..3], [vec!["ada", "failing", "bob"], vec!["failing", "bob"], vec!["failing", "bob"]]);
    let dead_letter = &dead_letters[0]["body"];
    assert_eq!(dead_letters[0]["queue"], "http://queues.example/dead-letters");
    let context = json!({
        "condition": "RetryAttemptsExhausted", "partnerResourceArn": "arn:aws:pipes:us-east-1:000000000000:pipe/solo",
    });
    assert_eq!(dead_letter["context"], context);
    let info = &dead_letter["DDBStreamBatchInfo"];
    let failing = &stub.enrichment_calls()[0][1]["dynamodb"]["SequenceNumber"];
    assert_eq!((&info["startSequenceNumber"], &info["endSequenceNumber"]), (failing, failing));
    assert_eq!((&info["batchSize"], &info["streamArn"]), (&1.into(), &stream(&local).await.into()));
    assert_eq!(stub.access_keys("SendMessage"), [ROLE_KEY]);
    assert_eq!(stub.access_keys("GetQueueUrl"), ["local"], "the role does not need this permission");
}

#[tokio::test]
async fn only_failures_of_the_function_count_as_retries() {
    let local = LocalMode::start().await;
    let enrich = |call, records: &Value| match call {
        0..2 => Err((503, "ServiceUnavailableException")),
        2..4 => Err((429, "TooManyRequestsException")),
        4 => Err((403, "AccessDeniedException")),
        5 => Err((200, "Crashed")),
        _ => Ok(records.clone()),
    };
    let stub = AwsStub::start(enrich, |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&local, &stub).await;
    put(&local, &["ada"]).await;
    create(&api, body(&local).await).await;
    stub.wait_for_target(&["ada"]).await;
    assert_eq!(stub.enrichment_calls().len(), 7, "six calls fail, and two of them count as retries");
    let log = api.log();
    for message in
        ["cannot be reached", "has no free instance", "cannot be invoked", "failed: Crashed: on purpose"]
    {
        assert!(log.contains(message), "{message}");
    }
}

#[tokio::test]
async fn a_restarted_pipe_continues_at_its_position_after_an_update() {
    let local = LocalMode::start().await;
    let stub = AwsStub::start(|_, records| Ok(records.clone()), |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&local, &stub).await;
    let mut latest = body(&local).await;
    latest["SourceParameters"]["DynamoDBStreamParameters"]["StartingPosition"] = "LATEST".into();
    put(&local, &["before"]).await;
    create(&api, latest).await;
    put(&local, &["ada"]).await;
    stub.wait_for_target(&["ada"]).await;
    api.call("POST", "/v1/pipes/solo/stop", None).await;
    api.wait_for_state("solo", "STOPPED").await;
    put(&local, &["meanwhile"]).await;
    let parameters = json!({"DynamoDBStreamParameters": {"BatchSize": 1}});
    let update = json!({"RoleArn": body(&local).await["RoleArn"], "DesiredState": "RUNNING", "SourceParameters": parameters});
    assert_eq!(api.call("PUT", "/v1/pipes/solo", Some(update)).await.0, 200);
    api.wait_for_state("solo", "RUNNING").await;
    stub.wait_for_target(&["meanwhile"]).await;
    let all: Vec<_> = stub.target_calls().iter().flat_map(record_ids).collect();
    assert_eq!(all, ["ada", "meanwhile"]);
}

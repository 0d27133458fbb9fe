//! The Pipes API with recorded calls of Terraform's provider 5.100, and with the AWS CLI.

use serde_json::{Value, json};
use tablecast_tests::aws_stub::AwsStub;
use tablecast_tests::eventually::eventually;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipes_api::PipesApi;

const PIPE: &str = "/v1/pipes/solo";
const TAGS: &str = "/tags/arn%3Aaws%3Apipes%3Aus-east-1%3A000000000000%3Apipe%2Fsolo";

/// Returns the body of Terraform's create call, for a pipe on the table `profiles`.
fn create() -> Value {
    json!({
        "Description": "Managed by Terraform", "DesiredState": "RUNNING",
        "Enrichment": "arn:aws:lambda:us-east-1:000000000000:function:enrich",
        "EnrichmentParameters": {"InputTemplate": "<$>"},
        "LogConfiguration": {
            "CloudwatchLogsLogDestination": {"LogGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:pipes"},
            "IncludeExecutionData": ["ALL"], "Level": "ERROR",
        },
        "RoleArn": "arn:aws:iam::000000000000:role/pipe",
        "Source": "arn:aws:dynamodb:us-east-1:000000000000:table/profiles/stream/2026-01-01T00:00:00.000",
        "SourceParameters": {
            "DynamoDBStreamParameters": {
                "BatchSize": 10, "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:letters"},
                "MaximumRetryAttempts": 5, "OnPartialBatchItemFailure": "AUTOMATIC_BISECT", "StartingPosition": "LATEST",
            },
            "FilterCriteria": {"Filters": [{"Pattern": r#"{"eventName":["INSERT","MODIFY"]}"#}]},
        },
        "Tags": {"app": "order-pulse"},
        "Target": "arn:aws:lambda:us-east-1:000000000000:function:dispatch",
        "TargetParameters": {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}},
    })
}

fn stopped() -> Value {
    let mut body = create();
    body["DesiredState"] = "STOPPED".into();
    body
}

async fn start() -> (LocalMode, AwsStub, PipesApi) {
    let local = LocalMode::start().await;
    let stub = AwsStub::start(|_, records| Ok(records.clone()), |_, _| Ok(Value::Null)).await;
    let api = PipesApi::start(&local, &stub).await;
    (local, stub, api)
}

#[tokio::test]
async fn terraform_creates_refreshes_updates_tags_and_destroys_a_pipe() {
    let (_machine, _cloud, api) = start().await;
    let (status, created) = api.call("POST", PIPE, Some(create())).await;
    assert_eq!((status, &created["CurrentState"]), (200, &"CREATING".into()));
    assert_eq!(created["Arn"], "arn:aws:pipes:us-east-1:000000000000:pipe/solo");

    let described = api.wait_for_state("solo", "RUNNING").await;
    for (name, value) in create().as_object().unwrap() {
        assert_eq!(&described[name], value, "{name}");
    }
    assert!(described["CreationTime"].as_f64().unwrap() > 1.7e9);
    assert_eq!(api.call("GET", TAGS, None).await, (200, json!({"tags": {"app": "order-pulse"}})));

    let parameters = json!({
        "BatchSize": 20, "MaximumBatchingWindowInSeconds": 0, "MaximumRecordAgeInSeconds": 3600, "MaximumRetryAttempts": 5,
    });
    let update = json!({
        "Description": "Managed by Terraform", "DesiredState": "RUNNING", "RoleArn": create()["RoleArn"],
        "Target": create()["Target"], "SourceParameters": {"DynamoDBStreamParameters": parameters},
    });
    let (status, updated) = api.call("PUT", PIPE, Some(update)).await;
    assert_eq!((status, &updated["CurrentState"]), (200, &"UPDATING".into()));
    let described = api.wait_for_state("solo", "RUNNING").await;
    let stream = &described["SourceParameters"]["DynamoDBStreamParameters"];
    assert_eq!((&stream["BatchSize"], &stream["StartingPosition"]), (&20.into(), &"LATEST".into()));
    assert_eq!(stream["DeadLetterConfig"], Value::Null, "an update replaces all stream parameters");
    assert_eq!(
        described["SourceParameters"]["FilterCriteria"],
        create()["SourceParameters"]["FilterCriteria"]
    );
    assert_eq!(described["Enrichment"], create()["Enrichment"]);

    assert_eq!(api.call("POST", TAGS, Some(json!({"tags": {"t": "b"}}))).await.0, 200);
    assert_eq!(api.call("DELETE", &format!("{TAGS}?tagKeys=app"), None).await.0, 200);
    assert_eq!(api.call("GET", TAGS, None).await.1, json!({"tags": {"t": "b"}}));

    assert_eq!(api.call("DELETE", PIPE, None).await.1["CurrentState"], "DELETING");
    let deleted = eventually("404", async || {
        let (status, body) = api.call("GET", PIPE, None).await;
        (status == 404).then_some(body)
    });
    assert_eq!(deleted.await, json!({"message": "Pipe solo does not exist."}));
    assert_eq!(api.call("GET", TAGS, None).await.0, 404);
}

#[tokio::test]
async fn a_repeated_create_succeeds_only_with_the_same_body() {
    let api = PipesApi::start_without_aws().await;
    let (_, first) = api.call("POST", PIPE, Some(stopped())).await;
    let (status, again) = api.call("POST", PIPE, Some(stopped())).await;
    assert_eq!((status, &again["CreationTime"]), (200, &first["CreationTime"]));
    let mut other = stopped();
    other["Description"] = "other".into();
    let (status, error) = api.call("POST", PIPE, Some(other)).await;
    let expected =
        json!({"message": "Pipe solo already exists.", "resourceId": "solo", "resourceType": "pipe"});
    assert_eq!((status, error), (409, expected));
}

#[tokio::test]
async fn a_stopped_pipe_calls_no_function_until_it_is_started() {
    let api = PipesApi::start_without_aws().await;
    api.call("POST", PIPE, Some(stopped())).await;
    assert_eq!(api.wait_for_state("solo", "STOPPED").await["DesiredState"], "STOPPED");
    let (_, starting) = api.call("POST", &format!("{PIPE}/start"), None).await;
    assert_eq!(
        (&starting["CurrentState"], &starting["DesiredState"]),
        (&"STARTING".into(), &"RUNNING".into())
    );
    let failed = api.wait_for_state("solo", "START_FAILED").await;
    assert!(failed["StateReason"].as_str().unwrap().contains("tcp connect error: "), "{failed}");
    api.call("POST", &format!("{PIPE}/stop"), None).await;
    assert_eq!(api.wait_for_state("solo", "STOPPED").await["StateReason"], Value::Null);
}

#[tokio::test]
async fn wrong_requests_get_the_errors_of_aws() {
    let api = PipesApi::start_without_aws().await;
    let mut invalid = create();
    invalid["SourceParameters"]["DynamoDBStreamParameters"]["BatchSize"] = 0.into();
    let (status, error) = api.call("POST", PIPE, Some(invalid)).await;
    let message = "1 validation error detected: Value '0' at 'sourceParameters.dynamoDBStreamParameters.batchSize' \
                failed to satisfy constraint: Member must have value greater than or equal to 1";
    assert_eq!((status, error), (400, json!({ "message": message })));
    assert_eq!(api.call("POST", PIPE, None).await.0, 400, "a create without a body");
    for (method, path) in [("GET", PIPE), ("DELETE", PIPE), ("POST", "/v1/pipes/solo/start"), ("PATCH", PIPE)]
    {
        assert_eq!(api.call(method, path, None).await.0, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn the_aws_cli_creates_lists_and_deletes_pipes() {
    let api = PipesApi::start_without_aws().await;
    let body = stopped().to_string();
    for name in ["solo-a", "solo-b", "other"] {
        api.aws(&["create-pipe", "--name", name, "--cli-input-json", &body]).await.unwrap();
    }
    let names = |list: Value| -> Vec<_> {
        list["Pipes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pipe| pipe["Name"].as_str().unwrap().to_owned())
            .collect()
    };
    // The CLI requests the pages with NextToken by itself.
    let pages = ["list-pipes", "--name-prefix", "solo-", "--page-size", "1"];
    assert_eq!(names(api.aws(&pages).await.unwrap()), ["solo-a", "solo-b"]);
    let running = ["list-pipes", "--desired-state", "RUNNING"];
    assert!(names(api.aws(&running).await.unwrap()).is_empty());
    api.aws(&["delete-pipe", "--name", "other"]).await.unwrap();
    let described =
        eventually("an error", async || api.aws(&["describe-pipe", "--name", "other"]).await.err());
    assert!(described.await.contains("(NotFoundException)"));
    let queue = "arn:aws:sqs:us-east-1:000000000000:q";
    let role = "arn:aws:iam::000000000000:role/r";
    let refused = ["create-pipe", "--name", "q", "--source", queue, "--target", queue, "--role-arn", role];
    let error = api.aws(&refused).await.unwrap_err();
    assert!(
        error.contains("(ValidationException)") && error.contains("supported: DynamoDB streams"),
        "{error}"
    );
    assert_eq!(api.stop().await, Some(0));
}

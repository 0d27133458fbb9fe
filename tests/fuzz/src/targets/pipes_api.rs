//! Requests to the EventBridge Pipes API: `[{"method": ..., "path": ..., "body": ...}, ...]`. A pipe that is accepted keeps
//! to AWS's model, and its description creates the same pipe again. A refused request changes nothing.

use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use super::pipes_model::create_pipe;
use super::pipes_server::{Response, Server, with_server};
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "pipes_api", form: Form::Json, check, samples, words: &[WORDS], inputs: 300 };

const WORDS: &[&str] = &[
    "method",
    "path",
    "body",
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "/v1/pipes/orders",
    "/v1/pipes/other",
    "/v1/pipes/orders/start",
    "/v1/pipes/orders/stop",
    "/v1/pipes?Limit=1",
    "/v1/pipes?NamePrefix=o&CurrentState=CREATING&DesiredState=RUNNING",
    "/tags/arn:aws:pipes:eu-west-1:111122223333:pipe/orders",
    "/tags/arn:aws:pipes:eu-west-1:111122223333:pipe/orders?tagKeys=team",
    "Source",
    "SourceParameters",
    "DynamoDBStreamParameters",
    "StartingPosition",
    "TRIM_HORIZON",
    "LATEST",
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "OnPartialBatchItemFailure",
    "AUTOMATIC_BISECT",
    "DeadLetterConfig",
    "Arn",
    "FilterCriteria",
    "Filters",
    "Pattern",
    r#"{"eventName":["INSERT"]}"#,
    "Enrichment",
    "EnrichmentParameters",
    "TargetParameters",
    "InputTemplate",
    "LambdaFunctionParameters",
    "InvocationType",
    "Target",
    "RoleArn",
    "Description",
    "DesiredState",
    "STOPPED",
    "Tags",
    "tags",
    "KmsKeyIdentifier",
    "LogConfiguration",
    "Level",
    "S3LogDestination",
    "BucketName",
    "BucketOwner",
    "arn:aws:sqs:eu-west-1:111122223333:letters",
    "arn:aws:lambda:eu-west-1:111122223333:function:enrich",
    "arn:aws-us-gov:dynamodb:us-gov-west-1:111122223333:table/t/stream/1",
    "arn:aws:iam::111122223333:role/",
];

/// The members of a description that are no parameters of the pipe.
const OWN: [&str; 6] = ["Arn", "Name", "CurrentState", "CreationTime", "LastModifiedTime", "StateReason"];

static MODEL: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&create_pipe()).unwrap());

fn samples() -> Vec<String> {
    let stream = json!({"StartingPosition": "TRIM_HORIZON", "BatchSize": 10, "MaximumRecordAgeInSeconds": 3600,
        "MaximumBatchingWindowInSeconds": 1, "DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:111122223333:letters"},
        "OnPartialBatchItemFailure": "AUTOMATIC_BISECT"});
    let create = json!({
        "Source": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-23T00:00:00.000",
        "SourceParameters": {"DynamoDBStreamParameters": stream, "FilterCriteria": {"Filters": [{"Pattern": r#"{"eventName":["INSERT"]}"#}]}},
        "Enrichment": "arn:aws:lambda:eu-west-1:111122223333:function:enrich",
        "Target": "arn:aws:lambda:eu-west-1:111122223333:function:dispatch:live",
        "TargetParameters": {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}},
        "RoleArn": "arn:aws:iam::111122223333:role/pipe", "DesiredState": "STOPPED", "Tags": {"team": "orders"},
    });
    let (path, tags) = ("/v1/pipes/orders", "/tags/arn:aws:pipes:eu-west-1:111122223333:pipe/orders");
    let role = json!("arn:aws:iam::111122223333:role/other");
    let s3 =
        json!({"BucketName": "logs", "BucketOwner": "111122223333", "OutputFormat": "json", "Prefix": "p/"});
    let request =
        |method: &str, path: &str, body: &Json| json!({"method": method, "path": path, "body": body});
    let step = |method: &str, path: &str| json!({"method": method, "path": path});
    let update = json!({"RoleArn": role, "Description": "d", "Enrichment": "", "LogConfiguration": {"Level": "INFO", "S3LogDestination": s3}});
    let inputs = [
        json!([
            request("POST", path, &create),
            request("PUT", path, &update),
            step("POST", "/v1/pipes/orders/start"),
            step("GET", path)
        ]),
        json!([
            request("POST", path, &create),
            request("POST", "/v1/pipes/other", &create),
            step("GET", "/v1/pipes?Limit=1"),
            step("DELETE", path)
        ]),
        json!([
            request("POST", path, &create),
            request("POST", tags, &json!({"tags": {"a": "b"}})),
            step("DELETE", &format!("{tags}?tagKeys=team")),
            step("GET", tags)
        ]),
    ];
    inputs.map(|input| input.to_string()).to_vec()
}

fn check(text: &str) {
    let Ok(Json::Array(requests)) = serde_json::from_str(text) else { return };
    with_server(|server| {
        let mut before = server.descriptions();
        for request in requests.iter().take(10) {
            let Some(response) = server.send(request) else { continue };
            check_response(&response);
            let after = server.descriptions();
            assert!(response.status == 200 || before == after, "a refused request changes a pipe: {request}");
            let changed: Vec<_> = after.iter().filter(|description| !before.contains(description)).collect();
            changed.iter().for_each(|description| check_description(description));
            before = after;
        }
        check_pages(server, &before);
    });
}

fn check_response(response: &Response) {
    let kinds: &[&str] = match response.status {
        200 => return assert_eq!(response.kind, None),
        400 => &["ValidationException", "SerializationException"],
        403 => &["AccessDeniedException"],
        404 => &["NotFoundException", "UnknownOperationException"],
        409 => &["ConflictException"],
        status => panic!("{status}: {}", response.body),
    };
    assert!(kinds.contains(&response.kind.as_deref().unwrap()), "{:?}", response.kind);
    assert!(!response.body["message"].as_str().unwrap().is_empty());
}

/// A description is a request that AWS accepts, and that creates the same pipe.
fn check_description(description: &Json) {
    let request = parameters(description);
    if let Err(error) = MODEL.validate(&request) {
        panic!("{}: {error}", error.instance_path());
    }
    with_server(|copies| {
        let path = format!("/v1/pipes/{}", description["Name"].as_str().unwrap());
        let created = copies.send(&json!({"method": "POST", "path": path, "body": request})).unwrap();
        assert_eq!(created.status, 200, "{request} {}", created.body);
        assert_eq!(parameters(&copies.descriptions()[0]), request);
    });
}

fn parameters(description: &Json) -> Json {
    let mut members = description.as_object().unwrap().clone();
    OWN.iter().for_each(|name| _ = members.remove(*name));
    members.into()
}

/// Pages of one pipe each have all pipes, in the order of their names.
fn check_pages(server: &Server, descriptions: &[Json]) {
    let mut path = "/v1/pipes?Limit=1".to_owned();
    for description in descriptions {
        let page = server.send(&json!({"method": "GET", "path": path})).unwrap().body;
        assert_eq!(page["Pipes"][0]["Name"], description["Name"]);
        path = format!("/v1/pipes?Limit=1&NextToken={}", page["NextToken"].as_str().unwrap_or_default());
    }
    assert!(descriptions.is_empty() || path.ends_with("NextToken="), "a page follows the last one");
}

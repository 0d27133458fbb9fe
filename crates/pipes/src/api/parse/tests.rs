use serde_json::{Value, json};
use tablecast_definitions::definition::StartingPosition;

use super::super::model;
use super::*;

const STREAM: &str = "sourceParameters.dynamoDBStreamParameters";

fn body() -> Value {
    json!({
        "Source": "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-01-01T00:00:00.000",
        "Enrichment": "arn:aws:lambda:us-east-1:000000000000:function:enrich",
        "EnrichmentParameters": {"InputTemplate": "<$>"},
        "Target": "arn:aws:lambda:us-east-1:000000000000:function:dispatch:live",
        "TargetParameters": {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}},
        "RoleArn": "arn:aws:iam::000000000000:role/pipe",
        "SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}},
        "LogConfiguration": {"Level": "ERROR"},
    })
}

fn spec(body: &Value) -> Result<PipeSpec, ApiError> {
    let body = body.as_object().unwrap();
    let mut violations = Violations::default();
    model::check(&model::CREATE_PIPE, body, &mut violations)?;
    parse("solo", &PipeParameters::new(body), violations)
}

fn error(body: &Value) -> String {
    let error = spec(body).unwrap_err();
    assert_eq!(error.kind(), "ValidationException");
    error.message().to_owned()
}

/// A body with one stream parameter.
fn with(name: &str, value: Value) -> Value {
    let mut body = body();
    body["SourceParameters"]["DynamoDBStreamParameters"][name] = value;
    body
}

#[test]
fn absent_parameters_have_the_defaults_of_aws() {
    let PipeSpec { config, start, dead_letters, .. } = spec(&body()).unwrap();
    assert_eq!((config.batch, config.window, config.parallel), (100, Duration::ZERO, 1));
    assert_eq!(config.retry, RetryPolicy { retries: None, max_age: None, bisect: false });
    assert_eq!((start, dead_letters), (StartingPosition::Latest, None));
    assert_eq!(config.target, "arn:aws:lambda:us-east-1:000000000000:function:dispatch:live");
}

#[test]
fn each_parameter_becomes_a_setting() {
    let mut body = body();
    body.as_object_mut().unwrap().remove("Enrichment");
    body["SourceParameters"] = json!({
        "FilterCriteria": {"Filters": [{"Pattern": r#"{"eventName":["INSERT"]}"#}]},
        "DynamoDBStreamParameters": {
            "StartingPosition": "TRIM_HORIZON", "BatchSize": 10, "MaximumBatchingWindowInSeconds": 2,
            "MaximumRecordAgeInSeconds": 3600, "MaximumRetryAttempts": 0, "ParallelizationFactor": 4,
            "OnPartialBatchItemFailure": "AUTOMATIC_BISECT",
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:letters"},
        },
    });
    let PipeSpec { config, start, dead_letters, .. } = spec(&body).unwrap();
    assert_eq!((config.batch, config.window, config.parallel), (10, Duration::from_secs(2), 4));
    let hour = Some(Duration::from_secs(3600));
    assert_eq!(config.retry, RetryPolicy { retries: Some(0), max_age: hour, bisect: true });
    assert_eq!((start, config.enrichment), (StartingPosition::TrimHorizon, None));
    assert_eq!(dead_letters.unwrap().standard_queue(), Some("letters"));
    assert!(config.filter.passes(&json!({"eventName": "INSERT"})));
    assert!(!config.filter.passes(&json!({"eventName": "REMOVE"})));
}

#[test]
fn numbers_just_outside_their_ranges_are_rejected() {
    for (name, low, high) in [
        ("BatchSize", 1, 10_000),
        ("MaximumBatchingWindowInSeconds", 0, 300),
        ("MaximumRecordAgeInSeconds", -1, 604_800),
        ("MaximumRetryAttempts", -1, 10_000),
        ("ParallelizationFactor", 1, 10),
    ] {
        assert!(spec(&with(name, low.into())).is_ok() && spec(&with(name, high.into())).is_ok(), "{name}");
        assert!(error(&with(name, (low - 1).into())).contains("greater than or equal to"), "{name}");
        assert!(error(&with(name, (high + 1).into())).contains("less than or equal to"), "{name}");
    }
}

#[test]
fn a_record_age_is_at_least_a_minute_and_longer_than_the_window() {
    let age = |age: i64| with("MaximumRecordAgeInSeconds", age.into());
    assert!(spec(&age(60)).is_ok());
    for too_small in [0, 59] {
        assert!(error(&age(too_small)).contains("between 60 and 604800"), "{too_small}");
    }
    let mut windowed = age(120);
    let window =
        &mut windowed["SourceParameters"]["DynamoDBStreamParameters"]["MaximumBatchingWindowInSeconds"];
    *window = 120.into();
    assert!(error(&windowed).contains("greater than MaximumBatchingWindowInSeconds"));
}

#[test]
fn unsupported_resources_are_rejected_with_the_supported_ones() {
    for (member, value, supported) in [
        ("Source", "arn:aws:sqs:us-east-1:000000000000:queue", "DynamoDB streams"),
        ("Source", "arn:aws:dynamodb:us-east-1:000000000000:table/orders", "DynamoDB streams"),
        ("Enrichment", "arn:aws:states:us-east-1:000000000000:stateMachine:m", "Lambda functions"),
        ("Target", "arn:aws:events:us-east-1:000000000000:event-bus/b", "Lambda functions"),
    ] {
        let mut body = body();
        body[member] = value.into();
        let message = error(&body);
        assert!(message.contains(value) && message.contains(&format!("supported: {supported}")), "{message}");
    }
    let topic = json!({"Arn": "arn:aws:sns:us-east-1:000000000000:topic"});
    assert!(error(&with("DeadLetterConfig", topic)).contains("supported: standard SQS queues"));
    let fifo = json!({"Arn": "arn:aws:sqs:us-east-1:000000000000:q.fifo"});
    assert!(error(&with("DeadLetterConfig", fifo)).contains("supported: standard SQS queues"));
}

#[test]
fn parameters_that_would_change_a_call_are_rejected() {
    for (member, parameters, message) in [
        (
            "EnrichmentParameters",
            json!({"InputTemplate": "{\"a\": <$.eventID>}"}),
            "enrichmentParameters.inputTemplate",
        ),
        ("TargetParameters", json!({"InputTemplate": "{\"a\": 1}"}), "targetParameters.inputTemplate"),
        (
            "TargetParameters",
            json!({"LambdaFunctionParameters": {"InvocationType": "FIRE_AND_FORGET"}}),
            "FIRE_AND_FORGET",
        ),
        ("TargetParameters", json!({"LambdaFunctionParameters": {"InvocationType": "X"}}), "enum value set"),
        (
            "EnrichmentParameters",
            json!({"HttpParameters": {"HeaderParameters": {"a": "b"}}}),
            "HttpParameters",
        ),
    ] {
        let mut body = body();
        body[member] = parameters;
        assert!(error(&body).contains(message), "{}", error(&body));
    }
}

#[test]
fn all_missing_parameters_are_reported_at_once() {
    let message = error(&json!({}));
    assert!(message.starts_with("4 validation errors detected: "), "{message}");
    for name in ["source", "target", "roleArn", STREAM] {
        assert!(
            message.contains(&format!(
                "Value at '{name}' failed to satisfy constraint: Member must not be null"
            ))
        );
    }
    assert!(error(&with("StartingPosition", Value::Null)).contains(&format!("{STREAM}.startingPosition")));
}

#[test]
fn filters_are_at_most_five_json_texts_of_4096_characters() {
    let filtered = |patterns: Vec<String>| {
        let mut body = body();
        let filters: Vec<_> = patterns.iter().map(|pattern| json!({ "Pattern": pattern })).collect();
        body["SourceParameters"]["FilterCriteria"] = json!({ "Filters": filters });
        body
    };
    let pattern = |length: usize| format!(r#"{{"a":["{}"]}}"#, "x".repeat(length - r#"{"a":[""]}"#.len()));
    assert!(spec(&filtered(vec![pattern(4_096); 5])).is_ok());
    assert!(error(&filtered(vec![pattern(20); 6])).contains("less than or equal to 5"));
    assert!(error(&filtered(vec![pattern(4_097)])).contains("less than or equal to 4096"));
    assert!(error(&filtered(vec!["{".to_owned()])).contains("Member must be JSON"));
    assert!(error(&filtered(vec![r#"{"a":"b"}"#.to_owned()])).contains("Invalid event pattern"));
}

#[test]
fn a_name_has_at_most_64_plain_characters() {
    let named =
        |name: &str| parse(name, &PipeParameters::new(body().as_object().unwrap()), Violations::default());
    assert!(named(&"a".repeat(64)).is_ok() && named("a.B-c_9").is_ok());
    assert!(named(&"a".repeat(65)).is_err() && named("a b").is_err() && named("é").is_err());
}

#[test]
fn a_value_of_another_type_is_a_serialization_error() {
    let error = spec(&with("BatchSize", "ten".into())).unwrap_err();
    assert_eq!(error.kind(), "SerializationException");
}

use serde_json::{Value, json};

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

fn plan(body: &Value) -> Result<Plan, Refusal> {
    Plan::of("solo", &Definition::new(body.as_object().unwrap()))
}

fn refusal(body: &Value) -> String {
    let refusal = plan(body).unwrap_err();
    assert_eq!(refusal.kind(), "ValidationException");
    refusal.message().to_owned()
}

/// With one setting of the stream.
fn with(name: &str, value: Value) -> Value {
    let mut body = body();
    body["SourceParameters"]["DynamoDBStreamParameters"][name] = value;
    body
}

#[test]
fn what_is_not_said_has_the_defaults_of_aws() {
    let Plan { settings, start, dead_letters, .. } = plan(&body()).unwrap();
    assert_eq!((settings.batch, settings.window, settings.parallel), (100, Duration::ZERO, 1));
    assert_eq!(settings.retry, RetryPolicy { retries: None, max_age: None, bisect: false });
    assert_eq!((start, dead_letters), (StartingPosition::Latest, None));
    assert_eq!(settings.target, "arn:aws:lambda:us-east-1:000000000000:function:dispatch:live");
}

#[test]
fn everything_that_is_said_becomes_a_setting() {
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
    let Plan { settings, start, dead_letters, .. } = plan(&body).unwrap();
    assert_eq!((settings.batch, settings.window, settings.parallel), (10, Duration::from_secs(2), 4));
    let hour = Some(Duration::from_secs(3600));
    assert_eq!(settings.retry, RetryPolicy { retries: Some(0), max_age: hour, bisect: true });
    assert_eq!((start, settings.enrichment), (StartingPosition::TrimHorizon, None));
    assert_eq!(dead_letters.unwrap().standard_queue(), Some("letters"));
    assert!(settings.filter.passes(&json!({"eventName": "INSERT"})));
    assert!(!settings.filter.passes(&json!({"eventName": "REMOVE"})));
}

#[test]
fn numbers_are_refused_just_outside_their_ranges() {
    for (name, low, high) in [
        ("BatchSize", 1, 10_000),
        ("MaximumBatchingWindowInSeconds", 0, 300),
        ("MaximumRecordAgeInSeconds", -1, 604_800),
        ("MaximumRetryAttempts", -1, 10_000),
        ("ParallelizationFactor", 1, 10),
    ] {
        assert!(plan(&with(name, low.into())).is_ok() && plan(&with(name, high.into())).is_ok(), "{name}");
        assert!(refusal(&with(name, (low - 1).into())).contains("greater than or equal to"), "{name}");
        assert!(refusal(&with(name, (high + 1).into())).contains("less than or equal to"), "{name}");
    }
}

#[test]
fn a_record_age_is_a_minute_at_least_and_longer_than_the_window() {
    let age = |age: i64| with("MaximumRecordAgeInSeconds", age.into());
    assert!(plan(&age(60)).is_ok());
    for too_small in [0, 59] {
        assert!(refusal(&age(too_small)).contains("between 60 and 604800"), "{too_small}");
    }
    let mut windowed = age(120);
    let window =
        &mut windowed["SourceParameters"]["DynamoDBStreamParameters"]["MaximumBatchingWindowInSeconds"];
    *window = 120.into();
    assert!(refusal(&windowed).contains("greater than MaximumBatchingWindowInSeconds"));
}

#[test]
fn what_nothing_here_can_run_is_refused_with_what_can_be() {
    for (member, value, supported) in [
        ("Source", "arn:aws:sqs:us-east-1:000000000000:queue", "DynamoDB streams"),
        ("Source", "arn:aws:dynamodb:us-east-1:000000000000:table/orders", "DynamoDB streams"),
        ("Enrichment", "arn:aws:states:us-east-1:000000000000:stateMachine:m", "Lambda functions"),
        ("Target", "arn:aws:events:us-east-1:000000000000:event-bus/b", "Lambda functions"),
    ] {
        let mut body = body();
        body[member] = value.into();
        let told = refusal(&body);
        assert!(told.contains(value) && told.contains(&format!("supported: {supported}")), "{told}");
    }
    let topic = json!({"Arn": "arn:aws:sns:us-east-1:000000000000:topic"});
    assert!(refusal(&with("DeadLetterConfig", topic)).contains("supported: standard SQS queues"));
    let fifo = json!({"Arn": "arn:aws:sqs:us-east-1:000000000000:q.fifo"});
    assert!(refusal(&with("DeadLetterConfig", fifo)).contains("supported: standard SQS queues"));
}

#[test]
fn parameters_that_would_change_a_call_are_refused() {
    for (member, parameters, told) in [
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
        assert!(refusal(&body).contains(told), "{}", refusal(&body));
    }
}

#[test]
fn what_must_be_said_is_asked_for_all_at_once() {
    let told = refusal(&json!({}));
    assert!(told.starts_with("4 validation errors detected: "), "{told}");
    for name in ["source", "target", "roleArn", STREAM] {
        assert!(
            told.contains(&format!(
                "Value at '{name}' failed to satisfy constraint: Member must not be null"
            ))
        );
    }
    assert!(refusal(&with("StartingPosition", Value::Null)).contains(&format!("{STREAM}.startingPosition")));
}

#[test]
fn there_are_at_most_five_filters_of_4096_letters_of_json() {
    let filtered = |patterns: Vec<String>| {
        let mut body = body();
        let filters: Vec<_> = patterns.iter().map(|pattern| json!({ "Pattern": pattern })).collect();
        body["SourceParameters"]["FilterCriteria"] = json!({ "Filters": filters });
        body
    };
    let pattern = |length: usize| format!(r#"{{"a":["{}"]}}"#, "x".repeat(length - r#"{"a":[""]}"#.len()));
    assert!(plan(&filtered(vec![pattern(4_096); 5])).is_ok());
    assert!(refusal(&filtered(vec![pattern(20); 6])).contains("less than or equal to 5"));
    assert!(refusal(&filtered(vec![pattern(4_097)])).contains("less than or equal to 4096"));
    assert!(refusal(&filtered(vec!["{".to_owned()])).contains("Member must be JSON"));
    assert!(refusal(&filtered(vec![r#"{"a":"b"}"#.to_owned()])).contains("Invalid event pattern"));
}

#[test]
fn a_name_has_64_plain_letters_at_most() {
    let named = |name: &str| Plan::of(name, &Definition::new(body().as_object().unwrap()));
    assert!(named(&"a".repeat(64)).is_ok() && named("a.B-c_9").is_ok());
    assert!(named(&"a".repeat(65)).is_err() && named("a b").is_err() && named("é").is_err());
}

#[test]
fn a_value_of_another_type_is_refused_as_unreadable() {
    let refusal = plan(&with("BatchSize", "ten".into())).unwrap_err();
    assert_eq!(refusal.kind(), "SerializationException");
}

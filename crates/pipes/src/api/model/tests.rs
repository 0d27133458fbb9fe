use serde_json::json;

use super::*;

/// Returns the violations of a request that also has the required members.
fn violations(member: &str, value: Value) -> Result<(), String> {
    let mut body = json!({
        "Source": "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1",
        "Target": "arn:aws:lambda:us-east-1:000000000000:function:f",
        "RoleArn": "arn:aws:iam::000000000000:role/r",
    });
    body[member] = value;
    let mut violations = Violations::default();
    let checked = check(&CREATE_PIPE, body.as_object().unwrap(), &mut violations);
    checked
        .and_then(|()| violations.into_result())
        .map_err(|error| format!("{} {}", error.kind(), error.message()))
}

fn assert_refused(member: &str, value: Value, reason: &str) {
    let error = violations(member, value.clone()).unwrap_err();
    assert!(
        error.starts_with("ValidationException 1 ") && error.contains(reason),
        "{member} {value}: {error}"
    );
}

#[test]
fn a_text_has_at_most_the_length_of_the_model() {
    let log_group = |length: usize| {
        let arn = format!("arn:aws:logs:us-east-1:000000000000:log-group:{}", "a".repeat(length));
        json!({"Level": "INFO", "CloudwatchLogsLogDestination": {"LogGroupArn": arn}})
    };
    assert_eq!(violations("LogConfiguration", log_group(512)), Ok(()));
    assert_refused(
        "LogConfiguration",
        log_group(513),
        "logConfiguration.cloudwatchLogsLogDestination.logGroupArn",
    );
    for (member, prefix, maximum) in [
        ("Description", "", 512),
        ("KmsKeyIdentifier", "", 2_048),
        ("Source", "arn:aws:dynamodb:us-east-1:000000000000:", 1_600),
        ("Target", "arn:aws:lambda:us-east-1:000000000000:", 1_600),
        ("Enrichment", "arn:aws:lambda:us-east-1:000000000000:", 1_600),
        ("RoleArn", "arn:aws:iam::000000000000:role/", 1_600),
    ] {
        let text = |length: usize| json!(format!("{prefix}{}", "a".repeat(length - prefix.len())));
        assert_eq!(violations(member, text(maximum)), Ok(()), "{member}");
        assert_refused(member, text(maximum + 1), &format!("length less than or equal to {maximum}"));
    }
}

#[test]
fn a_text_has_the_form_of_the_model() {
    for (member, good) in [
        ("Source", "arn:aws-us-gov:dynamodb:us-gov-west-1:000000000000:table/t/stream/1"),
        ("Source", "arn:aws-iso-b:dynamodb:us-isob-east-1:000000000000:table/t/stream/1"),
        ("Target", "arn:aws:lambda:ap-southeast-2:000000000000:function:f:live"),
        ("Target", "arn:aws:s3:::bucket"),
        ("Enrichment", ""),
        ("RoleArn", "arn:aws:iam::000000000000:role/path/name+=,.@-_"),
        ("KmsKeyIdentifier", "arn:aws:kms:us-east-1:000000000000:key/1234-abcd"),
        ("KmsKeyIdentifier", "alias/my_key"),
        ("Description", "Pipe for \u{e9}!"),
    ] {
        assert_eq!(violations(member, json!(good)), Ok(()), "{member} {good}");
    }
    for (member, bad) in [
        ("Source", "arn:aws:dynamodb:nowhere:000000000000:table/t/stream/1"),
        ("Source", "arn:aws:dynamodb:us-east-1:1234:table/t/stream/1"),
        ("Target", "arn:gcp:lambda:us-east-1:000000000000:function:f"),
        ("Target", "function"),
        ("Target", "arn:aws:lambda:us-east-10:000000000000:function:f"),
        ("Enrichment", "arn:aws:lambda:us-east-1:000000000000:"),
        ("RoleArn", "arn:aws:iam::1:role/r"),
        ("RoleArn", "arn:aws:iam::000000000000:user/r"),
        ("RoleArn", "arn:aws:iam::000000000000:role/a b"),
        ("KmsKeyIdentifier", "my key"),
        ("Description", "two\nlines"),
    ] {
        assert_refused(member, json!(bad), "regular expression pattern");
    }
}

#[test]
fn a_log_configuration_is_checked_in_depth() {
    let s3 = |more: Value| {
        let mut s3 = json!({"BucketName": "logs", "BucketOwner": "000000000000"});
        s3.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"Level": "OFF", "S3LogDestination": s3})
    };
    assert_eq!(violations("LogConfiguration", s3(json!({"OutputFormat": "w3c", "Prefix": ""}))), Ok(()));
    assert_refused("LogConfiguration", json!({}), "'logConfiguration.level'");
    assert_refused("LogConfiguration", json!({"Level": "LOUD"}), "enum value set: [OFF, ERROR, INFO, TRACE]");
    for (more, path) in [
        (json!({"OutputFormat": "xml"}), "outputFormat"),
        (json!({"BucketName": "ab"}), "bucketName"),
        (json!({"BucketOwner": "1"}), "bucketOwner"),
        (json!({"BucketOwner": null}), "bucketOwner"),
        (json!({"Prefix": "x".repeat(257)}), "prefix"),
    ] {
        assert_refused("LogConfiguration", s3(more), &format!("'logConfiguration.s3LogDestination.{path}'"));
    }
    let data = json!({"Level": "INFO", "IncludeExecutionData": ["SOME"]});
    assert_refused("LogConfiguration", data, "logConfiguration.includeExecutionData[0]");
    let firehose =
        json!({"Level": "INFO", "FirehoseLogDestination": {"DeliveryStreamArn": "arn:aws:firehose"}});
    assert_refused("LogConfiguration", firehose, "deliveryStreamArn");
}

#[test]
fn a_value_of_another_type_is_a_serialization_error() {
    for (member, value) in [
        ("Description", json!(5)),
        ("LogConfiguration", json!("INFO")),
        ("LogConfiguration", json!({"Level": "INFO", "IncludeExecutionData": "ALL"})),
        (
            "SourceParameters",
            json!({"DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 1.5}}),
        ),
    ] {
        let error = violations(member, value.clone()).unwrap_err();
        assert!(error.starts_with("SerializationException"), "{value}: {error}");
    }
}

#[test]
fn parameters_of_other_services_are_refused_even_if_they_are_empty() {
    for (member, other) in [
        ("SourceParameters", "KinesisStreamParameters"),
        ("EnrichmentParameters", "HttpParameters"),
        ("TargetParameters", "StepFunctionStateMachineParameters"),
    ] {
        assert_refused(member, json!({other: {}}), &format!("{other} is not supported by this server"));
        assert_eq!(violations(member, json!({other: null})), Ok(()), "{other}");
    }
}

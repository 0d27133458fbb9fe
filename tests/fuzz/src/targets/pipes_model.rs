//! AWS's model of CreatePipe, as a JSON Schema. The server checks the same in its own way.

use serde_json::{Value as Json, json};

const REGION: &str = "([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-[0-9]{1})?)";

fn text(length: [usize; 2], form: &str) -> Json {
    json!({"type": "string", "minLength": length[0], "maxLength": length[1], "pattern": format!("^({form})$")})
}

fn arn() -> Json {
    text([1, 1600], &format!("arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9-]+):{REGION}?:([0-9]{{12}})?:([^\\n\\r]+)"))
}

fn role() -> Json {
    text([1, 1600], "arn:(aws[a-zA-Z-]*)?:iam::[0-9]{12}:role/?[a-zA-Z0-9+=,.@_/-]+")
}

fn number(least: i64, most: i64) -> Json {
    json!({"type": "integer", "minimum": least, "maximum": most})
}

fn object(properties: Json, required: &[&str]) -> Json {
    json!({"type": "object", "properties": properties, "required": required})
}

pub fn create_pipe() -> Json {
    let call = object(
        json!({"InputTemplate": text([0, 8192], "(.|\\s)*"),
            "LambdaFunctionParameters": object(json!({"InvocationType": {"enum": ["REQUEST_RESPONSE"]}}), &[])}),
        &[],
    );
    let properties = json!({
        "Source": arn(), "Target": arn(), "Enrichment": arn(), "RoleArn": role(), "SourceParameters": source(),
        "EnrichmentParameters": call, "TargetParameters": call, "DesiredState": {"enum": ["RUNNING", "STOPPED"]},
        "Description": text([0, 512], "[^\\n\\r]*"), "KmsKeyIdentifier": text([0, 2048], "[a-zA-Z0-9_/:-]*"),
        "LogConfiguration": object(json!({"Level": {"enum": ["OFF", "ERROR", "INFO", "TRACE"]}, "S3LogDestination": s3()}), &["Level"]),
        "Tags": {"type": "object", "maxProperties": 50, "propertyNames": {"minLength": 1, "maxLength": 128},
            "additionalProperties": {"type": "string", "maxLength": 256}},
    });
    object(properties, &["Source", "Target", "RoleArn"])
}

fn source() -> Json {
    let stream = object(
        json!({"StartingPosition": {"enum": ["TRIM_HORIZON", "LATEST"]}, "BatchSize": number(1, 10_000),
            "DeadLetterConfig": object(json!({"Arn": arn()}), &[]), "OnPartialBatchItemFailure": {"enum": ["AUTOMATIC_BISECT"]},
            "MaximumBatchingWindowInSeconds": number(0, 300), "MaximumRecordAgeInSeconds": number(-1, 604_800),
            "MaximumRetryAttempts": number(-1, 10_000), "ParallelizationFactor": number(1, 10)}),
        &["StartingPosition"],
    );
    let pattern = object(json!({"Pattern": {"type": "string", "maxLength": 4096}}), &[]);
    let filters = object(json!({"Filters": {"type": "array", "maxItems": 5, "items": pattern}}), &[]);
    object(
        json!({"DynamoDBStreamParameters": stream, "FilterCriteria": filters}),
        &["DynamoDBStreamParameters"],
    )
}

fn s3() -> Json {
    let properties = json!({"BucketName": {"type": "string", "minLength": 3, "maxLength": 63},
        "BucketOwner": {"type": "string", "pattern": "^[0-9]{12}$"}, "OutputFormat": {"enum": ["json", "plain", "w3c"]},
        "Prefix": {"type": "string", "maxLength": 256}});
    object(properties, &["BucketName", "BucketOwner"])
}

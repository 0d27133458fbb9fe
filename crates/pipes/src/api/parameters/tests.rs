use serde_json::json;

use super::*;

fn parameters(body: Value) -> PipeParameters {
    PipeParameters::new(body.as_object().unwrap())
}

fn updated(before: Value, change: Value) -> Value {
    parameters(before).updated(change.as_object().unwrap()).0.into()
}

#[test]
fn known_members_are_kept_and_unknown_ones_are_ignored() {
    let body = json!({"Source": "s", "Target": "t", "RoleArn": "r", "EnrichmentParameters": {"InputTemplate": "<$>"}});
    let mut more = body.clone();
    more["SourceParameters"] = json!({"FilterCriteria": null});
    more["Unknown"] = 1.into();
    more["Description"] = "".into();
    assert_eq!(Value::from(parameters(more).0), body);
}

#[test]
fn an_update_of_stream_parameters_keeps_only_the_starting_position() {
    let before = json!({"Source": "s", "SourceParameters": {
        "DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 10, "MaximumRetryAttempts": 5},
        "FilterCriteria": {"Filters": [{"Pattern": "p"}]},
    }});
    let change = json!({"SourceParameters": {"DynamoDBStreamParameters": {"BatchSize": 20}}});
    let after = updated(before.clone(), change);
    let source = &after["SourceParameters"];
    assert_eq!(source["DynamoDBStreamParameters"], json!({"StartingPosition": "LATEST", "BatchSize": 20}));
    assert_eq!(source["FilterCriteria"], before["SourceParameters"]["FilterCriteria"]);
}

#[test]
fn an_empty_list_of_filters_removes_them() {
    let before = json!({"SourceParameters": {"FilterCriteria": {"Filters": [{"Pattern": "p"}]}}});
    let after = updated(before, json!({"SourceParameters": {"FilterCriteria": {"Filters": []}}}));
    assert_eq!(after["SourceParameters"]["FilterCriteria"]["Filters"], json!([]));
}

#[test]
fn an_update_keeps_the_source_and_absent_members() {
    let before = json!({"Source": "s", "Target": "t", "Description": "d"});
    assert_eq!(
        updated(before, json!({"Source": "other", "Target": "u", "Description": null})),
        json!({"Source": "s", "Target": "u", "Description": "d"})
    );
}

#[test]
fn an_empty_string_removes_a_member() {
    let before = json!({"Enrichment": "e", "TargetParameters": {"InputTemplate": "<$>"}, "EnrichmentParameters": {"InputTemplate": "<$>"}});
    let change =
        json!({"Enrichment": "", "TargetParameters": {"InputTemplate": ""}, "EnrichmentParameters": {}});
    assert_eq!(updated(before, change), json!({"EnrichmentParameters": {"InputTemplate": "<$>"}}));
    let before =
        json!({"TargetParameters": {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}}});
    assert_eq!(updated(before.clone(), json!({"TargetParameters": {"InputTemplate": ""}})), before);
}

#[test]
fn null_members_are_absent_at_any_depth() {
    let filters = json!({"Filters": [{"Pattern": "p", "Other": null}]});
    let source = json!({"DynamoDBStreamParameters": {"BatchSize": 1, "DeadLetterConfig": null}, "FilterCriteria": filters});
    let after = parameters(
        json!({"SourceParameters": source, "LogConfiguration": {"Level": "OFF", "S3LogDestination": null}}),
    );
    let expected = json!({"DynamoDBStreamParameters": {"BatchSize": 1}, "FilterCriteria": {"Filters": [{"Pattern": "p"}]}});
    assert_eq!(
        Value::from(after.0.clone()),
        json!({"SourceParameters": expected, "LogConfiguration": {"Level": "OFF"}})
    );
    let change =
        json!({"SourceParameters": {"DynamoDBStreamParameters": {"BatchSize": 1}, "FilterCriteria": null}});
    assert_eq!(updated(after.0.clone().into(), change), Value::from(after.0));
}

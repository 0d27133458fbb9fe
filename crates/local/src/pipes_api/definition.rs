//! What a caller has said of a pipe, in the API's own shape: it is described as it was said.

use serde_json::{Map, Value};

pub type Object = Map<String, Value>;

/// What an update may change, beside the desired state.
const CHANGEABLE: [&str; 9] = [
    "Description",
    "Enrichment",
    "EnrichmentParameters",
    "KmsKeyIdentifier",
    "LogConfiguration",
    "RoleArn",
    "SourceParameters",
    "Target",
    "TargetParameters",
];
const SOURCE: &str = "Source";
const STREAM_PARAMETERS: &str = "DynamoDBStreamParameters";
const STARTING_POSITION: &str = "StartingPosition";

#[derive(Debug, Clone, PartialEq)]
pub struct Definition(Object);

impl Definition {
    /// Members that no pipe has are ignored, as AWS does.
    pub fn new(body: &Object) -> Self {
        let source = body.get(SOURCE).map(|source| (SOURCE.to_owned(), source.clone()));
        Self(source.into_iter().collect()).updated(body)
    }

    /// What is not mentioned stays; what is empty goes.
    pub fn updated(&self, change: &Object) -> Self {
        let mut members = self.0.clone();
        for name in CHANGEABLE {
            let Some(said) = change.get(name).filter(|said| !said.is_null()) else { continue };
            let before = members.remove(name).unwrap_or_else(|| Object::new().into());
            let value = match name {
                "SourceParameters" => with_start_of(&before, merged(before.clone(), said)),
                "EnrichmentParameters" | "TargetParameters" => merged(before, said),
                _ => said.clone(),
            };
            if !is_empty(&value) {
                members.insert(name.to_owned(), value);
            }
        }
        Self(members)
    }

    pub fn members(&self) -> &Object {
        &self.0
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }
}

/// Each member as a whole, so that an optional field of it that is left out falls back to its default.
fn merged(before: Value, change: &Value) -> Value {
    let (Value::Object(mut members), Value::Object(change)) = (before, change) else { return change.clone() };
    members.extend(change.clone());
    members.retain(|_, value| !is_empty(value));
    members.into()
}

/// The starting position cannot be changed, and an update does not carry it.
fn with_start_of(before: &Value, mut after: Value) -> Value {
    let start = before[STREAM_PARAMETERS].get(STARTING_POSITION);
    let parameters = after.get_mut(STREAM_PARAMETERS).and_then(Value::as_object_mut);
    if let (Some(start), Some(parameters)) = (start, parameters) {
        parameters.insert(STARTING_POSITION.to_owned(), start.clone());
    }
    after
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition(body: Value) -> Definition {
        Definition::new(body.as_object().unwrap())
    }

    fn updated(before: Value, change: Value) -> Value {
        definition(before).updated(change.as_object().unwrap()).0.into()
    }

    #[test]
    fn what_is_said_is_kept_as_it_is_and_the_unknown_is_ignored() {
        let body = json!({"Source": "s", "Target": "t", "RoleArn": "r", "EnrichmentParameters": {"InputTemplate": "<$>"}});
        let mut more = body.clone();
        more["SourceParameters"] = json!({"FilterCriteria": null});
        more["Unknown"] = 1.into();
        more["Description"] = "".into();
        assert_eq!(Value::from(definition(more).0), body);
    }

    #[test]
    fn an_update_keeps_the_starting_position_and_replaces_the_rest_of_the_stream_parameters() {
        let before = json!({"Source": "s", "SourceParameters": {
            "DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 10, "MaximumRetryAttempts": 5},
            "FilterCriteria": {"Filters": [{"Pattern": "p"}]},
        }});
        let change = json!({"SourceParameters": {"DynamoDBStreamParameters": {"BatchSize": 20}}});
        let after = updated(before.clone(), change);
        let parameters = &after["SourceParameters"];
        assert_eq!(
            parameters["DynamoDBStreamParameters"],
            json!({"StartingPosition": "LATEST", "BatchSize": 20})
        );
        assert_eq!(parameters["FilterCriteria"], before["SourceParameters"]["FilterCriteria"]);
    }

    #[test]
    fn an_empty_list_of_filters_removes_them() {
        let before = json!({"SourceParameters": {"FilterCriteria": {"Filters": [{"Pattern": "p"}]}}});
        let after = updated(before, json!({"SourceParameters": {"FilterCriteria": {"Filters": []}}}));
        assert_eq!(after["SourceParameters"]["FilterCriteria"]["Filters"], json!([]));
    }

    #[test]
    fn an_update_never_changes_the_source_and_leaves_what_it_does_not_mention() {
        let before = json!({"Source": "s", "Target": "t", "Description": "d"});
        assert_eq!(
            updated(before, json!({"Source": "other", "Target": "u", "Description": null})),
            json!({"Source": "s", "Target": "u", "Description": "d"})
        );
    }

    #[test]
    fn an_empty_text_removes() {
        let before = json!({"Enrichment": "e", "TargetParameters": {"InputTemplate": "<$>"}, "EnrichmentParameters": {"InputTemplate": "<$>"}});
        let change =
            json!({"Enrichment": "", "TargetParameters": {"InputTemplate": ""}, "EnrichmentParameters": {}});
        assert_eq!(updated(before, change), json!({"EnrichmentParameters": {"InputTemplate": "<$>"}}));
        let before =
            json!({"TargetParameters": {"LambdaFunctionParameters": {"InvocationType": "REQUEST_RESPONSE"}}});
        assert_eq!(updated(before.clone(), json!({"TargetParameters": {"InputTemplate": ""}})), before);
    }
}

//! The tags of a pipe: TagResource, UntagResource and ListTagsForResource.

use serde::Deserialize;

use super::error::ApiError;
use super::model::{ARN, check_text};
use super::parameters::Object;
use super::resource::Tags;
use super::violations::Violations;

/// AWS allows 50 tags for a resource.
const MAX_TAGS: usize = 50;

#[derive(Deserialize)]
struct TagRequest {
    #[serde(default)]
    tags: Option<Tags>,
}

/// Reads the tags of CreatePipe, which names the member `Tags`.
pub fn of_create(body: &Object) -> Result<Tags, ApiError> {
    let tags = body.get("Tags").cloned().unwrap_or_default();
    let tags =
        serde_json::from_value::<Option<Tags>>(tags).map_err(|reason| ApiError::unreadable(&reason))?;
    tags.map_or_else(|| Ok(Tags::new()), checked)
}

/// Reads the tags of TagResource, which names the member `tags`.
pub fn of_request(body: Object) -> Result<Tags, ApiError> {
    let request: TagRequest =
        serde_json::from_value(body.into()).map_err(|reason| ApiError::unreadable(&reason))?;
    let mut violations = Violations::default();
    if request.tags.is_none() {
        violations.missing("tags");
    }
    violations.into_result()?;
    checked(request.tags.unwrap_or_default())
}

/// Rejects more tags than a resource may have.
pub fn check_count(tags: &Tags) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    violations.length("tags", &"[...]", tags.len(), 0..=MAX_TAGS);
    violations.into_result()
}

/// Reports each tag that AWS refuses, and a request without tags.
fn checked(tags: Tags) -> Result<Tags, ApiError> {
    let mut violations = Violations::default();
    violations.length("tags", &"[...]", tags.len(), 1..=MAX_TAGS);
    for (key, value) in &tags {
        violations.length("tags.key", key, key.chars().count(), 1..=128);
        violations.length("tags.value", value, value.chars().count(), 0..=256);
        if key.to_ascii_lowercase().starts_with("aws:") {
            violations.add_constraint("tags.key", key, "Member must not begin with aws:");
        }
    }
    violations.into_result().map(|()| tags)
}

/// Reads `tagKeys=a&tagKeys=b`.
pub fn keys(query: &str) -> Result<Vec<String>, ApiError> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let keys: Vec<_> = pairs.filter(|(name, _)| name == "tagKeys").map(|(_, key)| key.into_owned()).collect();
    let mut violations = Violations::default();
    violations.length("tagKeys", &"[...]", keys.len(), 0..=MAX_TAGS);
    for key in &keys {
        violations.length("tagKeys.member", key, key.chars().count(), 1..=128);
    }
    violations.into_result().map(|()| keys)
}

/// Checks the ARN in the path of an operation on tags.
pub fn check_arn(arn: &str) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    check_text("resourceArn", arn, &(1..=1_600), &ARN, &mut violations);
    violations.into_result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn kind<T: std::fmt::Debug>(result: Result<T, ApiError>) -> &'static str {
        result.map_or_else(|error| error.kind(), |_| "accepted")
    }

    #[test]
    fn tags_that_aws_refuses_are_rejected() {
        let request = |tags: Value| kind(of_request(json!({ "tags": tags }).as_object().unwrap().clone()));
        assert_eq!(request(json!({"a": ""})), "accepted");
        let long = "x".repeat(257);
        for bad in [json!({}), json!(null), json!({"": "x"}), json!({"a": long}), json!({"aws:a": "x"})] {
            assert_eq!(request(bad.clone()), "ValidationException", "{bad}");
        }
        assert_eq!(request(json!({"a": 1})), "SerializationException");
        assert_eq!(kind(of_create(&Object::new())), "accepted");
        assert_eq!(kind(of_create(json!({"Tags": {}}).as_object().unwrap())), "ValidationException");
    }

    #[test]
    fn tag_keys_and_arns_have_a_length_and_a_form() {
        assert_eq!(kind(keys("tagKeys=a&tagKeys=b")), "accepted");
        assert_eq!(kind(keys("tagKeys=")), "ValidationException");
        assert_eq!(kind(keys(&format!("tagKeys={}", "x".repeat(129)))), "ValidationException");
        assert_eq!(kind(check_arn("arn:aws:pipes:us-east-1:000000000000:pipe/a")), "accepted");
        assert_eq!(kind(check_arn("a")), "ValidationException");
    }
}

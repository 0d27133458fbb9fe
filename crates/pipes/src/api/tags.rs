//! The tags of a pipe: TagResource, UntagResource and ListTagsForResource.

use serde::Deserialize;

use super::error::ApiError;
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
    checked(serde_json::from_value::<Option<Tags>>(tags).map_err(|reason| ApiError::unreadable(&reason))?)
}

/// Reads the tags of TagResource, which names the member `tags`.
pub fn of_request(body: Object) -> Result<Tags, ApiError> {
    let request: TagRequest =
        serde_json::from_value(body.into()).map_err(|reason| ApiError::unreadable(&reason))?;
    checked(request.tags)
}

/// Rejects more tags than a resource may have.
pub fn check_count(tags: &Tags) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    violations.length("tags", &"[...]", tags.len(), 0..=MAX_TAGS);
    violations.into_result()
}

fn checked(tags: Option<Tags>) -> Result<Tags, ApiError> {
    let tags = tags.unwrap_or_default();
    check_count(&tags)?;
    let mut violations = Violations::default();
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
pub fn keys(query: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(name, _)| name == "tagKeys").map(|(_, key)| key.into_owned()).collect()
}

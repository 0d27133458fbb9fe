//! Tags of pipes: TagResource, UntagResource, ListTagsForResource.

use serde::Deserialize;

use super::definition::Object;
use super::refusal::Refusal;
use super::resource::Tags;
use super::rule::Violations;

/// AWS: 50 tags a resource.
const MOST: usize = 50;

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    tags: Option<Tags>,
}

/// In the body of a create; there the member begins with a capital letter.
pub fn of_create(body: &Object) -> Result<Tags, Refusal> {
    let given = body.get("Tags").cloned().unwrap_or_default();
    checked(serde_json::from_value::<Option<Tags>>(given).map_err(|reason| Refusal::unreadable(&reason))?)
}

pub fn of_request(body: Object) -> Result<Tags, Refusal> {
    let given: Given = serde_json::from_value(body.into()).map_err(|reason| Refusal::unreadable(&reason))?;
    checked(given.tags)
}

/// As many as a resource may have.
pub fn check_count(tags: &Tags) -> Result<(), Refusal> {
    let mut violations = Violations::default();
    violations.length("tags", &"[...]", tags.len(), 0..=MOST);
    violations.into_result()
}

fn checked(tags: Option<Tags>) -> Result<Tags, Refusal> {
    let tags = tags.unwrap_or_default();
    check_count(&tags)?;
    let mut violations = Violations::default();
    for (key, value) in &tags {
        violations.length("tags.key", key, key.chars().count(), 1..=128);
        violations.length("tags.value", value, value.chars().count(), 0..=256);
        if key.to_ascii_lowercase().starts_with("aws:") {
            violations.breaks("tags.key", key, "Member must not begin with aws:");
        }
    }
    violations.into_result().map(|()| tags)
}

/// `tagKeys=a&tagKeys=b`
pub fn keys(query: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(name, _)| name == "tagKeys").map(|(_, key)| key.into_owned()).collect()
}

use super::Keys;
use super::attribute;
use super::leaf::{Leaf, Part, Values};
use super::operation::Operation;
use super::steps::{Steps, unknown};

const RECORD: [&str; 3] = ["eventName", "userIdentity", "dynamodb"];
/// A record has these, too. In a pattern, AWS documents that they cannot be used:
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html>.
const UNUSABLE: [&str; 5] = ["eventID", "eventVersion", "eventSource", "awsRegion", "eventSourceARN"];
const CHANGE: [&str; 7] = [
    "ApproximateCreationDateTime",
    "Keys",
    "NewImage",
    "OldImage",
    "SequenceNumber",
    "SizeBytes",
    "StreamViewType",
];
const USER_IDENTITY: [&str; 2] = ["type", "principalId"];
/// tablecast refuses streams with other images.
const VIEW_TYPES: [&str; 1] = ["NEW_AND_OLD_IMAGES"];

/// Returns the value at a path, or why there is none. A name with dots is several names, or the name of an
/// attribute.
pub fn leaf(names: &[String], keys: &Keys) -> Result<Leaf, String> {
    let steps = Steps::new(names);
    match steps.first()? {
        ("dynamodb", rest) => change(rest, keys),
        ("userIdentity", rest) => user_identity(rest),
        ("eventName", rest) => rest.ends("eventName", Values::OneOf(&Operation::NAMES)),
        (name, _) if UNUSABLE.contains(&name) => {
            Err(format!("AWS does not allow {name} in a pattern: use {}", RECORD.join(", ")))
        }
        (name, _) => Err(unknown(name, "a stream record", &RECORD)),
    }
}

fn change(steps: Steps<'_>, keys: &Keys) -> Result<Leaf, String> {
    match steps.first().map_err(|_| needs_member("dynamodb", &CHANGE))? {
        ("Keys", rest) => attribute::key(rest, keys),
        ("NewImage", rest) => attribute::of_image(rest, Part::NewImage, keys),
        ("OldImage", rest) => attribute::of_image(rest, Part::OldImage, keys),
        ("StreamViewType", rest) => rest.ends("StreamViewType", Values::OneOf(&VIEW_TYPES)),
        (name @ ("ApproximateCreationDateTime" | "SizeBytes"), rest) => rest.ends(name, Values::Number),
        (name @ "SequenceNumber", rest) => rest.ends(name, Values::Text),
        (name, _) => Err(unknown(name, "dynamodb", &CHANGE)),
    }
}

/// Only deletes by TTL have an identity.
fn user_identity(steps: Steps<'_>) -> Result<Leaf, String> {
    let values = match steps.first().map_err(|_| needs_member("userIdentity", &USER_IDENTITY))? {
        ("type", rest) => rest.ends("type", Values::OneOf(&["Service"])),
        ("principalId", rest) => rest.ends("principalId", Values::OneOf(&["dynamodb.amazonaws.com"])),
        (name, _) => Err(unknown(name, "userIdentity", &USER_IDENTITY)),
    }?;
    Ok(Leaf { part: Part::UserIdentity, is_required: false, ..values })
}

fn needs_member(name: &str, members: &[&str]) -> String {
    format!("{name} is an object: name one of its members, {}", members.join(", "))
}

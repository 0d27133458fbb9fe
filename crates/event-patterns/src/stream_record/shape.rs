use tablecast_values::similar::closest;

use super::Keys;
use super::attribute;
use super::operation::Operation;
use super::steps::Steps;

/// A value that a record can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    pub values: Values,
    pub part: Part,
    /// True if each record that has this part has the value.
    pub is_required: bool,
    /// The path of the attribute and its DynamoDB type. `None` inside of a list, whose elements can have
    /// different types.
    pub attribute: Option<(String, &'static str)>,
}

/// The values that a leaf can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    Text,
    /// Binary data, which is a text in base64.
    Base64,
    /// A DynamoDB number, which is a text.
    NumberText,
    Number,
    Boolean,
    True,
    OneOf(&'static [&'static str]),
}

/// The part of a record that holds a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Record,
    NewImage,
    OldImage,
    UserIdentity,
}

impl Leaf {
    pub fn can_be_in(&self, operation: Operation) -> bool {
        match self.part {
            Part::Record => true,
            Part::NewImage => operation != Operation::Remove,
            Part::OldImage => operation != Operation::Insert,
            Part::UserIdentity => operation == Operation::Remove,
        }
    }

    pub fn is_always_in(&self, operation: Operation) -> bool {
        self.is_required && self.can_be_in(operation)
    }
}

const RECORD: [&str; 8] = [
    "eventID",
    "eventName",
    "eventVersion",
    "eventSource",
    "awsRegion",
    "eventSourceARN",
    "userIdentity",
    "dynamodb",
];
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
        ("eventSource", rest) => rest.ends("eventSource", Values::OneOf(&["aws:dynamodb"])),
        (name, rest) if RECORD.contains(&name) => rest.ends(name, Values::Text),
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

pub fn unknown(name: &str, place: &str, known: &[&str]) -> String {
    let hint = match closest(name, known.iter().copied()) {
        Some(similar) => format!("Did you mean {similar}?"),
        None => format!("There are {}", known.join(", ")),
    };
    format!("{name} is not in {place}. {hint}").trim_end_matches('.').to_owned()
}

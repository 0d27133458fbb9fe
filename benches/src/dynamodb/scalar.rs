use serde_json::Value;

/// A number or a text, as DynamoDB compares it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    N(i128),
    S(String),
}

impl Scalar {
    /// None if it is of another type.
    pub fn of(value: &Value) -> Option<Self> {
        let (kind, value) = value.as_object()?.iter().next()?;
        match &**kind {
            "N" => Some(Self::N(value.as_str()?.parse().ok()?)),
            "S" => Some(Self::S(value.as_str()?.to_owned())),
            _ => None,
        }
    }
}

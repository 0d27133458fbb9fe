use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::refusal::Refusal;

/// The claims of a token by name, as raw JSON of any type.
pub struct ClaimSet<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> ClaimSet<'a> {
    /// Reads a JSON object. Refuses a name that occurs twice, because one reader could take the first value and
    /// another the last.
    pub fn parse(text: &'a str) -> Result<Self, Refusal> {
        serde_json::from_str(text).map_err(|_| Refusal::Claims)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn required<T: for<'de> Deserialize<'de>>(&self, name: &'static str) -> Result<T, Refusal> {
        self.optional(name)?.ok_or(Refusal::Missing(name))
    }

    /// A claim that is null is present and has the wrong type.
    pub fn optional<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let claim = self.0.get_key_value(name);
        let value = claim.map(|(_, value)| serde_json::from_str(value.get()));
        value.transpose().map_err(|_| Refusal::mistyped(name))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ClaimSet<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = ClaimSet<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut claims = BTreeMap::new();
        while let Some(name) = object.next_key::<Name<'de>>()? {
            if claims.insert(name.0, object.next_value()?).is_some() {
                return Err(A::Error::custom("a claim occurs twice"));
            }
        }
        Ok(ClaimSet(claims))
    }
}

/// A name that is borrowed unless it has escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

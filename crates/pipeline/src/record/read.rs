use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;

use super::{Head, Operation, Record, Wants, time};
use crate::attribute::Image;
use crate::located::{self, Located, Text};
use crate::value::{Fields, Value};

pub fn parse<'a>(json: &'a str, wants: &Wants) -> Result<Record<'a>, Located> {
    let mut input = serde_json::Deserializer::from_str(json);
    let seed = Seed { wants, parts: Parts::default() };
    let parts = seed.deserialize(&mut input).map_err(|error| located::read(&error))?;
    parts.record()
}

pub fn head(json: &str) -> Head {
    #[derive(Default, Deserialize)]
    struct Names {
        #[serde(rename = "eventID", default)]
        event_id: Json,
        #[serde(rename = "eventSourceARN", default)]
        source: Json,
    }
    let names: Names = serde_json::from_str(json).unwrap_or_default();
    let text = |value: &Json| value.as_str().map(str::to_owned);
    Head {
        event_id: text(&names.event_id),
        table: text(&names.source).and_then(|arn| table(arn.into())).map(Cow::into_owned),
    }
}

/// `arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/...` is of `orders`.
fn table(arn: Cow<'_, str>) -> Option<Cow<'_, str>> {
    fn name(arn: &str) -> Option<&str> {
        arn.split_once(":table/")?.1.split('/').next().filter(|name| !name.is_empty())
    }
    match arn {
        Cow::Borrowed(arn) => name(arn).map(Cow::Borrowed),
        Cow::Owned(arn) => name(&arn).map(|name| Cow::Owned(name.to_owned())),
    }
}

/// A record's members, in whatever order they come.
#[derive(Default)]
struct Parts<'a> {
    event_id: Option<Cow<'a, str>>,
    operation: Option<Cow<'a, str>>,
    source: Option<Cow<'a, str>>,
    change: Option<Change<'a>>,
    expired: bool,
}

#[derive(Default)]
struct Change<'a> {
    keys: Option<Fields<'a>>,
    old: Option<Fields<'a>>,
    new: Option<Fields<'a>>,
    created: Option<f64>,
    sequence: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct UserIdentity<'a> {
    #[serde(rename = "principalId", borrow)]
    principal: Option<Text<'a>>,
}

/// An object that is read member by member.
trait Members<'a>: Sized {
    fn member<A: MapAccess<'a>>(&mut self, name: &str, map: &mut A, wants: &Wants) -> Result<(), A::Error>;
}

struct Seed<'w, P> {
    wants: &'w Wants,
    parts: P,
}

impl<'de, P: Members<'de>> DeserializeSeed<'de> for Seed<'_, P> {
    type Value = P;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<P, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de, P: Members<'de>> Visitor<'de> for Seed<'_, P> {
    type Value = P;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<P, A::Error> {
        while let Some(Text(name)) = map.next_key()? {
            self.parts.member(&name, &mut map, self.wants).map_err(|error| located::within(&name, error))?;
        }
        Ok(self.parts)
    }
}

impl<'a> Members<'a> for Parts<'a> {
    fn member<A: MapAccess<'a>>(&mut self, name: &str, map: &mut A, wants: &Wants) -> Result<(), A::Error> {
        match name {
            "eventID" => self.event_id = text(map)?,
            "eventName" => self.operation = text(map)?,
            "eventSourceARN" => self.source = text(map)?,
            "dynamodb" => self.change = Some(map.next_value_seed(Seed { wants, parts: Change::default() })?),
            "userIdentity" => {
                let identity: Option<UserIdentity<'a>> = map.next_value()?;
                let principal = identity.and_then(|identity| identity.principal);
                self.expired = principal.is_some_and(|Text(name)| name == "dynamodb.amazonaws.com");
            }
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

impl<'a> Parts<'a> {
    fn record(self) -> Result<Record<'a>, Located> {
        let missing = |path: &'static str| move || Located::new(path, "is missing");
        let change = self.change.ok_or_else(missing("dynamodb"))?;
        let operation = self.operation.ok_or_else(missing("eventName"))?;
        let created = change.created.ok_or_else(missing("dynamodb.ApproximateCreationDateTime"))?;
        let sequence = change.sequence.ok_or_else(missing("dynamodb.SequenceNumber"))?;
        Ok(Record {
            event_id: self.event_id.ok_or_else(missing("eventID"))?,
            operation: Operation::parse(&operation)
                .ok_or_else(|| Located::new("eventName", "is not INSERT, MODIFY or REMOVE"))?,
            table: self.source.and_then(table).ok_or_else(missing("eventSourceARN"))?,
            keys: Value::Map(change.keys.ok_or_else(missing("dynamodb.Keys"))?),
            old: Value::Map(change.old.unwrap_or_default()),
            new: Value::Map(change.new.unwrap_or_default()),
            time: time::rfc3339(created)
                .ok_or_else(|| Located::new("dynamodb.ApproximateCreationDateTime", "is not a time"))?,
            sequence: padded(&sequence).ok_or_else(|| {
                Located::new("dynamodb.SequenceNumber", "is not a number of up to 40 digits")
            })?,
            expired: self.expired,
        })
    }
}

impl<'a> Members<'a> for Change<'a> {
    fn member<A: MapAccess<'a>>(&mut self, name: &str, map: &mut A, wants: &Wants) -> Result<(), A::Error> {
        match name {
            "Keys" => self.keys = Some(map.next_value_seed(Image(&wants.keys))?),
            "OldImage" => self.old = Some(map.next_value_seed(Image(&wants.old))?),
            "NewImage" => self.new = Some(map.next_value_seed(Image(&wants.new))?),
            "ApproximateCreationDateTime" => self.created = map.next_value()?,
            "SequenceNumber" => self.sequence = text(map)?,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

fn text<'a, A: MapAccess<'a>>(map: &mut A) -> Result<Option<Cow<'a, str>>, A::Error> {
    Ok(map.next_value::<Option<Text<'a>>>()?.map(|Text(text)| text))
}

fn padded(sequence: &str) -> Option<String> {
    let digits = !sequence.is_empty() && sequence.bytes().all(|byte| byte.is_ascii_digit());
    (digits && sequence.len() <= 40).then(|| format!("{sequence:0>40}"))
}

use std::borrow::Cow;

use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::{Fields, Value};

use super::{Operation, Projections, Record, RecordHead, images, time};
use crate::attribute;

pub fn record<'a>(cursor: &mut Cursor<'a>, projections: &Projections) -> Result<Record<'a>, Located> {
    let mut parts = Parts::default();
    cursor.object(|cursor, name| {
        parts.member(cursor, &name, projections).map_err(|error| error.within(&name))
    })?;
    parts.record()
}

/// Reads up to the first malformed member.
pub fn head(cursor: &mut Cursor<'_>) -> RecordHead {
    let mut head = RecordHead { event_id: None, table: None };
    let read = |cursor: &mut Cursor<'_>, name: Cow<'_, str>| {
        match (name.as_ref(), cursor.peek()) {
            ("eventID", b'"') => head.event_id = Some(cursor.string()?.into_owned()),
            ("eventSourceARN", b'"') => head.table = table(cursor.string()?).map(Cow::into_owned),
            _ => cursor.skip()?,
        }
        Ok(())
    };
    _ = cursor.object(read);
    head
}

/// The table of an ARN: `orders` in `arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/...`.
fn table(arn: Cow<'_, str>) -> Option<Cow<'_, str>> {
    fn name(arn: &str) -> Option<&str> {
        arn.split_once(":table/")?.1.split('/').next().filter(|name| !name.is_empty())
    }
    match arn {
        Cow::Borrowed(arn) => name(arn).map(Cow::Borrowed),
        Cow::Owned(arn) => name(&arn).map(|name| Cow::Owned(name.to_owned())),
    }
}

/// The members of a record, in any order.
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
    created: Option<&'a str>,
    sequence: Option<Cow<'a, str>>,
    view_type: Option<Cow<'a, str>>,
}

impl<'a> Parts<'a> {
    fn member(
        &mut self,
        cursor: &mut Cursor<'a>,
        name: &str,
        projections: &Projections,
    ) -> Result<(), Located> {
        match name {
            "eventID" => self.event_id = cursor.optional_string()?,
            "eventName" => self.operation = cursor.optional_string()?,
            "eventSourceARN" => self.source = cursor.optional_string()?,
            "dynamodb" => {
                let mut change = Change::default();
                cursor.object(|cursor, name| {
                    change.member(cursor, &name, projections).map_err(|error| error.within(&name))
                })?;
                self.change = Some(change);
            }
            "userIdentity" if cursor.peek() == b'{' => self.expired = is_ttl(cursor)?,
            _ => cursor.skip()?,
        }
        Ok(())
    }

    fn record(self) -> Result<Record<'a>, Located> {
        let missing =
            |path: &'static str| move || Located::new(path, "is missing: every stream record has it");
        let change = self.change.ok_or_else(missing("dynamodb"))?;
        let source = self.source.ok_or_else(missing("eventSourceARN"))?;
        let operation = self.operation.ok_or_else(missing("eventName"))?;
        let operation = Operation::parse(&operation)
            .ok_or_else(|| Located::new("eventName", "is not INSERT, MODIFY, REMOVE or READ"))?;
        images::check(operation, change.view_type.as_deref(), change.old.is_some(), change.new.is_some())
            .map_err(|error| error.within("dynamodb"))?;
        let created = change.created.ok_or_else(missing("dynamodb.ApproximateCreationDateTime"))?;
        let sequence = change.sequence.as_deref().map(sequence).transpose()?;
        if sequence.is_none() && operation != Operation::Read {
            return Err(missing("dynamodb.SequenceNumber")());
        }
        Ok(Record {
            event_id: self.event_id.ok_or_else(missing("eventID"))?,
            operation,
            table: table(source)
                .ok_or_else(|| Located::new("eventSourceARN", "is not the ARN of a table's stream"))?,
            keys: Value::Map(change.keys.ok_or_else(missing("dynamodb.Keys"))?),
            old: Value::Map(change.old.unwrap_or_default()),
            new: Value::Map(change.new.unwrap_or_default()),
            time: time::rfc3339(created)
                .ok_or_else(|| Located::new("dynamodb.ApproximateCreationDateTime", "is not a time"))?,
            sequence,
            expired: self.expired,
        })
    }
}

impl<'a> Change<'a> {
    fn member(
        &mut self,
        cursor: &mut Cursor<'a>,
        name: &str,
        projections: &Projections,
    ) -> Result<(), Located> {
        match name {
            "Keys" => self.keys = Some(attribute::image(cursor, &projections.keys, &projections.names)?),
            "OldImage" => self.old = Some(attribute::image(cursor, &projections.old, &projections.names)?),
            "NewImage" => self.new = Some(attribute::image(cursor, &projections.new, &projections.names)?),
            "ApproximateCreationDateTime" => self.created = Some(cursor.scalar()?),
            "SequenceNumber" => self.sequence = cursor.optional_string()?,
            "StreamViewType" => self.view_type = cursor.optional_string()?,
            _ => cursor.skip()?,
        }
        Ok(())
    }
}

/// Returns whether DynamoDB's own principal made the change, which means that TTL deleted the item.
fn is_ttl(cursor: &mut Cursor<'_>) -> Result<bool, Located> {
    let mut found = false;
    cursor.object(|cursor, name| {
        match (name.as_ref(), cursor.peek()) {
            ("principalId", b'"') => found = cursor.string()? == "dynamodb.amazonaws.com",
            _ => cursor.skip()?,
        }
        Ok(())
    })?;
    Ok(found)
}

fn sequence(digits: &str) -> Result<String, Located> {
    padded(digits)
        .ok_or_else(|| Located::new("dynamodb.SequenceNumber", "is not a number of up to 40 digits"))
}

fn padded(sequence: &str) -> Option<String> {
    const DIGITS: usize = 40;
    let digits = !sequence.is_empty() && sequence.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = DIGITS.checked_sub(sequence.len()).filter(|_| digits)?;
    let mut padded = "0".repeat(zeros);
    padded.push_str(sequence);
    Some(padded)
}

#[cfg(test)]
mod tests {
    use crate::attribute::Projection;

    use super::*;

    fn refusal(source: &str) -> String {
        let json = format!(
            r#"{{"eventID":"1","eventName":"READ",{source}"dynamodb":{{"ApproximateCreationDateTime":1,"NewImage":{{}}}}}}"#
        );
        let all = || Projection::All;
        let projections = Projections { keys: all(), old: all(), new: all(), names: Default::default() };
        record(&mut Cursor::new(&json), &projections).unwrap_err().to_string()
    }

    #[test]
    fn an_arn_of_no_table_is_not_reported_as_missing() {
        assert_eq!(
            refusal(r#""eventSourceARN":"arn:aws:kinesis:eu-west-1:1:stream/s","#),
            "eventSourceARN: is not the ARN of a table's stream"
        );
        assert!(refusal("").starts_with("eventSourceARN: is missing"));
    }
}

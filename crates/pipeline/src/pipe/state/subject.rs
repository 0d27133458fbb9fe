use tablecast_protocol::subject::Subject;

use super::key::{Key, KeyAttribute, KeyValue};
use crate::template::{Part, Template};

/// A subject in which each segment has at most one key attribute, and all segments together have each key attribute
/// once.
#[derive(Debug)]
pub struct KeySubject {
    segments: Vec<Segment>,
    partition: KeyAttribute,
    sort: Option<KeyAttribute>,
}

#[derive(Debug, Default)]
struct Segment {
    before: String,
    attribute: Option<Attribute>,
    after: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Partition,
    Sort,
}

/// The values of the key attributes that a beginning of subjects has.
#[derive(Debug, Default)]
pub struct KeyValues {
    pub partition: Option<KeyValue>,
    pub sort: Option<KeyValue>,
}

impl KeySubject {
    /// The error is why a subject cannot be turned back into a key.
    pub fn new(
        template: &Template,
        partition: KeyAttribute,
        sort: Option<KeyAttribute>,
    ) -> Result<Self, String> {
        let mut subject = Self { segments: vec![Segment::default()], partition, sort };
        template.parts().iter().try_for_each(|part| subject.add(part))?;
        let attributes: Vec<Attribute> = subject.segments.iter().filter_map(|it| it.attribute).collect();
        let is_missing =
            |attribute: &KeyAttribute, role| (!attributes.contains(&role)).then(|| attribute.name.clone());
        let partition = is_missing(&subject.partition, Attribute::Partition);
        let sort = subject.sort.as_ref().and_then(|sort| is_missing(sort, Attribute::Sort));
        match partition.or(sort) {
            Some(name) => Err(format!("lacks the key attribute {name}, so that items share a subject")),
            None => Ok(subject),
        }
    }

    /// The key of the item that has this subject. None if no item can have it.
    pub fn key_of(&self, subject: &Subject) -> Option<Key> {
        let segments: Vec<&str> = subject.as_str().split('/').collect();
        let values = self.values(&segments).filter(|_| segments.len() == self.segments.len())?;
        Some(Key { partition: values.partition?, sort: values.sort })
    }

    /// The values in the first segments of subjects. None if no subject begins so.
    pub fn values(&self, beginning: &[&str]) -> Option<KeyValues> {
        let mut values = KeyValues::default();
        if beginning.len() > self.segments.len() {
            return None;
        }
        for (segment, text) in self.segments.iter().zip(beginning) {
            let Some(attribute) = segment.attribute else {
                if segment.before == *text { continue } else { return None }
            };
            let text = text.strip_prefix(segment.before.as_str())?.strip_suffix(segment.after.as_str())?;
            match attribute {
                Attribute::Partition => values.partition = Some(self.partition.value(text)?),
                Attribute::Sort => values.sort = Some(self.sort.as_ref()?.value(text)?),
            }
        }
        Some(values)
    }

    pub fn partition_name(&self) -> &str {
        &self.partition.name
    }

    /// The number of segments up to that of the partition key.
    pub fn partition_segments(&self) -> usize {
        let of_partition = |segment: &Segment| segment.attribute == Some(Attribute::Partition);
        self.segments.iter().position(of_partition).map_or(self.segments.len(), |index| index + 1)
    }

    pub fn has_sort(&self) -> bool {
        self.sort.is_some()
    }

    pub fn sort(&self) -> Option<&KeyAttribute> {
        self.sort.as_ref()
    }

    pub fn len(&self) -> usize {
        self.segments.len()
    }

    fn add(&mut self, part: &Part) -> Result<(), String> {
        match part {
            Part::Text(text) => {
                let mut pieces = text.split('/');
                self.add_text(pieces.next().unwrap_or_default());
                for piece in pieces {
                    self.segments.push(Segment::default());
                    self.add_text(piece);
                }
                Ok(())
            }
            Part::Value(expression) => match expression.attribute() {
                Some((root, name)) if ["item", "keys"].contains(&root) => self.add_attribute(name),
                _ => Err(format!(
                    "has a value that is more than a key attribute: write only {}",
                    self.allowed()
                )),
            },
        }
    }

    fn add_text(&mut self, text: &str) {
        if let Some(segment) = self.segments.last_mut() {
            let part = if segment.attribute.is_some() { &mut segment.after } else { &mut segment.before };
            part.push_str(text);
        }
    }

    fn add_attribute(&mut self, name: &str) -> Result<(), String> {
        let attribute = match name {
            _ if name == self.partition.name => Attribute::Partition,
            _ if self.sort.as_ref().is_some_and(|sort| sort.name == name) => Attribute::Sort,
            _ => return Err(format!("{name} is not a key attribute: write only {}", self.allowed())),
        };
        if self.segments.iter().any(|segment| segment.attribute == Some(attribute)) {
            return Err(format!("has {name} twice: write each key attribute once"));
        }
        match self.segments.last_mut() {
            Some(segment) if segment.attribute.is_none() => segment.attribute = Some(attribute),
            _ => return Err(format!("has two values in one segment: write \"/\" before {name}")),
        }
        Ok(())
    }

    /// The values that a subject can have.
    fn allowed(&self) -> String {
        let names: Vec<String> = std::iter::once(&self.partition)
            .chain(&self.sort)
            .map(|it| format!("item.{}", it.name))
            .collect();
        names.join(" and ")
    }
}

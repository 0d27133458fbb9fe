use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::fields::Fields;
use crate::key::ABSENT;

/// The condition of a write, and the values that it names.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    pub expression: Option<String>,
    pub values: HashMap<String, AttributeValue>,
}

impl Condition {
    pub fn none() -> Self {
        Self::default()
    }

    pub fn new(expression: &str) -> Self {
        Self { expression: Some(expression.to_owned()), values: HashMap::new() }
    }

    /// These attributes of an item are as they were read. If none was read, there is none.
    pub fn unchanged(fields: Option<&Fields>, names: &[&str]) -> Self {
        let Some(fields) = fields else { return Self::new(ABSENT) };
        let same = |name: &&str| match fields.contains_key(*name) {
            true => format!("{name} = :{name}"),
            false => format!("attribute_not_exists({name})"),
        };
        let expression = names.iter().map(same).collect::<Vec<_>>().join(" AND ");
        let value = |name: &&str| fields.get(*name).map(|value| (format!(":{name}"), value.clone()));
        Self { expression: Some(expression), values: names.iter().filter_map(value).collect() }
    }

    pub fn text(self, name: &str, text: String) -> Self {
        self.with(name, AttributeValue::S(text))
    }

    pub fn number(self, name: &str, number: u64) -> Self {
        self.with(name, AttributeValue::N(number.to_string()))
    }

    fn with(mut self, name: &str, value: AttributeValue) -> Self {
        self.values.insert(name.to_owned(), value);
        self
    }
}

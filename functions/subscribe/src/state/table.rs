use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use tablecast_aws::StorageError;
use tablecast_definitions::definition::KeyType;
use tablecast_pipeline::pipe::Pipe;
use tablecast_pipeline::pipe::{Key, KeyValue};

use super::reads::{KeyRange, Sort};
use crate::limits::READ_UNIT_BYTES;

pub type Attributes = HashMap<String, AttributeValue>;

/// The most attributes that a request names. With more, it reads all.
const MAX_NAMES: usize = 100;

/// The tables of the pipes.
pub struct Tables(aws_sdk_dynamodb::Client);

/// Some items of a range, in the order of their keys.
pub struct TablePage {
    pub items: Vec<Attributes>,
    /// Where the range continues.
    pub last: Option<Attributes>,
    /// The bytes that DynamoDB read for it, in whole read units.
    pub bytes: usize,
}

impl Tables {
    pub fn new(client: aws_sdk_dynamodb::Client) -> Self {
        Self(client)
    }

    /// Reads a page consistently. A response without a member that DynamoDB always sends is an error, and never an
    /// empty page.
    pub async fn read(
        &self,
        pipe: &Pipe,
        range: &KeyRange,
        after: Option<Attributes>,
        items: i32,
    ) -> Result<TablePage, StorageError> {
        let table = &pipe.definition.table;
        let query = projected(query(self.0.query().table_name(table), range), pipe);
        let query = query.consistent_read(true).limit(items).set_exclusive_start_key(after);
        let query = query.return_consumed_capacity(ReturnConsumedCapacity::Total);
        let page = query.send().await.map_err(|cause| StorageError::failed(table, cause))?;
        let missing = |member: &str| StorageError::incomplete(table, member);
        let items = page.items.ok_or_else(|| missing("Items"))?;
        let units = page.consumed_capacity.and_then(|capacity| capacity.capacity_units);
        let units = units.ok_or_else(|| missing("ConsumedCapacity"))?.max(1.0);
        let last = page.last_evaluated_key.filter(|key| !key.is_empty());
        Ok(TablePage { items, last, bytes: units.ceil() as usize * READ_UNIT_BYTES })
    }
}

/// The key of an item, as a request has it.
pub fn attributes(key: &Key) -> Attributes {
    let values = [Some(&key.partition), key.sort.as_ref()].into_iter().flatten();
    values.map(|key| (key.name.clone(), value(key))).collect()
}

fn query(query: QueryFluentBuilder, range: &KeyRange) -> QueryFluentBuilder {
    let query = query
        .expression_attribute_names("#pk", &range.partition.name)
        .expression_attribute_values(":pk", value(&range.partition));
    let (condition, sort) = match &range.sort {
        None => return query.key_condition_expression("#pk = :pk"),
        Some(Sort::Is(sort)) => ("#pk = :pk AND #sk = :sk", sort),
        Some(Sort::BeginsWith(sort)) => ("#pk = :pk AND begins_with(#sk, :sk)", sort),
    };
    query
        .key_condition_expression(condition)
        .expression_attribute_names("#sk", &sort.name)
        .expression_attribute_values(":sk", value(sort))
}

/// Requests only the attributes that the expressions of the state read. Each can be large.
fn projected(mut query: QueryFluentBuilder, pipe: &Pipe) -> QueryFluentBuilder {
    let Some(names) = pipe.state_attributes().filter(|names| names.len() <= MAX_NAMES) else { return query };
    let mut placeholders = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let placeholder = format!("#a{index}");
        query = query.expression_attribute_names(&placeholder, name);
        placeholders.push(placeholder);
    }
    query.projection_expression(placeholders.join(", "))
}

fn value(key: &KeyValue) -> AttributeValue {
    match key.key_type {
        KeyType::N => AttributeValue::N(key.text.clone()),
        // A pipe with state has no binary key.
        KeyType::S | KeyType::B => AttributeValue::S(key.text.clone()),
    }
}

use std::collections::HashMap;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use tablecast_aws::{Provable, Proven, StorageError};

use crate::connections::Connections;
use crate::fields::Fields;
use crate::write::Key;

/// A conditional write of an item: sets attributes. Its expressions name no attribute directly, because names such
/// as `source` are reserved words of DynamoDB.
#[derive(Debug, Default)]
pub(super) struct Update {
    sets: Vec<String>,
    removes: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: Fields,
}

impl Update {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn set(mut self, name: &str, value: AttributeValue) -> Self {
        let (name, at) = (self.name(name), self.value(value));
        self.sets.push(format!("{name} = {at}"));
        self
    }

    /// The attribute can have any name.
    pub fn remove(mut self, name: &str) -> Self {
        let at = format!("#removed{}", self.removes.len());
        self.names.insert(at.clone(), name.to_owned());
        self.removes.push(at);
        self
    }

    /// The condition is an attribute, a comparison and a value.
    pub fn only_if(mut self, name: &str, comparison: &str, value: AttributeValue) -> Self {
        let (name, at) = (self.name(name), self.value(value));
        self.conditions.push(format!("{name} {comparison} {at}"));
        self
    }

    pub fn only_if_absent(mut self) -> Self {
        self.conditions.push("attribute_not_exists(pk)".to_owned());
        self
    }

    fn name(&mut self, name: &str) -> String {
        let at = format!("#{name}");
        self.names.insert(at.clone(), name.to_owned());
        at
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let name = format!(":v{}", self.values.len());
        self.values.insert(name.clone(), value);
        name
    }

    fn expression(&self) -> String {
        let remove = if self.removes.is_empty() { "" } else { " REMOVE " };
        format!("SET {}{remove}{}", self.sets.join(", "), self.removes.join(", "))
    }

    fn condition(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }
}

impl Connections {
    /// Returns the attributes after the write. None if the condition fails.
    pub(super) async fn update(&self, key: Key, update: Update) -> Result<Option<Fields>, StorageError> {
        let (condition, expression) = (update.condition(), update.expression());
        let request = self.client.update_item().table_name(&self.table).set_key(Some(key));
        let request = request.update_expression(expression);
        let request = request.set_condition_expression(condition);
        let request = request.set_expression_attribute_names(Some(update.names));
        let request = request.set_expression_attribute_values(Some(update.values));
        match request.return_values(ReturnValue::AllNew).send().await {
            Ok(response) => match response.attributes {
                Some(fields) => Ok(Some(fields)),
                None => Err(StorageError::incomplete(&self.table, "Attributes")),
            },
            Err(error) if is_condition_failed(&error) => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Deletes an item. Returns false if the conditions of `update` fail.
    pub(super) async fn delete_if(&self, key: Key, update: Update) -> Result<bool, StorageError> {
        let condition = update.condition();
        let request = self.client.delete_item().table_name(&self.table).set_key(Some(key));
        let request = request.set_condition_expression(condition);
        let request = request.set_expression_attribute_names(Some(update.names));
        let request = request.set_expression_attribute_values(Some(update.values));
        match request.with_proof().send().await {
            Ok(response) => response.proven(&self.table).map(|_| true),
            Err(error) if is_condition_failed(&error) => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }
}

fn is_condition_failed<E, R>(error: &SdkError<E, R>) -> bool
where
    SdkError<E, R>: ProvideErrorMetadata,
{
    error.code() == Some("ConditionalCheckFailedException")
}

//! The consumer's own table: one item for each subject, with the newest event that arrived.

use std::collections::HashMap;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use lambda_runtime::Error;

use crate::event::{Change, Event};

/// True if the subject has no event, or an older one. So a duplicate or an overtaken event writes nothing.
const NEWER: &str = "attribute_not_exists(#sequence) OR #sequence < :sequence";

pub struct Table {
    client: Client,
    name: String,
}

impl Table {
    pub fn new(aws: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(aws), name }
    }

    /// Stores the status of an order. Returns false if the table has this event or a newer one.
    pub async fn store(&self, event: &Event, change: &Change) -> Result<bool, Error> {
        let put = self.client.put_item().table_name(&self.name).set_item(Some(item(event, change)));
        let put = put.condition_expression(NEWER).expression_attribute_names("#sequence", "sequence");
        let put = put.expression_attribute_values(":sequence", text(&event.sequence));
        let is_old = |error: &PutItemError| error.is_conditional_check_failed_exception();
        written(put.send().await.map_err(|error| (error.as_service_error().is_some_and(is_old), error)))
    }

    /// Marks an order whose event did not fit. It is incomplete until a newer event, or until you fetch the order.
    pub async fn park(&self, event: &Event) -> Result<bool, Error> {
        let update = self.client.update_item().table_name(&self.name).key("subject", text(&event.subject));
        let update = update
            .update_expression("SET #sequence = :sequence, eventId = :id, incomplete = :true")
            .condition_expression(NEWER)
            .expression_attribute_names("#sequence", "sequence")
            .expression_attribute_values(":sequence", text(&event.sequence))
            .expression_attribute_values(":id", text(&event.id))
            .expression_attribute_values(":true", AttributeValue::Bool(true));
        let is_old = |error: &UpdateItemError| error.is_conditional_check_failed_exception();
        written(update.send().await.map_err(|error| (error.as_service_error().is_some_and(is_old), error)))
    }
}

fn item(event: &Event, change: &Change) -> HashMap<String, AttributeValue> {
    let mut item = HashMap::from([
        ("subject".to_owned(), text(&event.subject)),
        ("sequence".to_owned(), text(&event.sequence)),
        ("eventId".to_owned(), text(&event.id)),
        ("orderId".to_owned(), text(&change.order_id)),
        ("status".to_owned(), text(&change.status)),
    ]);
    item.extend(change.reason.as_deref().map(|reason| ("reason".to_owned(), text(reason))));
    item
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// Returns false if the condition of a write was false.
fn written<T, E, R>(result: Result<T, (bool, SdkError<E, R>)>) -> Result<bool, Error>
where
    aws_sdk_dynamodb::Error: From<SdkError<E, R>>,
{
    match result {
        Ok(_) => Ok(true),
        Err((true, _)) => Ok(false),
        Err((false, error)) => Err(aws_sdk_dynamodb::Error::from(error).into()),
    }
}

use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_protocol::subject::Pattern;

use crate::item::{Item, subscription_key};
use crate::model::Listener;
use crate::{Connections, StorageError};

impl Connections {
    /// Who listens to exactly this pattern, those included whose time is over: DynamoDB deletes expired items
    /// late. Costs what the listeners cost, not what everyone connected does.
    pub async fn listeners(&self, pattern: &Pattern) -> Result<Vec<Listener>, StorageError> {
        let items = self.query(subscription_key(pattern)).await?;
        Ok(items.into_iter().filter_map(Item::into_listener).collect())
    }

    /// All items of one partition, as they are at this moment.
    pub(crate) async fn query(&self, pk: String) -> Result<Vec<Item>, StorageError> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", AttributeValue::S(pk));
        let mut pages = query.into_paginator().send();
        let mut items = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|cause| self.failed(cause))?;
            let page = serde_dynamo::from_items(page.items.unwrap_or_default());
            items.append(&mut page.map_err(|cause| self.failed(cause))?);
        }
        Ok(items)
    }
}

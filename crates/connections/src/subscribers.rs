use tablecast_aws::StorageError;
use tablecast_protocol::subject::Pattern;

use crate::connections::Connections;
use crate::item::{Item, subscription_key};
use crate::model::Subscriber;

impl Connections {
    /// Returns the connections that subscribed to exactly this pattern. The cost depends on their number
    /// alone.
    ///
    /// Some may have ended already, because DynamoDB deletes expired items late.
    pub async fn subscribers(&self, pattern: &Pattern) -> Result<Vec<Subscriber>, StorageError> {
        let items = self.query(subscription_key(pattern)).await?;
        Ok(items.into_iter().filter_map(Item::into_subscriber).collect())
    }
}

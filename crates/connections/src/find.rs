use crate::item::{CONNECTION, Item, connection_key};
use crate::model::{Connection, Session, Subscription};
use crate::{Connections, StorageError};

impl Connections {
    /// A connection with all its subscriptions, as they are at this moment; none if it is not known.
    /// Costs one Query; of an item whose time is over, its reader must judge by its end.
    pub async fn find(&self, id: &str) -> Result<Option<Session>, StorageError> {
        let mut items = self.query(connection_key(id)).await?;
        let own = items.iter().position(|item| item.sk == CONNECTION);
        let Some(own) = own.map(|place| items.swap_remove(place)) else { return Ok(None) };
        let mut subscriptions: Vec<Subscription> =
            items.into_iter().filter_map(Item::into_subscription).collect();
        subscriptions.sort_by(|one, other| one.pattern.cmp(&other.pattern));
        let revision = own.revision.unwrap_or_default();
        Ok(Some(Session { connection: connection(id, own), subscriptions, revision }))
    }
}

fn connection(id: &str, own: Item) -> Connection {
    let Item { connected_at, protocol, identity, .. } = own;
    Connection { id: id.to_owned(), protocol: protocol.unwrap_or_default(), connected_at, identity }
}

use tablecast_aws::StorageError;

use crate::connections::Connections;
use crate::damaged::DamagedItem;
use crate::item::{CONNECTION, Item, connection_key};
use crate::model::{Connection, Session, Subscription};

impl Connections {
    /// Returns a connection with its subscriptions, or none if the table does not hold it, or holds a damaged item of
    /// it. Then it must be closed. Costs one Query.
    ///
    /// The connection may have ended already: check its `ends_at`.
    pub async fn find(&self, id: &str) -> Result<Option<Session>, StorageError> {
        let fields = self.query(connection_key(id)).await?;
        let items: Result<Vec<Item>, DamagedItem> =
            fields.into_iter().map(|fields| self.read(fields)).collect::<Result<_, _>>()?;
        let Ok(mut items) = items else { return Ok(None) };
        let own = items.iter().position(|item| item.sk == CONNECTION);
        let Some(own) = own.map(|index| items.swap_remove(index)) else { return Ok(None) };
        let mut subscriptions: Vec<Subscription> =
            items.into_iter().filter_map(Item::into_subscription).collect();
        subscriptions.sort_by(|one, other| one.pattern.cmp(&other.pattern));
        let (revision, refusal) = (own.revision.unwrap_or_default(), own.refusal.clone());
        Ok(Some(Session { connection: connection(id, own), subscriptions, refusal, revision }))
    }
}

fn connection(id: &str, own: Item) -> Connection {
    let Item { connected_at, protocol, identity, .. } = own;
    Connection { id: id.to_owned(), protocol: protocol.unwrap_or_default(), connected_at, identity }
}

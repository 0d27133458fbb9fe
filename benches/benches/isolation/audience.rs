//! The clients, and their subscriptions in the connections table.

use tablecast_benches::dynamodb::StandIn;
use tablecast_connections::{Connection, Connections};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

use crate::client::{Client, Group};
use crate::clock;
use crate::gateway::Gateway;
use crate::lambda::CONNECTIONS;
use crate::load::{CROWD, TENANTS};
use crate::scenario::{Behaviour, Scenario};

/// Everybody who subscribes.
#[derive(Debug, Clone)]
pub struct Audience {
    pub gateway: Gateway,
    pub connections: Connections,
}

impl Audience {
    /// Connects the clients that are there from the beginning.
    pub async fn connect_all(&self, scenario: &Scenario, database: &StandIn) {
        for tenant in 0..TENANTS {
            let pattern = format!("orders/tenant-{tenant}/*");
            self.connect(Client::new(Group::Tenants, Behaviour::Takes, Protocol::Single, &pattern)).await;
        }
        let listeners: Vec<Client> =
            (0..scenario.listeners).map(|number| listener(scenario, number)).collect();
        let Some(first) = listeners.first() else { return };
        let sample = self.connect(first.clone()).await.unwrap();
        let copies = listeners.into_iter().skip(1).map(|client| {
            let id = new_id();
            self.gateway.state().clients.insert(id.clone(), client);
            id
        });
        database.copy(CONNECTIONS, &sample, copies);
    }

    /// Returns the id of the new connection, if DynamoDB has it.
    pub async fn connect(&self, client: Client) -> Option<String> {
        let id = new_id();
        let pattern = Pattern::parse(&client.pattern).unwrap();
        let connection = Connection {
            id: id.clone(),
            protocol: client.protocol,
            connected_at: clock::now(),
            identity: None,
        };
        self.gateway.state().clients.insert(id.clone(), client);
        let opened = self.connections.open(&connection, [pattern]).await;
        opened.is_ok().then_some(id)
    }

    /// The client goes.
    pub async fn leave(&self, id: &str) {
        let gone = self.gateway.state().clients.remove(id).is_some();
        if gone {
            self.disconnect(id).await;
        }
    }

    /// The work of the function `disconnect`. DynamoDB may throttle it, so some connections stay in the table.
    pub async fn disconnect(&self, id: &str) {
        drop(self.connections.delete(id, clock::now()).await);
    }
}

fn listener(scenario: &Scenario, number: usize) -> Client {
    let trouble = scenario.trouble.filter(|_| number.is_multiple_of(10));
    let group = if trouble.is_some() { Group::Others } else { Group::Crowd };
    Client::new(group, trouble.unwrap_or(Behaviour::Takes), scenario.protocol, CROWD)
}

fn new_id() -> String {
    format!("{:016x}", fastrand::u64(..))
}

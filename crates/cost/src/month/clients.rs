use super::{Line, Lines};
use crate::facts;
use crate::load::Load;
use crate::prices::{Item, Prices};

const MINUTES: f64 = 30.0 * 24.0 * 60.0;

/// API Gateway ends every connection after two hours.
const CONNECTION_MINUTES: f64 = 120.0;

/// Duration of an invocation of `authorize`, `connect`, `disconnect` or `subscribe`. An assumption.
const SECONDS: f64 = 0.010;

/// Three items, written and deleted in transactions, at two units each.
const CONNECTION_WRITES: f64 = 12.0;

/// The connection, the end of one channel, and whether `fanout` pushes it.
const PING_READS: f64 = 3.0;

const PONG_BYTES: f64 = 450.0;

/// Clients that are connected all month, each with one subscription.
pub fn clients(load: &Load, prices: &Prices) -> Vec<Line> {
    let mut lines = Lines::new(prices);
    let minutes = load.clients.connected * MINUTES;
    let (connections, pings) = (minutes / CONNECTION_MINUTES, minutes / load.clients.ping_minutes);
    let calls = 3.0 * connections + pings;
    lines.add(Item::SocketMinute, "connected clients", minutes);
    lines.add(Item::SocketMessage, "pings and their replies", 2.0 * pings);
    lines.add(Item::LambdaRequest, "calls for connections and pings", calls);
    lines.add(
        Item::LambdaCompute,
        "connections and pings, 10 ms each",
        calls * SECONDS * facts::CLIENT_FUNCTION_GB,
    );
    lines.add(Item::DynamodbWrite, "connections and their subscriptions", connections * CONNECTION_WRITES);
    lines.add(Item::DynamodbRead, "pings", pings * PING_READS);
    lines.add(Item::DataOut, "replies to pings", pings * PONG_BYTES / 1e9);
    if load.clients.connected > 0.0 {
        lines.add(Item::Metric, "metrics of clients, at most", f64::from(facts::CLIENT_METRICS));
    }
    lines.lines
}

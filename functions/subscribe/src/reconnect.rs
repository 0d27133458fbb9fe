//! Requests that a client reconnects before API Gateway ends its connection.

use std::hash::{DefaultHasher, Hash, Hasher};

use tablecast_connections::Connection;
use tablecast_protocol::{Control, rfc3339};

const MINUTE: i64 = 60_000;

/// The longest life of a connection in API Gateway, in milliseconds.
const MAX_AGE: i64 = 120 * MINUTE;

/// The age at which the first clients receive the request, in milliseconds.
const FIRST_REQUEST: i64 = 100 * MINUTE;

/// The last clients receive the request so much later. A client that sends a message every minute still
/// receives it several times.
const SPREAD: u64 = 15 * 60_000;

/// The event that follows each reply once a connection is old. `now` is in milliseconds, by API Gateway's
/// clock.
pub fn request(connection: &Connection, now: i64) -> Option<Control> {
    let is_due = now.saturating_sub(connection.connected_at) >= FIRST_REQUEST + jitter(&connection.id);
    is_due.then(|| Control::Reconnect { closes_at: rfc3339(connection.connected_at.saturating_add(MAX_AGE)) })
}

/// Clients that connected together, after an outage, do not reconnect together. The delay follows from the
/// id, so it needs no storage.
fn jitter(id: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    (hasher.finish() % SPREAD) as i64
}

#[cfg(test)]
mod tests {
    use tablecast_protocol::Protocol;

    use super::*;

    fn connection(id: &str) -> Connection {
        Connection {
            id: id.to_owned(),
            protocol: Protocol::Single,
            connected_at: 1_800_000_000_000,
            identity: None,
        }
    }

    fn is_requested(id: &str, age: i64) -> bool {
        let connection = connection(id);
        request(&connection, connection.connected_at + age).is_some()
    }

    #[test]
    fn a_reconnect_is_requested_from_a_connections_own_age_on() {
        let moment = FIRST_REQUEST + jitter("L0SM9cOFvHcCIhw=");
        assert!(!is_requested("L0SM9cOFvHcCIhw=", moment - 1));
        assert!(is_requested("L0SM9cOFvHcCIhw=", moment));
        assert!(is_requested("L0SM9cOFvHcCIhw=", MAX_AGE));
    }

    #[test]
    fn requests_to_many_connections_spread_over_15_minutes() {
        let ids: Vec<_> = (0..1500).map(|n| format!("id{n}=")).collect();
        assert!(!ids.iter().any(|id| is_requested(id, FIRST_REQUEST - 1)));
        assert!(ids.iter().all(|id| is_requested(id, 115 * MINUTE)));
        for minute in 100..115 {
            let requested = |minute: i64| ids.iter().filter(|id| is_requested(id, minute * MINUTE)).count();
            assert!((60..140).contains(&(requested(minute + 1) - requested(minute))), "{minute}");
        }
    }

    #[test]
    fn the_request_has_the_time_when_the_connection_ends() {
        let requested = request(&connection("a="), i64::MAX);
        assert_eq!(requested, Some(Control::Reconnect { closes_at: rfc3339(1_800_007_200_000) }));
    }
}

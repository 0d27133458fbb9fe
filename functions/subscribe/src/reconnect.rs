//! Asks a client to reconnect before API Gateway ends its connection.

use std::hash::{DefaultHasher, Hash, Hasher};

use tablecast_connections::Connection;
use tablecast_protocol::{Control, rfc3339};

const MINUTE: i64 = 60_000;

/// The longest life of a connection in API Gateway, in milliseconds.
const MAX_AGE: i64 = 120 * MINUTE;

/// The age at which the first clients are asked, in milliseconds.
const FIRST_REQUEST: i64 = 100 * MINUTE;

/// The last clients are asked so much later. A client that sends a message every minute is still asked several times.
const SPREAD: u64 = 15 * 60_000;

/// The event that follows each reply once a connection is old. `now` is in milliseconds, by API Gateway's clock.
pub fn request(connection: &Connection, now: i64) -> Option<Control> {
    let is_due = now.saturating_sub(connection.connected_at) >= FIRST_REQUEST + jitter(&connection.id);
    is_due.then(|| Control::Reconnect { closes_at: rfc3339(connection.connected_at.saturating_add(MAX_AGE)) })
}

/// Clients that connected together, after an outage, do not reconnect together. The delay follows from the id, so it needs
/// no storage.
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

    fn is_asked(id: &str, age: i64) -> bool {
        let connection = connection(id);
        request(&connection, connection.connected_at + age).is_some()
    }

    #[test]
    fn a_connection_is_asked_from_its_own_age_on() {
        let moment = FIRST_REQUEST + jitter("L0SM9cOFvHcCIhw=");
        assert!(!is_asked("L0SM9cOFvHcCIhw=", moment - 1));
        assert!(is_asked("L0SM9cOFvHcCIhw=", moment));
        assert!(is_asked("L0SM9cOFvHcCIhw=", MAX_AGE));
    }

    #[test]
    fn requests_to_many_connections_spread_over_15_minutes() {
        let ids: Vec<_> = (0..1500).map(|n| format!("id{n}=")).collect();
        assert!(!ids.iter().any(|id| is_asked(id, FIRST_REQUEST - 1)));
        assert!(ids.iter().all(|id| is_asked(id, 115 * MINUTE)));
        for minute in 100..115 {
            let asked = |minute: i64| ids.iter().filter(|id| is_asked(id, minute * MINUTE)).count();
            assert!((60..140).contains(&(asked(minute + 1) - asked(minute))), "{minute}");
        }
    }

    #[test]
    fn the_request_says_when_the_connection_ends() {
        let asked = request(&connection("a="), i64::MAX);
        assert_eq!(asked, Some(Control::Reconnect { closes_at: rfc3339(1_800_007_200_000) }));
    }
}

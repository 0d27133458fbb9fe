//! A connection is asked to make place for another in good time before API Gateway ends it.

use std::hash::{DefaultHasher, Hash, Hasher};

use tablecast_connections::Connection;
use tablecast_protocol::{Control, rfc3339};

const MINUTE: i64 = 60_000;

/// API Gateway: so long does a connection live, in milliseconds.
const CUT: i64 = 120 * MINUTE;

/// At this age the first are asked, in milliseconds,
const FIRST: i64 = 100 * MINUTE;

/// and the last so much later: who says something every minute is still asked several times before the cut.
const SPREAD: u64 = 15 * 60_000;

/// What a connection is told with each answer from its moment on. `now`: by API Gateway's clock, in milliseconds.
pub fn request(connection: &Connection, now: i64) -> Option<Control> {
    let is_due = now.saturating_sub(connection.connected_at) >= FIRST + jitter(&connection.id);
    is_due.then(|| Control::Reconnect { closes_at: rfc3339(connection.connected_at.saturating_add(CUT)) })
}

/// Those who came together, after an outage, do not leave together. By the id, so that nobody has to remember it.
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
    fn a_connection_is_asked_from_its_moment_on_and_not_before() {
        let moment = FIRST + jitter("L0SM9cOFvHcCIhw=");
        assert!(!is_asked("L0SM9cOFvHcCIhw=", moment - 1));
        assert!(is_asked("L0SM9cOFvHcCIhw=", moment));
        assert!(is_asked("L0SM9cOFvHcCIhw=", CUT));
    }

    #[test]
    fn the_moments_of_many_connections_fill_the_quarter_of_an_hour() {
        let ids: Vec<_> = (0..1500).map(|n| format!("id{n}=")).collect();
        assert!(!ids.iter().any(|id| is_asked(id, FIRST - 1)));
        assert!(ids.iter().all(|id| is_asked(id, 115 * MINUTE)));
        for minute in 100..115 {
            let asked = |minute: i64| ids.iter().filter(|id| is_asked(id, minute * MINUTE)).count();
            assert!((60..140).contains(&(asked(minute + 1) - asked(minute))), "{minute}");
        }
    }

    #[test]
    fn it_is_told_when_the_end_comes() {
        let asked = request(&connection("a="), i64::MAX);
        assert_eq!(asked, Some(Control::Reconnect { closes_at: rfc3339(1_800_007_200_000) }));
    }
}

//! The reason of a refused connection. Browsers hide the HTTP status of a handshake, so a client can request the
//! reason over the socket: docs/adr/0029-the-reason-of-a-refusal.md.

use serde::{Deserialize, Serialize};

use crate::Protocol;

/// The offer with which a client requests the reason. The server never confirms it.
pub const EXPLAIN: &str = "tablecast.explain";

/// Longest text for the client, which can repeat a part of the client's own request.
const MAX_MESSAGE_CHARACTERS: usize = 500;

/// The data of `tablecast.refused.v1`. It has nothing that an attacker could use: the log has the details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// The HTTP status for clients that do not request the reason.
    pub status: u16,
    pub reason: ConnectionRefusal,
    /// For people.
    pub message: String,
}

/// The kind of a refusal, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionRefusal {
    TokenMissing,
    TokenExpired,
    TokenInvalid,
    TokenTooLarge,
    OriginNotAllowed,
    BadRequest,
    NotGranted,
}

/// A connection that is open only until its client has the reason. It has no claims and no subscriptions.
///
/// As JSON text, `authorize` returns it in its context, and `connect` stores it with a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedConnection {
    #[serde(flatten)]
    pub refused: Refused,
    pub protocol: Protocol,
}

impl ConnectionRefusal {
    pub const ALL: [Self; 7] = [
        Self::TokenMissing,
        Self::TokenExpired,
        Self::TokenInvalid,
        Self::TokenTooLarge,
        Self::OriginNotAllowed,
        Self::BadRequest,
        Self::NotGranted,
    ];

    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::TokenMissing | Self::TokenExpired | Self::TokenInvalid => 401,
            Self::TokenTooLarge | Self::OriginNotAllowed | Self::NotGranted => 403,
        }
    }
}

impl Refused {
    pub fn new(reason: ConnectionRefusal, message: &str) -> Self {
        let message = message.chars().take(MAX_MESSAGE_CHARACTERS).collect();
        Self { status: reason.status(), reason, message }
    }
}

impl RefusedConnection {
    /// None if the client does not request the reason, or offers no form of events that the server could confirm.
    pub fn requested<'o>(offers: impl IntoIterator<Item = &'o str>, refused: Refused) -> Option<Self> {
        Some(Self { protocol: requested_in(offers)?, refused })
    }

    pub fn text(&self) -> String {
        // Numbers, names and a text: serialization cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// None if the text is not one that [`Self::text`] returned.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// The form of the event with the reason, if a client with these offers requests it.
pub fn requested_in<'o>(offers: impl IntoIterator<Item = &'o str>) -> Option<Protocol> {
    let offers: Vec<_> = offers.into_iter().collect();
    offers.contains(&EXPLAIN).then(|| Protocol::choose(offers)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_requested_beside_a_form_of_events() {
        let requested = |offers: &str| requested_in(offers.split(", "));
        assert_eq!(requested("cloudevents-batch.json, tablecast.explain, bearer.t"), Some(Protocol::Batch));
        assert_eq!(requested("tablecast.explain, cloudevents.json"), Some(Protocol::Single));
        for offers in [
            "cloudevents.json",
            "tablecast.explain",
            "mqtt, tablecast.explain",
            "cloudevents.json, tablecast.explain2",
            "",
        ] {
            assert_eq!(requested(offers), None, "{offers}");
        }
        let refused = Refused::new(ConnectionRefusal::BadRequest, "why");
        let requested = |offers: &str| RefusedConnection::requested(offers.split(", "), refused.clone());
        let protocol = Protocol::Single;
        let expected = RefusedConnection { refused: refused.clone(), protocol };
        assert_eq!(requested("cloudevents.json, tablecast.explain"), Some(expected));
        assert_eq!(requested("cloudevents.json"), None);
    }

    #[test]
    fn a_refused_connection_is_the_same_after_its_text_is_read() {
        for reason in ConnectionRefusal::ALL {
            let refused =
                RefusedConnection { refused: Refused::new(reason, "why"), protocol: Protocol::Batch };
            assert_eq!(RefusedConnection::parse(&refused.text()), Some(refused));
        }
        assert_eq!(RefusedConnection::parse("{}"), None);
        assert_eq!(RefusedConnection::parse(""), None);
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let refused = Refused::new(ConnectionRefusal::BadRequest, &"é".repeat(501));
        assert_eq!((refused.status, refused.message), (400, "é".repeat(500)));
    }
}

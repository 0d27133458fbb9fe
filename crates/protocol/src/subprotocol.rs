use serde::{Deserialize, Serialize};

/// A WebSocket sub-protocol: the form of events in messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// The CloudEvents WebSocket binding: a message is one event.
    #[default]
    #[serde(rename = "cloudevents.json")]
    Single,
    /// tablecast's own, because the binding has no batches: a message is a JSON array of events.
    #[serde(rename = "cloudevents-batch.json")]
    Batch,
}

impl Protocol {
    pub const ALL: [Self; 2] = [Self::Single, Self::Batch];

    /// The value in `Sec-WebSocket-Protocol`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "cloudevents.json",
            Self::Batch => "cloudevents-batch.json",
        }
    }

    /// The first supported offer of a client.
    pub fn choose<'o>(offers: impl IntoIterator<Item = &'o str>) -> Option<Self> {
        offers.into_iter().find_map(|offer| Self::ALL.into_iter().find(|known| known.name() == offer))
    }

    /// A message with only this event.
    pub fn frame(self, event: String) -> String {
        match self {
            Self::Single => event,
            Self::Batch => format!("[{event}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_supported_offer_is_chosen() {
        assert_eq!(Protocol::choose(["cloudevents-batch.json", "cloudevents.json"]), Some(Protocol::Batch));
        assert_eq!(Protocol::choose(["mqtt", "cloudevents.json"]), Some(Protocol::Single));
        assert_eq!(Protocol::choose(["cloudevents.JSON", ""]), None);
    }

    #[test]
    fn a_protocol_is_stored_by_its_name() {
        for protocol in Protocol::ALL {
            assert_eq!(serde_json::to_value(protocol).unwrap(), protocol.name());
        }
    }
}

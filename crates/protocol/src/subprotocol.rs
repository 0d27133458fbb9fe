use serde::{Deserialize, Serialize};

/// A WebSocket sub-protocol: how events lie in frames.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// The CloudEvents WebSocket binding: a message is one event.
    #[default]
    #[serde(rename = "cloudevents.json")]
    Single,
    /// Ours, because the binding knows no batches: a message is a JSON array of events.
    #[serde(rename = "cloudevents-batch.json")]
    Batch,
}

impl Protocol {
    pub const ALL: [Self; 2] = [Self::Single, Self::Batch];

    /// As it stands in `Sec-WebSocket-Protocol`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "cloudevents.json",
            Self::Batch => "cloudevents-batch.json",
        }
    }

    /// The first of a client's offers that is spoken here.
    pub fn choose<'o>(offers: impl IntoIterator<Item = &'o str>) -> Option<Self> {
        offers.into_iter().find_map(|offer| Self::ALL.into_iter().find(|known| known.name() == offer))
    }

    /// A message with this event alone.
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
    fn the_clients_order_decides_between_the_protocols() {
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

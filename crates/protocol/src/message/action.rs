//! The list of client messages. Terraform's routes, the local gateway, the AsyncAPI document and the
//! TypeScript client agree with it; tests/tests/clients/client_messages.rs proves that.

/// The `action` of a client message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Subscribe,
    Unsubscribe,
    Ping,
    Refresh,
    State,
}

/// Every action, in the order of the documentation.
pub const ACTIONS: [Action; 5] =
    [Action::Subscribe, Action::Unsubscribe, Action::Ping, Action::Refresh, Action::State];

impl Action {
    /// The value of `action` in the message, which is also the route key in API Gateway.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Ping => "ping",
            Self::Refresh => "refresh",
            Self::State => "state",
        }
    }

    /// The JSON Schema of the message.
    pub fn schema(self) -> &'static str {
        match self {
            Self::Subscribe => include_str!("subscribe.json"),
            Self::Unsubscribe => include_str!("unsubscribe.json"),
            Self::Ping => include_str!("ping.json"),
            Self::Refresh => include_str!("refresh.json"),
            Self::State => include_str!("state.json"),
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        ACTIONS.into_iter().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_found_by_its_name() {
        for action in ACTIONS {
            assert_eq!(Action::from_name(action.name()), Some(action));
        }
        assert_eq!(Action::from_name("Subscribe"), None);
    }
}

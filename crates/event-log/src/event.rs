use tablecast_protocol::Position;

/// An event of the log, with the text that every client receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    pub position: Position,
    pub text: String,
}

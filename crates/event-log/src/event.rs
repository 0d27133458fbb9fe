use tablecast_protocol::Position;

/// An event to append.
#[derive(Debug, Clone, Copy)]
pub struct NewEvent<'e> {
    /// The same in every retry of the event.
    pub id: &'e str,
    /// The event's JSON, with the same `id`, and without `late`.
    pub text: &'e str,
}

/// An event of the log, with the text that every client receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    pub position: Position,
    pub text: String,
}

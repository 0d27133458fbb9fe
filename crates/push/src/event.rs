use tablecast_protocol::subject::Subject;

/// An event with what routes it.
#[derive(Debug, Clone, Copy)]
pub struct RoutedEvent<'e> {
    /// The CloudEvents `source` of its channel.
    pub source: &'e str,
    pub subject: &'e Subject,
    pub event_type: &'e str,
    /// The CloudEvent as clients receive it.
    pub text: &'e str,
}

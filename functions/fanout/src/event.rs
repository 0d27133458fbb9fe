use tablecast_connections::Subscription;
use tablecast_event_log::Followed;
use tablecast_protocol::event::EventHead;
use tablecast_protocol::event_filter::includes_type;
use tablecast_protocol::subject::Subject;
use tablecast_push::RoutedEvent;

/// An event of the log, with what routes it.
#[derive(Debug)]
pub struct Event {
    pub offset: u64,
    pub appended_at: i64,
    pub subject: Subject,
    pub event_type: String,
    pub text: String,
}

impl Event {
    /// The error is why nobody can receive the event.
    pub fn read(followed: Followed) -> Result<Self, String> {
        let Followed { offset, text, appended_at } = followed;
        let head = EventHead::parse(&text).map_err(|error| error.to_string())?;
        let subject = Subject::parse(&head.subject).map_err(|error| format!("subject {error}"))?;
        let event_type = head.event_type.into_owned();
        Ok(Self { offset, appended_at, subject, event_type, text })
    }

    pub fn is_wanted(&self, subscriptions: &[Subscription]) -> bool {
        let is_wanted = |one: &Subscription| {
            one.pattern.matches(&self.subject) && includes_type(&one.types, &self.event_type)
        };
        subscriptions.iter().any(is_wanted)
    }

    pub fn routed<'e>(&'e self, source: &'e str) -> RoutedEvent<'e> {
        RoutedEvent { source, subject: &self.subject, event_type: &self.event_type, text: &self.text }
    }
}

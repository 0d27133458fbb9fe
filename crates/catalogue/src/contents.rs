//! Which events there are, who emits them, and how they are subscribed to.

mod event;
mod subscription;

use tablecast_authoring::schema::Library;
use tablecast_pipeline::pipe::Pipes;
use tablecast_protocol::event_type;

use crate::Places;

pub use event::Event;
pub use subscription::Subscription;

pub struct Contents<'c> {
    pub pipes: &'c Pipes,
    pub places: &'c Places,
    /// For `$ref`.
    pub library: Library<'c>,
    /// Of tables, by their types.
    pub events: Vec<Event<'c>>,
    /// What tablecast itself says.
    pub controls: Vec<Event<'c>>,
}

impl<'c> Contents<'c> {
    pub fn of(pipes: &'c Pipes, places: &'c Places) -> Self {
        let library = Library::new(pipes.schemas().iter().map(|(_, schema)| &schema.document));
        let all = pipes.schemas().iter().map(|(event_type, schema)| Event::of(event_type, schema, pipes));
        let (controls, events) = all.partition(|event| event_type::is_control(event.event_type));
        Self { pipes, places, library, events, controls }
    }

    /// The versions of one event, this one included.
    pub fn versions(&self, event: &Event<'_>) -> impl Iterator<Item = &Event<'c>> {
        let stem = event.stem().to_owned();
        self.events.iter().filter(move |other| other.stem() == stem)
    }

    pub fn subscription(&self, event: &Event<'c>) -> Option<Subscription> {
        event.emitters.iter().find_map(|pipe| Subscription::to(pipe))
    }
}

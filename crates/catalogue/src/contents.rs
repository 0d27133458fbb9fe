//! The contents of the catalogue.
//!
//! # Layout
//! - `event`: an event type with its schema and the pipes that emit it
//! - `subscription`: an example subscription to a pipe's events

mod event;
mod subscription;

use tablecast_authoring::schema::Resolver;
use tablecast_pipeline::pipe::{Pipe, Pipes};
use tablecast_protocol::event_type;

use crate::deployment::Deployment;

pub use event::Event;
pub use subscription::Subscription;

pub struct Contents<'c> {
    pub pipes: &'c Pipes,
    pub deployment: &'c Deployment,
    pub resolver: Resolver<'c>,
    /// The events of tables, by their types.
    pub events: Vec<Event<'c>>,
    /// The control events.
    pub controls: Vec<Event<'c>>,
}

impl<'c> Contents<'c> {
    pub fn new(pipes: &'c Pipes, deployment: &'c Deployment) -> Self {
        let resolver = Resolver::new(pipes.schemas().iter().map(|(_, schema)| &schema.document));
        let all = pipes.schemas().iter().map(|(event_type, schema)| Event::new(event_type, schema, pipes));
        let (controls, events) = all.partition(|event| event_type::is_control(event.event_type));
        Self { pipes, deployment, resolver, events, controls }
    }

    /// Returns the events that a pipe emits.
    pub fn emitted(&self) -> impl Iterator<Item = &Event<'c>> {
        self.events.iter().filter(|event| !event.emitters.is_empty())
    }

    /// Returns the events of one pipe.
    pub fn emitted_by(&self, pipe: &str) -> impl Iterator<Item = &Event<'c>> {
        self.events.iter().filter(move |event| event.pipe_names().contains(&pipe))
    }

    /// Returns the pipes that publish on the bus.
    pub fn bus_pipes(&self) -> impl Iterator<Item = &Pipe> {
        self.pipes.iter().filter(|pipe| pipe.definition.bus)
    }

    /// Returns all versions of an event, this one included.
    pub fn versions(&self, event: &Event<'_>) -> impl Iterator<Item = &Event<'c>> {
        let stem = event.stem().to_owned();
        self.events.iter().filter(move |other| other.stem() == stem)
    }

    /// Returns an example of a subscription to an event.
    pub fn subscription(&self, event: &Event<'c>) -> Option<Subscription> {
        event.emitters.iter().find_map(|pipe| Subscription::example(pipe))
    }
}

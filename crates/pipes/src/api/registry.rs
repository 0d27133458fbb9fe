use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::command::Command;
use super::error::ApiError;
use super::list::Query;
use super::model;
use super::parameters::{Object, PipeParameters};
use super::parse::parse;
use super::resource::{CurrentState, DesiredState, Resource, Tags};
use super::store::{Entry, Store};
use super::tags;
use super::violations::Violations;
use super::worker::work;
use crate::arn::Arn;
use crate::aws::AwsPipes;

/// The operations on all pipes. Clones share the pipes.
#[derive(Clone)]
pub struct Registry {
    store: Store,
    aws: AwsPipes,
}

type ApiResult = Result<Value, ApiError>;

impl Registry {
    pub fn new(aws: AwsPipes) -> Self {
        Self { store: Store::default(), aws }
    }

    /// Accepts a repeated identical call, because clients repeat calls whose response was lost.
    pub fn create(&self, name: &str, body: &Object) -> ApiResult {
        let mut violations = Violations::default();
        model::check(&model::CREATE_PIPE, body, &mut violations)?;
        let parameters = PipeParameters::new(body);
        let spec = parse(name, &parameters, violations)?;
        let (desired, tags) = (DesiredState::of(body).unwrap_or_default(), tags::of_create(body)?);
        let mut pipes = self.store.lock();
        if let Some(Entry { resource, .. }) = pipes.get(name) {
            let is_same =
                (&resource.parameters, &resource.tags, resource.desired) == (&parameters, &tags, desired);
            return match is_same && resource.state != CurrentState::Deleting {
                true => Ok(resource.outline()),
                false => Err(ApiError::conflict(name, "already exists.")),
            };
        }
        let arn = Arn::of_pipe(name, &spec.source);
        let resource = Resource::new(name, arn, parameters, tags, desired);
        let outline = resource.outline();
        pipes.insert(name.to_owned(), self.entry(resource, Command::reach(desired, spec)));
        Ok(outline)
    }

    pub fn describe(&self, name: &str) -> ApiResult {
        self.store.with(name, |entry| Ok(entry.resource.description()))
    }

    pub fn update(&self, name: &str, body: &Object) -> ApiResult {
        let mut violations = Violations::default();
        model::check(&model::UPDATE_PIPE, body, &mut violations)?;
        let desired = DesiredState::of(body);
        self.change(name, |Entry { resource, commands, .. }| {
            let parameters = resource.parameters.updated(body);
            let spec = parse(name, &parameters, violations)?;
            resource.parameters = parameters;
            resource.desired = desired.unwrap_or(resource.desired);
            resource.enter(CurrentState::Updating);
            commands.send_replace(Command::reach(resource.desired, spec));
            Ok(())
        })
    }

    pub fn start(&self, name: &str) -> ApiResult {
        self.change(name, |Entry { resource, commands, .. }| {
            let spec = parse(name, &resource.parameters, Violations::default())?;
            resource.desired = DesiredState::Running;
            resource.enter(CurrentState::Starting);
            commands.send_replace(Command::reach(DesiredState::Running, spec));
            Ok(())
        })
    }

    pub fn stop(&self, name: &str) -> ApiResult {
        self.change(name, |Entry { resource, commands, .. }| {
            resource.desired = DesiredState::Stopped;
            resource.enter(CurrentState::Stopping);
            commands.send_replace(Command::Stop);
            Ok(())
        })
    }

    /// The pipe is DELETING until its worker has ended.
    pub fn delete(&self, name: &str) -> ApiResult {
        self.store.with(name, |Entry { resource, commands, .. }| {
            resource.enter(CurrentState::Deleting);
            commands.send_replace(Command::End);
            Ok(resource.outline())
        })
    }

    pub fn list(&self, query: &Query) -> Value {
        query.page(self.store.lock().values().map(|entry| &entry.resource))
    }

    pub fn tags(&self, arn: &str) -> ApiResult {
        self.tagged(arn, |tags| Ok(tags.clone()))
    }

    pub fn tag(&self, arn: &str, more: Tags) -> ApiResult {
        self.tagged(arn, |tags| {
            let mut all = tags.clone();
            all.extend(more);
            tags::check_count(&all)?;
            *tags = all;
            Ok(Tags::new())
        })
    }

    pub fn untag(&self, arn: &str, keys: &[String]) -> ApiResult {
        self.tagged(arn, |tags| {
            tags.retain(|key, _| !keys.contains(key));
            Ok(Tags::new())
        })
    }

    /// Ends all pipes, and waits for their batches in flight.
    pub async fn end_all(&self) {
        let pipes = std::mem::take(&mut *self.store.lock());
        let ends = pipes.into_values().map(|Entry { commands, worker, .. }| async move {
            commands.send_replace(Command::End);
            worker.await.ok();
        });
        join_all(ends).await;
    }

    fn entry(&self, resource: Resource, first: Command) -> Entry {
        let (commands, received) = watch::channel(first);
        let worker = work(self.store.clone(), self.aws.clone(), resource.name.clone(), received);
        Entry { resource, commands, worker: tokio::spawn(worker) }
    }

    /// Rejects changes of a pipe that is being deleted.
    fn change(&self, name: &str, change: impl FnOnce(&mut Entry) -> Result<(), ApiError>) -> ApiResult {
        self.store.with(name, |entry| {
            if entry.resource.state == CurrentState::Deleting {
                return Err(ApiError::conflict(name, "is being deleted."));
            }
            change(entry)?;
            Ok(entry.resource.outline())
        })
    }

    fn tagged(&self, arn: &str, change: impl FnOnce(&mut Tags) -> Result<Tags, ApiError>) -> ApiResult {
        let mut pipes = self.store.lock();
        let entry = pipes.values_mut().find(|entry| entry.resource.arn == arn);
        let entry = entry.ok_or_else(|| ApiError::not_found(arn))?;
        change(&mut entry.resource.tags).map(|tags| json!({ "tags": tags }))
    }
}

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::arn::Arn;
use super::definition::{Definition, Object};
use super::list::Wanted;
use super::plan::Plan;
use super::refusal::Refusal;
use super::resource::{Desired, Resource, State, Tags};
use super::rule::Violations;
use super::tags;
use super::wire::Wire;
use super::worker::{Order, work};

/// All pipes. Clones are the same registry.
#[derive(Clone)]
pub struct Registry {
    pipes: Arc<Mutex<BTreeMap<String, Entry>>>,
    wire: Wire,
}

struct Entry {
    resource: Resource,
    orders: watch::Sender<Order>,
    worker: JoinHandle<()>,
}

type Answer = Result<Value, Refusal>;

impl Registry {
    pub fn new(wire: Wire) -> Self {
        Self { pipes: Arc::default(), wire }
    }

    /// A repeated identical call is answered as the first: clients repeat calls whose answer was lost.
    pub fn create(&self, name: &str, body: &Object) -> Answer {
        let (desired, tags) = (Desired::said(body)?.unwrap_or_default(), tags::of_create(body)?);
        let definition = Definition::new(body);
        let plan = Plan::of(name, &definition)?;
        let mut pipes = self.lock();
        if let Some(Entry { resource, .. }) = pipes.get(name) {
            let is_same =
                (&resource.definition, &resource.tags, resource.desired) == (&definition, &tags, desired);
            return match is_same && resource.state != State::Deleting {
                true => Ok(resource.outline()),
                false => Err(Refusal::conflict(name, "already exists.")),
            };
        }
        let arn = Arn::of_pipe(name, &plan.source);
        let resource = Resource::new(name, arn, definition, tags, desired);
        let answer = resource.outline();
        pipes.insert(name.to_owned(), self.entry(resource, Order::of(desired, plan)));
        Ok(answer)
    }

    pub fn describe(&self, name: &str) -> Answer {
        self.with(name, |entry| Ok(entry.resource.description()))
    }

    pub fn update(&self, name: &str, body: &Object) -> Answer {
        require_role(body)?;
        let desired = Desired::said(body)?;
        self.change(name, |Entry { resource, orders, .. }| {
            let definition = resource.definition.updated(body);
            let plan = Plan::of(name, &definition)?;
            resource.definition = definition;
            resource.desired = desired.unwrap_or(resource.desired);
            resource.change(State::Updating);
            orders.send_replace(Order::of(resource.desired, plan));
            Ok(())
        })
    }

    pub fn start(&self, name: &str) -> Answer {
        self.change(name, |Entry { resource, orders, .. }| {
            let plan = Plan::of(name, &resource.definition)?;
            resource.desired = Desired::Running;
            resource.change(State::Starting);
            orders.send_replace(Order::of(Desired::Running, plan));
            Ok(())
        })
    }

    pub fn stop(&self, name: &str) -> Answer {
        self.change(name, |Entry { resource, orders, .. }| {
            resource.desired = Desired::Stopped;
            resource.change(State::Stopping);
            orders.send_replace(Order::Rest);
            Ok(())
        })
    }

    /// It is described as DELETING until it has ended.
    pub fn delete(&self, name: &str) -> Answer {
        self.with(name, |Entry { resource, orders, .. }| {
            resource.change(State::Deleting);
            orders.send_replace(Order::End);
            Ok(resource.outline())
        })
    }

    pub fn list(&self, wanted: &Wanted) -> Value {
        wanted.page(self.lock().values().map(|entry| &entry.resource))
    }

    pub fn tags(&self, arn: &str) -> Answer {
        self.tagged(arn, |tags| Ok(tags.clone()))
    }

    pub fn tag(&self, arn: &str, more: Tags) -> Answer {
        self.tagged(arn, |tags| {
            let mut all = tags.clone();
            all.extend(more);
            tags::check_count(&all)?;
            *tags = all;
            Ok(Tags::new())
        })
    }

    pub fn untag(&self, arn: &str, keys: &[String]) -> Answer {
        self.tagged(arn, |tags| {
            tags.retain(|key, _| !keys.contains(key));
            Ok(Tags::new())
        })
    }

    /// A worker tells what its pipe has come to. It does not count when there is another order already.
    pub fn settle(&self, name: &str, orders: &watch::Receiver<Order>, state: State, reason: Option<String>) {
        let mut pipes = self.lock();
        let entry = pipes.get_mut(name).filter(|_| orders.has_changed().is_ok_and(|changed| !changed));
        if let Some(entry) = entry {
            entry.resource.settle(state, reason);
        }
    }

    /// A worker has ended.
    pub fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    /// Ends all pipes; what they have in flight has a moment to end.
    pub async fn end_all(&self) {
        let pipes = std::mem::take(&mut *self.lock());
        let ends = pipes.into_values().map(|Entry { orders, worker, .. }| async move {
            orders.send_replace(Order::End);
            worker.await.ok();
        });
        join_all(ends).await;
    }

    fn entry(&self, resource: Resource, first: Order) -> Entry {
        let (orders, received) = watch::channel(first);
        let worker = work(self.clone(), self.wire.clone(), resource.name.clone(), received);
        Entry { resource, orders, worker: tokio::spawn(worker) }
    }

    /// What is being deleted can no longer be changed.
    fn change(&self, name: &str, change: impl FnOnce(&mut Entry) -> Result<(), Refusal>) -> Answer {
        self.with(name, |entry| {
            if entry.resource.state == State::Deleting {
                return Err(Refusal::conflict(name, "is being deleted."));
            }
            change(entry)?;
            Ok(entry.resource.outline())
        })
    }

    fn tagged(&self, arn: &str, change: impl FnOnce(&mut Tags) -> Result<Tags, Refusal>) -> Answer {
        let mut pipes = self.lock();
        let entry = pipes.values_mut().find(|entry| entry.resource.arn == arn);
        let entry = entry.ok_or_else(|| Refusal::not_found(arn))?;
        change(&mut entry.resource.tags).map(|tags| json!({ "tags": tags }))
    }

    fn with<T>(&self, name: &str, call: impl FnOnce(&mut Entry) -> Result<T, Refusal>) -> Result<T, Refusal> {
        call(self.lock().get_mut(name).ok_or_else(|| Refusal::not_found(name))?)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.pipes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one member that every update must have.
fn require_role(body: &Object) -> Result<(), Refusal> {
    let mut violations = Violations::default();
    if body.get("RoleArn").is_none_or(Value::is_null) {
        violations.missing("roleArn");
    }
    violations.into_result()
}

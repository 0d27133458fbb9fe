use std::time::Duration;

use tablecast_protocol::message::{Message, Unsubscribe};

use super::context::{Context, Member};
use super::effect::SubscriptionId;
use super::requests::Requests;
use super::server_subscriptions::ServerSubscriptions;
use super::subscribe_message::{overlapping, subscribe_message};
use super::timing::NEVER;
use crate::wire::control::Positions;

/// The subscriptions of one connection, and its messages. Sends subscribe and unsubscribe until the server has the
/// subscriptions of the application.
#[derive(Debug)]
pub(super) struct Session {
    pub server: ServerSubscriptions,
    pub requests: Requests,
}

impl Session {
    pub fn sync_all(&mut self, now: Duration, context: &mut Context) {
        self.remove_unwanted(now, context);
        for member in context.members(false) {
            if self.server.requested.contains_key(&member.id) {
                continue;
            }
            match context.subscriptions.get(&member.id).is_some_and(|state| state.has_started) {
                true => self.resume(member, now, context),
                false => self.subscribe(vec![member], now, context),
            }
        }
        for (id, _) in self.loads(context).filter(|(_, load_at)| now >= *load_at).collect::<Vec<_>>() {
            self.load(id, now, context);
        }
    }

    /// When to request state.
    pub fn load_at(&self, context: &Context) -> Duration {
        self.loads(context).map(|(_, load_at)| load_at).min().unwrap_or(NEVER)
    }

    /// Leaves out the subscriptions that have not started. They start on the current connection.
    pub fn sync_started(&mut self, now: Duration, context: &mut Context) {
        self.remove_unwanted(now, context);
        for member in context.members(true) {
            if !self.server.requested.contains_key(&member.id) {
                self.resume(member, now, context);
            }
        }
    }

    /// Resumes the subscriptions that may have lost events. Returns whether it could: not during another replay.
    pub fn check_for_lost_events(
        &mut self,
        log_ends: &Positions,
        now: Duration,
        context: &mut Context,
    ) -> bool {
        if self.server.is_pending() {
            return false;
        }
        for member in self.server.members() {
            if context.subscriptions.get(&member.id).is_some_and(|state| state.is_behind(log_ends)) {
                self.resume(member, now, context);
            }
        }
        true
    }

    /// The collections whose subscription is live, without a request of state, and when to request it.
    fn loads(&self, context: &Context) -> impl Iterator<Item = (SubscriptionId, Duration)> {
        let loads = context.subscriptions.iter().filter_map(|(id, state)| Some((*id, state.load_at()?)));
        loads.filter(|(id, _)| self.server.is_current(*id) && !self.requests.is_loading(*id))
    }

    fn load(&mut self, id: SubscriptionId, now: Duration, context: &mut Context) {
        let subscription = context.subscriptions.get_mut(&id);
        let Some(collection) = subscription.and_then(|one| one.collection.as_mut()) else { return };
        let message = Message::State(collection.request());
        self.requests.send(message, Vec::new(), now, &mut context.effects).loading = Some(id);
    }

    fn resume(&mut self, subscription: Member, now: Duration, context: &mut Context) {
        let group = overlapping(subscription, &context.members(true));
        self.subscribe(group, now, context);
    }

    fn subscribe(&mut self, subscriptions: Vec<Member>, now: Duration, context: &mut Context) {
        if subscriptions.iter().any(|subscription| self.requests.is_busy_with(subscription)) {
            return;
        }
        let message = Message::Subscribe(subscribe_message(&subscriptions, context));
        let request = self.requests.send(message, subscriptions.clone(), now, &mut context.effects).id;
        self.server.add(request, subscriptions);
    }

    fn remove_unwanted(&mut self, now: Duration, context: &mut Context) {
        for member in self.server.members() {
            if !context.subscriptions.contains_key(&member.id) {
                self.unsubscribe(member, now, context);
            }
        }
    }

    /// Keeps the subjects that another subscription has too.
    fn unsubscribe(&mut self, subscription: Member, now: Duration, context: &mut Context) {
        let id = subscription.id;
        self.server.pending.values_mut().for_each(|pending| pending.retain(|other| other.id != id));
        if self.requests.is_busy_with(&subscription) {
            return;
        }
        self.server.delete(id);
        let subjects =
            subscription.filter.subjects.iter().filter(|subject| !self.server.has_subject(subject));
        let subjects: Vec<_> = subjects.cloned().collect();
        if !subjects.is_empty() {
            let message = Message::Unsubscribe(Unsubscribe { subjects, id: None });
            self.requests.send(message, vec![subscription], now, &mut context.effects);
        }
    }
}

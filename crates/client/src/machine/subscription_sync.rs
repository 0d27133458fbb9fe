use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tablecast_protocol::message::{Message, Unsubscribe};

use super::context::{Context, Member};
use super::effect::{ConnectionId, SubscriptionId};
use super::requests::Requests;
use super::server_subscriptions::ServerSubscriptions;
use super::subscribe_message::{fits, joint, overlapping, subscribe_message};
use super::timing::NEVER;
use crate::wire::control::Positions;

/// The subscriptions of one connection, and its messages. Sends subscribe and unsubscribe until the server has the
/// subscriptions of the application. While one of them waits for its reply, or the pace allows none, others wait. The
/// next one has everything that waited.
#[derive(Debug)]
pub(super) struct Session {
    pub server: ServerSubscriptions,
    pub requests: Requests,
    /// May have lost events, so they must resume.
    behind: BTreeSet<SubscriptionId>,
}

impl Session {
    pub fn new(id: ConnectionId) -> Self {
        let server = ServerSubscriptions::new(id);
        Self { server, requests: Requests::new(id), behind: BTreeSet::new() }
    }

    pub fn sync_all(&mut self, now: Duration, context: &mut Context) {
        self.remove_unwanted(now, context);
        self.subscribe(&context.members(false), now, context);
        for (id, _) in self.loads(context).filter(|(_, load_at)| now >= *load_at).collect::<Vec<_>>() {
            if now >= self.requests.pace.allowed_at() {
                self.load(id, now, context);
            }
        }
    }

    /// When to request state.
    pub fn load_at(&self, context: &Context) -> Duration {
        let load_at = self.loads(context).map(|(_, load_at)| load_at).min().unwrap_or(NEVER);
        load_at.max(self.requests.pace.allowed_at())
    }

    /// Leaves out the subscriptions that have not started. They start on the current connection.
    pub fn sync_started(&mut self, now: Duration, context: &mut Context) {
        self.remove_unwanted(now, context);
        self.subscribe(&context.members(true), now, context);
    }

    /// The next syncs resume the subscriptions that may have lost events. Returns whether it could check: not during
    /// another replay.
    pub fn check_for_lost_events(&mut self, log_ends: &Positions, context: &Context) -> bool {
        if self.server.is_pending() {
            return false;
        }
        let is_behind = |id: &&SubscriptionId| {
            context.subscriptions.get(id).is_some_and(|subscription| subscription.is_behind(log_ends))
        };
        self.behind.extend(self.server.requested.keys().filter(is_behind));
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

    /// Sends one message with as many of the missing subscriptions as it can have.
    fn subscribe(&mut self, among: &[Member], now: Duration, context: &mut Context) {
        let is_missing =
            |one: &Member| !self.server.requested.contains_key(&one.id) || self.behind.contains(&one.id);
        let mut missing = among.iter().filter(|one| is_missing(one)).peekable();
        if missing.peek().is_none() || self.requests.must_wait(now) {
            return;
        }
        let started = context.members(true);
        let mut groups = Vec::<Vec<Member>>::new();
        let mut grouped = BTreeSet::new();
        for one in missing {
            if grouped.contains(&one.id) {
                continue;
            }
            let group = match context.has_started(one) {
                true => overlapping(one.clone(), &started),
                false => vec![one.clone()],
            };
            grouped.extend(group.iter().map(|member| member.id));
            groups.push(group);
        }
        let subscriptions = joint(groups, context);
        for member in &subscriptions {
            self.behind.remove(&member.id);
        }
        let message = Message::Subscribe(subscribe_message(&subscriptions, context));
        let request = self.requests.send(message, subscriptions.clone(), now, &mut context.effects).id;
        self.server.add(request, subscriptions);
    }

    /// Keeps the subjects that another subscription has too.
    fn remove_unwanted(&mut self, now: Duration, context: &mut Context) {
        let wanted = &context.subscriptions;
        let is_wanted = |member: &Member| wanted.contains_key(&member.id);
        self.server.pending.values_mut().for_each(|pending| pending.retain(is_wanted));
        self.requests.pace.is_waiting = false;
        let mut unwanted = self.server.members();
        unwanted.retain(|member| !is_wanted(member));
        if unwanted.is_empty() || self.requests.must_wait(now) {
            return;
        }
        let mut subjects = Vec::<String>::new();
        for Member { id, filter } in unwanted {
            let more = [subjects.as_slice(), &filter.subjects].concat();
            if !subjects.is_empty() && !fits(&more, &BTreeMap::new()) {
                break;
            }
            self.server.delete(id);
            self.behind.remove(&id);
            let unshared = filter.subjects.iter().filter(|subject| !self.server.has_subject(subject));
            subjects.extend(unshared.cloned());
        }
        if !subjects.is_empty() {
            let message = Message::Unsubscribe(Unsubscribe { subjects, id: None });
            self.requests.send(message, Vec::new(), now, &mut context.effects);
        }
    }
}

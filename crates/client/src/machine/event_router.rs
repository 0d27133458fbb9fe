//! Routes everything that arrives on one connection to its subscriptions.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::context::Context;
use super::effect::{Effect, SubscriptionId};
use super::pending_subscribe::Gaps;
use super::requests::{Request, RequestId};
use super::server_subscriptions::ServerSubscriptions;
use crate::wire::control::{Positions, ResumeResults, SubjectResult};
use crate::wire::event::Event;

const NOT_GRANTED: &str = "not-granted";

impl ServerSubscriptions {
    /// Delivers the event to live subscriptions, and buffers it for pending ones: for the latest subscribe of each,
    /// which may replay the event.
    pub fn event(&mut self, event: &Arc<Event>, context: &mut Context) {
        let Self { requested, refused, .. } = self;
        let none = BTreeSet::new();
        let refused = |id: &SubscriptionId| refused.get(id).unwrap_or(&none);
        for (id, _) in requested.iter().filter(|(id, filter)| filter.matches_without(refused(id), event)) {
            let mut latest_first = self.pending.values_mut().rev();
            if !latest_first.any(|pending| pending.buffer(*id, event)) {
                let connection = self.connection;
                context
                    .deliver(*id, |subscription, validate| subscription.receive(event, connection, validate));
            }
        }
    }

    /// Confirms the subscriptions that are caught up, and delivers the buffered events that can be delivered. After a
    /// move, two messages can have the same subscription.
    pub fn release(&mut self, context: &mut Context) {
        let mut gaps = Gaps::new();
        for (request, mut pending) in std::mem::take(&mut self.pending) {
            if pending.is_acknowledged() {
                self.live.extend(pending.ids());
                let confirms = pending.ids().map(|subscription| Effect::Confirm { subscription });
                context.effects.extend(confirms);
                pending.release(&mut gaps, self.connection, context);
            } else {
                pending.release(&mut gaps, self.connection, context);
                self.pending.insert(request, pending);
            }
        }
    }

    pub fn resumed(&mut self, request: Option<RequestId>, results: ResumeResults) {
        let pending = request.and_then(|id| self.pending.get_mut(&id));
        pending.into_iter().for_each(|pending| pending.resumed(results.clone()));
    }

    /// A subscription of which the server refused every subject gets no confirmation.
    pub fn subscribed(
        &mut self,
        request: Option<&Request>,
        results: &[SubjectResult],
        sources: Positions,
        context: &mut Context,
    ) {
        for SubjectResult { subject, reason, .. } in results.iter().filter(|result| !result.granted) {
            let requested: Vec<_> = self.requested.keys().copied().collect();
            self.refuse(subject, reason.as_deref().unwrap_or(NOT_GRANTED), &requested, context);
        }
        let Some(pending) = request.and_then(|request| self.pending.get_mut(&request.id)) else { return };
        let granted: Vec<_> = results.iter().filter(|result| result.granted).collect();
        pending.acknowledged(sources);
        pending.retain(|member| granted.iter().any(|result| member.filter.has_subject(&result.subject)));
    }

    /// The server rejected the subscribe message, and would reject it again. Other subscriptions to its subjects
    /// stay.
    pub fn rejected(&mut self, request: &Request, reason: &str, context: &mut Context) {
        let concerned: Vec<_> = request.subscriptions.iter().map(|member| member.id).collect();
        for subject in request.subscriptions.iter().flat_map(|member| &member.filter.subjects) {
            self.refuse(subject, reason, &concerned, context);
        }
        let pending = self.pending.get_mut(&request.id);
        pending.into_iter().for_each(|pending| {
            pending.acknowledged(Positions::new());
            pending.retain(|_| false);
        });
    }

    /// The new token does not grant a subject.
    pub fn removed(&mut self, subject: &str, context: &mut Context) {
        let requested: Vec<_> = self.requested.keys().copied().collect();
        self.refuse(subject, NOT_GRANTED, &requested, context);
    }

    fn refuse(&mut self, subject: &str, reason: &str, among: &[SubscriptionId], context: &mut Context) {
        for id in among {
            let Some(filter) = self.requested.get(id).filter(|filter| filter.has_subject(subject)) else {
                continue;
            };
            context.deliver(*id, |subscription, _| subscription.refuse(subject, reason));
            let refused = self.refused.entry(*id).or_default();
            refused.insert(subject.to_owned());
            // With other subjects, the subscription stays live.
            if filter.subjects.iter().all(|own| refused.contains(own)) {
                self.live.remove(id);
            }
            for pending in self.pending.values_mut() {
                pending.retain_events(*id, |event| filter.matches_without(refused, event));
            }
        }
    }

    /// Handles the sources of a pong. The server may not have had those of other subscriptions yet.
    pub fn list(
        &mut self,
        positions: &Positions,
        live_at_ping: &BTreeSet<SubscriptionId>,
        context: &mut Context,
    ) {
        if self.is_pending() || positions.is_empty() {
            return;
        }
        for id in self.live.intersection(live_at_ping) {
            context.deliver(*id, |subscription, _| subscription.list(positions));
        }
    }

    /// Records that every event up to these positions arrived. During a replay this is not certain.
    pub fn advance_to(&mut self, positions: &Positions, context: &mut Context) {
        if self.is_pending() {
            return;
        }
        for id in &self.live {
            context.deliver(*id, |subscription, _| subscription.advance_to(positions));
        }
    }
}

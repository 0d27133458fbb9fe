use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use tablecast_protocol::Position;
use tablecast_protocol::message::Subscribe;
use tablecast_protocol::message::limits::{MAX_SOURCES, MAX_TYPES};

use super::context::{Context, Member};
use super::log_order::compare;
use crate::wire::source::is_wide;

/// Returns one message that subscribes, and if possible resumes, all of them. It replaces the types that the server
/// has for a subject. So it has those of all subscriptions of the application to its subjects.
pub(super) fn subscribe_message(subscriptions: &[Member], context: &Context) -> Subscribe {
    let mut once = BTreeSet::new();
    let subjects = subscriptions.iter().flat_map(|member| &member.filter.subjects);
    let subjects: Vec<_> = subjects.filter(|subject| once.insert(*subject)).cloned().collect();
    let is_sharing = |member: &Member| subjects.iter().any(|subject| member.filter.has_subject(subject));
    let sharing: Vec<_> = context.members(false).into_iter().filter(is_sharing).collect();
    let types = union_of_types(subscriptions.iter().chain(&sharing));
    Subscribe { subjects, types, after: resume_after(subscriptions, context), state: false, id: None }
}

/// Returns the subscription and all that can receive the same events, directly or through a third one.
pub(super) fn overlapping(subscription: Member, among: &[Member]) -> Vec<Member> {
    let mut group = vec![subscription];
    let mut next = 0;
    while let Some(one) = group.get(next).cloned() {
        let is_new = |other: &&Member| group.iter().all(|known| known.id != other.id) && other.overlaps(&one);
        let more: Vec<_> = among.iter().filter(is_new).cloned().collect();
        group.extend(more);
        next += 1;
    }
    group
}

/// Returns the least position of each source. Subscriptions with a later position recognize duplicates. A source that
/// is left out has a gap, so first those without a log, which have one anyway.
fn resume_after(subscriptions: &[Member], context: &Context) -> BTreeMap<String, String> {
    let mut least = BTreeMap::<&str, Position>::new();
    let states = subscriptions.iter().filter_map(|member| context.subscriptions.get(&member.id));
    for (source, last) in states.flat_map(|state| state.progress.last()) {
        let known = least.entry(source).or_insert(last);
        if compare(last, *known) == Ordering::Less {
            *known = last;
        }
    }
    let mut logs_first: Vec<_> = least.into_iter().collect();
    logs_first.sort_by_key(|(source, _)| is_wide(source));
    let after = logs_first.into_iter().take(MAX_SOURCES);
    after.map(|(source, position)| (source.to_owned(), position.to_string())).collect()
}

/// Returns an empty set for every type.
fn union_of_types<'m>(members: impl Iterator<Item = &'m Member> + Clone) -> BTreeSet<String> {
    let all = || members.clone().map(|member| &member.filter.types);
    let union: BTreeSet<_> = all().flatten().cloned().collect();
    match all().any(BTreeSet::is_empty) || union.len() > MAX_TYPES {
        true => BTreeSet::new(),
        false => union,
    }
}

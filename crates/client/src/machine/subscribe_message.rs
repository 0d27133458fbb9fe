use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use tablecast_protocol::Position;
use tablecast_protocol::message::Subscribe;
use tablecast_protocol::message::limits::{MAX_SOURCES, MAX_SUBSCRIPTIONS, MAX_TYPES};

use super::context::{Context, Member};
use super::log_order::compare;
use crate::wire::source::is_wide;

/// The most bytes of subjects and sources. docs/reference/limits.md: 32 KB are the most, with 20 types and the id.
const MAX_BYTES: usize = 29_000;

/// Returns one message that subscribes, and if possible resumes, all of them. It replaces the types that the server
/// has for a subject. So it has those of all subscriptions of the application to its subjects.
pub(super) fn subscribe_message(subscriptions: &[Member], context: &Context) -> Subscribe {
    let types = types_for(subscriptions, context);
    let mut logs_first: Vec<_> = resume_after(subscriptions, context).into_iter().collect();
    logs_first.sort_by_key(|(source, _)| is_wide(source));
    let after = logs_first.into_iter().take(MAX_SOURCES).collect();
    Subscribe { subjects: subjects_of(subscriptions), types, after, state: false, id: None }
}

/// Returns the subscriptions of the first group, and of each other group that its message can have: with the same
/// types, and also with `after`, or also without. A pattern waits if another subject overlaps it: it may be wider than
/// a channel, and must not get the positions of other channels.
pub(super) fn joint(groups: Vec<Vec<Member>>, context: &Context) -> Vec<Member> {
    let key = |group: &[Member]| {
        (group.first().is_some_and(|one| context.has_started(one)), types_for(group, context))
    };
    let mut groups = groups.into_iter();
    let mut joint = groups.next().unwrap_or_default();
    let first = key(&joint);
    for group in groups.filter(|group| key(group) == first) {
        if !is_apart(&group, &joint) {
            continue;
        }
        let alone = joint.len();
        joint.extend(group);
        if !fits(&subjects_of(&joint), &resume_after(&joint, context)) {
            joint.truncate(alone);
        }
    }
    joint
}

fn is_apart(group: &[Member], others: &[Member]) -> bool {
    group.iter().all(|one| others.iter().all(|other| !one.filter.overlaps_partly(&other.filter)))
}

/// Returns whether one message can have all of them.
pub(super) fn fits(subjects: &[String], after: &BTreeMap<String, String>) -> bool {
    let bytes = serde_json::to_string(&(subjects, after)).map_or(0, |text| text.len());
    subjects.len() <= MAX_SUBSCRIPTIONS && after.len() <= MAX_SOURCES && bytes <= MAX_BYTES
}

fn subjects_of(subscriptions: &[Member]) -> Vec<String> {
    let mut once = BTreeSet::new();
    let subjects = subscriptions.iter().flat_map(|member| &member.filter.subjects);
    subjects.filter(|subject| once.insert(*subject)).cloned().collect()
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
    least.into_iter().map(|(source, position)| (source.to_owned(), position.to_string())).collect()
}

/// Returns the types of the subscriptions, and of all others of the application to their subjects. An empty set is
/// every type.
fn types_for(subscriptions: &[Member], context: &Context) -> BTreeSet<String> {
    let subjects: BTreeSet<_> = subscriptions.iter().flat_map(|member| &member.filter.subjects).collect();
    let is_sharing = |member: &Member| member.filter.subjects.iter().any(|one| subjects.contains(one));
    let sharing: Vec<_> = context.members(false).into_iter().filter(is_sharing).collect();
    let all = || subscriptions.iter().chain(&sharing).map(|member| &member.filter.types);
    let union: BTreeSet<_> = all().flatten().cloned().collect();
    match all().any(BTreeSet::is_empty) || union.len() > MAX_TYPES {
        true => BTreeSet::new(),
        false => union,
    }
}

//! Decides how a message changes a connection. Pure: a function of the connection as it was read.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tablecast_connections::{Change, Connection, Identity, Session, Subscription};
use tablecast_definitions::grant::Granted;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Control, RefusalReason, SubjectResult, rfc3339};

use crate::room::Room;

/// A change of the connection, and the reply that is true once it is written.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub connection: Connection,
    pub changes: Vec<Change>,
    pub reply: Control,
}

/// Grants or refuses each subject on its own.
pub fn subscribe(
    session: &Session,
    granted: &Granted,
    mut room: Room<'_>,
    subjects: &[String],
    types: &BTreeSet<String>,
) -> Plan {
    let patterns: Vec<_> =
        distinct(subjects).map(|subject| (subject, Pattern::parse(subject).ok())).collect();
    let mut changes = Vec::new();
    let mut results = Vec::new();
    for (subject, pattern) in &patterns {
        let allowed = allow(pattern.as_ref(), granted, &mut room);
        changes.extend(allowed.ok().map(|pattern| put(pattern, types)));
        let (granted, reason) = (allowed.is_ok(), allowed.err());
        results.push(SubjectResult { subject: (*subject).clone(), granted, reason });
    }
    Plan {
        connection: session.connection.clone(),
        changes,
        reply: Control::Subscribed { subjects: results, sources: BTreeMap::new() },
    }
}

fn allow<'p>(
    pattern: Option<&'p Pattern>,
    granted: &Granted,
    room: &mut Room<'_>,
) -> Result<&'p Pattern, RefusalReason> {
    let pattern = pattern.filter(|pattern| granted.contains(pattern)).ok_or(RefusalReason::NotGranted)?;
    room.take(pattern).then_some(pattern).ok_or(RefusalReason::TooManySubscriptions)
}

fn put(pattern: &Pattern, types: &BTreeSet<String>) -> Change {
    Change::Put(Subscription { pattern: pattern.clone(), types: types.clone() })
}

/// Ends subscriptions. A subject without a subscription is not an error.
pub fn unsubscribe(session: &Session, subjects: &[String]) -> Plan {
    let requested: HashSet<&str> = subjects.iter().map(String::as_str).collect();
    let known = session.subscriptions.iter().map(|one| &one.pattern);
    let ended = known.filter(|pattern| requested.contains(pattern.as_str()));
    let changes = ended.cloned().map(Change::Remove).collect();
    let reply = Control::Unsubscribed { subjects: distinct(subjects).cloned().collect() };
    Plan { connection: session.connection.clone(), changes, reply }
}

/// Ends the subscriptions that the new token does not grant, and extends the others to its end. An earlier attempt
/// may have ended some of the subscriptions that the connection had `before`.
pub fn refresh(session: &Session, before: &[Subscription], identity: Identity, granted: &Granted) -> Plan {
    let connection = Connection { identity: Some(identity), ..session.connection.clone() };
    let (kept, ended): (Vec<_>, Vec<_>) =
        session.subscriptions.iter().cloned().partition(|one| granted.contains(&one.pattern));
    let removed = refused(before, granted).chain(refused(&ended, granted)).map(Pattern::to_string);
    let removed = removed.collect::<BTreeSet<_>>().into_iter().collect();
    let removals = ended.into_iter().map(|one| Change::Remove(one.pattern));
    let changes = removals.chain(kept.into_iter().map(Change::Put)).collect();
    let expires_at = rfc3339(connection.ends_at().saturating_mul(1000));
    Plan { connection, changes, reply: Control::Refreshed { expires_at, removed } }
}

/// The patterns that are not granted.
pub fn refused<'s>(
    subscriptions: &'s [Subscription],
    granted: &'s Granted,
) -> impl Iterator<Item = &'s Pattern> {
    subscriptions.iter().map(|one| &one.pattern).filter(|pattern| !granted.contains(pattern))
}

/// Each subject once, in the order of its first occurrence.
pub fn distinct(subjects: &[String]) -> impl Iterator<Item = &String> {
    let mut seen = HashSet::new();
    subjects.iter().filter(move |subject| seen.insert(*subject))
}

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use tablecast_connections::Session;
use tablecast_definitions::grant::Granted;
use tablecast_protocol::subject::Pattern;

/// The types of the subscriptions that have all subjects of a pattern. None if the connection may not have its state.
pub fn types<'s>(
    session: &'s Session,
    granted: &Granted,
    pattern: Option<&Pattern>,
) -> Option<Vec<&'s BTreeSet<String>>> {
    let pattern = pattern.filter(|pattern| granted.contains(pattern))?;
    let subscriptions = session.subscriptions.iter().filter(|one| one.pattern.contains(pattern));
    let types: Vec<_> = subscriptions.map(|one| &one.types).collect();
    (!types.is_empty()).then_some(types)
}

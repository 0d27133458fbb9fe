//! What must stay, so that events of a version fit not only the next one but every one after that: a pipe of the next
//! version might have given them too. (For readers that is so anyway: what they accept only ever shrinks.)

use std::collections::BTreeSet;

use crate::schema::{Place, Rest};
use tablecast_definitions::problem::Rule;
use tablecast_values::pointer::escaped;

use super::explain::Explainer;

pub fn compare(explainer: &mut Explainer, old: &Place<'_>, new: &Place<'_>) {
    walk(explainer, old, new, "", &mut BTreeSet::new());
}

type Seen = BTreeSet<(Vec<usize>, Vec<usize>)>;

fn walk(explainer: &mut Explainer, old: &Place<'_>, new: &Place<'_>, path: &str, seen: &mut Seen) {
    if !seen.insert((old.id(), new.id())) {
        return;
    }
    if old.rest() == Rest::Open && new.rest() != Rest::Open {
        let reason = "allowed properties without a name, and does not any more: events of before may hold some that a \
                      later version contradicts";
        explainer.tell(Rule::ChangeOthers, path, reason);
    }
    let (names, now) = (old.names(), new.names());
    for name in now.difference(&names).filter(|_| old.rest() == Rest::Open) {
        let below = format!("{path}/properties/{}", escaped(name));
        let property = new.property(name);
        match old.others() {
            Some(others) => walk(explainer, &others, &property, &below, seen),
            None if property.names().is_empty() && !property.has_elements() => {}
            None => explainer.tell(
                Rule::ChangePropertyAdded,
                &below,
                "is new, and events of before may hold it with any value",
            ),
        }
    }
    for name in names {
        let below = format!("{path}/properties/{}", escaped(name));
        match now.contains(name) {
            true => walk(explainer, &old.property(name), &new.property(name), &below, seen),
            false => explainer.tell(
                Rule::ChangePropertyRemoved,
                &below,
                "is gone, or has another name: readers use it",
            ),
        }
    }
    if old.has_elements() {
        walk(explainer, &old.element(), &new.element(), &format!("{path}/items"), seen);
    }
    if let (Some(old), Some(new)) = (old.others(), new.others()) {
        walk(explainer, &old, &new, &format!("{path}/additionalProperties"), seen);
    }
}

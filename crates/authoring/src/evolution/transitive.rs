//! Finds changes that break versions further apart, even if each one is compatible with the next.
//!
//! Old events must stay valid for every later version. So a pipe of the next version must be able to emit
//! them too: no property name disappears, and no object stops to allow additional properties. Readers need no
//! such check, because no version accepts more than the version before.

use std::collections::BTreeSet;

use tablecast_definitions::problem::Rule;
use tablecast_values::pointer::escaped;

use super::findings::Findings;
use crate::schema::{ContentModel, Location};

pub fn compare(old: &Location<'_>, new: &Location<'_>, findings: &mut Findings) {
    Comparison { findings, seen: BTreeSet::new() }.location(old, new, "");
}

struct Comparison<'f> {
    findings: &'f mut Findings,
    seen: BTreeSet<(Vec<usize>, Vec<usize>)>,
}

impl Comparison<'_> {
    fn location(&mut self, old: &Location<'_>, new: &Location<'_>, path: &str) {
        if !self.seen.insert((old.identity(), new.identity())) {
            return;
        }
        if old.content_model() == ContentModel::Open {
            self.open_object(old, new, path);
        }
        self.old_properties(old, new, path);
        if old.has_elements() {
            self.location(&old.element(), &new.element(), &format!("{path}/items"));
        }
        if let (Some(old), Some(new)) = (old.additional_property(), new.additional_property()) {
            self.location(&old, &new, &format!("{path}/additionalProperties"));
        }
    }

    fn open_object(&mut self, old: &Location<'_>, new: &Location<'_>, path: &str) {
        if new.content_model() != ContentModel::Open {
            let reason = "no longer allows additional properties, and old events may contain some that a later version \
                          defines differently";
            self.findings.add(Rule::ChangeOthers, path, reason);
        }
        for name in new.property_names().difference(&old.property_names()) {
            let path = format!("{path}/properties/{}", escaped(name));
            let property = new.property(name);
            let has_parts = !property.property_names().is_empty() || property.has_elements();
            match old.additional_property() {
                Some(additional) => self.location(&additional, &property, &path),
                None if has_parts => {
                    let reason = "is new, and old events may contain it with any value";
                    self.findings.add(Rule::ChangePropertyAdded, &path, reason);
                }
                None => {}
            }
        }
    }

    fn old_properties(&mut self, old: &Location<'_>, new: &Location<'_>, path: &str) {
        let now = new.property_names();
        for name in old.property_names() {
            let path = format!("{path}/properties/{}", escaped(name));
            match now.contains(name) {
                true => self.location(&old.property(name), &new.property(name), &path),
                false => {
                    let reason = "was removed or renamed, and readers use it";
                    self.findings.add(Rule::ChangePropertyRemoved, &path, reason);
                }
            }
        }
    }
}

use std::collections::BTreeSet;

use tablecast_definitions::problem::Rule;
use tablecast_values::pointer::escaped;

use super::compatibility::Compatibility;
use super::document::NotComparable;
use super::findings::Findings;
use super::keywords::{APPLICATORS, KeywordGroup, SIMPLE};
use super::proof::Proof;
use crate::schema::{ContentModel, Location};

/// Compares an old and a new schema. Where they are not compatible, it finds the parts that cause it.
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
        match Compatibility::of(old, new) {
            Ok(compatibility) if compatibility.is_full() => {}
            Ok(compatibility) => {
                let before = self.findings.len();
                self.parts(old, new, path);
                if before == self.findings.len() && !self.findings.has_below(path) {
                    self.findings.add(Rule::ChangeUnjudged, path, whole(&compatibility));
                }
            }
            Err(NotComparable(reason)) => {
                self.findings.add(Rule::ChangeUnjudged, path, &format!("cannot be compared: {reason}"))
            }
        }
    }

    fn parts(&mut self, old: &Location<'_>, new: &Location<'_>, path: &str) {
        if old.is_false() || new.is_false() {
            return;
        }
        self.required(old, new, path);
        self.kept_properties(old, new, path);
        self.added_properties(old, new, path);
        let before = self.findings.len();
        SIMPLE.iter().for_each(|group| self.keywords(group, old, new, path));
        if old.has_elements() && new.has_elements() {
            self.location(&old.element(), &new.element(), &format!("{path}/items"));
        }
        self.additional_property(old, new, path);
        if before == self.findings.len() {
            APPLICATORS.iter().for_each(|group| self.keywords(group, old, new, path));
        }
    }

    fn required(&mut self, old: &Location<'_>, new: &Location<'_>, path: &str) {
        let (before, now) = (old.required(), new.required());
        let path = format!("{path}/required");
        for name in now.difference(&before) {
            let reason = format!("{name} became required, and new readers reject old events without it");
            self.findings.add(Rule::ChangeRequired, &path, &reason);
        }
        for name in before.difference(&now) {
            let reason = format!("{name} is no longer required, and old readers reject events without it");
            self.findings.add(Rule::ChangeRequired, &path, &reason);
        }
    }

    fn kept_properties(&mut self, old: &Location<'_>, new: &Location<'_>, path: &str) {
        for name in old.property_names().intersection(&new.property_names()) {
            let (old, new) = (old.property(name), new.property(name));
            if !old.roots.is_empty() && !new.roots.is_empty() {
                self.location(&old, &new, &format!("{path}/properties/{}", escaped(name)));
            }
        }
    }

    fn added_properties(&mut self, old: &Location<'_>, new: &Location<'_>, path: &str) {
        let reason = match old.content_model() {
            ContentModel::Unspecified => return,
            ContentModel::Closed => {
                "is new, and old readers reject unknown properties (additionalProperties: false)"
            }
            ContentModel::Open => {
                "is new, and old events may contain it with any value, because the old schema allows additional properties"
            }
        };
        for name in new.property_names().difference(&old.property_names()) {
            let is_compatible = old.additional_property().is_some_and(|old| {
                Compatibility::of(&old, &new.property(name))
                    .is_ok_and(|compatibility| compatibility.is_full())
            });
            if !is_compatible {
                let path = format!("{path}/properties/{}", escaped(name));
                self.findings.add(Rule::ChangePropertyAdded, &path, reason);
            }
        }
    }

    fn additional_property(&mut self, old: &Location<'_>, new: &Location<'_>, path: &str) {
        let path = format!("{path}/additionalProperties");
        let keyword = |location: &Location<'_>| location.constraints(&["additionalProperties"]);
        let models = (old.content_model(), new.content_model());
        match (old.additional_property(), new.additional_property()) {
            (Some(old), Some(new)) => self.location(&old, &new, &path),
            _ if keyword(old) == keyword(new) => {}
            _ if models == (ContentModel::Unspecified, ContentModel::Closed) => {}
            _ => self.findings.add(Rule::ChangeOthers, &path, "the schema for additional properties changed"),
        }
    }

    fn keywords(&mut self, group: &KeywordGroup, old: &Location<'_>, new: &Location<'_>, path: &str) {
        if let Some(change) = group.compare(old, new) {
            self.findings.add(change.rule, &format!("{path}/{}", change.keyword), change.reason);
        }
    }
}

/// Returns the reason if no single part causes the incompatibility.
fn whole(compatibility: &Compatibility) -> &'static str {
    match (compatibility.forward, compatibility.backward) {
        (Proof::Disproven, _) => "changed, and old readers reject some new events",
        (_, Proof::Disproven) => "changed, and new readers reject some old events",
        _ => "changed, and the check cannot prove that both versions are compatible",
    }
}

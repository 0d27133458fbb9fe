use std::collections::BTreeMap;

use crate::code::Code;
use crate::facts::{Facts, Unreadable};
use crate::finding::Finding;

/// One note for each operation and reason, with what it was for.
pub fn all(facts: &Facts) -> Vec<Finding> {
    let mut groups: BTreeMap<_, Vec<&Unreadable>> = BTreeMap::new();
    for unreadable in &facts.unreadable {
        groups.entry((unreadable.operation, &unreadable.reason)).or_default().push(unreadable);
    }
    let finding = |((operation, reason), all): ((&'static str, &String), Vec<&Unreadable>)| {
        let mut subjects: Vec<&str> = all.iter().map(|it| it.subject.as_str()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let permission = all.first().map_or("", |it| it.permission);
        let evidence = format!("{}: {reason}", subjects.join(", "));
        let found =
            Finding::new(Code::Unreadable, operation).evidence(evidence).fill("permission", permission);
        Finding { part: all.first().map_or(found.part, |it| it.part), ..found }
    };
    groups.into_iter().map(finding).collect()
}

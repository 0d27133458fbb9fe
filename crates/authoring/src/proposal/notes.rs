//! What the one who asked should know, and would not see in the files.

use super::Sample;
use super::entity::Found;
use super::subject::Subject;

pub fn notes(sample: &Sample, found: &Found<'_>, subject: &Subject<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(by) = &found.by {
        let nouns: Vec<_> = found.entities.iter().map(|entity| entity.noun.as_str()).collect();
        notes.push(format!(
            "It looks like a single-table design: {} are told apart by {by}. If they are not several kinds of things, delete the \
             files and say with --entity what all items are.",
            nouns.join(", ")
        ));
    }
    if found.of_none > 0 {
        notes.push(format!(
            "{} of {} items are of none of these kinds, and become no events.",
            found.of_none,
            sample.items.len()
        ));
    }
    notes.extend(subject.sensitive().map(|name| {
        format!("The key {name} looks secret or personal, and stands in the subject, which everybody reads who gets an event.")
    }));
    notes.extend(subject.encoded().map(|name| {
        format!("Values of the key {name} may hold / or *, which have a meaning in subjects: there they are %2F and %2A.")
    }));
    notes
}

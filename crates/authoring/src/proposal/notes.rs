use super::entity::Entities;
use super::sample::Sample;
use super::subject::Subject;

/// Returns hints that the files do not contain.
pub fn notes(sample: &Sample, entities: &Entities<'_>, subject: &Subject<'_>) -> Vec<String> {
    let mut notes: Vec<String> = single_table(entities).into_iter().collect();
    if entities.unmatched > 0 {
        let (unmatched, all) = (entities.unmatched, sample.items.len());
        notes.push(format!("{unmatched} of {all} items are of none of these kinds. They cause no events."));
    }
    notes.extend(subject.sensitive().map(|name| {
        format!(
            "The key {name} looks secret or personal. The subject contains it, and everyone who receives an event \
             can read its subject."
        )
    }));
    notes.extend(subject.encoded().map(|name| {
        format!(
            "Values of the key {name} may contain / or *, which have a meaning in subjects. The subject contains %2F \
             and %2A instead."
        )
    }));
    notes
}

fn single_table(entities: &Entities<'_>) -> Option<String> {
    let distinguished_by = entities.distinguished_by.as_ref()?;
    let nouns: Vec<_> = entities.all.iter().map(|entity| entity.noun.as_str()).collect();
    Some(format!(
        "The table looks like a single-table design: {distinguished_by} distinguishes {}. If all items are of one kind, \
         delete the files and name that kind with --entity.",
        nouns.join(", ")
    ))
}

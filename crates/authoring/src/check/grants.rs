use tablecast_definitions::definition::Definition;
use tablecast_definitions::joined::Joined;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

type Definitions<'d> = [(&'d DefinitionFile, Definition)];

/// Finds grants that match no subject of any pipe.
pub fn unmatched(definitions: &Definitions<'_>) -> Vec<Problem> {
    let subjects: Vec<&str> =
        definitions.iter().map(|(_, definition)| definition.subject.text.as_str()).collect();
    let mut problems = Vec::new();
    for (file, definition) in definitions {
        for grant in
            grants(definition).filter(|grant| !subjects.iter().any(|subject| may_match(grant, subject)))
        {
            let reason =
                format!("{grant} matches no subject of a pipe; the subjects are {}", subjects.join(" and "));
            problems.push(Problem::new(Rule::GrantUnmatched, &file.file, "grant", reason));
        }
    }
    problems
}

/// Finds pipes whose subjects no grant matches.
pub fn missing(definitions: &Definitions<'_>) -> Vec<Problem> {
    let grants: Vec<&str> = definitions.iter().flat_map(|(_, definition)| grants(definition)).collect();
    let is_granted =
        |definition: &Definition| grants.iter().any(|it| may_match(it, &definition.subject.text));
    let without = definitions.iter().filter(|(_, definition)| !is_granted(definition));
    let reason = "no `grant` matches its subject, so no client may subscribe to its events";
    without.map(|(file, _)| Problem::new(Rule::GrantMissing, &file.file, "subject", reason)).collect()
}

pub fn grants(definition: &Definition) -> impl Iterator<Item = &str> {
    definition.grant.iter().flat_map(|grant| grant.iter()).map(String::as_str)
}

/// A template whose parts are not known may match everything.
pub fn may_match(grant: &str, subject: &str) -> bool {
    match (Joined::parse(grant), Joined::parse(subject)) {
        (Some(grant), Some(subject)) => grant.may_contain(&subject),
        _ => true,
    }
}

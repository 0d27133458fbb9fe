use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use super::changes::{Change, changes};
use crate::lines;

/// Finds pipe files that had a `state` of another type before. The pipe of a table keeps its state if its file has
/// another name.
pub fn removed_states(before: &[DefinitionFile], now: &[DefinitionFile]) -> Vec<Problem> {
    let problem = |change: Change<'_>| {
        let [was, is] = change.both(|definition| Some(definition.state.as_ref()?.event_type.text.clone()));
        let was = was?;
        (is.as_ref() != Some(&was)).then(|| {
            Problem::new(Rule::StateRemoved, &change.now.0.file, "state.type", reason(&was, is.as_ref()))
        })
    };
    lines::with_lines(changes(before, now).into_iter().filter_map(problem).collect(), now)
}

pub fn reason(was: &str, is: Option<&String>) -> String {
    let now = match is {
        Some(is) => format!("is {is} now"),
        None => "is gone".to_owned(),
    };
    format!("was {was} and {now}: clients that load the state of {was} are refused with the reason no-state")
}

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use crate::lines;

/// Finds pipe files whose table had a `state` of another type before. The pipe of a table keeps its state if its file
/// has another name.
pub fn removed_states(before: &[DefinitionFile], now: &[DefinitionFile]) -> Vec<Problem> {
    let old: Vec<(String, String)> = before.iter().filter_map(state).collect();
    let problem = |file: &DefinitionFile| {
        let definition = Definition::parse(&file.text).ok()?;
        let (_, was) = old.iter().find(|(table, _)| *table == definition.table)?;
        let is = definition.state.as_ref().map(|state| &state.event_type.text);
        (is != Some(was)).then(|| Problem::new(Rule::StateRemoved, &file.file, "state.type", reason(was, is)))
    };
    lines::with_lines(now.iter().filter_map(problem).collect(), now)
}

/// The table of a pipe file, and the type of its state.
fn state(file: &DefinitionFile) -> Option<(String, String)> {
    let definition = Definition::parse(&file.text).ok()?;
    Some((definition.table, definition.state?.event_type.text))
}

fn reason(was: &str, is: Option<&String>) -> String {
    let now = match is {
        Some(is) => format!("is {is} now"),
        None => "is gone".to_owned(),
    };
    format!("was {was} and {now}: clients that load the state of {was} are refused with the reason no-state")
}

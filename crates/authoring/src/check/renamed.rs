use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

/// Finds pipe files whose table had a file with another name before.
pub fn renamed_pipes(before: &[DefinitionFile], now: &[DefinitionFile]) -> Vec<Problem> {
    let old: Vec<(&str, String)> =
        before.iter().filter_map(|file| Some((file.name.as_str(), earlier_table(file)?))).collect();
    let problem = |file: &DefinitionFile| {
        let table = table(file)?;
        let (name, _) = old.iter().find(|(_, other)| *other == table)?;
        let was_there = old.iter().any(|(name, other)| *name == file.name && *other == table);
        (!was_there)
            .then(|| Problem::new(Rule::PipeRenamed, &file.file, "table", reason(&table, name, &file.name)))
    };
    now.iter().filter_map(problem).collect()
}

fn table(file: &DefinitionFile) -> Option<String> {
    Definition::parse(&file.text).ok().map(|definition| definition.table)
}

fn earlier_table(file: &DefinitionFile) -> Option<String> {
    Definition::read_earlier(&file.text).ok().map(|definition| definition.table)
}

fn reason(table: &str, before: &str, now: &str) -> String {
    format!(
        "the pipe of {table} was {before}.yaml and is {now}.yaml now. So on the bus the event source changes from \
         tablecast.{before} to tablecast.{now}: rules that match the old source get no event. WebSocket clients notice \
         nothing. `replay` finds earlier events under the old name. Rejected records stay under the old name, and dead \
         letters in the queue of the table"
    )
}

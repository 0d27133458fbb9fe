use tablecast_definitions::definition::Definition;
use tablecast_definitions::grant;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_pipeline::pipe::Pipes;

use super::grants::{grants, may_match};

/// Finds states that clients can load item by item only: the partition key is in the last segment, and every grant that
/// ends in `*` leaves it open. If other segments follow, a client can subscribe to one partition, `orders/acme/*`.
pub fn problems(pipes: &Pipes, definitions: &[(&DefinitionFile, Definition)]) -> Vec<Problem> {
    let grants: Vec<&str> = definitions.iter().flat_map(|(_, definition)| grants(definition)).collect();
    let problem = |(file, definition): &(&DefinitionFile, Definition)| {
        let pipe = pipes.iter().find(|pipe| pipe.name == file.name)?;
        let state = pipe.state()?;
        let of_pipe = grants.iter().filter(|grant| may_match(grant, &definition.subject.text));
        let before_star: Vec<usize> =
            of_pipe.filter_map(|grant| grant::segments_before_star(grant)).collect();
        let needed = state.partition_segments();
        let is_last = pipe.subject_outline().split('/').count() <= needed;
        let all_are_open =
            is_last && !before_star.is_empty() && before_star.iter().all(|segments| *segments < needed);
        all_are_open.then(|| {
            Problem::new(Rule::StateScan, &file.file, "subject", reason(state.partition_name(), needed))
        })
    };
    definitions.iter().filter_map(problem).collect()
}

fn reason(partition: &str, needed: usize) -> String {
    let segment = match needed {
        1 => "the first segment".to_owned(),
        _ => format!("segment {needed}"),
    };
    format!(
        "{segment} has the partition key {partition}, but every grant has its * before it. A state is read with the \
         partition key, so clients can load single items, and no list"
    )
}

use crate::code::Code;
use crate::facts::{Facts, Pipe, PipeFile};
use crate::finding::Finding;

/// States that AWS leaves by itself.
const CHANGING: [&str; 6] = ["CREATING", "UPDATING", "DELETING", "STARTING", "STOPPING", "PENDING"];

pub fn states(facts: &Facts) -> Vec<Finding> {
    facts.known_pipes().iter().filter(|pipe| pipe.state != "RUNNING").map(state).collect()
}

fn state(pipe: &Pipe) -> Finding {
    let is_changing = CHANGING.contains(&pipe.state.as_str());
    let code = if is_changing { Code::PipeChanging } else { Code::PipeStopped };
    let reason = if pipe.reason.is_empty() { String::new() } else { format!(": {}", pipe.reason) };
    let evidence = format!("{} is {}{reason}", pipe.name, pipe.state);
    Finding::new(code, &pipe.file).evidence(evidence).fill("pipe", &pipe.name)
}

/// Finds pipe files without a pipe.
pub fn missing(facts: &Facts) -> Vec<Finding> {
    let Some(pipes) = facts.pipes.found() else { return Vec::new() };
    let is_deployed = |file: &PipeFile| pipes.iter().any(|pipe| pipe.file == file.name);
    let missing = facts.files.iter().flatten().filter(|file| !is_deployed(file));
    let finding = |file: &PipeFile| {
        let evidence = format!("no pipe of the deployment reads the table {}", file.table);
        Finding::new(Code::PipeMissing, &file.name).evidence(evidence)
    };
    missing.map(finding).collect()
}

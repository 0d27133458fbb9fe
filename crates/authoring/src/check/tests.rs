//! What the tests that stand in pipe files give.

use serde_json::Value as Json;

use super::Beside;
use tablecast_definitions::definition::Example;
use tablecast_definitions::problem::{Problem, Rule, Source};
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::{Pipe, Pipes};
use tablecast_protocol::element::Element;

/// How many were run, and what they found. Pipes that do not compile have no tests to run.
pub fn run(pipes: &Pipes, sources: &[Source], beside: Beside<'_>) -> (usize, Vec<Problem>) {
    let (mut count, mut problems) = (0, Vec::new());
    for pipe in pipes.iter().filter(|pipe| has_schemas(pipe, pipes)) {
        let Some(source) = sources.iter().find(|source| source.name == pipe.name) else { continue };
        for (at, example) in pipe.definition.tests.iter().enumerate() {
            count += 1;
            let outcome =
                beside(source, &example.record).and_then(|record| outcome(pipes, pipe, example, &record));
            problems.extend(outcome.err().map(|reason| {
                Problem::new(
                    Rule::Test,
                    &source.file,
                    format!("tests[{at}]"),
                    format!("{}: {reason}", example.record),
                )
            }));
        }
    }
    (count, problems)
}

fn has_schemas(pipe: &Pipe, pipes: &Pipes) -> bool {
    pipe.emits().all(|(_, event_type, _)| pipes.schemas().get(event_type).is_some())
}

fn outcome(pipes: &Pipes, pipe: &Pipe, example: &Example, record: &str) -> Result<(), String> {
    let elements = enrich(pipes, &format!("[{record}]")).map_err(|error| error.reason)?;
    let [element] = &elements[..] else { return Err("is not one record".to_owned()) };
    if let Some(rejected) = &element.rejected {
        return Err(format!("is rejected: {}: {}", rejected.path, rejected.reason));
    }
    if element.pipe != pipe.name {
        return Err(format!("is a record of the table of {}.yaml", element.pipe));
    }
    let emitted = types(element);
    match emitted == example.emits {
        true => Ok(()),
        false => Err(format!("emits [{}], not [{}]", emitted.join(", "), example.emits.join(", "))),
    }
}

fn types(element: &Element) -> Vec<String> {
    let of_event = |event: &str| {
        let event: Json = serde_json::from_str(event).unwrap_or_default();
        event["type"].as_str().unwrap_or_default().to_owned()
    };
    element.events.iter().map(|event| of_event(event.get())).collect()
}

use serde_json::Value as Json;
use tablecast_definitions::definition::Example;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::{Pipe, Pipes};
use tablecast_protocol::element::Element;

/// Returns the text of a record file, whose path is relative to the pipe file, or why it cannot be read.
pub type ReadRecord<'r> = &'r dyn Fn(&DefinitionFile, &str) -> Result<String, String>;

/// Runs the tests in pipe files. Returns their number and the failures. A pipe that does not compile runs no
/// tests.
pub fn run(pipes: &Pipes, files: &[DefinitionFile], read_record: ReadRecord<'_>) -> (usize, Vec<Problem>) {
    let (mut count, mut problems) = (0, Vec::new());
    for pipe in pipes.iter().filter(|pipe| has_schemas(pipe, pipes)) {
        let Some(file) = files.iter().find(|file| file.name == pipe.name) else { continue };
        count += pipe.definition.tests.len();
        problems.extend(pipe.definition.tests.iter().enumerate().filter_map(|(index, test)| {
            let result =
                read_record(file, &test.record).and_then(|record| run_test(pipes, pipe, test, &record));
            let reason = format!("{}: {}", test.record, result.err()?);
            Some(Problem::new(Rule::Test, &file.file, format!("tests[{index}]"), reason))
        }));
    }
    (count, problems)
}

fn has_schemas(pipe: &Pipe, pipes: &Pipes) -> bool {
    pipe.emits().all(|(_, event_type, _)| pipes.schemas().get(event_type).is_some())
}

fn run_test(pipes: &Pipes, pipe: &Pipe, test: &Example, record: &str) -> Result<(), String> {
    let elements = enrich(pipes, &format!("[{record}]")).map_err(|error| error.reason)?;
    let [element] = &elements[..] else { return Err("does not contain exactly one record".to_owned()) };
    if let Some(rejected) = &element.rejected {
        return Err(format!("is rejected: {}: {}", rejected.path, rejected.reason));
    }
    if element.pipe != pipe.name {
        return Err(format!("belongs to the table of {}.yaml", element.pipe));
    }
    let emitted = types(element);
    match emitted == test.emits {
        true => Ok(()),
        false => {
            Err(format!("emits [{}], but the test expects [{}]", emitted.join(", "), test.emits.join(", ")))
        }
    }
}

fn types(element: &Element) -> Vec<String> {
    let event_type = |event: &str| {
        let event: Json = serde_json::from_str(event).unwrap_or_default();
        event["type"].as_str().unwrap_or_default().to_owned()
    };
    element.events.iter().map(|event| event_type(event.get())).collect()
}

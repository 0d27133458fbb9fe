use serde_json::Value as Json;
use tablecast_definitions::definition::Example;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_event_patterns::filter::Filter;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::{Pipe, Pipes};
use tablecast_protocol::element::{Element, Rejected};

use crate::yaml::YamlTree;

/// Returns the text of a record file, whose path is relative to the pipe file, or why it cannot be read.
pub type ReadRecord<'r> = &'r dyn Fn(&DefinitionFile, &str) -> Result<String, String>;

/// The result of all tests.
#[derive(Debug, Default)]
pub struct Tests {
    pub run: usize,
    pub failures: Vec<Problem>,
    pub skipped_count: usize,
    /// The pipe files whose tests did not run.
    pub skipped: Vec<Problem>,
}

/// Runs the tests in pipe files. A pipe that does not compile runs no tests.
pub fn run(pipes: &Pipes, files: &[DefinitionFile], read_record: ReadRecord<'_>) -> Tests {
    let mut tests = Tests::default();
    for file in files {
        let pipe = pipes.iter().find(|pipe| pipe.name == file.name && has_schemas(pipe, pipes));
        let filter = pipe.and_then(|pipe| Filter::new(&pipe.definition.filter).ok());
        match (pipe, filter) {
            (Some(pipe), Some(filter)) => {
                PipeTests { pipes, pipe, filter, file }.run(read_record, &mut tests)
            }
            _ => skip(file, &mut tests),
        }
    }
    tests
}

fn skip(file: &DefinitionFile, tests: &mut Tests) {
    let count = YamlTree::parse(&file.text).map_or(0, |tree| tree.len("tests"));
    if count > 0 {
        let noun = if count == 1 { "test" } else { "tests" };
        let reason = format!("{count} {noun} did not run, because the pipe file does not compile");
        tests.skipped_count += count;
        tests.skipped.push(Problem::new(Rule::TestSkipped, &file.file, "tests", reason));
    }
}

fn has_schemas(pipe: &Pipe, pipes: &Pipes) -> bool {
    pipe.emits().all(|(_, event_type, _)| pipes.schemas().get(event_type).is_some())
}

/// The tests of one pipe file.
struct PipeTests<'p> {
    pipes: &'p Pipes,
    pipe: &'p Pipe,
    filter: Filter,
    file: &'p DefinitionFile,
}

impl PipeTests<'_> {
    fn run(&self, read_record: ReadRecord<'_>, tests: &mut Tests) {
        let definition = &self.pipe.definition;
        let mut has_passing = false;
        for (index, test) in definition.tests.iter().enumerate() {
            let record = read_record(self.file, &test.record);
            has_passing |= record.as_ref().map_or(true, |record| self.mismatches(record).is_none());
            if let Err(reason) = record.and_then(|record| self.test(test, &record)) {
                let reason = format!("{}: {reason}", test.record);
                tests.failures.push(Problem::new(
                    Rule::Test,
                    &self.file.file,
                    format!("tests[{index}]"),
                    reason,
                ));
            }
        }
        tests.run += definition.tests.len();
        if !definition.tests.is_empty() && !has_passing {
            let reason =
                "no record of `tests` passes it. Add a test whose record passes, or correct the patterns";
            tests.failures.push(Problem::new(Rule::Filter, &self.file.file, "filter", reason));
        }
    }

    fn test(&self, test: &Example, record: &str) -> Result<(), String> {
        let elements = enrich(self.pipes, &format!("[{record}]")).map_err(|error| error.reason)?;
        let [element] = &elements[..] else { return Err("does not contain exactly one record".to_owned()) };
        if let Some(rejected) = element.rejected.as_ref().filter(|rejected| is_in_record(rejected)) {
            return Err(rejection(rejected));
        }
        if let Some(reason) = &element.invalid_trace {
            return Err(format!("its trace {reason}"));
        }
        if element.pipe != self.pipe.name {
            return Err(format!("belongs to the table of {}.yaml", element.pipe));
        }
        match (self.mismatches(record), test.filtered) {
            (Some(_), true) if test.emits.is_empty() => Ok(()),
            (_, true) if !test.emits.is_empty() => {
                Err("a filtered record emits nothing: remove `filtered: true`, or write `emits: []`"
                    .to_owned())
            }
            (Some(mismatches), _) => Err(filtered(&mismatches)),
            (None, true) => Err("passes the filter, but the test expects `filtered: true`".to_owned()),
            (None, false) => emits(element, test),
        }
    }

    /// Returns why the filter drops a record, or `None` if it passes.
    fn mismatches(&self, record: &str) -> Option<Vec<String>> {
        let record: Json = serde_json::from_str(record).ok()?;
        let mismatches = self.filter.mismatches(&record);
        (!mismatches.is_empty()).then(|| mismatches.iter().map(ToString::to_string).collect())
    }
}

/// Returns whether the record itself is wrong, not what the pipe file makes of it.
fn is_in_record(rejected: &Rejected) -> bool {
    let root = rejected.path.split(['.', '[', '/']).next().unwrap_or_default();
    matches!(
        root,
        "" | "record"
            | "Records"
            | "eventID"
            | "eventName"
            | "eventSource"
            | "eventSourceARN"
            | "userIdentity"
            | "dynamodb"
    )
}

fn filtered(mismatches: &[String]) -> String {
    format!(
        "no pattern of `filter` matches, so Pipes drops the record: {}. Correct the pattern, or write `filtered: true` if \
         the filter must drop it",
        mismatches.join("; ")
    )
}

fn rejection(rejected: &Rejected) -> String {
    format!("is rejected: {}: {}", rejected.path, rejected.reason)
}

fn emits(element: &Element, test: &Example) -> Result<(), String> {
    if let Some(rejected) = &element.rejected {
        return Err(rejection(rejected));
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

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tablecast_authoring::check::check;
use tablecast_definitions::problem::{DefinitionFile, Problem};
use tablecast_pipeline::schema::{Schema, Schemas};

use crate::json;

const TYPE: &str = "row.tried.v1";

#[derive(Deserialize)]
pub struct Case {
    schema: Json,
    /// The values as JSON texts, so that their numbers keep all digits.
    values: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Refused(String),
    /// For each value, unless it is not JSON.
    Valid(Vec<Option<bool>>),
}

pub fn answer(case: Case) -> Answer {
    let file =
        DefinitionFile { file: format!("{TYPE}.json"), name: TYPE.to_owned(), text: case.schema.to_string() };
    let files = [file];
    let refused = |problems: &[Problem]| problems.iter().map(Problem::to_string).next();
    match Schemas::compile(&files) {
        Err(problems) => Answer::Refused(refused(&problems).unwrap_or_default()),
        Ok(schemas) => match (refused(&found_by_check(&files)), schemas.get(TYPE)) {
            (None, Some(schema)) => {
                Answer::Valid(case.values.iter().map(|value| is_valid(schema, value)).collect())
            }
            (reason, _) => Answer::Refused(reason.unwrap_or_default()),
        },
    }
}

/// A pipe that emits the event, because `check` also tries to convert the schemas of emitted events.
const PIPE: &str =
    "table: rows\nsubject: '\"x\"'\nevents:\n  - { type: row.tried.v1, data: { value: item.value } }\n";

/// Returns what `tablecast check` reports about the schema itself.
fn found_by_check(files: &[DefinitionFile]) -> Vec<Problem> {
    let pipe =
        DefinitionFile { file: "rows.yaml".to_owned(), name: "rows".to_owned(), text: PIPE.to_owned() };
    let mut problems = check(&[pipe], files, &|_, _| Err("has no record".to_owned())).problems;
    problems.retain(|problem| problem.file == files[0].file);
    problems
}

fn is_valid(schema: &Schema, value: &str) -> Option<bool> {
    let value = json::parse(value).ok()?;
    Some(schema.check(&value).is_ok())
}

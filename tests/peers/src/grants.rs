use serde::{Deserialize, Serialize};
use tablecast_definitions::grant::{Granted, Grants};
use tablecast_definitions::problem::DefinitionFile;

#[derive(Deserialize)]
pub struct Case {
    grant: String,
    /// The JSON text of an object.
    claims: String,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Refused(String),
    Patterns(Vec<String>),
}

pub fn answer(case: Case) -> Answer {
    match compiled(&case.grant).and_then(|grants| grants.to(&case.claims).map_err(|error| error.to_string()))
    {
        Ok(Granted::Within(patterns)) => Answer::Patterns(patterns.iter().map(ToString::to_string).collect()),
        Ok(Granted::Everything) => Answer::Patterns(vec!["*".to_owned()]),
        Err(reason) => Answer::Refused(reason),
    }
}

fn compiled(grant: &str) -> Result<Grants, String> {
    let grant = serde_json::to_string(grant).map_err(|error| error.to_string())?;
    let text = format!("table: orders\nsubject: '\"x\"'\ngrant: {grant}\nevents: []\n");
    let file = DefinitionFile { file: "orders.yaml".to_owned(), name: "orders".to_owned(), text };
    let first = |problems: Vec<_>| problems.first().map(ToString::to_string).unwrap_or_default();
    Grants::compile(&[file]).map_err(first)
}

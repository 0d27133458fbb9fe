use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tablecast_pipeline::expression::{Expression, Language, Scope};
use tablecast_values::value::Value;

use crate::json;

#[derive(Deserialize)]
pub struct Case {
    expression: String,
    /// The values of variables as JSON texts.
    variables: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// `check` refuses the expression.
    Refused(String),
    /// The expression has no value. A record that needs it is rejected.
    Failed(String),
    /// An optional value that is empty.
    Empty,
    Value(String),
}

pub fn answer(case: Case) -> Answer {
    let names: Vec<&'static str> = case.variables.keys().map(|name| leaked(name)).collect();
    let values = case.variables.values().map(|text| json::parse(text));
    let values: Vec<Value<'_>> = match values.collect() {
        Ok(values) => values,
        Err(reason) => return Answer::Refused(reason),
    };
    let variables: Vec<_> = names.iter().copied().zip(values.iter()).collect();
    match Language::new(names.leak()).and_then(|language| language.compile(&case.expression)) {
        Ok(expression) => evaluate(&expression, &Scope(&variables)),
        Err(reason) => Answer::Refused(reason),
    }
}

/// A language has its names for the life of the process, and this process ends after its input.
fn leaked(name: &str) -> &'static str {
    name.to_owned().leak()
}

fn evaluate(expression: &Expression, scope: &Scope<'_>) -> Answer {
    match expression.evaluate(scope) {
        Ok(Some(value)) => serde_json::to_string(&value)
            .map_or_else(|error| Answer::Failed(error.to_string()), Answer::Value),
        Ok(None) => Answer::Empty,
        Err(reason) => Answer::Failed(reason),
    }
}

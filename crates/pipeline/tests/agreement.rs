//! Server and clients give the same verdict. clients/typescript/test/schemas/agreement.test.ts runs the same
//! tables: tests/agreement/README.md.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::schema::Schemas;
use tablecast_values::value::Value;

fn folders() -> impl Iterator<Item = PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/agreement");
    [own].into_iter().chain(std::env::var_os("TABLECAST_AGREEMENT").map(PathBuf::from))
}

/// Returns each row with its file and number.
fn rows() -> Vec<(String, Json)> {
    let files = folders().flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"));
    let rows = files.flat_map(|path| {
        let table: Vec<Json> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        table.into_iter().enumerate().map(move |(number, row)| (format!("{name} row {}", number + 1), row))
    });
    rows.collect()
}

fn compile(schema: &Json) -> Result<Schemas, String> {
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://tablecast.example/schemas/row.tried.v1.json",
    });
    document.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
    let (file, name) = ("schemas/row.tried.v1.json".to_owned(), "row.tried.v1".to_owned());
    let problems = Schemas::compile(&[DefinitionFile { file, name, text: document.to_string() }]);
    problems.map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

/// Returns the differences from the row.
fn mismatches(row: &Json) -> Vec<String> {
    let compiled = compile(&row["schema"]);
    if let Some(reason) = row["refused"].as_str() {
        return match compiled {
            Err(problem) if problem.contains(reason) => Vec::new(),
            Err(problem) => vec![problem],
            Ok(_) => vec!["is not refused".to_owned()],
        };
    }
    let schemas = match compiled {
        Ok(schemas) => schemas,
        Err(problem) => return vec![problem],
    };
    let schema = schemas.get("row.tried.v1").unwrap();
    let wrong = |expected: &'static str, is_valid: bool| {
        let values = row[expected].as_array().into_iter().flatten();
        let wrong = values.filter(move |value| schema.check(&Value::from(*value)).is_ok() != is_valid);
        wrong.map(move |value| format!("{value} is not {expected}"))
    };
    wrong("valid", true).chain(wrong("invalid", false)).collect()
}

#[test]
fn the_server_gives_the_verdicts_of_the_shared_tables() {
    let rows = rows();
    assert!(rows.len() > 300, "{} rows", rows.len());
    let wrong = rows.iter().flat_map(|(name, row)| {
        mismatches(row).into_iter().map(move |text| format!("{name}: {}: {text}", row["schema"]))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} mismatches\n{}", wrong.len(), wrong.join("\n"));
}

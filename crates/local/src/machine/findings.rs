//! The problems that `tablecast check` would report. The pipes run all the same.

use std::fs;
use std::path::Path;

use tablecast_authoring::check::{Report, check};
use tablecast_definitions::folder;
use tablecast_definitions::problem::{DefinitionFile, Problem};
use tokio::task::spawn_blocking;
use tracing::{error, warn};

use crate::options::Options;

/// Checks the pipe files and schemas, and logs what `before` does not have. `None` if a folder cannot be read.
pub async fn find(options: &Options, before: Option<&Report>) -> Option<Report> {
    let (pipes, schemas) = (options.pipes.clone(), options.schemas.clone());
    let report = spawn_blocking(move || report(&pipes, &schemas)).await.ok().flatten()?;
    log(&report, before);
    Some(report)
}

fn report(pipes: &Path, schemas: &Path) -> Option<Report> {
    let files = (folder::read(pipes, "yaml").ok()?, folder::read(schemas, "json").ok()?);
    let report = check(&files.0, &files.1, &read_record);
    Some(report.with_ignored_files(folder::ignored(pipes, "yaml"), folder::ignored(schemas, "json")))
}

fn read_record(pipe: &DefinitionFile, name: &str) -> Result<String, String> {
    fs::read_to_string(Path::new(&pipe.file).with_file_name(name)).map_err(|error| error.to_string())
}

fn log(report: &Report, before: Option<&Report>) {
    let is_new = |one: &&Problem, known: fn(&Report) -> &Vec<Problem>| {
        before.is_none_or(|before| !known(before).contains(one))
    };
    for problem in report.problems.iter().filter(|it| is_new(it, |report| &report.problems)) {
        error!("{problem} ({}: {})", problem.rule.name(), problem.rule.remedy());
    }
    for warning in report.warnings.iter().filter(|it| is_new(it, |report| &report.warnings)) {
        warn!("{warning} ({}: {})", warning.rule.name(), warning.rule.remedy());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_warnings_and_ignored_files_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "pipes/orders.yaml",
            "table: orders\nfilter: [{ body: { eventName: [INSERT] } }]\nsubject: '\"orders/\" + item.id'\n\
             events: [{ type: order.placed.v1, data: {} }]\n",
        );
        write("pipes/users.yml", "");
        write(
            "schemas/order.placed.v1.json",
            r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://a.example/order.placed.v1.json"}"#,
        );
        let report = report(&folder.path().join("pipes"), &folder.path().join("schemas")).unwrap();
        let rules =
            |problems: &[Problem]| -> Vec<&str> { problems.iter().map(|it| it.rule.name()).collect() };
        assert_eq!(
            (rules(&report.problems), rules(&report.warnings)),
            (vec!["ignored-file", "filter"], vec!["grant-missing"])
        );
    }
}

use super::healthy::{deployed, description, file, pipe};
use super::with;
use crate::facts::{Concurrency, Facts, Function, Pipe, Reading, Table};

fn with_pipe(change: impl FnOnce(&mut Pipe)) -> Vec<String> {
    let mut pipe = pipe();
    change(&mut pipe);
    with(|facts| facts.pipes = Reading::Found(vec![pipe]))
}

fn function<'f>(facts: &'f mut Facts, name: &str) -> &'f mut Function {
    facts.functions.iter_mut().find(|function| function.name == name).unwrap()
}

fn table<'f>(facts: &'f mut Facts, name: &str) -> &'f mut Table {
    facts.tables.iter_mut().find(|table| table.name == name).unwrap()
}

#[test]
fn a_pipe_that_does_not_run_is_critical_unless_aws_is_changing_it() {
    for state in ["STOPPED", "START_FAILED", "CREATE_FAILED", "UPDATE_ROLLBACK_FAILED"] {
        let found = with_pipe(|pipe| pipe.state = state.to_owned());
        assert_eq!(found, ["critical pipe-stopped orders"], "{state}");
    }
    assert_eq!(with_pipe(|pipe| pipe.state = "STARTING".to_owned()), ["note pipe-changing orders"]);
}

#[test]
fn a_pipe_file_without_a_pipe_is_missing() {
    let found = with(|facts| facts.files.as_mut().unwrap().push(file("music", "Music")));
    assert_eq!(found, ["critical pipe-missing music"]);
}

#[test]
fn a_pipe_that_reads_another_stream_than_the_current_one_is_critical() {
    assert_eq!(with_pipe(|pipe| pipe.source.push('9')), ["critical stream-ended orders"]);
}

#[test]
fn a_table_without_a_stream_is_critical() {
    let found = with(|facts| description(facts, "prod-orders").view = None);
    assert_eq!(found, ["critical stream-off orders"]);
}

#[test]
fn a_stream_that_lacks_an_image_is_critical() {
    for view in ["NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"] {
        let found = with(|facts| description(facts, "prod-orders").view = Some(view.to_owned()));
        assert_eq!(found, ["critical stream-images orders"], "{view}");
    }
}

#[test]
fn a_missing_table_is_critical() {
    let found = with(|facts| table(facts, "acme-log").description = Reading::Missing);
    assert_eq!(found, ["critical table-missing acme-log"]);
}

#[test]
fn items_of_the_deployments_own_tables_expire() {
    let found = with(|facts| facts.tables.iter_mut().for_each(|it| it.expires = Reading::Found(false)));
    let tables = ["acme-connections", "acme-log", "acme-rejected"];
    assert_eq!(found, tables.map(|table| format!("warning expiry-off {table}")));
}

#[test]
fn tables_with_data_are_protected_from_deletion() {
    let tables = ["acme-log", "acme-rejected", "prod-orders"];
    let found = with(|facts| tables.iter().for_each(|table| description(facts, table).is_protected = false));
    assert_eq!(found, tables.map(|table| format!("warning table-unprotected {table}")));
}

#[test]
fn tables_that_a_pipe_reads_and_rejected_records_can_be_restored() {
    let found = with(|facts| facts.tables.iter_mut().for_each(|it| it.recoverable = Reading::Found(false)));
    assert_eq!(found, ["warning recovery-off acme-rejected", "warning recovery-off prod-orders"]);
}

#[test]
fn a_missing_function_is_critical() {
    let found = with(|facts| function(facts, "fanout").deployed = Reading::Missing);
    assert_eq!(found, ["critical function-missing fanout"]);
}

#[test]
fn a_function_that_cannot_run_is_inactive() {
    let found = with(|facts| deployed(facts, "dispatch").state = "Failed".to_owned());
    assert_eq!(found, ["critical function-inactive dispatch"]);
    let found = with(|facts| function(facts, "dispatch").reserved = Reading::Found(Some(0)));
    assert_eq!(found, ["critical function-inactive dispatch"]);
    let found = with(|facts| deployed(facts, "dispatch").update = "Failed".to_owned());
    assert_eq!(found, ["warning function-inactive dispatch"]);
    let found = with(|facts| deployed(facts, "dispatch").state = "Inactive".to_owned());
    assert_eq!(found, ["note function-inactive dispatch"]);
}

#[test]
fn few_executions_of_the_account_are_a_warning() {
    let found = with(|facts| facts.concurrency = Reading::Found(Concurrency { limit: 1000, unreserved: 99 }));
    assert_eq!(found, ["warning concurrency-short the account"]);
}

#[test]
fn another_package_than_that_of_the_folder_is_a_warning() {
    let found = with(|facts| facts.packages[4].hash = "other".to_owned());
    assert_eq!(found, ["warning definitions-differ enrich"]);
}

#[test]
fn a_package_with_other_definitions_than_the_folder_is_outdated() {
    let found = with(|facts| facts.packages[4].differences.push("pipes/orders.yaml".to_owned()));
    assert_eq!(found, ["warning package-outdated enrich"]);
}

#[test]
fn without_packages_the_definitions_are_unknown() {
    assert_eq!(with(|facts| facts.packages.clear()), ["note package-unknown acme"]);
    assert_eq!(with(|facts| drop(facts.packages.remove(0))), ["note package-unknown authorize"]);
}

#[test]
fn a_version_that_is_not_the_newest_is_a_note() {
    let found = with(|facts| function(facts, "enrich").newest = Some("newer".to_owned()));
    assert_eq!(found, ["note not-newest enrich"]);
    assert_eq!(with(|facts| function(facts, "enrich").has_canary = true), ["note not-newest enrich"]);
}

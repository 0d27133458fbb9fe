//! Compares the permissions of each function in terraform/permissions.yaml with the AWS calls in its source.
//! None may be missing or superfluous.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tablecast_tests::project;

type Actions = BTreeSet<String>;

/// SDK operations as they appear in a source, with the IAM action that each needs. Transactions have no
/// action.
const OPERATIONS: [(&str, Option<&str>); 16] = [
    (".batch_get_item()", Some("dynamodb:BatchGetItem")),
    (".batch_write_item()", Some("dynamodb:BatchWriteItem")),
    (".delete_connection()", Some("execute-api:ManageConnections")),
    (".delete_item()", Some("dynamodb:DeleteItem")),
    (".describe_event_bus()", Some("events:DescribeEventBus")),
    (".get_connection()", Some("execute-api:ManageConnections")),
    (".get_item()", Some("dynamodb:GetItem")),
    (".invoke()", Some("lambda:InvokeFunction")),
    (".post_to_connection()", Some("execute-api:ManageConnections")),
    (".put_events()", Some("events:PutEvents")),
    (".put_item()", Some("dynamodb:PutItem")),
    (".query()", Some("dynamodb:Query")),
    (".scan()", Some("dynamodb:Scan")),
    (".transact_get_items()", None),
    (".transact_write_items()", None),
    (".update_item()", Some("dynamodb:UpdateItem")),
];

/// Parts of a transaction, with the IAM action that each needs.
const PARTS: [(&str, &str); 5] = [
    ("ConditionCheck::builder()", "dynamodb:ConditionCheckItem"),
    ("Delete::builder()", "dynamodb:DeleteItem"),
    ("Get::builder()", "dynamodb:GetItem"),
    ("Put::builder()", "dynamodb:PutItem"),
    ("Update::builder()", "dynamodb:UpdateItem"),
];

/// The crates that send AWS requests for the functions.
const SHARED: [&str; 6] = ["bus", "connections", "event-log", "push", "rejected", "sockets"];

/// Methods of other types that have the name of a method of a shared crate, by function.
const OTHERS: [(&str, &str); 3] = [("connect", "split"), ("fanout", "change"), ("fanout", "open")];

#[test]
fn permissions_are_exactly_the_actions_that_each_function_calls() {
    let called: BTreeMap<_, _> =
        folders("functions").into_iter().map(|name| (name.clone(), called(&name))).collect();
    assert_eq!(permitted(), called, "left: terraform/permissions.yaml; right: what the sources call");
}

/// Otherwise the comparison would miss an operation that is not in `OPERATIONS`.
#[test]
fn every_request_in_the_sources_is_in_the_list_of_operations() {
    let functions = folders("functions").into_iter().map(|name| project().join("functions").join(name));
    let shared = SHARED.map(|name| project().join("crates").join(name));
    let sources: Vec<_> = functions.chain(shared).flat_map(|folder| sources(&folder)).collect();
    let known = |text: &str| OPERATIONS.iter().map(|(call, _)| count(text, call)).sum::<usize>();
    let sent: usize = sources.iter().map(|text| count(text, ".send()")).sum();
    assert!(sent > 0, "no source sends a request: have the folders moved?");
    for text in sources {
        assert_eq!(
            count(&text, ".send()"),
            known(&text),
            "add the operation that this source sends to OPERATIONS:\n{text}"
        );
    }
}

/// Otherwise the comparison would miss requests in a crate that is not in `SHARED`.
#[test]
fn no_other_dependency_of_a_function_sends_requests() {
    let mut crates: BTreeSet<_> = folders("functions")
        .into_iter()
        .flat_map(|name| reachable(&project().join("functions").join(name)))
        .collect();
    for name in SHARED {
        assert!(crates.remove(name), "no function depends on {name}: remove it from SHARED");
    }
    for name in crates {
        for text in sources(&project().join("crates").join(&name)) {
            assert_eq!(
                count(&text, ".send()"),
                0,
                "add {name} to SHARED, because it sends requests:\n{text}"
            );
        }
    }
}

fn permitted() -> BTreeMap<String, Actions> {
    let file = fs::read_to_string(project().join("terraform/permissions.yaml")).unwrap();
    let functions: BTreeMap<String, BTreeMap<String, Actions>> = serde_saphyr::from_str(&file).unwrap();
    functions
        .into_iter()
        .map(|(name, resources)| (name, resources.into_values().flatten().collect()))
        .collect()
}

/// Returns the actions that a function needs: by its source, and by the functions of shared crates that it
/// calls.
fn called(function: &str) -> Actions {
    let folder = project().join("functions").join(function);
    let used = reachable(&folder);
    let source = calls(&folder, used.contains("push"));
    let shared = SHARED.into_iter().filter(|name| used.contains(*name));
    let is_other = |name: &str| OTHERS.contains(&(function, name));
    shared.flat_map(|name| called_in(name, &source, is_other)).chain(actions(&source)).collect()
}

/// Returns the source of a function. The crate `push` calls other shared crates for it.
fn calls(folder: &Path, pushes: bool) -> String {
    let push = pushes.then(|| project().join("crates/push"));
    [folder.to_owned()].into_iter().chain(push).flat_map(|folder| sources(&folder)).collect()
}

fn called_in(shared: &str, source: &str, is_other: impl Fn(&str) -> bool) -> Actions {
    let shared = functions_of(&sources(&project().join("crates").join(shared)).join("\n"));
    let entries = shared.iter().filter(|(name, text)| text.starts_with("pub ") && !is_other(name));
    let used = entries.filter(|(name, _)| source.contains(&format!(".{name}(")));
    used.flat_map(|(name, _)| reached(name, &shared)).collect()
}

fn reached(name: &str, shared: &BTreeMap<String, String>) -> Actions {
    let text = &shared[name];
    let next = shared.keys().filter(|other| *other != name && text.contains(&format!("self.{other}(")));
    next.flat_map(|other| reached(other, shared)).chain(actions(text)).collect()
}

fn actions(text: &str) -> Actions {
    let operations = OPERATIONS.iter().filter_map(|(call, action)| Some((*call, (*action)?)));
    let needed = operations.chain(PARTS).filter(|(call, _)| text.contains(call));
    needed.map(|(_, action)| action.to_owned()).collect()
}

/// Returns the text of each Rust function by name, with `pub ` in front if it is public.
fn functions_of(source: &str) -> BTreeMap<String, String> {
    let mut functions = BTreeMap::<_, String>::new();
    let mut public = "";
    for text in source.split("fn ") {
        let name = text.split(['(', '<']).next().unwrap().to_owned();
        functions.entry(name).or_default().push_str(&format!("{public}{text}"));
        public = if text.ends_with("pub ") || text.ends_with("pub async ") { "pub " } else { "" };
    }
    functions
}

/// Returns the crates of this project that a crate depends on, directly or indirectly.
fn reachable(folder: &Path) -> BTreeSet<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let own = manifest.split("[dev-dependencies]").next().unwrap();
    let names = own.lines().filter_map(|line| line.strip_prefix("tablecast-")?.split(['.', ' ']).next());
    let deeper = |name: &str| reachable(&project().join("crates").join(name));
    names.flat_map(|name| deeper(name).into_iter().chain([name.to_owned()])).collect()
}

fn folders(name: &str) -> Vec<String> {
    let entries = fs::read_dir(project().join(name)).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

/// Returns the Rust sources of a crate without unit tests.
fn sources(folder: &Path) -> Vec<String> {
    let mut sources = Vec::new();
    let mut folders = vec![folder.join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.extension() {
                _ if path.ends_with("tests") || path.ends_with("tests.rs") => {}
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "rs" => {
                    sources.push(without_tests(&fs::read_to_string(path).unwrap()));
                }
                _ => {}
            }
        }
    }
    sources
}

fn without_tests(source: &str) -> String {
    source.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned()
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

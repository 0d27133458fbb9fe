//! What a function may do on AWS, in terraform/permissions.yaml, is what its source calls: nothing is missing, and
//! nothing is superfluous.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tablecast_tests::project;

type Actions = BTreeSet<String>;

/// Operations of the SDK as a source calls them, and the IAM action that each needs. A transaction needs none of its own.
const OPERATIONS: [(&str, Option<&str>); 13] = [
    (".batch_get_item()", Some("dynamodb:BatchGetItem")),
    (".batch_write_item()", Some("dynamodb:BatchWriteItem")),
    (".delete_connection()", Some("execute-api:ManageConnections")),
    (".delete_item()", Some("dynamodb:DeleteItem")),
    (".get_connection()", Some("execute-api:ManageConnections")),
    (".get_item()", Some("dynamodb:GetItem")),
    (".post_to_connection()", Some("execute-api:ManageConnections")),
    (".put_events()", Some("events:PutEvents")),
    (".put_item()", Some("dynamodb:PutItem")),
    (".query()", Some("dynamodb:Query")),
    (".transact_get_items()", None),
    (".transact_write_items()", None),
    (".update_item()", Some("dynamodb:UpdateItem")),
];

/// What a transaction consists of, and the action that each part needs.
const PARTS: [(&str, &str); 5] = [
    ("ConditionCheck::builder()", "dynamodb:ConditionCheckItem"),
    ("Delete::builder()", "dynamodb:DeleteItem"),
    ("Get::builder()", "dynamodb:GetItem"),
    ("Put::builder()", "dynamodb:PutItem"),
    ("Update::builder()", "dynamodb:UpdateItem"),
];

/// The crates that send requests for the functions.
const SHARED: [&str; 3] = ["bus", "connections", "log"];

#[test]
fn every_function_may_do_what_it_calls_and_nothing_else() {
    let called: BTreeMap<_, _> =
        folders("functions").into_iter().map(|name| (name.clone(), called(&name))).collect();
    assert_eq!(permitted(), called, "left: terraform/permissions.yaml; right: what the sources call");
}

/// Otherwise an operation that is new here would be passed over.
#[test]
fn every_request_that_is_sent_is_one_that_this_test_knows() {
    let functions = folders("functions").into_iter().map(|name| project().join("functions").join(name));
    let shared = SHARED.map(|name| project().join("crates").join(name));
    let sources: Vec<_> = functions.chain(shared).flat_map(|folder| sources(&folder)).collect();
    let known = |text: &str| OPERATIONS.iter().map(|(call, _)| count(text, call)).sum::<usize>();
    let sent: usize = sources.iter().map(|text| count(text, ".send()")).sum();
    assert!(sent > 0, "no source sends anything: where are they?");
    for text in sources {
        assert_eq!(count(&text, ".send()"), known(&text), "OPERATIONS lacks what this source sends:\n{text}");
    }
}

/// Otherwise a function's requests could be where nobody looks for them.
#[test]
fn no_other_crate_that_a_function_is_made_of_sends_any() {
    let mut crates: BTreeSet<_> = folders("functions")
        .into_iter()
        .flat_map(|name| reachable(&project().join("functions").join(name)))
        .collect();
    for name in SHARED {
        assert!(crates.remove(name), "no function uses {name}: where is it?");
    }
    for name in crates {
        for text in sources(&project().join("crates").join(&name)) {
            assert_eq!(count(&text, ".send()"), 0, "no function is permitted what {name} sends:\n{text}");
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

/// By the function's own source, and by those functions of the shared crates that it uses.
fn called(function: &str) -> Actions {
    let folder = project().join("functions").join(function);
    let source = sources(&folder).join("\n");
    let used = reachable(&folder);
    let shared = SHARED.into_iter().filter(|name| used.contains(*name));
    shared.flat_map(|name| called_in(name, &source)).chain(actions(&source)).collect()
}

fn called_in(shared: &str, source: &str) -> Actions {
    let shared = functions_of(&sources(&project().join("crates").join(shared)).join("\n"));
    let entries = shared.iter().filter(|(_, text)| text.starts_with("pub "));
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

/// Each function's text by its name, with `pub ` before it where it is public.
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

/// The crates of this project that a crate depends on, directly or by others.
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

/// The Rust files of a crate, without their unit tests.
fn sources(folder: &Path) -> Vec<String> {
    let mut sources = Vec::new();
    let mut folders = vec![folder.join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.extension() {
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

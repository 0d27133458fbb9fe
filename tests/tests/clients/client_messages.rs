//! The list of client messages in crates/protocol agrees with every other place that names them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tablecast_catalogue::{Bus, Deployment, Tokens};
use tablecast_definitions::folder;
use tablecast_local::{Auth, machine};
use tablecast_protocol::message::ACTIONS;
use tablecast_tests::project;

type Names = BTreeSet<String>;

/// Every action can have this reply.
const ERROR: &str = "tablecast.error.v1";

fn actions() -> Names {
    ACTIONS.map(|action| action.name().to_owned()).into()
}

fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> Names {
    names.into_iter().map(str::to_owned).collect()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}

/// Returns the texts in double quotes.
fn quoted(text: &str) -> Names {
    names(text.split('"').skip(1).step_by(2))
}

#[test]
fn terraform_has_a_route_for_each_client_message() {
    let file = fs::read_to_string(project().join("terraform/socket.tf")).unwrap();
    let messages = between(&file, "client_messages = [", "]").expect("socket.tf has client_messages");
    assert_eq!(quoted(messages), actions());
    let routes = between(&file, "routes = merge(", "\n  )").expect("socket.tf merges routes");
    let (listed, generated) = routes.split_once("for action in local.client_messages :").expect(routes);
    assert_eq!(generated.trim(), r#"action => "subscribe" },"#);
    let keys = listed.lines().flat_map(|line| line.split(['{', ','])).filter_map(|pair| pair.split_once('='));
    let keys: Names = keys.map(|(key, _)| key.trim().trim_matches('"').to_owned()).collect();
    assert_eq!(keys, names(["$connect", "$default", "$disconnect"]));
}

#[test]
fn the_local_gateway_has_a_route_for_each_client_message() {
    let routes = machine::routes(&Auth::None);
    let messages = routes.keys().filter(|key| !key.starts_with('$'));
    assert_eq!(names(messages), actions());
}

#[test]
fn the_typescript_client_has_the_same_list_of_client_messages() {
    let sources = typescript_sources(&project().join("clients/typescript/src"));
    let lists = sources.iter().filter_map(|text| between(text, "export const ACTIONS = [", "] as const"));
    let lists: Vec<_> = lists.map(quoted).collect();
    assert_eq!(lists, [actions()], "the sources export one list, ACTIONS");
}

fn typescript_sources(folder: &Path) -> Vec<String> {
    let paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let source = |path: PathBuf| match path.is_dir() {
        true => typescript_sources(&path),
        false => vec![fs::read_to_string(path).unwrap()],
    };
    paths.into_iter().flat_map(source).collect()
}

/// Returns the AsyncAPI document of this project.
fn asyncapi() -> Value {
    let read = |name: &str, extension| folder::read(&project().join(name), extension).unwrap();
    let deployment = Deployment {
        socket: "wss://a.example/live".into(),
        bus: Bus::parse("tablecast"),
        site: None,
        tokens: Tokens::None,
        live_page: false,
    };
    let files =
        tablecast_catalogue::files(&read("pipes", "yaml"), &read("schemas", "json"), &deployment).unwrap();
    let document = files.iter().find(|file| file.path == "asyncapi.json").unwrap();
    serde_json::from_str(&document.content).unwrap()
}

/// Returns the operations with a message from a client, by name.
fn client_operations(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let operations = document["operations"].as_object().unwrap().iter();
    operations.filter(|(_, one)| one["action"] == "receive").map(|(name, one)| (name.as_str(), one))
}

/// Returns the names of the messages to which an operation, its reply or a channel refers.
fn messages(operation: &Value) -> Names {
    let references = operation["messages"].as_array().unwrap().iter();
    names(references.map(|one| one["$ref"].as_str().unwrap().rsplit_once('/').unwrap().1))
}

#[test]
fn the_asyncapi_document_describes_each_client_message() {
    let document = asyncapi();
    assert_eq!(names(client_operations(&document).map(|(name, _)| name)), actions());
    for (name, operation) in client_operations(&document) {
        assert_eq!(messages(operation), names([name]));
    }
    let described = document["components"]["messages"].as_object().unwrap().iter();
    let described = described.filter(|(_, message)| message["contentType"] == "application/json");
    let described: Vec<_> = described.filter(|(name, _)| !name.starts_with("bus.")).collect();
    assert_eq!(names(described.iter().map(|(name, _)| name.as_str())), actions());
    for (name, message) in described {
        assert_eq!(message["payload"]["properties"]["action"]["enum"], serde_json::json!([name]));
        assert!(document["channels"]["socket"]["messages"].get(name).is_some(), "{name}");
    }
}

/// A reply is a control event whose schema has the request id, `request`.
#[test]
fn each_client_message_has_a_reply_and_each_reply_schema_a_client_message() {
    let document = asyncapi();
    let mut replies = Names::new();
    for (name, operation) in client_operations(&document) {
        let mut own = messages(&operation["reply"]);
        assert!(own.remove(ERROR), "{name} has no reply {ERROR}");
        assert!(!own.is_empty(), "{name} has no reply other than {ERROR}");
        replies.extend(own);
    }
    replies.insert(ERROR.to_owned());
    let schemas = folder::read(&project().join("schemas"), "json").unwrap();
    let schemas = schemas.iter().map(|file| serde_json::from_str::<Value>(&file.text).unwrap());
    let with_request = schemas.filter(|schema| schema["properties"].get("request").is_some());
    let types = with_request.map(|schema| event_type(schema["$id"].as_str().unwrap()));
    assert_eq!(types.collect::<Names>(), replies, "left: the schemas with request; right: the replies");
}

/// Reads the event type from the `$id` of its schema.
fn event_type(id: &str) -> String {
    id.rsplit('/').next().unwrap().trim_end_matches(".json").to_owned()
}

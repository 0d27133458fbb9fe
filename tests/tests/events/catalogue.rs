//! The published catalogue: as files, over HTTP, and checked with the official AsyncAPI parser.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tablecast_tests::http::Http;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::node::asyncapi_verdict;
use tablecast_tests::socket::Socket;
use tablecast_tests::{binaries, project};
use tokio::process::Command;

async fn publish(folder: &Path, socket: &str) {
    publish_definitions(folder, socket, &project()).await;
}

async fn publish_definitions(folder: &Path, socket: &str, definitions: &Path) {
    let mut command = Command::new(binaries::folder().join("tablecast"));
    command.arg("publish").arg(folder).args(["--socket", socket]).current_dir(definitions);
    let published = command.stdout(Stdio::null()).status().await.unwrap();
    assert!(published.success());
}

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap()
}

#[tokio::test]
async fn the_official_parser_accepts_the_document_and_refuses_a_broken_one() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), "wss://abcd123.execute-api.eu-central-1.amazonaws.com/live").await;
    let text = read(folder.path(), "asyncapi.json");
    assert_eq!(asyncapi_verdict(&text).await, ["ok"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    let without = |pointer: &str, name: &str| {
        let mut broken = document.clone();
        broken.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        broken
    };
    let mut wrong = document.clone();
    wrong["components"]["schemas"]["OrderPlacedV1Data"]["type"] = json!("text");
    for broken in [wrong, without("/components/messages", "order.placed.v1")] {
        let verdict = asyncapi_verdict(&broken.to_string()).await;
        assert_ne!(verdict, ["ok"]);
        assert!(!verdict.is_empty());
    }
}

#[tokio::test]
async fn the_official_parser_accepts_the_document_of_a_state() {
    let folder = tempfile::tempdir().unwrap();
    publish_definitions(folder.path(), "ws://127.0.0.1:8787", &project().join("examples/order-board")).await;
    let text = read(folder.path(), "asyncapi.json");
    assert!(text.contains(r#""order.removed.v1""#), "{text}");
    assert_eq!(asyncapi_verdict(&text).await, ["ok"]);
}

#[tokio::test]
async fn the_document_describes_the_socket_and_the_bus() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), "wss://abcd123.execute-api.eu-central-1.amazonaws.com/live").await;
    let document: Value = serde_json::from_str(&read(folder.path(), "asyncapi.json")).unwrap();
    let server = &document["servers"]["socket"];
    assert_eq!(
        (&server["protocol"], &document["channels"]["socket"]["address"]),
        (&json!("wss"), &json!("/live"))
    );
    assert_eq!(server["host"], "abcd123.execute-api.eu-central-1.amazonaws.com");
    let names = |pointer: &str| -> Vec<String> {
        document.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(names("/channels"), ["socket", "tablecast.orders", "tablecast.profiles"]);
    let operations = [
        "notify",
        "ping",
        "publish.orders",
        "publish.profiles",
        "push",
        "refresh",
        "state",
        "subscribe",
        "unsubscribe",
    ];
    assert_eq!(names("/operations"), operations);
    let messages = names("/channels/socket/messages");
    for file in std::fs::read_dir(project().join("schemas")).unwrap() {
        let event_type = file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(messages.contains(&event_type), "{event_type}");
    }
    let on_bus = ["bus.order.cancelled.v1", "bus.order.placed.v1", "bus.order.status-changed.v1"];
    assert_eq!(names("/channels/tablecast.orders/messages"), on_bus);
}

#[tokio::test]
async fn the_local_mode_serves_the_published_files() {
    let local = LocalMode::start_with_auth(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), &local.addresses().clients).await;
    let response = async |path: &str| {
        Http::default().get_response(&format!("{}{path}", local.addresses().http)).await.unwrap()
    };
    for (path, file, kind) in [
        ("/asyncapi.json", "asyncapi.json", "application/vnd.aai.asyncapi+json;version=3.0.0"),
        ("/schemas/order.placed.v1.json", "schemas/order.placed.v1.json", "application/schema+json"),
        ("/schemas/tablecast.pong.v1.json", "schemas/tablecast.pong.v1.json", "application/schema+json"),
        ("/catalogue/look.css", "catalogue/look.css", "text/css; charset=utf-8"),
        ("/catalogue/style.css", "catalogue/style.css", "text/css; charset=utf-8"),
        ("/catalogue/copy.js", "catalogue/copy.js", "text/javascript; charset=utf-8"),
    ] {
        let response = response(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], kind);
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.body(), read(folder.path(), file).as_bytes(), "{path}");
    }
    let page = response("/catalogue/").await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let text = String::from_utf8(page.into_body().to_vec()).unwrap();
    assert!(text.contains(&local.addresses().clients) && text.contains("id=\"order.placed.v1\""), "{text}");
    let moved = response("/catalogue").await;
    assert_eq!(
        (moved.status().as_u16(), &moved.headers()["location"]),
        (308, &"/catalogue/".parse().unwrap())
    );
    let posted =
        Http::default().post(&format!("{}/asyncapi.json", local.addresses().http), &[], String::new()).await;
    assert_eq!(posted.unwrap().0, 404);
    for nowhere in ["/schemas/order.placed.v2.json", "/catalogue/../asyncapi.json", "/Cargo.toml", "/bus/x"] {
        assert_eq!(response(nowhere).await.status(), 404, "{nowhere}");
    }
}

/// Runs the commands that the catalogue shows for copying.
#[tokio::test]
async fn a_client_connects_with_the_token_and_address_of_the_catalogue() {
    let local = LocalMode::start_with_auth(&[]).await;
    let url = format!("{}/catalogue/", local.addresses().http);
    let (_, page) = Http::default().get(&url).await.unwrap();
    let page = String::from_utf8(page.to_vec()).unwrap().replace("&quot;", "\"").replace("&amp;", "&");
    for event_type in ["order.placed.v1", "profile.created.v1"] {
        let article = page.split(&format!("<article class=\"panel\" id=\"{event_type}\"")).nth(1).unwrap();
        let between =
            |before: &str, after: &str| article.split(before).nth(1).unwrap().split(after).next().unwrap();
        let arguments: Vec<&str> = between("cargo run -q -- token ", ")").split(' ').collect();
        let address = between("npx wscat -c \"", "\"").replace("$TOKEN", &local.token(&arguments).await);
        let other = address.replace("my-", "your-");
        assert_ne!(other, address);
        assert!(Socket::with_headers(&address, &[]).await.is_ok(), "{address}");
        assert_eq!(Socket::with_headers(&other, &[]).await.err().unwrap().status, 403, "{other}");
    }
}

#[tokio::test]
async fn examples_in_the_document_match_its_schemas() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), "wss://a.example/live").await;
    let document: Value = serde_json::from_str(&read(folder.path(), "asyncapi.json")).unwrap();
    for (name, message) in document["components"]["messages"].as_object().unwrap() {
        let schema = json!({ "allOf": [message["payload"]], "components": document["components"] });
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft7);
        let validator = options.should_validate_formats(true).build(&schema).unwrap();
        let examples = message["examples"].as_array().unwrap();
        assert!(!examples.is_empty(), "{name}");
        for example in examples {
            let errors: Vec<_> =
                validator.iter_errors(&example["payload"]).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
        assert!(!validator.is_valid(&json!({})), "{name}");
    }
}

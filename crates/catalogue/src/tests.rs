use std::path::Path;

use serde_json::json;
use tablecast_definitions::folder;

use super::*;

fn places() -> Places {
    Places {
        socket: "ws://127.0.0.1:8787".into(),
        bus: "tablecast".into(),
        tokens: Tokens::Development { arguments: String::new() },
        live_page: false,
    }
}

fn ours() -> Vec<File> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let read = |name: &str, extension| folder::read(&root.join(name), extension).unwrap();
    files(&read("pipes", "yaml"), &read("schemas", "json"), &places()).unwrap()
}

fn content<'f>(files: &'f [File], path: &str) -> &'f str {
    &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("there is no {path}")).content
}

fn schema(event_type: &str, body: Json) -> Source {
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://tablecast.example/events/{event_type}.json"),
    });
    document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    Source { file: format!("schemas/{event_type}.json"), name: event_type.into(), text: document.to_string() }
}

fn pipe(text: &str) -> Source {
    Source { file: "pipes/orders.yaml".into(), name: "orders".into(), text: text.into() }
}

fn page(pipes: &[Source], schemas: &[Source], places: &Places) -> String {
    content(&files(pipes, schemas, places).unwrap(), "catalogue/index.html").to_owned()
}

#[test]
fn a_schema_is_published_as_it_was_written_at_the_path_of_its_id() {
    let files = ours();
    let written = include_str!("../../../schemas/order.placed.v1.json");
    assert_eq!(content(&files, "schemas/order.placed.v1.json"), written);
    let schema = schema("order.placed.v1", json!({}));
    let pipe = pipe("table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n");
    let files = super::files(&[pipe], &[schema], &places()).unwrap();
    let published = files.iter().find(|file| file.media_type == "application/schema+json").unwrap();
    assert_eq!(published.path, "events/order.placed.v1.json");
}

#[test]
fn the_same_files_give_the_same_bytes() {
    assert_eq!(ours(), ours());
}

#[test]
fn of_the_names_of_a_pipe_only_those_of_the_condition_are_told() {
    let pipe = pipe(
        "table: orders\nsubject: '\"orders/\" + keys.id'\nlet: { s: new.size, big: new.size > 3 }\n\
         events: [{ type: order.grown.v1, when: 'big && has(old.size)', data: { size: s } }]",
    );
    let schema = schema("order.grown.v1", json!({ "type": "object" }));
    let page = page(&[pipe], &[schema], &places());
    assert!(page.contains("where <code>big</code> is <code>new.size &gt; 3</code>"), "{page}");
    assert!(!page.contains("where <code>s</code>"), "{page}");
}

#[test]
fn an_event_is_told_with_who_emits_it_and_how_to_get_it() {
    let files = ours();
    let page = content(&files, "catalogue/index.html");
    for expected in [
        "id=\"order.status-changed.v1\"",
        "An order moved on: it was paid, shipped or delivered.",
        "<code>lines[].unitPrice</code>",
        "&quot;PLACED&quot;, &quot;PAID&quot;",
        "<code>operation == &quot;INSERT&quot;</code>",
        "where <code>changed</code> is <code>[&quot;displayName&quot;",
        "<code>orders/{tenant}/{orderId}</code>",
        "export TOKEN=&quot;$(cargo run -q -- token --claim tenant=my-tenant)&quot;",
        "export TOKEN=&quot;$(cargo run -q -- token --subject my-sub)&quot;",
        "npx wscat -c &quot;ws://127.0.0.1:8787/?subscribe=orders/my-tenant/*&amp;token=$TOKEN&quot;",
        "{&quot;action&quot;:&quot;subscribe&quot;,&quot;subjects&quot;:[&quot;orders/my-tenant/*&quot;],&quot;types&quot;:[&quot;order.placed.v1&quot;]}",
        "client.subscribe(&quot;profiles/my-sub&quot;, { types: [&quot;profile.created.v1&quot;] })",
        "detail-type = [&quot;order.placed.v1&quot;]",
        "href=\"../schemas/order.placed.v1.json\"",
        "id=\"tablecast.subscribed.v1\"",
    ] {
        assert!(page.contains(expected), "{expected} is not in\n{page}");
    }
}

#[test]
fn every_link_within_the_page_leads_somewhere() {
    let files = ours();
    let page = content(&files, "catalogue/index.html");
    let links: Vec<&str> = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 20, "{links:?}");
    for link in links {
        assert!(page.contains(&format!("id=\"{link}\"")), "{link}");
    }
    let elsewhere = page.split("href=\"../").skip(1).filter_map(|rest| rest.split('"').next());
    for path in elsewhere {
        content(&files, path);
    }
}

#[test]
fn versions_are_told_together_and_one_on_its_way_out_says_so() {
    let (v1, v2) = (json!({"deprecated": true}), json!({}));
    let schemas = [schema("order.placed.v1", v1), schema("order.placed.v2", v2)];
    let pipe = pipe("table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v2, data: {} }]\n");
    let page = page(&[pipe], &schemas, &places());
    assert!(page.contains("Versions: <strong>v1</strong>, <a href=\"#order.placed.v2\">v2</a>"), "{page}");
    assert!(page.contains("<strong>Deprecated.</strong>") && page.contains("By no pipe"), "{page}");
}

#[test]
fn nothing_that_a_file_says_becomes_markup_or_part_of_a_command() {
    let hostile = "</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>\"'&${x}%{if}";
    let yaml = |text: &str| serde_json::to_string(text).unwrap();
    let expression = json!(hostile).to_string();
    let schemas = [schema(
        "order.placed.v1",
        json!({
            "title": hostile, "description": hostile, "type": "object",
            "properties": {hostile: {"description": hostile, "enum": [hostile], "format": hostile}},
            "examples": [{hostile: hostile}],
        }),
    )];
    let text = format!(
        "table: {}\nlet: {{ named: {} }}\nsubject: '\"x\"'\ngrant: {}\nevents:\n  - {{ type: order.placed.v1, when: {}, data: {{}} }}\n",
        yaml(hostile),
        yaml(&expression),
        yaml("\"x'$(id)`id`\\\"&/*\""),
        yaml(&format!("named == {expression}")),
    );
    let pipe = Source { name: hostile.replace('/', "|"), ..pipe(&text) };
    let hostile_places = Places { socket: format!("ws://{hostile}"), bus: hostile.into(), ..places() };
    let page = page(&[pipe], &schemas, &hostile_places);
    let tags = |tag: &str| page.matches(tag).count();
    assert_eq!((tags("<script"), tags("<img"), tags("onerror=alert(1)>")), (1, 0, 0), "{page}");
    assert!(page.contains("?subscribe=x%27%24%28id%29%60id%60%22%26/*&amp;token"), "{page}");
    assert!(page.contains("$${x}%%{if}"), "{page}");
    assert!(tags("&lt;script&gt;alert(1)") > 8, "{page}");
}

#[test]
fn without_tokens_none_is_asked_for_and_without_a_grant_nobody_gets_it() {
    let text = "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    let (pipes, schemas) = ([pipe(text)], [schema("order.placed.v1", json!({}))]);
    let open = page(&pipes, &schemas, &Places { tokens: Tokens::None, ..places() });
    assert!(open.contains("?subscribe=*&quot;") && !open.contains("TOKEN"), "{open}");
    let closed = page(&pipes, &schemas, &places());
    assert!(closed.contains("no token is granted its subjects") && !closed.contains("wscat"), "{closed}");
    let granted = [pipe(&format!("{text}grant: '\"orders/\" + claims.tenant'\n"))];
    let issuer = page(
        &granted,
        &schemas,
        &Places { tokens: Tokens::Issuer, socket: "wss://a/live".into(), ..places() },
    );
    assert!(issuer.contains("wss://a/live?subscribe=") && issuer.contains("tenant: my-tenant"), "{issuer}");
}

#[test]
fn the_live_page_is_linked_where_there_is_one() {
    let text = "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    let (pipes, schemas) = ([pipe(text)], [schema("order.placed.v1", json!({}))]);
    let link = "<a href=\"/\">Live</a>";
    assert!(!page(&pipes, &schemas, &places()).contains(link));
    assert!(page(&pipes, &schemas, &Places { live_page: true, ..places() }).contains(link));
}

#[test]
fn what_cannot_be_published_is_told_as_check_tells_it() {
    let text = "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    let schemas = [schema("order.placed.v1", json!({"unevaluatedProperties": false}))];
    let problems = files(&[pipe(text)], &schemas, &places()).unwrap_err();
    assert_eq!(
        problems[0].to_string().split(": ").take(2).collect::<Vec<_>>(),
        ["schemas/order.placed.v1.json", "/unevaluatedProperties"]
    );
    let control = schema("tablecast.pong.v1", json!({"propertyNames": {}}));
    let problems =
        files(&[pipe(text)], &[schema("order.placed.v1", json!({})), control], &places()).unwrap_err();
    assert_eq!(problems[0].file, "schemas/tablecast.pong.v1.json");
    assert!(files(&[pipe("table: orders\n")], &schemas, &places()).is_err());
}

#[test]
fn what_clients_say_is_in_the_document_with_examples() {
    let document: Json = serde_json::from_str(content(&ours(), "asyncapi.json")).unwrap();
    for action in ["subscribe", "unsubscribe", "ping", "refresh"] {
        let message = &document["components"]["messages"][action];
        assert_eq!(message["payload"]["properties"]["action"]["enum"], json!([action]));
        assert_eq!(message["examples"][0]["payload"]["action"], action);
        assert!(message["summary"].is_string() && message["payload"].get("examples").is_none(), "{message}");
    }
}

use std::path::Path;

use serde_json::{Value as Json, json};
use tablecast_definitions::folder;
use tablecast_protocol::channel::Channel;
use tablecast_protocol::message::{ACTIONS, Action};

use super::*;

fn deployment() -> Deployment {
    Deployment {
        socket: "ws://127.0.0.1:8787".into(),
        bus: Bus::parse("tablecast"),
        site: None,
        tokens: Tokens::Development { arguments: String::new() },
        live_page: false,
    }
}

fn project_files() -> Vec<File> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let read = |name: &str, extension| folder::read(&root.join(name), extension).unwrap();
    files(&read("pipes", "yaml"), &read("schemas", "json"), &deployment()).unwrap()
}

fn content<'f>(files: &'f [File], path: &str) -> &'f str {
    &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("there is no {path}")).content
}

fn schema(event_type: &str, body: Json) -> DefinitionFile {
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://tablecast.example/events/{event_type}.json"),
    });
    document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    DefinitionFile {
        file: format!("schemas/{event_type}.json"),
        name: event_type.into(),
        text: document.to_string(),
    }
}

fn pipe(text: &str) -> DefinitionFile {
    DefinitionFile { file: "pipes/orders.yaml".into(), name: "orders".into(), text: text.into() }
}

fn page(pipes: &[DefinitionFile], schemas: &[DefinitionFile], deployment: &Deployment) -> String {
    content(&files(pipes, schemas, deployment).unwrap(), "catalogue/index.html").to_owned()
}

#[test]
fn a_schema_is_published_unchanged_at_the_path_of_its_id() {
    let files = project_files();
    let written = include_str!("../../../schemas/order.placed.v1.json");
    assert_eq!(content(&files, "schemas/order.placed.v1.json"), written);
    let schema = schema("order.placed.v1", json!({}));
    let pipe = pipe("table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n");
    let files = super::files(&[pipe], &[schema], &deployment()).unwrap();
    let published = files.iter().find(|file| file.media_type == "application/schema+json").unwrap();
    assert_eq!(published.path, "events/order.placed.v1.json");
}

#[test]
fn the_same_files_give_the_same_bytes() {
    assert_eq!(project_files(), project_files());
}

#[test]
fn the_events_of_a_state_have_their_conditions() {
    let text = "table: orders\nkeys: { partition: { id: S } }\nsubject: '\"orders/\" + keys.id'\nlet: { big: item.size > 3 }\n";
    let types = ["order.v1", "order.removed.v1"].map(|name| schema(name, json!({ "type": "object" })));
    let with = |when: &str| {
        let state = format!("{text}state: {{ type: order.v1, data: {{ size: item.size }}{when} }}\n");
        page(&[pipe(&state)], &types, &deployment())
    };
    let all = with("");
    for condition in ["the data of the item changes<", "the item is removed<"] {
        assert!(all.contains(&format!("<dt>Condition</dt><dd>{condition}")), "{all}");
    }
    let some = with(", when: big");
    assert!(
        some.contains("the data of the item changes, where <code>big</code><br>where <code>big</code> is "),
        "{some}"
    );
    assert!(some.contains("the item is removed, or this is no longer true: <code>big</code>"), "{some}");
}

#[test]
fn the_events_of_a_state_are_marked_and_clients_load_it_before_its_changes() {
    let text = "table: orders\nkeys: { partition: { id: S } }\nsubject: '\"orders/\" + keys.id'\ngrant: '\"orders/*\"'\n\
        events: [{ type: order.seen.v1, data: { size: item.size } }]\n\
        state: { type: order.v1, version: item.size, data: { size: item.size } }\n";
    let body = json!({ "type": "object", "examples": [{ "size": 1 }] });
    let types = ["order.v1", "order.removed.v1", "order.seen.v1"].map(|name| schema(name, body.clone()));
    let page = page(&[pipe(text)], &types, &deployment());
    let article = |name: &str| {
        let (_, rest) = page.split_once(&format!("<article class=\"panel\" id=\"{name}\"")).unwrap();
        rest.split("</article>").next().unwrap().to_owned()
    };
    let message = "&quot;state&quot;:true,&quot;subjects&quot;:[&quot;orders/*&quot;],&quot;types&quot;:[&quot;order.v1&quot;,&quot;order.removed.v1&quot;]}";
    for (name, other) in [("order.v1", "order.removed.v1"), ("order.removed.v1", "order.v1")] {
        let article = article(name);
        assert!(article.contains("<strong>State.</strong>"), "{article}");
        assert!(article.contains(&format!("<a href=\"#{other}\">")), "{article}");
        for expected in [
            message,
            "{&quot;action&quot;:&quot;state&quot;,",
            "&quot;next&quot;:&quot;NEXT&quot;,&quot;subjects&quot;:[&quot;orders/*&quot;],&quot;types&quot;:[&quot;order.v1&quot;]}",
            "collection(client, &quot;orders/*&quot;, { type: &quot;order.v1&quot; })",
            "&quot;version&quot;: &quot;0000000000000000000000000000000000000007&quot;",
        ] {
            assert!(article.contains(expected), "{expected} is not in {article}");
        }
    }
    let seen = article("order.seen.v1");
    assert!(!seen.contains("State.") && !seen.contains("&quot;state&quot;"), "{seen}");
    assert!(!seen.contains("&quot;version&quot;: &quot;00"), "{seen}");
}

#[test]
fn an_event_of_a_state_can_have_no_place_in_a_log_and_has_a_tag() {
    let text = "table: orders\nkeys: { partition: { id: S } }\nsubject: '\"orders/\" + keys.id'\n\
        state: { type: order.v1, data: { size: item.size } }\n";
    let types = ["order.v1", "order.removed.v1"].map(|name| schema(name, json!({ "type": "object" })));
    let files = files(&[pipe(text)], &types, &deployment()).unwrap();
    let document: Json = serde_json::from_str(content(&files, "asyncapi.json")).unwrap();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    let requires = |name: &str| schema(name)["required"].as_array().unwrap().contains(&json!("position"));
    assert_eq!([requires("order.v1"), requires("order.removed.v1")], [false, true]);
    assert!(schema("order.v1")["properties"]["snapshot"].is_object());
    let tag = |name: &str| document["components"]["messages"][name]["tags"][0]["name"].clone();
    for name in ["order.v1", "order.removed.v1", "bus.order.v1"] {
        assert_eq!(tag(name), "state", "{name}");
    }
    assert_eq!(tag("tablecast.state.v1"), Json::Null);
    assert!(schema("order.removed.v1")["properties"]["version"].is_object());
}

#[test]
fn only_the_variables_of_the_condition_are_shown() {
    let pipe = pipe(
        "table: orders\nsubject: '\"orders/\" + keys.id'\nlet: { s: new.size, big: new.size > 3 }\n\
         events: [{ type: order.grown.v1, when: 'big && has(old.size)', data: { size: s } }]",
    );
    let schema = schema("order.grown.v1", json!({ "type": "object" }));
    let page = page(&[pipe], &[schema], &deployment());
    assert!(page.contains("where <code>big</code> is <code>new.size &gt; 3</code>"), "{page}");
    assert!(!page.contains("where <code>s</code>"), "{page}");
}

#[test]
fn an_event_is_shown_with_its_source_and_with_ways_to_subscribe() {
    let files = project_files();
    let page = content(&files, "catalogue/index.html");
    for expected in [
        "id=\"order.status-changed.v1\"",
        "The status of an order changed: it was paid, shipped or delivered.",
        "<code>lines[].unitPrice</code>",
        "&quot;PLACED&quot;, &quot;PAID&quot;",
        "<code>operation == &quot;INSERT&quot;</code>",
        "where <code>changed</code> is <code>[&quot;displayName&quot;",
        "<code>orders/{tenant}/{orderId}</code>",
        "<dt>Channel</dt><dd><code>orders/{tenant}</code>, with a log of its own that keeps events for 7d</dd>",
        "&quot;source&quot;: &quot;tablecast/orders/tenant&quot;",
        "<dt>Channel</dt><dd><code>profiles/{userId}</code>",
        "&quot;source&quot;: &quot;tablecast/profiles/ada&quot;",
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
fn every_link_within_the_page_has_a_target() {
    let files = project_files();
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
fn the_versions_of_an_event_link_to_each_other_and_show_a_deprecation() {
    let (v1, v2) = (json!({"deprecated": true}), json!({}));
    let schemas = [schema("order.placed.v1", v1), schema("order.placed.v2", v2)];
    let pipe = pipe("table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v2, data: {} }]\n");
    let page = page(&[pipe], &schemas, &deployment());
    assert!(page.contains("Versions: <strong>v1</strong>, <a href=\"#order.placed.v2\">v2</a>"), "{page}");
    assert!(
        page.contains("<strong>Deprecated.</strong>") && page.contains("No pipe emits this event."),
        "{page}"
    );
}

#[test]
fn no_text_of_a_file_becomes_markup_or_part_of_a_command() {
    let hostile = "</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>\"'&${x}%{if}";
    let yaml = |text: &str| serde_json::to_string(text).unwrap();
    let expression = json!(hostile).to_string();
    let schemas = [schema(
        "order.placed.v1",
        json!({
            "title": hostile, "description": hostile, "type": "object",
            "properties": {hostile: {"description": hostile, "enum": [hostile]}},
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
    let pipe = DefinitionFile { name: hostile.replace('/', "|"), ..pipe(&text) };
    let hostile_deployment =
        Deployment { socket: format!("ws://{hostile}"), bus: Bus::parse(hostile), ..deployment() };
    let page = page(&[pipe], &schemas, &hostile_deployment);
    let tags = |tag: &str| page.matches(tag).count();
    assert_eq!((tags("<script"), tags("<img"), tags("onerror=alert(1)>")), (1, 0, 0), "{page}");
    assert!(page.contains("?subscribe=x%27%24%28id%29%60id%60%22%26/*&amp;token"), "{page}");
    assert!(page.contains("$${x}%%{if}"), "{page}");
    assert!(tags("&lt;script&gt;alert(1)") > 8, "{page}");
}

#[test]
fn examples_follow_the_source_of_tokens_and_the_grant() {
    let text = "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    let (pipes, schemas) = ([pipe(text)], [schema("order.placed.v1", json!({}))]);
    let open = page(&pipes, &schemas, &Deployment { tokens: Tokens::None, ..deployment() });
    assert!(open.contains("?subscribe=*&quot;") && !open.contains("TOKEN"), "{open}");
    let closed = page(&pipes, &schemas, &deployment());
    assert!(closed.contains("No one can subscribe to this event") && !closed.contains("wscat"), "{closed}");
    let granted = [pipe(&format!("{text}grant: '\"orders/\" + claims.tenant'\n"))];
    let issuer = page(
        &granted,
        &schemas,
        &Deployment { tokens: Tokens::Issuer, socket: "wss://a/live".into(), ..deployment() },
    );
    assert!(issuer.contains("wss://a/live?subscribe=") && issuer.contains("tenant: my-tenant"), "{issuer}");
}

#[test]
fn the_live_page_is_linked_if_there_is_one() {
    let text = "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    let (pipes, schemas) = ([pipe(text)], [schema("order.placed.v1", json!({}))]);
    let link = "<a href=\"/\">Live</a>";
    assert!(!page(&pipes, &schemas, &deployment()).contains(link));
    assert!(page(&pipes, &schemas, &Deployment { live_page: true, ..deployment() }).contains(link));
}

#[test]
fn problems_are_reported_as_the_check_reports_them() {
    let text = "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    let schemas = [schema("order.placed.v1", json!({"unevaluatedProperties": false}))];
    let problems = files(&[pipe(text)], &schemas, &deployment()).unwrap_err();
    assert_eq!(
        problems[0].to_string().split(": ").take(2).collect::<Vec<_>>(),
        ["schemas/order.placed.v1.json", "/unevaluatedProperties"]
    );
    let control = schema("tablecast.pong.v1", json!({"propertyNames": {}}));
    let problems =
        files(&[pipe(text)], &[schema("order.placed.v1", json!({})), control], &deployment()).unwrap_err();
    assert_eq!(problems[0].file, "schemas/tablecast.pong.v1.json");
    assert!(files(&[pipe("table: orders\n")], &schemas, &deployment()).is_err());
}

#[test]
fn every_client_message_is_in_the_document_with_examples() {
    let document: Json = serde_json::from_str(content(&project_files(), "asyncapi.json")).unwrap();
    for action in ACTIONS.map(Action::name) {
        let message = &document["components"]["messages"][action];
        assert_eq!(message["payload"]["properties"]["action"]["enum"], json!([action]));
        assert_eq!(message["examples"][0]["payload"]["action"], action);
        assert!(message["summary"].is_string() && message["payload"].get("examples").is_none(), "{message}");
    }
}

#[test]
fn the_document_explains_that_each_channel_has_a_log() {
    let log = "log: { keep: 2h, channel: 1 }\n";
    let text = "table: orders\nsubject: '\"orders/\" + item.tenant'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    let description = |text: &str, channel: &str| {
        let files = files(&[pipe(text)], &[schema("order.placed.v1", json!({}))], &deployment()).unwrap();
        let document: Json = serde_json::from_str(content(&files, "asyncapi.json")).unwrap();
        document["channels"][channel]["description"].as_str().unwrap().to_owned()
    };
    let socket = description(text, "socket");
    assert!(socket.contains("\n- tablecast/orders/{tenant}, for 7d\n"), "{socket}");
    assert!(description(&format!("{text}{log}"), "socket").contains("\n- tablecast/orders, for 2h\n"));
    assert!(description(text, "tablecast.orders").contains("channel, tablecast/orders/{tenant}."));
}

#[test]
fn events_of_a_pipe_without_the_bus_are_for_sockets_only() {
    let text = "table: orders\nsubject: '\"orders/\" + item.tenant'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    for (bus, is_on_bus) in [("", true), ("bus: false\n", false)] {
        let schemas = [schema("order.placed.v1", json!({}))];
        let files = files(&[pipe(&format!("{text}{bus}"))], &schemas, &deployment()).unwrap();
        let document: Json = serde_json::from_str(content(&files, "asyncapi.json")).unwrap();
        assert_eq!(document["channels"].get("tablecast.orders").is_some(), is_on_bus);
        assert_eq!(document["operations"].get("publish.orders").is_some(), is_on_bus);
        assert_eq!(document["components"]["messages"].get("bus.order.placed.v1").is_some(), is_on_bus);
        let page = content(&files, "catalogue/index.html");
        assert_eq!(page.contains("This event is not on the bus"), !is_on_bus);
    }
}

#[test]
fn the_source_of_an_example_is_a_channel() {
    let document: Json = serde_json::from_str(content(&project_files(), "asyncapi.json")).unwrap();
    for (event_type, source) in
        [("order.placed.v1", "tablecast/orders/tenant"), ("profile.created.v1", "tablecast/profiles/ada")]
    {
        let message = &document["components"]["messages"][event_type];
        assert_eq!(message["examples"][0]["payload"]["source"], source);
        assert!(Channel::of_source(source).is_some(), "{source}");
    }
}

#[test]
fn a_page_is_enough_for_a_rule_and_for_types() {
    let bus = Bus::parse("arn:aws:events:eu-central-1:111122223333:event-bus/shop");
    let deployment = Deployment { bus, site: Some("https://events.example.com".into()), ..deployment() };
    let schema = schema(
        "order.placed.v1",
        json!({
            "type": "object", "description": "Has `total`.",
            "properties": {
                "tenant": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string", "format": "uuid"}},
                "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
            },
            "examples": [{"tenant": "acme"}],
        }),
    );
    let pipe = pipe(
        "table: orders\nsubject: '\"orders/\" + item.tenant'\nevents: [{ type: order.placed.v1, data: { tenant: item.tenant } }]\n",
    );
    let page = page(&[pipe], &[schema], &deployment);
    for expected in [
        "<code>arn:aws:events:eu-central-1:111122223333:event-bus/shop</code>",
        "docs/guides/consume-from-the-bus.md",
        "&quot;arn:aws:events:eu-central-1:111122223333:rule/shop/*&quot;",
        "At least once, in any order",
        "event_bus_name = &quot;arn:aws:events:eu-central-1:111122223333:event-bus/shop&quot;",
        "Principal = { Service = &quot;events.amazonaws.com&quot; }",
        "&quot;detail-type&quot;: &quot;order.placed.v1&quot;",
        "&quot;subject&quot;: &quot;orders/acme&quot;",
        "<td data-label=\"Type\">array of string, uuid</td>",
        "<td data-label=\"Type\">array of object</td>",
        "Has <code>total</code>.",
        "curl -fsSO &#39;https://events.example.com/events/order.placed.v1.json&#39;",
        "npx json-schema-to-typescript",
    ] {
        assert!(page.contains(expected), "{expected} is not in\n{page}");
    }
}

#[test]
fn the_catalogue_of_an_own_project_has_the_control_events() {
    let text = "table: orders\nsubject: '\"x\"'\nevents: [{ type: order.placed.v1, data: {} }]\n";
    let files = files(&[pipe(text)], &[schema("order.placed.v1", json!({}))], &deployment()).unwrap();
    let page = content(&files, "catalogue/index.html");
    assert!(page.contains("id=\"tablecast.subscribed.v1\""), "{page}");
    content(&files, "schemas/tablecast.subscribed.v1.json");
    assert!(content(&files, "asyncapi.json").contains("tablecast.pong.v1"));
}

#[test]
fn a_pipe_with_traces_documents_them_and_its_events_show_one() {
    let schemas = [schema("a.v1", json!({ "examples": [{}] }))];
    let text = |trace: &str| {
        pipe(&format!("table: orders\nsubject: '\"x\"'\n{trace}events: [{{ type: a.v1, data: {{}} }}]\n"))
    };
    let traced = page(&[text("trace: new.?traceparent\n")], &schemas, &deployment());
    assert!(traced.contains("<dt>Trace</dt><dd><code>new.?traceparent</code></dd>"));
    assert!(
        traced.contains("&quot;traceparent&quot;: &quot;00-") || traced.contains("\"traceparent\": \"00-")
    );
    assert!(!page(&[text("")], &schemas, &deployment()).contains("traceparent"));
}

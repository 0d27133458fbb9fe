//! How an event is subscribed to, to be copied.

use serde_json::{Value as Json, json};
use tablecast_protocol::event::bus_source;

use super::escape::{Escaped, copyable};
use crate::Tokens;
use crate::contents::{Contents, Event, Subscription};

/// EventBridge: characters of a rule's name.
const RULE_NAME: usize = 64;

pub fn section(contents: &Contents<'_>, event: &Event<'_>) -> String {
    if event.emitters.is_empty() {
        return String::new();
    }
    format!("<h4>Subscribe</h4>\n{}{}", socket(contents, event), bus(contents, event))
}

fn socket(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let Some(subscription) = subscription(contents, event) else {
        return "<p>Over the WebSocket: no token is granted its subjects by this pipe file.</p>\n".to_owned();
    };
    let message =
        json!({"action": "subscribe", "subjects": [subscription.pattern], "types": [event.event_type]});
    [
        token(contents, &subscription),
        copyable("wscat: all events of these subjects", &wscat(contents, &subscription)),
        copyable("Then, as a message: this type only", &message.to_string()),
        copyable("TypeScript", &typescript(contents, event, &subscription)),
    ]
    .concat()
}

/// Where nobody needs a token, all may subscribe to all.
fn subscription(contents: &Contents<'_>, event: &Event<'_>) -> Option<Subscription> {
    let all = || Subscription { pattern: "*".to_owned(), claims: Vec::new() };
    let granted = contents.subscription(event);
    if contents.places.tokens == Tokens::None { granted.or_else(|| Some(all())) } else { granted }
}

fn token(contents: &Contents<'_>, subscription: &Subscription) -> String {
    match &contents.places.tokens {
        Tokens::Development { arguments } => {
            let claims = subscription.token_arguments();
            copyable("A token", &format!("export TOKEN=\"$(cargo run -q -- token{claims}{arguments})\""))
        }
        Tokens::Issuer => {
            let claim = |(name, value): &(String, String)| {
                format!("<code>{}: {}</code>", Escaped(name), Escaped(value))
            };
            let claims: Vec<String> = subscription.claims.iter().map(claim).collect();
            let claims = if claims.is_empty() { "any claims".to_owned() } else { claims.join(", ") };
            format!(
                "<p><code>TOKEN</code> is a token of the deployment's issuer. With {claims} it is granted:</p>\n"
            )
        }
        Tokens::None => String::new(),
    }
}

fn wscat(contents: &Contents<'_>, subscription: &Subscription) -> String {
    let socket = &contents.places.socket;
    let has_path = socket.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    let slash = if has_path { "" } else { "/" };
    let token = if contents.places.tokens == Tokens::None { "" } else { "&token=$TOKEN" };
    format!("npx wscat -c \"{socket}{slash}?subscribe={}{token}\"", subscription.in_address())
}

fn typescript(contents: &Contents<'_>, event: &Event<'_>, subscription: &Subscription) -> String {
    let token = if contents.places.tokens == Tokens::None { "" } else { ", token: () => process.env.TOKEN" };
    let (socket, pattern) = (json!(contents.places.socket), json!(subscription.pattern));
    let event_type = json!(event.event_type);
    format!(
        "import {{ connect }} from \"tablecast-client\";\n\n\
         const client = connect({{ url: {socket}{token} }});\n\
         for await (const event of client.subscribe({pattern}, {{ types: [{event_type}] }})) {{\n  \
           if (event.type === {event_type}) console.log(event.subject, event.data);\n}}\n"
    )
}

fn bus(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let sources: Vec<String> = event.pipe_names().into_iter().map(bus_source).collect();
    let pattern = json!({"source": sources, "detail-type": [event.event_type]});
    copyable("EventBridge: the event pattern", &pattern.to_string())
        + &copyable("Terraform: a rule", &terraform(&contents.places.bus, event, &sources))
}

fn terraform(bus: &str, event: &Event<'_>, sources: &[String]) -> String {
    let name = event.event_type.replace('.', "-");
    let name =
        if name.len() <= RULE_NAME { format!("  name           = {}\n", text(&name)) } else { String::new() };
    let sources: Vec<String> = sources.iter().map(|source| text(source)).collect();
    format!(
        "resource \"aws_cloudwatch_event_rule\" {} {{\n{name}  event_bus_name = {}\n  event_pattern = jsonencode({{\n    \
           source      = [{}]\n    detail-type = [{}]\n  }})\n}}\n",
        text(&event.event_type.replace(['.', '-'], "_")),
        text(bus),
        sources.join(", "),
        text(event.event_type),
    )
}

/// A text in Terraform, in which nothing is a template.
fn text(text: &str) -> String {
    Json::from(text).to_string().replace("${", "$${").replace("%{", "%%{")
}

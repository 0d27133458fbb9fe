//! # Layout
//! - `state`: examples for the events of a state

mod state;

use serde_json::json;
use tablecast_protocol::event::bus_source;

use super::escape::{Escaped, copyable};
use super::terraform;
use crate::asyncapi::envelope;
use crate::contents::{Contents, Event, Subscription};
use crate::deployment::Tokens;

/// Returns examples of how to subscribe to an event.
pub fn section(contents: &Contents<'_>, event: &Event<'_>) -> String {
    if event.emitters.is_empty() {
        return String::new();
    }
    format!("<h4>Subscribe</h4>\n{}{}", socket(contents, event), bus(contents, event))
}

fn socket(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let Some(subscription) = subscription(contents, event) else {
        return "<p>No one can subscribe to this event on the WebSocket, because its pipe file has no grant that any token matches.</p>\n".to_owned();
    };
    let examples = match event.state() {
        Some(types) => state::examples(contents, types, &subscription),
        None => examples(contents, event, &subscription),
    };
    [
        token(contents, &subscription),
        copyable("wscat: all events of these subjects", &wscat(contents, &subscription)),
        examples,
    ]
    .concat()
}

fn examples(contents: &Contents<'_>, event: &Event<'_>, subscription: &Subscription) -> String {
    let message =
        json!({"action": "subscribe", "subjects": [subscription.pattern], "types": [event.event_type]});
    [
        copyable("Message: only this type", &message.to_string()),
        copyable("TypeScript", &typescript(contents, event, subscription)),
    ]
    .concat()
}

/// Without tokens, every client may subscribe to everything.
fn subscription(contents: &Contents<'_>, event: &Event<'_>) -> Option<Subscription> {
    let all = || Subscription { pattern: "*".to_owned(), claims: Vec::new() };
    let granted = contents.subscription(event);
    if contents.deployment.tokens == Tokens::None { granted.or_else(|| Some(all())) } else { granted }
}

fn token(contents: &Contents<'_>, subscription: &Subscription) -> String {
    match &contents.deployment.tokens {
        Tokens::Development { arguments } => {
            let claims = subscription.token_arguments();
            copyable("Token", &format!("export TOKEN=\"$(cargo run -q -- token{claims}{arguments})\""))
        }
        Tokens::Issuer => {
            let claim = |(name, value): &(String, String)| {
                format!("<code>{}: {}</code>", Escaped(name), Escaped(value))
            };
            let claims: Vec<String> = subscription.claims.iter().map(claim).collect();
            let claims = if claims.is_empty() { "any claims".to_owned() } else { claims.join(", ") };
            format!("<p><code>TOKEN</code> is a token of the deployment's issuer with {claims}.</p>\n")
        }
        Tokens::None => String::new(),
    }
}

fn wscat(contents: &Contents<'_>, subscription: &Subscription) -> String {
    let socket = &contents.deployment.socket;
    let has_path = socket.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    let slash = if has_path { "" } else { "/" };
    let token = if contents.deployment.tokens == Tokens::None { "" } else { "&token=$TOKEN" };
    format!("npx wscat -c \"{socket}{slash}?subscribe={}{token}\"", subscription.url_pattern())
}

fn typescript(contents: &Contents<'_>, event: &Event<'_>, subscription: &Subscription) -> String {
    let (client, pattern) = (client(contents), json!(subscription.pattern));
    let event_type = json!(event.event_type);
    format!(
        "import {{ createClient }} from \"tablecast-client\";\n\n\
         {client}\
         for await (const item of client.subscribe({pattern}, {{ types: [{event_type}] }})) {{\n  \
           if (item.type === \"gap\") console.log(\"fetch the current state:\", item.reason);\n  \
           else if (item.type === {event_type}) console.log(item.subject, item.data);\n}}\n"
    )
}

/// Returns the line that creates a client.
fn client(contents: &Contents<'_>) -> String {
    let token =
        if contents.deployment.tokens == Tokens::None { "" } else { ", token: () => process.env.TOKEN" };
    format!("const client = createClient({{ url: {}{token} }});\n", json!(contents.deployment.socket))
}

fn bus(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let sources: Vec<String> = event.bus_pipe_names().into_iter().map(bus_source).collect();
    if sources.is_empty() {
        return "<p>This event is not on the bus: its pipe file has <code>bus: false</code>.</p>\n"
            .to_owned();
    }
    let pattern = json!({"source": sources, "detail-type": [event.event_type]});
    let envelope = event.examples().into_iter().next().map(|detail| envelope(event, detail));
    let envelope =
        envelope.map(|envelope| copyable("EventBridge: what a target receives", &format!("{envelope:#}")));
    [
        copyable("EventBridge: event pattern", &pattern.to_string()),
        envelope.unwrap_or_default(),
        copyable(
            "Terraform: a rule and a queue",
            &terraform::rule(&contents.deployment.bus, event, &sources),
        ),
    ]
    .concat()
}

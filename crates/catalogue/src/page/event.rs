use serde_json::Value as Json;
use tablecast_definitions::definition::Code;
use tablecast_pipeline::pipe::Pipe;
use tablecast_protocol::event_type;

use super::escape::{Escaped, Prose, copyable};
use super::{fields, subscribing, types};
use crate::contents::{Contents, Event};

/// The members of an event, in the order in which dispatch writes them.
const MEMBERS: [&str; 14] = [
    "position",
    "late",
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "sequence",
    "traceparent",
    "version",
    "data",
];

/// Returns the description of one event type.
pub fn article(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let event_type = Escaped(event.event_type);
    format!(
        "<article class=\"panel\" id=\"{event_type}\" aria-labelledby=\"{event_type}-name\">\n\
         <h3 id=\"{event_type}-name\"><a class=\"anchor\" href=\"#{event_type}\">{}</a> <code>{event_type}</code></h3>\n\
         {}{}<p>{}</p>\n{}{}<h4>Data</h4>\n{}{}{}{}</article>\n",
        Escaped(event.title()),
        deprecated(event),
        state(event),
        Prose(event.description()),
        versions(contents, event),
        emitters(event),
        fields::table(contents, event),
        example(event),
        types::section(contents, event),
        subscribing::section(contents, event),
    )
}

fn deprecated(event: &Event<'_>) -> &'static str {
    match event.is_deprecated() {
        true => "<p class=\"warn\"><strong>Deprecated.</strong> Move to a later version.</p>\n",
        false => "",
    }
}

/// Marks an event of a state.
fn state(event: &Event<'_>) -> String {
    let Some([state, removed]) = event.state() else { return String::new() };
    let (meaning, other) = match event.event_type == state {
        true => (
            "Clients load what the items are now, and then follow the changes. An item that is gone is",
            removed,
        ),
        false => ("An item is gone, or is no longer part of the state", state),
    };
    let other = Escaped(other);
    format!("<p><strong>State.</strong> {meaning} <a href=\"#{other}\"><code>{other}</code></a>.</p>\n")
}

fn versions(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let version = |other: &Event<'_>| match other.event_type == event.event_type {
        true => format!("<strong>{}</strong>", Escaped(other.version())),
        false => format!("<a href=\"#{}\">{}</a>", Escaped(other.event_type), Escaped(other.version())),
    };
    let versions: Vec<String> = contents.versions(event).map(version).collect();
    let versions =
        if versions.is_empty() { String::new() } else { format!("Versions: {} · ", versions.join(", ")) };
    let path = Escaped(event.schema.path());
    format!("<p class=\"quiet\">{versions}<a href=\"../{path}\">JSON Schema</a></p>\n")
}

fn emitters(event: &Event<'_>) -> String {
    if event_type::is_control(event.event_type) {
        return String::new();
    }
    let of_pipe =
        |pipe: &&Pipe| conditions(event, pipe).iter().map(|when| emitter(pipe, when)).collect::<String>();
    let emitters: String = event.emitters.iter().map(of_pipe).collect();
    let none = "<p>No pipe emits this event. Its schema remains for older events, or for schemas that refer to it.</p>\n";
    let text = if emitters.is_empty() { none } else { &emitters };
    format!("<h4>Source</h4>\n{text}")
}

/// Returns the condition of each rule of a pipe that emits an event, or that of its state.
fn conditions(event: &Event<'_>, pipe: &Pipe) -> Vec<String> {
    let always = || "always".to_owned();
    let rules =
        event.rules(pipe).map(|rule| rule.when.as_ref().map_or_else(always, |when| condition(pipe, when)));
    let when = pipe.definition.state.as_ref().and_then(|state| state.when.as_ref());
    let when = when.map(|when| condition(pipe, when));
    let state = event.is_state(pipe).then(|| match &when {
        Some(when) => format!("the data of the item changes, where {when}"),
        None => "the data of the item changes".to_owned(),
    });
    let removed = event.is_removed(pipe).then(|| match &when {
        Some(when) => format!("the item is removed, or this is no longer true: {when}"),
        None => "the item is removed".to_owned(),
    });
    rules.chain(state).chain(removed).collect()
}

fn emitter(pipe: &Pipe, condition: &str) -> String {
    let definition = &pipe.definition;
    let filters: Vec<String> = definition.filter.iter().map(|filter| code(&filter.to_string())).collect();
    let filters = match filters.is_empty() {
        true => String::new(),
        false => format!("<dt>Filter</dt><dd>{}</dd>", filters.join(" or ")),
    };
    let trace =
        definition.trace.as_ref().map(|trace| format!("<dt>Trace</dt><dd>{}</dd>", code(&trace.text)));
    let trace = trace.unwrap_or_default();
    format!(
        "<dl><dt>Pipe</dt><dd>{}</dd><dt>Table</dt><dd>{}</dd>{filters}\
         <dt>Condition</dt><dd>{}</dd><dt>Subject</dt><dd>{}</dd>{trace}<dt>Channel</dt><dd>{}, with a log of its \
         own that keeps events for {}</dd></dl>\n",
        Escaped(&pipe.name),
        Escaped(&definition.table),
        condition,
        code(&pipe.subject_outline()),
        code(&pipe.channel_outline()),
        definition.log.keep,
    )
}

/// Returns a condition, with the variables that it uses.
fn condition(pipe: &Pipe, when: &Code) -> String {
    let when = when.text.as_str();
    let used = pipe.definition.variables.iter().filter(|(name, _)| words(when).any(|word| word == *name));
    let used = used.map(|(name, value)| format!("<br>where {} is {}", code(name), code(&value.text)));
    format!("{}{}", code(when), used.collect::<String>())
}

fn words(expression: &str) -> impl Iterator<Item = &str> {
    expression.split(|character: char| !character.is_alphanumeric() && character != '_')
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", Escaped(text))
}

fn example(event: &Event<'_>) -> String {
    let examples = event.examples();
    let Some(example) = examples.first() else { return String::new() };
    format!("<h4>Example</h4>\n{}", copyable("The whole event", &in_order(example)))
}

/// Formats an event with its members in their order.
fn in_order(event: &Json) -> String {
    let member = |name: &&str| {
        let value = event.get(*name)?;
        Some(format!("  {}: {}", Json::from(*name), format!("{value:#}").replace('\n', "\n  ")))
    };
    let members: Vec<String> = MEMBERS.iter().filter_map(member).collect();
    format!("{{\n{}\n}}", members.join(",\n"))
}

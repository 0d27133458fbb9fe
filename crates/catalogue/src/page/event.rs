//! All that is told of one event type.

use serde_json::Value as Json;
use tablecast_definitions::definition::EventRule;
use tablecast_pipeline::pipe::Pipe;
use tablecast_protocol::event_type;

use super::escape::{Escaped, copyable};
use super::{fields, subscribing};
use crate::contents::{Contents, Event};

/// Of an event, in the order in which dispatch writes them.
const MEMBERS: [&str; 11] = [
    "position",
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "sequence",
    "data",
];

pub fn article(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let event_type = Escaped(event.event_type);
    format!(
        "<article class=\"panel\" id=\"{event_type}\" aria-labelledby=\"{event_type}-name\">\n\
         <h3 id=\"{event_type}-name\"><a class=\"anchor\" href=\"#{event_type}\">{}</a> <code>{event_type}</code></h3>\n\
         {}<p>{}</p>\n{}{}<h4>Data</h4>\n{}{}{}</article>\n",
        Escaped(event.title()),
        deprecated(event),
        Escaped(event.description()),
        versions(contents, event),
        emitters(event),
        fields::table(contents, event),
        example(event),
        subscribing::section(contents, event),
    )
}

fn deprecated(event: &Event<'_>) -> &'static str {
    match event.is_deprecated() {
        true => "<p class=\"warn\"><strong>Deprecated.</strong> Move to a later version.</p>\n",
        false => "",
    }
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
    let emitters =
        event.emitters.iter().flat_map(|pipe| event.rules(pipe).map(move |rule| emitter(pipe, rule)));
    let emitters: String = emitters.collect();
    let told = match emitters.is_empty() {
        true => {
            "<p>By no pipe: its schema is kept for events of before, or for schemas that refer to it.</p>\n"
        }
        false => &emitters,
    };
    format!("<h4>Emitted</h4>\n{told}")
}

fn emitter(pipe: &Pipe, rule: &EventRule) -> String {
    let definition = &pipe.definition;
    let filters: Vec<String> = definition.filter.iter().map(|filter| code(&filter.to_string())).collect();
    let filters = match filters.is_empty() {
        true => String::new(),
        false => format!("<dt>Of records that match</dt><dd>{}</dd>", filters.join(" or ")),
    };
    format!(
        "<dl><dt>By the pipe</dt><dd>{}</dd><dt>Of the table</dt><dd>{}</dd>{filters}\
         <dt>When</dt><dd>{}</dd><dt>Its subject</dt><dd>{}</dd></dl>\n",
        Escaped(&pipe.name),
        Escaped(&definition.table),
        condition(pipe, rule),
        code(&pipe.subject_outline()),
    )
}

/// The rule's condition, with the names that it uses.
fn condition(pipe: &Pipe, rule: &EventRule) -> String {
    let Some(when) = rule.when.as_ref().map(|when| when.text.as_str()) else { return "always".to_owned() };
    let named = pipe.definition.variables.iter().filter(|(name, _)| words(when).any(|word| word == *name));
    let named = named.map(|(name, meaning)| format!("<br>where {} is {}", code(name), code(&meaning.text)));
    format!("{}{}", code(when), named.collect::<String>())
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

/// Its members as they come.
fn in_order(event: &Json) -> String {
    let member = |name: &&str| {
        let value = event.get(*name)?;
        Some(format!("  {}: {}", Json::from(*name), format!("{value:#}").replace('\n', "\n  ")))
    };
    let members: Vec<String> = MEMBERS.iter().filter_map(member).collect();
    format!("{{\n{}\n}}", members.join(",\n"))
}

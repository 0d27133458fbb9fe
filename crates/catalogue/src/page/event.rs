//! All that is told of one event type.

use tablecast_pipeline::definition::EventRule;
use tablecast_pipeline::pipe::Pipe;
use tablecast_pipeline::protocol;

use super::escape::{Escaped, copyable};
use super::{fields, subscribing};
use crate::contents::{Contents, Event};

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
    if protocol::is_control(event.event_type) {
        return String::new();
    }
    let rows: String =
        event.emitters.iter().flat_map(|pipe| event.rules(pipe).map(move |rule| row(pipe, rule))).collect();
    match rows.is_empty() {
        true => "<h4>Emitted</h4>\n<p>By no pipe: its schema is kept for events of before, or for schemas that refer to it.</p>\n".to_owned(),
        false => format!(
            "<h4>Emitted</h4>\n<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Pipe</th>\
             <th scope=\"col\">Table</th><th scope=\"col\">When</th><th scope=\"col\">Subject</th></tr></thead>\n\
             <tbody>{rows}</tbody></table></div>\n"
        ),
    }
}

fn row(pipe: &Pipe, rule: &EventRule) -> String {
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td><code>{}</code></td></tr>\n",
        Escaped(&pipe.name),
        Escaped(&pipe.definition.table),
        condition(pipe, rule),
        Escaped(&pipe.subject_outline()),
    )
}

/// The rule's condition, with the names that it uses, of those records that the filter lets pass.
fn condition(pipe: &Pipe, rule: &EventRule) -> String {
    let code = |text: &str| format!("<code>{}</code>", Escaped(text));
    let Some(when) = rule.when.as_ref().map(|when| when.text.as_str()) else { return "always".to_owned() };
    let named = pipe.definition.variables.iter().filter(|(name, _)| when.contains(name.as_str()));
    let named = named.map(|(name, meaning)| format!("<br>where {} is {}", code(name), code(&meaning.text)));
    format!("{}{}", code(when), named.collect::<String>())
}

fn example(event: &Event<'_>) -> String {
    let examples = event.examples();
    let Some(example) = examples.first() else { return String::new() };
    format!("<h4>Example</h4>\n{}", copyable("The whole event", &format!("{example:#}")))
}

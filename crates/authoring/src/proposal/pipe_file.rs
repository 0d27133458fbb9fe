//! The text of the pipe file.
//!
//! # Layout
//! - `events`: the rules; `state`: what an item is now

mod events;
mod state;

use tablecast_definitions::definition::Log;

use super::cel_path::CelPath;
use super::entity_events::EntityEvents;
use super::file::File;
use super::fixtures;
use super::naming::camel_case;
use super::quoting::{printed, quoted};
use super::sample::{Key, KeyAttribute, Sample};
use super::subject::Subject;
use super::yaml_text::{yaml_expression, yaml_name};

pub fn file(
    sample: &Sample,
    pipe: &str,
    subject: &Subject<'_>,
    entities: &[EntityEvents<'_>],
    no_state: Option<&str>,
) -> File {
    let sections = [
        table(sample),
        variables(entities),
        subject_and_grant(subject),
        log(subject),
        format!("events:\n{}", entities.iter().map(events::rules).collect::<Vec<_>>().join("\n")),
        state::section(entities, no_state),
        tests(pipe, entities),
    ];
    let sections: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    File { name: format!("{pipe}.yaml"), text: sections.join("\n") }
}

fn table(sample: &Sample) -> String {
    let key = |name, part: &KeyAttribute| format!("{name}: {{ {}: {:?} }}", yaml_name(&part.name), part.kind);
    let Key { partition, sort } = &sample.key;
    let sort = sort.iter().map(|sort| format!(", {}", key("sort", sort))).collect::<String>();
    format!(
        "# The events of the table {}. `tablecast new pipe` proposed this file. Edit it as you need.\n\
         # docs/reference/pipe-file.md describes its keys.\n\
         table: {}\nkeys: {{ {}{sort} }}\n",
        sample.table,
        yaml_name(&sample.table),
        key("partition", partition),
    )
}

/// Returns the variables of each kind of item: the names of the attributes that changed, and whether it is
/// marked as deleted.
fn variables(entities: &[EntityEvents<'_>]) -> String {
    let variables: String = entities.iter().flat_map(|events| [changed(events), deleted(events)]).collect();
    if variables.is_empty() { variables } else { format!("let:\n{variables}") }
}

fn changed(events: &EntityEvents<'_>) -> String {
    if events.compared.is_empty() {
        return String::new();
    }
    let names = events.compared.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    let changed = format!("[{names}].filter(name, old[?name] != new[?name])");
    format!("  {}: {}\n", events.changed_variable(), yaml_expression(&changed))
}

fn deleted(events: &EntityEvents<'_>) -> String {
    let variable = |name: &String, (variable, image): (&str, &str)| {
        let path = CelPath::root(image).member(name, false);
        let (variable, is_marked) =
            (camel_case(&events.variable(variable)), format!("has({path}) && {path} == true"));
        format!("  {variable}: {}\n", yaml_expression(&is_marked))
    };
    let images = [("was-deleted", "old"), ("is-deleted", "new")];
    events.soft_delete.iter().flat_map(|name| images.map(|image| variable(name, image))).collect()
}

fn subject_and_grant(subject: &Subject<'_>) -> String {
    let sensitive: Vec<_> = subject.sensitive().map(printed).collect();
    let warning = match sensitive.is_empty() {
        true => String::new(),
        false => format!(
            "# Everyone who receives an event can read its subject, and this one contains {}, which looks secret or\n\
             # personal. Consider another subject.\n",
            sensitive.join(" and ")
        ),
    };
    let grant = subject.example_grant();
    format!(
        "{warning}subject: {}\n\
         # No one can subscribe until you add a `grant`: the subjects that the claims of a token allow\n\
         # (docs/guides/authorize.md). This example allows {}:\n\
         # grant: {}\n",
        yaml_expression(&subject.template()),
        grant.meaning,
        yaml_expression(&grant.template),
    )
}

fn log(subject: &Subject<'_>) -> String {
    let channel = subject.channel();
    let beginning = if channel == 1 { "segment".to_owned() } else { format!("{channel} segments") };
    format!(
        "# A channel is the first {beginning} of a subject. Each channel has its own log, in which clients that\n\
         # reconnect find the events that they missed. A grant must not be wider than a channel.\n\
         log: {{ keep: {}, channel: {channel} }}\n",
        Log::default().keep,
    )
}

fn tests(pipe: &str, entities: &[EntityEvents<'_>]) -> String {
    let test = |events: &EntityEvents<'_>, kind| {
        let (record, types) = (fixtures::name(pipe, events, kind), events.emitted(kind).join(", "));
        format!("  - {{ record: {record}, emits: [{types}] }}\n")
    };
    let tests = entities.iter().flat_map(|events| events.kinds().map(move |kind| test(events, kind)));
    format!("tests:\n{}", tests.collect::<String>())
}

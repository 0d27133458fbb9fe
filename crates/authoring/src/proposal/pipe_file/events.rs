use crate::proposal::cel_path::CelPath;
use crate::proposal::entity_events::{EntityEvents, EventKind};
use crate::proposal::expression::expression;
use crate::proposal::naming::camel_case;
use crate::proposal::property::{Property, ValueKind};
use crate::proposal::quoting::printed;
use crate::proposal::selection::Omission;
use crate::proposal::yaml_text::{yaml_expression, yaml_line, yaml_name};

/// Returns the rules for one kind of item.
pub fn rules(events: &EntityEvents<'_>) -> String {
    events.rules().map(|kind| rule(events, kind)).collect::<Vec<_>>().join("\n")
}

fn rule(events: &EntityEvents<'_>, kind: EventKind) -> String {
    let conditions = [
        Some(operation(events, kind)),
        events.entity.condition.clone(),
        (kind == EventKind::Changed).then(|| format!("{}.size() > 0", events.changed_variable())),
    ];
    let when = conditions.into_iter().flatten().collect::<Vec<_>>().join(" && ");
    let data = match kind {
        EventKind::Created | EventKind::State => created(events),
        EventKind::Changed => changed(events),
        EventKind::Removed => removed(events),
    };
    format!("  - type: {}\n    when: {}\n{data}", events.event_type(kind), yaml_expression(&when))
}

/// Returns the condition for the operation. A mark for deleted items counts as a removal.
fn operation(events: &EntityEvents<'_>, kind: EventKind) -> String {
    let operation = format!("operation == \"{}\"", kind.operation());
    let Some(_) = &events.soft_delete else { return operation };
    let [was, is] = ["was-deleted", "is-deleted"].map(|name| camel_case(&events.variable(name)));
    match kind {
        EventKind::Created | EventKind::State => {
            format!("({operation} || operation == \"MODIFY\" && {was}) && !{is}")
        }
        EventKind::Changed => format!("{operation} && !{was} && !{is}"),
        EventKind::Removed => format!("({operation} || operation == \"MODIFY\" && {is}) && !{was}"),
    }
}

/// Returns the data of the created event. The changed event refers to it.
fn created(events: &EntityEvents<'_>) -> String {
    let noun = &events.entity.noun;
    let properties = tree(&events.selection.properties, &CelPath::root("item"), 6);
    let omissions: String = events.selection.omissions.iter().map(comment).collect();
    match properties.is_empty() {
        true => format!("    data: &{noun} {{}}\n{omissions}"),
        false => format!("    data: &{noun}\n{properties}{omissions}"),
    }
}

fn changed(events: &EntityEvents<'_>) -> String {
    let (variable, item) = (events.changed_variable(), yaml_name(&events.item_property()));
    format!("    data: {{ changed: {variable}, {item}: *{} }}\n", events.entity.noun)
}

fn removed(events: &EntityEvents<'_>) -> String {
    let keys: Vec<Property> = events.key_properties().cloned().collect();
    let (keys, reason) = (tree(&keys, &CelPath::root("keys"), 6), events.reason_property());
    format!("    data:\n{keys}      {reason}: 'record.expired ? \"expired\" : \"deleted\"'\n")
}

/// Returns the properties of an object, with one line for each expression.
pub fn tree(properties: &[Property], parent: &CelPath, indent: usize) -> String {
    let line = |property: &Property| {
        let (name, margin) = (&property.name, " ".repeat(indent));
        let path = parent.member(name, property.is_optional);
        match &property.value.kind {
            ValueKind::Object(inner) => {
                format!("{margin}{}:\n{}", yaml_name(name), tree(inner, &path, indent + 2))
            }
            _ => {
                let expression = expression(&property.value, &path).unwrap_or_default();
                format!("{margin}{}\n", yaml_line(name, &expression))
            }
        }
    };
    properties.iter().map(line).collect()
}

fn comment(omission: &Omission) -> String {
    match &omission.line {
        Some(line) => format!("      # {line}  # {}\n", omission.reason),
        None => format!("      # {}: {}\n", printed(&omission.path), omission.reason),
    }
}

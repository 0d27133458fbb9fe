//! The pipe file's text.

use super::expression;
use super::fixtures;
use super::outline::{Outline, Part};
use super::subject::Subject;
use super::told::{Form, Left, Member};
use super::wording::{Access, printed, quoted, yaml_expression, yaml_line, yaml_name};
use super::{File, Key, KeyAttribute, Sample};

pub fn file(sample: &Sample, pipe: &str, subject: &Subject<'_>, outlines: &[Outline<'_>]) -> File {
    let sections = [
        head(sample),
        lets(outlines),
        subject.yaml(),
        format!("events:\n{}", outlines.iter().map(events).collect::<Vec<_>>().join("\n")),
        tests(pipe, outlines),
    ];
    let sections: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    File { name: format!("{pipe}.yaml"), text: sections.join("\n") }
}

fn head(sample: &Sample) -> String {
    let key = |name, part: &KeyAttribute| format!("{name}: {{ {}: {:?} }}", yaml_name(&part.name), part.kind);
    let Key { partition, sort } = &sample.key;
    let sort = sort.iter().map(|sort| format!(", {}", key("sort", sort))).collect::<String>();
    format!(
        "# Which changes of the table {table} become which events: docs/reference/pipe-file.md. Proposed by `tablecast new pipe`; it is yours now.\n\
         table: {name}\nkeys: {{ {}{sort} }}\n",
        key("partition", partition),
        table = sample.table,
        name = yaml_name(&sample.table),
    )
}

fn lets(outlines: &[Outline<'_>]) -> String {
    let comparing = outlines.iter().filter(|outline| !outline.compared.is_empty()).map(|outline| {
        let names = outline.compared.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let changes = format!("[{names}].filter(name, old[?name] != new[?name])");
        format!("  {}: {}\n", outline.changes(), yaml_expression(&changes))
    });
    let comparing: String = comparing.collect();
    match comparing.is_empty() {
        true => comparing,
        false => format!("let:\n{comparing}"),
    }
}

fn events(outline: &Outline<'_>) -> String {
    outline.parts().map(|part| event(outline, part)).collect::<Vec<_>>().join("\n")
}

fn event(outline: &Outline<'_>, part: Part) -> String {
    let when = [
        Some(format!("operation == \"{}\"", part.operation())),
        outline.entity.condition.clone(),
        (part == Part::Changed).then(|| format!("{}.size() > 0", outline.changes())),
    ];
    let when = when.into_iter().flatten().collect::<Vec<_>>().join(" && ");
    format!(
        "  - type: {}\n    when: {}\n{}",
        outline.event_type(part),
        yaml_expression(&when),
        data(outline, part)
    )
}

fn data(outline: &Outline<'_>, part: Part) -> String {
    let noun = &outline.entity.noun;
    match part {
        Part::Created => {
            let members = tree(&outline.told.members, &Access::of("item"), 6);
            let left: String = outline.told.left.iter().map(commented).collect();
            match members.is_empty() {
                true => format!("    data: &{noun} {{}}\n{left}"),
                false => format!("    data: &{noun}\n{members}{left}"),
            }
        }
        Part::Changed => format!(
            "    data: {{ changed: {}, {}: *{noun} }}\n",
            outline.changes(),
            yaml_name(&outline.item())
        ),
        Part::Removed => {
            let keys: Vec<Member> = outline.keys().cloned().collect();
            let keys = tree(&keys, &Access::of("keys"), 6);
            format!(
                "    data:\n{keys}      {}: 'record.expired ? \"expired\" : \"deleted\"'\n",
                outline.reason()
            )
        }
    }
}

/// A map's members, a line for each expression.
fn tree(members: &[Member], outer: &Access, indent: usize) -> String {
    let line = |member: &Member| {
        let (name, margin) = (yaml_name(&member.name), " ".repeat(indent));
        let access = outer.step(&member.name, member.is_optional);
        match (&member.value.form, expression::of(&member.value, &access)) {
            (Form::Object(inner), _) => format!("{margin}{name}:\n{}", tree(inner, &access, indent + 2)),
            (_, text) => format!("{margin}{}\n", yaml_line(&member.name, &text.unwrap_or_default())),
        }
    };
    members.iter().map(line).collect()
}

fn commented(left: &Left) -> String {
    match &left.line {
        Some(line) => format!("      # {line}  # {}\n", left.reason),
        None => format!("      # {}: {}\n", printed(&left.path), left.reason),
    }
}

fn tests(pipe: &str, outlines: &[Outline<'_>]) -> String {
    let test = |outline: &Outline<'_>, part| {
        format!(
            "  - {{ record: {}, emits: [{}] }}\n",
            fixtures::name(pipe, outline, part),
            outline.event_type(part)
        )
    };
    let tests = outlines.iter().flat_map(|outline| outline.parts().map(move |part| test(outline, part)));
    format!("tests:\n{}", tests.collect::<String>())
}

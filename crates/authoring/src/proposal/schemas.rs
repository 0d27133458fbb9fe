//! A schema for each event.

use super::File;
use super::outline::{Outline, Part};
use super::told::{Form, Member, Typed};
use tablecast_values::value::{Fields, Value};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
/// A number's text, as JSON writes numbers.
const DECIMAL: &str = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$";

/// `home` is what all `$id`s begin with.
pub fn schema(outline: &Outline<'_>, part: Part, home: &str, example: Option<Value<'static>>) -> File {
    let name = format!("{}.json", outline.event_type(part));
    let noun = outline.entity.noun.replace('-', " ");
    let mut schema = vec![
        field("$schema", text(DRAFT)),
        field("$id", text(format!("{home}{name}"))),
        field("title", text(format!("{}{} {part}", noun[..1].to_uppercase(), &noun[1..]))),
        field("description", text(format!("{} {noun} was {part}.", article(&noun)))),
    ];
    schema.extend(body(outline, part));
    schema.extend(example.map(|example| field("examples", Value::List(vec![example]))));
    let text = serde_json::to_string_pretty(&Value::Map(schema)).unwrap_or_default();
    File { name, text: text + "\n" }
}

fn body(outline: &Outline<'_>, part: Part) -> Fields<'static> {
    let members = || outline.told.members.iter().map(|member| property(outline, member));
    match part {
        Part::Created => object(members()),
        Part::Changed => {
            let mut item =
                described("object", format!("The {} as it is now.", outline.entity.noun.replace('-', " ")));
            item.extend(object(members()).into_iter().skip(1));
            object([
                ("changed".to_owned(), Value::Map(names_of_changes()), true),
                (outline.item(), Value::Map(item), true),
            ])
        }
        Part::Removed => {
            let values = ["deleted", "expired"].map(text).to_vec();
            let why = text("Whether somebody deleted it, or its time to live ran out.");
            let reason = vec![field("enum", Value::List(values)), field("description", why)];
            let keys = outline.keys().map(|member| property(outline, member));
            object(keys.chain([(outline.reason().to_owned(), Value::Map(reason), true)]))
        }
    }
}

/// No enum: that would be closed for ever, and attributes will be added.
fn names_of_changes() -> Fields<'static> {
    let mut names =
        described("array", "The names of what changed; a name that is absent from the item was removed.");
    names.push(field("items", Value::Map(vec![field("type", text("string"))])));
    names.push(field("minItems", Value::Number("1".into())));
    names.push(field("uniqueItems", Value::Bool(true)));
    names
}

/// Of properties their names, schemas, and whether they are always there.
fn object(properties: impl IntoIterator<Item = (String, Value<'static>, bool)>) -> Fields<'static> {
    let (mut schemas, mut required) = (Vec::new(), Vec::new());
    for (name, schema, is_required) in properties {
        required.extend(is_required.then(|| text(name.clone())));
        schemas.push((name.into(), schema));
    }
    let mut object = vec![field("type", text("object")), field("properties", Value::Map(schemas))];
    if !required.is_empty() {
        object.push(field("required", Value::List(required)));
    }
    object
}

fn property(outline: &Outline<'_>, member: &Member) -> (String, Value<'static>, bool) {
    let is_key = outline.keys().any(|key| key.name == member.name);
    let key = if is_key { "Of the item's key; also in the event's subject." } else { "" };
    member_schema(member, key)
}

fn member_schema(member: &Member, note: &str) -> (String, Value<'static>, bool) {
    let is_empty_if_absent = matches!(member.value.form, Form::Object(_) | Form::Records(_));
    let absence = match (member.is_optional, is_empty_if_absent) {
        (false, _) => "",
        (true, true) => "Empty where there is none.",
        (true, false) => "Absent where there is none.",
    };
    let exactness = match member.value.form {
        Form::Decimal => "An exact decimal, as text.",
        Form::Digits => "An exact decimal.",
        _ => "",
    };
    let notes =
        [exactness, note, absence].into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join(" ");
    let required = !member.is_optional || is_empty_if_absent;
    (member.name.clone(), Value::Map(typed(&member.value, &notes)), required)
}

fn typed(value: &Typed, notes: &str) -> Fields<'static> {
    let name = match &value.form {
        Form::Text | Form::Decimal => "string",
        Form::Truth => "boolean",
        Form::Whole => "integer",
        Form::Digits => "number",
        Form::List(_) | Form::Records(_) => "array",
        Form::Object(_) => "object",
    };
    let names = match value.is_nullable {
        true => Value::List(vec![text(name), text("null")]),
        false => text(name),
    };
    let mut schema = vec![field("type", names)];
    schema.extend((!notes.is_empty()).then(|| field("description", text(notes.to_owned()))));
    let members = |members: &[Member]| object(members.iter().map(|member| member_schema(member, "")));
    match &value.form {
        Form::Decimal => schema.push(field("pattern", text(DECIMAL))),
        Form::List(element) => schema.push(field("items", Value::Map(typed(element, "")))),
        Form::Records(element) => schema.push(field("items", Value::Map(members(element)))),
        Form::Object(inner) => schema.extend(members(inner).into_iter().skip(1)),
        Form::Text | Form::Truth | Form::Whole | Form::Digits => {}
    }
    schema
}

fn described(name: &'static str, description: impl Into<String>) -> Fields<'static> {
    vec![field("type", text(name)), field("description", text(description.into()))]
}

fn field(name: &'static str, value: Value<'static>) -> (std::borrow::Cow<'static, str>, Value<'static>) {
    (name.into(), value)
}

fn text(text: impl Into<std::borrow::Cow<'static, str>>) -> Value<'static> {
    Value::String(text.into())
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" }
}

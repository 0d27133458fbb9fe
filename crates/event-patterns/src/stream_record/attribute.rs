use super::Keys;
use super::leaf::{Leaf, Part, Values};
use super::steps::{Steps, unknown};

/// The types of DynamoDB's attributes.
const TYPES: [&str; 10] = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"];

/// A value below `Keys`.
pub fn key(steps: Steps<'_>, keys: &Keys) -> Result<Leaf, String> {
    let leaf = of_image(steps.clone(), Part::Record, keys)?;
    let name = leaf.attribute.as_ref().map(|(path, _)| path.clone()).unwrap_or_default();
    if !keys.is_empty() && !keys.contains_key(&name) {
        let known: Vec<&str> = keys.keys().map(String::as_str).collect();
        return Err(unknown(&name, "the key of the table", &known));
    }
    Ok(leaf)
}

/// A value below `NewImage` or `OldImage`.
pub fn of_image(steps: Steps<'_>, part: Part, keys: &Keys) -> Result<Leaf, String> {
    let leaf = named(steps, part, "", false)?;
    let Some((name, found)) = &leaf.attribute else { return Ok(leaf) };
    match keys.get(name) {
        Some(declared) if declared != found => Err(format!(
            "{name} is a key of type {declared}: write {{ {name}: {{ \"{declared}\": [...] }} }}"
        )),
        declared => Ok(Leaf { is_required: declared.is_some(), ..leaf }),
    }
}

/// Tries each name that the steps can form, because the name of an attribute can have dots.
fn named(steps: Steps<'_>, part: Part, parent: &str, in_list: bool) -> Result<Leaf, String> {
    let mut first_error = None;
    for (name, rest) in steps.names() {
        let path = if parent.is_empty() { name.clone() } else { format!("{parent}.{name}") };
        match typed(rest, part, &path, &name, in_list) {
            Ok(leaf) => return Ok(leaf),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| "is an object of attributes: name one of them".to_owned()))
}

/// `path` and `name` are those of the attribute whose type comes next.
fn typed(steps: Steps<'_>, part: Part, path: &str, name: &str, in_list: bool) -> Result<Leaf, String> {
    let missing = || {
        format!(
            "{name} is an attribute, whose value is below its DynamoDB type: write {{ {name}: {{ S: [...] }} }}"
        )
    };
    let (found, rest) = steps.first().map_err(|_| missing())?;
    let Some(found) = TYPES.into_iter().find(|known| *known == found) else {
        return Err(format!(
            "{found} is not a DynamoDB type. Below the attribute {name}, name its type ({}), and below a map `M`",
            TYPES.join(", ")
        ));
    };
    let values = match found {
        "M" if rest.is_empty() => return Err(container(name, "M", "{ M: { city: { S: [...] } } }")),
        "L" if rest.is_empty() => return Err(container(name, "L", "{ L: { S: [...] } }")),
        "M" => return named(rest, part, path, in_list),
        "L" => return typed(rest, part, path, name, true),
        "N" | "NS" => Values::NumberText,
        "B" | "BS" => Values::Base64,
        "BOOL" => Values::Boolean,
        "NULL" => Values::True,
        _ => Values::Text,
    };
    let leaf = rest.ends(found, values)?;
    let attribute = (!in_list).then(|| (path.to_owned(), found));
    Ok(Leaf { part, is_required: false, attribute, ..leaf })
}

fn container(name: &str, found: &str, example: &str) -> String {
    let kind = if found == "M" { "a map" } else { "a list" };
    format!("{name}.{found} is {kind} of typed values, not a value: write {{ {name}: {example} }}")
}

//! Names as CEL and YAML want them written.

use std::fmt;

/// Words that CEL keeps for itself.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];
/// Words that YAML, 1.1 or 1.2, takes for no text.
const NO_TEXTS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
/// DynamoDB's limit for names of keys; a longer one would fill an expression.
const LONGEST_NAME: usize = 255;

/// A path in an expression: `item.address.?city`, `item[?"postal code"]`.
#[derive(Debug, Clone)]
pub struct Access {
    /// All but the last step.
    outer: String,
    last: Option<Step>,
    /// Whether it may lead to nothing.
    pub is_optional: bool,
}

#[derive(Debug, Clone)]
struct Step {
    name: String,
    is_optional: bool,
}

impl Access {
    pub fn of(root: &str) -> Self {
        Self { outer: root.to_owned(), last: None, is_optional: false }
    }

    pub fn step(&self, name: &str, is_optional: bool) -> Self {
        let last = Some(Step { name: name.to_owned(), is_optional });
        Self { outer: self.to_string(), last, is_optional: self.is_optional || is_optional }
    }

    pub fn is_root(&self) -> bool {
        self.last.is_none()
    }

    /// Whether `has()` can say that it leads to something: it takes a path that is certain up to its last name, and no quotes.
    pub fn can_be_asked_for(&self) -> bool {
        let ends = |step: &Step| !step.is_optional || is_identifier(&step.name);
        self.last.as_ref().is_none_or(ends) && !self.outer.contains('?')
    }

    /// The same where it is known to lead to something.
    pub fn certain(&self) -> String {
        let last = self.last.iter().map(|step| Step { is_optional: false, ..step.clone() }.to_string());
        format!("{}{}", self.outer, last.collect::<String>())
    }
}

impl fmt::Display for Access {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.outer)?;
        self.last.iter().try_for_each(|step| step.fmt(out))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_optional { "?" } else { "" };
        match is_identifier(&self.name) {
            true => write!(out, ".{sign}{}", self.name),
            false => write!(out, "[{sign}{}]", quoted(&self.name)),
        }
    }
}

/// Whether a name can be written at all: without control characters and the like.
pub fn can_be_written(name: &str) -> bool {
    let is_plain = |it: char| it.is_alphanumeric() || it.is_ascii_punctuation() || it == ' ';
    !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.chars().all(is_plain)
}

/// A name as a person reads it, in one line.
pub fn printed(name: &str) -> String {
    match can_be_written(name) {
        true => name.to_owned(),
        false => name.chars().take(LONGEST_NAME).flat_map(char::escape_default).collect(),
    }
}

/// A text of CEL, JSON and YAML alike.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name, of a map's member for example, in YAML.
pub fn yaml_name(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.".contains(&it));
    match is_plain && !NO_TEXTS.contains(&name.to_lowercase().as_str()) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// An expression in YAML. Terraform reads no bare `?` after a bracket, wherever on the line that is.
pub fn yaml_expression(text: &str) -> String {
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic()) && !text.ends_with(':');
    let has_marks = [": ", " #"].iter().any(|mark| text.contains(mark));
    let has_brackets = text.contains('?') && text.contains(['[', '{']);
    match is_word && !has_marks && !has_brackets {
        true => text.to_owned(),
        false => in_quotes(text),
    }
}

/// A member of a map in YAML.
pub fn yaml_line(name: &str, expression: &str) -> String {
    let has_brackets = name.contains(['[', '{']);
    let expression = match has_brackets && expression.contains('?') {
        true => in_quotes(expression),
        false => yaml_expression(expression),
    };
    format!("{}: {expression}", yaml_name(name))
}

fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
        && !RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_where_it_must_be() {
        let path = Access::of("item").step("address", false);
        assert_eq!(path.step("city", true).to_string(), "item.address.?city");
        assert_eq!(path.step("postal \"code\"", true).to_string(), r#"item.address[?"postal \"code\""]"#);
        assert_eq!(path.step("in", false).to_string(), r#"item.address["in"]"#);
        assert_eq!(
            (yaml_name("no"), yaml_name("a b"), yaml_name("total")),
            ("\"no\"".into(), "\"a b\"".into(), "total".into())
        );
        assert_eq!(yaml_expression("item.?total"), "item.?total");
        assert_eq!(yaml_expression("item[\"it's\"]"), "item[\"it's\"]");
        assert_eq!(yaml_expression("item[\"it's: #\"]"), "'item[\"it''s: #\"]'");
        assert!(!can_be_written("a\nb") && !can_be_written("") && can_be_written("größe (cm)"));
    }
}

use std::fmt;

use super::quoting::quoted;

/// The reserved words of CEL.
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

/// A path in an expression: `item.address.?city`, `item[?"postal code"]`.
#[derive(Debug, Clone)]
pub struct CelPath {
    /// The path without its last segment.
    parent: String,
    last: Option<Segment>,
    /// True if the path may lead to no value.
    pub is_optional: bool,
}

#[derive(Debug, Clone)]
struct Segment {
    name: String,
    is_optional: bool,
}

impl CelPath {
    pub fn root(name: &str) -> Self {
        Self { parent: name.to_owned(), last: None, is_optional: false }
    }

    pub fn member(&self, name: &str, is_optional: bool) -> Self {
        let last = Some(Segment { name: name.to_owned(), is_optional });
        Self { parent: self.to_string(), last, is_optional: self.is_optional || is_optional }
    }

    pub fn is_root(&self) -> bool {
        self.last.is_none()
    }

    /// Returns true if `has()` accepts the path: only its last segment is optional, and that one needs no
    /// quotes.
    pub fn supports_has(&self) -> bool {
        let is_supported = |segment: &Segment| !segment.is_optional || is_identifier(&segment.name);
        self.last.as_ref().is_none_or(is_supported) && !self.parent.contains('?')
    }

    /// Returns the path for a place where its last segment is known to exist.
    pub fn certain(&self) -> String {
        let last =
            self.last.iter().map(|segment| Segment { is_optional: false, ..segment.clone() }.to_string());
        format!("{}{}", self.parent, last.collect::<String>())
    }
}

impl fmt::Display for CelPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.parent)?;
        self.last.iter().try_for_each(|segment| segment.fmt(out))
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_optional { "?" } else { "" };
        match is_identifier(&self.name) {
            true => write!(out, ".{mark}{}", self.name),
            false => write!(out, "[{mark}{}]", quoted(&self.name)),
        }
    }
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
    fn a_name_that_is_no_identifier_is_quoted() {
        let path = CelPath::root("item").member("address", false);
        assert_eq!(path.member("city", true).to_string(), "item.address.?city");
        assert_eq!(path.member("postal \"code\"", true).to_string(), r#"item.address[?"postal \"code\""]"#);
        assert_eq!(path.member("in", false).to_string(), r#"item.address["in"]"#);
    }
}

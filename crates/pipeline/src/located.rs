//! Where in a record something is wrong. Serde's errors are text, so the path is built up in the text,
//! level by level, only when there is an error, and taken apart at the end.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Between path and reason; JSON text cannot hold it unescaped.
const MARK: char = '\u{1f}';

/// What is wrong and where: `dynamodb.NewImage.total.N`, `is not a number`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    pub path: String,
    pub reason: String,
}

impl Located {
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.reason)
    }
}

/// The same error, one level further out.
pub fn within<E: Error>(step: &str, error: E) -> E {
    let text = error.to_string();
    E::custom(match text.split_once(MARK) {
        Some((path, reason)) if path.starts_with('[') => format!("{step}{path}{MARK}{reason}"),
        Some((path, reason)) => format!("{step}.{path}{MARK}{reason}"),
        None => format!("{step}{MARK}{text}"),
    })
}

/// Takes a `serde_json` error apart. Its line and column say less than the path does.
pub fn read(error: &serde_json::Error) -> Located {
    let text = error.to_string();
    match text.split_once(MARK) {
        Some((path, reason)) => {
            Located::new(path, reason.rsplit_once(" at line ").map_or(reason, |(why, _)| why))
        }
        None => Located::new("", text),
    }
}

/// A string, borrowed from the input where it has no escapes.
pub struct Text<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

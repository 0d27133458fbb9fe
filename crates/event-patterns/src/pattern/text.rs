/// A test of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextTest {
    Prefix {
        text: String,
        ignore_case: bool,
    },
    Suffix {
        text: String,
        ignore_case: bool,
    },
    EqualsIgnoreCase(String),
    /// The literals between the stars.
    Wildcard(Vec<String>),
}

impl TextTest {
    pub fn matches(&self, value: &str) -> bool {
        match self {
            Self::Prefix { text, ignore_case: false } => value.starts_with(text),
            Self::Prefix { text, ignore_case: true } => folded(value).starts_with(&folded(text)),
            Self::Suffix { text, ignore_case: false } => value.ends_with(text),
            Self::Suffix { text, ignore_case: true } => folded(value).ends_with(&folded(text)),
            Self::EqualsIgnoreCase(text) => folded(value) == folded(text),
            Self::Wildcard(parts) => wildcard(parts, value),
        }
    }
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// The first and last literals are anchored. Each literal between matches at its first occurrence.
fn wildcard(parts: &[String], value: &str) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.iter().any(|only| only == value);
    };
    let Some(mut rest) = value.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        let Some((_, after)) = rest.split_once(part.as_str()) else { return false };
        rest = after;
    }
    rest.ends_with(last.as_str())
}

/// Splits a wildcard. `*` matches any characters; `\*` and `\\` match `*` and `\`. Two stars in a row are
/// refused.
pub fn wildcard_parts(pattern: &str) -> Result<Vec<String>, String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('*', Some('*')) => return Err("two * in a row are not allowed: write one".to_owned()),
            ('*', _) => parts.push(std::mem::take(&mut part)),
            ('\\', Some('*' | '\\')) => part.extend(characters.next()),
            ('\\', _) => return Err(r"a \ must be followed by * or \".to_owned()),
            _ => part.push(character),
        }
    }
    parts.push(part);
    Ok(parts)
}

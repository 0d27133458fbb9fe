/// DynamoDB's limit for the names of keys. Longer names would fill an expression.
const MAX_NAME_LENGTH: usize = 255;

/// Returns true for a name without control characters, which files and messages can contain.
pub fn is_printable(name: &str) -> bool {
    let is_printable = |it: char| it.is_alphanumeric() || it.is_ascii_punctuation() || it == ' ';
    !name.is_empty() && name.chars().count() <= MAX_NAME_LENGTH && name.chars().all(is_printable)
}

/// Returns a name for messages and comments, in one line.
pub fn printed(name: &str) -> String {
    match is_printable(name) {
        true => name.to_owned(),
        false => name.chars().take(MAX_NAME_LENGTH).flat_map(char::escape_default).collect(),
    }
}

/// Returns a string literal that is valid in CEL, JSON and YAML.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_control_characters_is_not_printable() {
        assert!(!is_printable("a\nb") && !is_printable("") && is_printable("größe (cm)"));
    }
}

use super::quoting::quoted;

/// Words that YAML 1.1 or 1.2 reads as a boolean or as null.
const NOT_STRINGS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Returns the name of a map's member.
pub fn yaml_name(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.".contains(&it));
    match is_plain && !NOT_STRINGS.contains(&name.to_lowercase().as_str()) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// Returns an expression as a value. Terraform cannot parse an unquoted `?` on the same line as a bracket.
pub fn yaml_expression(text: &str) -> String {
    let begins_with_word =
        text.starts_with(|first: char| first.is_ascii_alphabetic()) && !text.ends_with(':');
    let has_special = [": ", " #"].iter().any(|special| text.contains(special));
    let has_brackets = text.contains('?') && text.contains(['[', '{']);
    match begins_with_word && !has_special && !has_brackets {
        true => text.to_owned(),
        false => in_single_quotes(text),
    }
}

/// Returns a member of a map: its name and its expression.
pub fn yaml_line(name: &str, expression: &str) -> String {
    let has_brackets = name.contains(['[', '{']);
    let expression = match has_brackets && expression.contains('?') {
        true => in_single_quotes(expression),
        false => yaml_expression(expression),
    };
    format!("{}: {expression}", yaml_name(name))
}

fn in_single_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_expressions_are_quoted_where_yaml_needs_it() {
        assert_eq!(
            (yaml_name("no"), yaml_name("a b"), yaml_name("total")),
            ("\"no\"".into(), "\"a b\"".into(), "total".into())
        );
        assert_eq!(yaml_expression("item.?total"), "item.?total");
        assert_eq!(yaml_expression("item[\"it's\"]"), "item[\"it's\"]");
        assert_eq!(yaml_expression("item[\"it's: #\"]"), "'item[\"it''s: #\"]'");
    }
}

//! The texts of CEL: string literals such as `"orders/"`, `'orders/'` and `r"orders/"`, and brackets.

/// Takes a string literal off the front of `source`: its text, and what follows it. `None` if no literal
/// comes next.
pub fn literal(source: &str) -> Option<Result<(String, &str), String>> {
    let (raw, body) = match source.strip_prefix(['r', 'R']) {
        Some(body) => (true, body),
        None => (false, source),
    };
    let quote = body.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    Some(quoted(&body[1..], quote, raw))
}

/// How many brackets are open after a letter outside of literals.
pub fn depth_after(depth: usize, letter: char) -> usize {
    match letter {
        '(' | '[' | '{' => depth + 1,
        ')' | ']' | '}' => depth.saturating_sub(1),
        _ => depth,
    }
}

fn quoted(body: &str, quote: char, raw: bool) -> Result<(String, &str), String> {
    let (mut text, mut rest) = (String::new(), body.chars());
    while let Some(letter) = rest.next() {
        match letter {
            '\n' | '\r' => break,
            _ if letter == quote => return ended(text, quote, rest.as_str()),
            '\\' if !raw => text.push(escaped(&mut rest)?),
            _ => text.push(letter),
        }
    }
    Err(format!("a text has no end: write {quote} after it, on the same line"))
}

/// CEL's triple quotes begin like an empty text.
fn ended(text: String, quote: char, rest: &str) -> Result<(String, &str), String> {
    match text.is_empty() && rest.starts_with(quote) {
        true => Err("a text in triple quotes is not possible here: use single quotes".to_owned()),
        false => Ok((text, rest)),
    }
}

fn escaped(rest: &mut std::str::Chars<'_>) -> Result<char, String> {
    let letter = rest.next().unwrap_or_default();
    match letter {
        '\\' | '"' | '\'' | '`' | '?' => Ok(letter),
        'n' => Ok('\n'),
        'r' => Ok('\r'),
        't' => Ok('\t'),
        'x' | 'X' => code_point(rest, 2),
        'u' => code_point(rest, 4),
        'U' => code_point(rest, 8),
        _ => Err(format!("the escape \\{letter} is not possible here: write \\\\ for a backslash")),
    }
}

fn code_point(rest: &mut std::str::Chars<'_>, digits: usize) -> Result<char, String> {
    let hex: String = rest.take(digits).collect();
    let complete = hex.len() == digits && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = if complete { u32::from_str_radix(&hex, 16).ok() } else { None };
    number
        .and_then(char::from_u32)
        .ok_or_else(|| format!("{hex} is no code point of {digits} hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Option<Result<(String, &str), String>> {
        literal(source)
    }

    #[test]
    fn a_literal_is_read_up_to_its_quote() {
        for (source, text, rest) in [
            (r#""orders/" + x"#, "orders/", " + x"),
            (r#"'it"s'"#, "it\"s", ""),
            (r#""a\"b\\\u00e9\x41\U0001F600""#, "a\"b\\éA😀", ""),
            (r#""\n\r\t\'\`\?""#, "\n\r\t'`?", ""),
            (r#"r"a\n".b"#, "a\\n", ".b"),
            ("\"\"", "", ""),
        ] {
            assert_eq!(read(source), Some(Ok((text.to_owned(), rest))), "{source}");
        }
        assert_eq!(read("claims.tenant"), None);
        assert_eq!(read("replace"), None);
    }

    #[test]
    fn a_literal_that_does_not_end_is_an_error() {
        for source in
            ["\"orders", "'a\nb'", r#""a\"#, r#""\q""#, r#""\u12""#, r#""\x+f""#, r#""\ud800""#, r#""""a""""#]
        {
            assert!(matches!(read(source), Some(Err(_))), "{source}");
        }
    }
}

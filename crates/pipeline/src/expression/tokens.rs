//! Splits the text of an expression that does not parse, to explain what is wrong.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    Number,
    Text,
    /// A text without a closing quote.
    OpenText,
    Symbol,
    /// A character that CEL does not have.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'s> {
    pub kind: Kind,
    pub text: &'s str,
    /// The first byte.
    pub start: usize,
}

impl Token<'_> {
    /// Returns true if it can be a whole value, or end one.
    pub fn ends_value(&self) -> bool {
        self.starts_value() || matches!(self.text, ")" | "]" | "}")
    }

    pub fn starts_value(&self) -> bool {
        matches!(self.kind, Kind::Name | Kind::Number | Kind::Text) && self.text != "in"
    }
}

pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut start) = (Vec::new(), 0);
    while let Some(first) = source[start..].chars().next() {
        let rest = &source[start..];
        let (kind, length) = match first {
            _ if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            space if space.is_whitespace() => (None, space.len_utf8()),
            _ => {
                let (kind, length) = token(rest, first);
                (Some(kind), length)
            }
        };
        tokens.extend(kind.map(|kind| Token { kind, text: &rest[..length], start }));
        start += length;
    }
    tokens
}

fn token(rest: &str, first: char) -> (Kind, usize) {
    let prefix = rest.find(|letter: char| !matches!(letter, 'r' | 'R' | 'b' | 'B')).unwrap_or(rest.len());
    let while_in = |is: fn(char) -> bool| rest.find(|letter| !is(letter)).unwrap_or(rest.len());
    match first {
        _ if rest[prefix..].starts_with(['"', '\'']) => text(rest, prefix),
        'A'..='Z' | 'a'..='z' | '_' => {
            (Kind::Name, while_in(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
        }
        '0'..='9' => (Kind::Number, while_in(|letter| letter.is_ascii_alphanumeric() || letter == '.')),
        _ => symbol(rest, first),
    }
}

fn symbol(rest: &str, first: char) -> (Kind, usize) {
    const SYMBOLS: [&str; 24] = [
        "==", "!=", "<=", ">=", "&&", "||", "<", ">", "[", "]", "{", "}", "(", ")", ".", ",", "-", "!", "?",
        ":", "+", "*", "/", "%",
    ];
    match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        Some(symbol) => (Kind::Symbol, symbol.len()),
        None => (Kind::Unknown, first.len_utf8()),
    }
}

/// A text in single or triple quotes, after its prefix `r` or `b`.
fn text(rest: &str, prefix: usize) -> (Kind, usize) {
    let (raw, body) = (rest[..prefix].contains(['r', 'R']), &rest[prefix..]);
    let quote =
        ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| body.starts_with(quote)).unwrap_or("\"");
    let mut letters = body.char_indices().skip(quote.len());
    while let Some((at, letter)) = letters.next() {
        if body[at..].starts_with(quote) {
            return (Kind::Text, prefix + at + quote.len());
        }
        match letter {
            '\\' if !raw => _ = letters.next(),
            '\n' if quote.len() == 1 => break,
            _ => {}
        }
    }
    (Kind::OpenText, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_splits_into_its_tokens() {
        let split = |source| tokens(source).iter().map(|token| token.text).collect::<Vec<_>>();
        assert_eq!(split(r#"new.?a == "x\"y" // end"#), ["new", ".", "?", "a", "==", r#""x\"y""#]);
        assert_eq!(split(r#"r'a\' + '''b'c''' + 1.5e3"#), [r"r'a\'", "+", "'''b'c'''", "+", "1.5e3"]);
        assert_eq!(split("a = größe"), ["a", "=", "gr", "ö", "ß", "e"]);
        assert_eq!(tokens("a + 'b").last().unwrap().kind, Kind::OpenText);
        assert_eq!(tokens("broker").len(), 1);
    }
}

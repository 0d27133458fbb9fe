//! Explains why an expression does not parse: what is wrong, where, and what to write.

use cel::{ParseError, ParseErrors};

use super::syntax::MAX_DEPTH;
use super::tokens::{Kind, Token, tokens};

/// Words of CEL's grammar, which cannot follow a dot.
const KEYWORDS: [&str; 4] = ["in", "true", "false", "null"];

const TOO_DEEP: &str = "is nested too deep: move parts into `let`";

/// YAML does not accept such an expression otherwise.
pub const QUOTED: &str = ", in single quotes if it is between { and }";

/// Operators of other languages, and CEL's.
const FOREIGN: [(&str, &str); 12] = [
    ("===", "=="),
    ("!==", "!="),
    ("<>", "!="),
    ("=>", "list.map(x, x.name)"),
    ("??", ".orValue(...)"),
    ("?.", ".?"),
    ("=", "== to compare"),
    ("&", "&&"),
    ("|", "||"),
    ("and", "&&"),
    ("or", "||"),
    ("not", "!"),
];

pub fn explain(source: &str, errors: &ParseErrors) -> String {
    let tokens = tokens(source);
    let of_syntax = errors.errors.iter().find(|error| error.msg.starts_with("Syntax error"));
    let Some(error) = of_syntax.or(errors.errors.first()) else { return "cannot be parsed".to_owned() };
    let mistake = Mistake { source, tokens: &tokens, at: index(source, &tokens, error) };
    let found = mistake.of_texts().or_else(|| mistake.keyword());
    let found = found.or_else(|| mistake.of_message(&error.msg)).or_else(|| mistake.foreign());
    let found = found.or_else(|| mistake.unknown_character()).or_else(|| mistake.brackets());
    match error.msg.as_str() {
        // The parser gives up, because of its limit of levels.
        "UNKNOWN" => found.unwrap_or_else(|| TOO_DEEP.to_owned()),
        _ => found.unwrap_or_else(|| mistake.unexpected()),
    }
}

/// `Money{units: 1}` builds a protobuf message in CEL. No record could have a value for it.
pub fn message(name: &str, field: Option<&str>) -> String {
    let map = field.map_or_else(|| "{}".to_owned(), |field| format!("{{\"{field}\": ...}}"));
    format!(
        "{name}{{...}} is a message, and pipe files have no messages: write a map with its keys in quotes: {map}"
    )
}

/// The index of the token at the place of an error; the number of tokens at the end of the text.
fn index(source: &str, tokens: &[Token<'_>], error: &ParseError) -> usize {
    let (line, column) = error.pos;
    let before = source.split_inclusive('\n').take(usize::try_from(line - 1).unwrap_or_default());
    let start: usize = before.map(str::len).sum();
    let column = usize::try_from(column - 1).unwrap_or_default();
    let place = source[start..].char_indices().nth(column).map_or(source.len(), |(at, _)| start + at);
    tokens.iter().position(|token| token.start + token.text.len() > place).unwrap_or(tokens.len())
}

struct Mistake<'s> {
    source: &'s str,
    tokens: &'s [Token<'s>],
    /// The index of the token that the parser reports.
    at: usize,
}

impl<'s> Mistake<'s> {
    fn of_texts(&self) -> Option<String> {
        let open = self.tokens.iter().find(|token| token.kind == Kind::OpenText)?;
        Some(format!("has a text without a closing quote {}: add the quote", self.place(open)))
    }

    /// `item.in`
    fn keyword(&self) -> Option<String> {
        let is_member = |index: &usize| {
            let before = self.tokens[..*index].iter().rev().map(|token| token.text);
            KEYWORDS.contains(&self.tokens[*index].text)
                && before.clone().find(|text| *text != "?") == Some(".")
        };
        let index = (0..self.tokens.len()).find(is_member)?;
        let token = &self.tokens[index];
        let optional = if self.tokens[index - 1].text == "?" { "?" } else { "" };
        let owner = self.path_before(index - 1 - optional.len());
        Some(format!(
            "has CEL's word `{}` as a name {}: write {owner}[{optional}\"{}\"]{QUOTED}",
            token.text,
            self.place(token),
            token.text
        ))
    }

    /// The path that ends before the token: `item.address` in `item.address.in`.
    fn path_before(&self, end: usize) -> &'s str {
        let is_path = |token: &&Token<'_>| token.kind == Kind::Name || matches!(token.text, "." | "?");
        let start = self.tokens[..end].iter().rev().take_while(is_path).last();
        let last = end.checked_sub(1).map(|last| &self.tokens[last]);
        match (start, last) {
            (Some(start), Some(last)) => &self.source[start.start..last.start + last.text.len()],
            _ => "item",
        }
    }

    /// Mistakes that the parser finds in a well-formed text.
    fn of_message(&self, message: &str) -> Option<String> {
        let reason = match message {
            "argument must be a simple name" => {
                "needs the name of a variable as the first argument of a comprehension: write list.map(x, x.name)"
            }
            "unsupported syntax: '`'" => {
                return Some(format!(
                    "has a name between backticks: put it into quotes, as in item[\"first-name\"]{QUOTED}"
                ));
            }
            "invalid argument to has() macro" => "needs an attribute in has(): write has(new.bio)",
            message if message.starts_with("Recursion limit") => TOO_DEEP,
            message if message.starts_with("reserved identifier") => {
                let token = self.tokens.get(self.at)?;
                return Some(format!(
                    "has CEL's reserved word `{}` as a variable {}: choose another name",
                    token.text,
                    self.place(token)
                ));
            }
            message if message.starts_with("Syntax error") || message == "UNKNOWN" => return None,
            _ => {
                let token = self.tokens.get(self.at)?;
                return Some(format!(
                    "has `{}` {}, which is not valid in CEL: correct its digits or its escapes",
                    token.text,
                    self.place(token)
                ));
            }
        };
        Some(reason.to_owned())
    }

    /// An operator of another language, at the place of the error or before it.
    fn foreign(&self) -> Option<String> {
        let near = &self.tokens[self.at.saturating_sub(3)..self.tokens.len().min(self.at + 1)];
        let is_it = |token: &Token<'_>, other: &str| match token.kind {
            Kind::Name => token.text == other,
            Kind::Unknown => self.source[token.start..].starts_with(other),
            _ => other.len() > 1 && self.source[token.start..].starts_with(other),
        };
        let found = |token| FOREIGN.iter().find(|(other, _)| is_it(token, other)).map(|pair| (token, pair));
        let (token, (other, ours)) = near.iter().find_map(found)?;
        Some(format!("has `{other}` {}, which CEL does not have: write {ours}", self.place(token)))
    }

    fn unknown_character(&self) -> Option<String> {
        let unknown = self.tokens.iter().find(|token| token.kind == Kind::Unknown)?;
        let what =
            format!("has the character `{}` {}, which CEL does not have", unknown.text, self.place(unknown));
        Some(match unknown.text {
            "“" | "”" | "‘" | "’" => format!("{what}: write plain quotes"),
            _ => format!(
                "{what}: put an attribute's name with such a character into quotes, as in item[\"first-name\"]{QUOTED}"
            ),
        })
    }

    fn brackets(&self) -> Option<String> {
        let mut open: Vec<&Token<'_>> = Vec::new();
        for token in self.tokens {
            let opening = match token.text {
                "(" | "[" | "{" => {
                    open.push(token);
                    continue;
                }
                ")" => "(",
                "]" => "[",
                "}" => "{",
                _ => continue,
            };
            if open.pop().is_none_or(|last| last.text != opening) {
                return Some(format!(
                    "has a `{}` that nothing opens {}: remove it, or add `{opening}`",
                    token.text,
                    self.place(token)
                ));
            }
        }
        let last = open.last()?;
        let closing = match last.text {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        Some(format!("has a `{}` that nothing closes {}: add `{closing}`", last.text, self.place(last)))
    }

    fn unexpected(&self) -> String {
        let count = |brackets: [&str; 3]| {
            self.tokens[..self.at].iter().filter(|token| brackets.contains(&token.text)).count()
        };
        if count(["(", "[", "{"]) > MAX_DEPTH + count([")", "]", "}"]) {
            return TOO_DEEP.to_owned();
        }
        let before = self.at.checked_sub(1).map(|before| &self.tokens[before]);
        match (before, self.tokens.get(self.at)) {
            (None, None) => "is empty: write an expression".to_owned(),
            (Some(before), None) => format!("ends after `{}`: write what follows it", before.text),
            (Some(before), Some(token)) if before.ends_value() && token.starts_value() => format!(
                "has no operator between `{}` and `{}` {}: write one, such as + or &&",
                before.text,
                token.text,
                self.place(token)
            ),
            (_, Some(token)) => {
                let after = before.map(|before| format!(" after `{}`", before.text)).unwrap_or_default();
                format!(
                    "has an unexpected `{}`{after} {}: remove it, or write a value before it",
                    token.text,
                    self.place(token)
                )
            }
        }
    }

    /// `at character 7`, counted from 1.
    fn place(&self, token: &Token<'_>) -> String {
        let before = &self.source[..token.start];
        let (lines, line) = before
            .rsplit_once('\n')
            .map_or((0, before), |(lines, line)| (1 + lines.matches('\n').count(), line));
        let character = line.chars().count() + 1;
        match lines {
            0 => format!("at character {character}"),
            _ => format!("in line {} at character {character}", lines + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::QUOTED;

    fn reason(source: &str) -> String {
        let reason = Language::new(&["item", "new"]).unwrap().compile(source).unwrap_err();
        // Each suggestion of a name in brackets ends with it.
        assert_eq!(reason.contains("\"]"), reason.ends_with(QUOTED), "{reason}");
        reason.replace(QUOTED, "")
    }

    #[test]
    fn a_mistake_is_explained_with_its_place_and_what_to_write() {
        let cases = [
            ("item.in", r#"has CEL's word `in` as a name at character 6: write item["in"]"#),
            (
                "item.address.null == 1",
                r#"has CEL's word `null` as a name at character 14: write item.address["null"]"#,
            ),
            ("new.?true", r#"has CEL's word `true` as a name at character 6: write new[?"true"]"#),
            ("has(item.false)", r#"has CEL's word `false` as a name at character 10: write item["false"]"#),
            ("item.a.in.b + item.c", r#"has CEL's word `in` as a name at character 8: write item.a["in"]"#),
            ("new.total +", "ends after `+`: write what follows it"),
            ("\"orders/\" + item.", "ends after `.`: write what follows it"),
            ("", "is empty: write an expression"),
            (
                "item.a item.b",
                "has no operator between `a` and `item` at character 8: write one, such as + or &&",
            ),
            ("item.a = 1", "has `=` at character 8, which CEL does not have: write == to compare"),
            ("item.a === 1", "has `===` at character 8, which CEL does not have: write =="),
            ("item.a and item.b", "has `and` at character 8, which CEL does not have: write &&"),
            ("item?.a", "has `?.` at character 5, which CEL does not have: write .?"),
            ("item.a ?? 1", "has `??` at character 8, which CEL does not have: write .orValue(...)"),
            (
                "item.l.map(x => x.a)",
                "has `=>` at character 14, which CEL does not have: write list.map(x, x.name)",
            ),
            ("item.a + 'b", "has a text without a closing quote at character 10: add the quote"),
            ("(item.a", "has a `(` that nothing closes at character 1: add `)`"),
            ("item.a)", "has a `)` that nothing opens at character 7: remove it, or add `(`"),
            (
                "item.größe",
                r#"has the character `ö` at character 8, which CEL does not have: put an attribute's name with such a character into quotes, as in item["first-name"]"#,
            ),
            (
                "item.a == “x”",
                "has the character `“` at character 11, which CEL does not have: write plain quotes",
            ),
            (
                "item.a + * 2",
                "has an unexpected `*` after `+` at character 10: remove it, or write a value before it",
            ),
            (
                "item.l.map(1, 2)",
                "needs the name of a variable as the first argument of a comprehension: write list.map(x, x.name)",
            ),
            (
                "item.`first-name`",
                r#"has a name between backticks: put it into quotes, as in item["first-name"]"#,
            ),
            ("has(item)", "needs an attribute in has(): write has(new.bio)"),
            (
                "[1].all(var, true)",
                "has CEL's reserved word `var` as a variable at character 9: choose another name",
            ),
            (
                "99999999999999999999",
                "has `99999999999999999999` at character 1, which is not valid in CEL: correct its digits or its escapes",
            ),
            (
                "item.a +\n item.b item.c",
                "has no operator between `b` and `item` in line 2 at character 9: write one, such as + or &&",
            ),
        ];
        for (source, expected) in cases {
            assert_eq!(reason(source), expected, "{source}");
        }
    }

    #[test]
    fn no_text_shows_the_words_of_the_parser() {
        let parts = [
            "item", ".", "in", "(", ")", "[", "]", "{", "}", "?", ":", "==", "=", "&", "'", "\"", "1", "#",
            "é", "\n", "\\", "`", ",", "has(", ".map(", "1.", "0x", "!", "-", " ",
        ];
        let language = Language::new(&["item"]).unwrap();
        let mut state = 7_u64;
        for _ in 0..3_000 {
            let mut source = String::new();
            for _ in 0..6 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                source.push_str(parts[(state >> 33) as usize % parts.len()]);
            }
            if let Err(reason) = language.compile(&source) {
                for word in
                    ["ERROR", "Syntax error", "<input>", "mismatched", "extraneous", "viable", "EOF", "token"]
                {
                    assert!(!reason.contains(word), "{source}: {reason}");
                }
            }
        }
    }
}

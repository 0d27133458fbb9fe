use super::VALUE;
use crate::text;

/// Joins the parts of a source, with `VALUE` in place of each value.
pub struct Parser<'s> {
    pub rest: &'s str,
    pub joined: String,
}

impl Parser<'_> {
    pub fn sum(&mut self) -> Option<()> {
        loop {
            self.operand()?;
            match self.rest.trim_start().strip_prefix('+') {
                Some(rest) => self.rest = rest,
                None => return Some(()),
            }
        }
    }

    fn operand(&mut self) -> Option<()> {
        self.rest = self.rest.trim_start();
        self.text().or_else(|| self.parenthesis()).or_else(|| self.value())
    }

    /// A text that is not the start of an expression such as `"a,b".split(",")`.
    fn text(&mut self) -> Option<()> {
        let (text, rest) = text::literal(self.rest)?.ok()?;
        ends_operand(rest).then(|| {
            self.joined.push_str(&text);
            self.rest = rest;
        })
    }

    /// A sum in parentheses. Other expressions in parentheses are values.
    fn parenthesis(&mut self) -> Option<()> {
        let mut inner = Parser { rest: self.rest.strip_prefix('(')?, joined: self.joined.clone() };
        inner.sum()?;
        let rest = inner.rest.trim_start().strip_prefix(')')?;
        ends_operand(rest).then(|| {
            self.joined = inner.joined;
            self.rest = rest;
        })
    }

    /// An expression up to the next `+` outside of brackets and texts.
    fn value(&mut self) -> Option<()> {
        let (mut rest, mut depth) = (self.rest, 0_usize);
        while let Some(letter) = rest.chars().next() {
            rest = match (text::literal(rest), letter) {
                (Some(literal), _) => literal.ok()?.1,
                (None, '+' | ')') if depth == 0 => break,
                (None, _) if depth == 0 && is_other_operator(rest) => return None,
                (None, _) => {
                    depth = text::depth_after(depth, letter);
                    &rest[letter.len_utf8()..]
                }
            };
        }
        let is_empty = rest.len() == self.rest.len();
        (!is_empty).then(|| {
            self.joined.push(VALUE);
            self.rest = rest;
        })
    }
}

fn ends_operand(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with(['+', ')'])
}

/// Returns whether an operator other than `+` comes next.
pub fn is_other_operator(rest: &str) -> bool {
    let begins_name = |next: char| next.is_ascii_alphabetic() || next == '_';
    let is_optional_field = rest.strip_prefix('?').is_some_and(|name| name.starts_with(begins_name));
    rest.starts_with(" in ")
        || (rest.starts_with(['=', '!', '<', '>', '&', '|', '?', ':', '-', '*', '/', '%'])
            && !is_optional_field)
}

//! Takes the tokens off a grant: texts, names, numbers and signs. White space is free.

use std::fmt;

use crate::text;

/// The rest of a grant.
pub struct Scanner<'s> {
    rest: &'s str,
}

impl<'s> Scanner<'s> {
    pub fn new(source: &'s str) -> Self {
        Self { rest: source }
    }

    /// A text in quotes, if one comes next.
    pub fn text(&mut self) -> Result<Option<String>, String> {
        self.peek();
        let Some(literal) = text::literal(self.rest) else { return Ok(None) };
        let (text, rest) = literal?;
        self.rest = rest;
        Ok(Some(text))
    }

    /// A number of at most 65535, if one comes next.
    pub fn number(&mut self) -> Option<usize> {
        self.peek();
        let digits = self.take(|letter| letter.is_ascii_digit());
        digits.parse::<u16>().map(usize::from).ok()
    }

    /// A name, if one comes next.
    pub fn name(&mut self) -> Option<&'s str> {
        self.peek().filter(|first| first.is_ascii_alphabetic() || *first == '_')?;
        Some(self.take(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
    }

    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'s str {
        let end = self.rest.find(|letter| !belongs(letter)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// The next letter that is not white space.
    pub fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        self.rest.chars().next()
    }

    /// Takes `text` off if it comes next. Returns whether it did.
    pub fn eat(&mut self, text: &str) -> bool {
        self.peek();
        self.rest.strip_prefix(text).map(|rest| self.rest = rest).is_some()
    }

    pub fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.eat(text) { Ok(()) } else { Err(format!("{text} is missing {self}")) }
    }
}

/// The place of the scanner, for error messages.
impl fmt::Display for Scanner<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rest {
            "" => out.write_str("at its end"),
            rest => write!(out, "at {:?}", rest.chars().take(20).collect::<String>()),
        }
    }
}

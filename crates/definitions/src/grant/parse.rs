//! Reads a grant. The grammar, in which white space is free:
//!
//! ```text
//! grant    = part { "+" part }
//! part     = text | claim | "(" grant ")"
//! claim    = ( "claims" | "string(" claim ")" ) { field | element | call }
//! field    = "." name | ".?" name | "[" text "]" | "[?" text "]"
//! element  = "[" digits "]"
//! call     = ".lowerAscii()" | ".upperAscii()" | ".trim()" | ".split(" text ")"
//!          | ".replace(" text "," text ")" | ".substring(" digits [ "," digits ] ")"
//! ```

use std::fmt;

use super::function::Function;
use super::template::{Claim, Part, Template};
use crate::text;

const MAX_CHARACTERS: usize = 2_000;
const MAX_DEPTH: usize = 64;

/// CEL reads them as values and as an operator, even after a dot.
const KEYWORDS: [&str; 4] = ["true", "false", "null", "in"];

const POSSIBLE: &str = "a grant joins texts in quotes and claims with +, such as \"orders/\" + claims.tenant + \"/*\"; \
                        possible are string(), lowerAscii(), upperAscii(), trim(), split()[n], replace() and substring()";

impl Template {
    /// Parses a grant. The error names the mistake, its place and the remedy.
    pub fn parse(source: &str) -> Result<Self, String> {
        if source.chars().count() > MAX_CHARACTERS {
            return Err(format!(
                "is longer than {MAX_CHARACTERS} characters: use a shorter grant, or several"
            ));
        }
        let (mut parser, mut parts) = (Parser { rest: source }, Vec::new());
        parser.grant(&mut parts, MAX_DEPTH)?;
        match parser.peek() {
            None => Ok(Self(parts)),
            Some(_) => Err(parser.unexpected()),
        }
    }
}

struct Parser<'s> {
    rest: &'s str,
}

impl<'s> Parser<'s> {
    fn grant(&mut self, parts: &mut Vec<Part>, depth: usize) -> Result<(), String> {
        loop {
            self.part(parts, depth)?;
            if !self.eat("+") {
                return Ok(());
            }
        }
    }

    fn part(&mut self, parts: &mut Vec<Part>, depth: usize) -> Result<(), String> {
        if depth == 0 {
            return Err(format!("is nested more than {MAX_DEPTH} levels deep: leave out parentheses"));
        }
        if self.eat("(") {
            self.grant(parts, depth - 1)?;
            return self.expect(")");
        }
        let part = match self.text()? {
            Some(text) => Part::Text(text),
            None => Part::Claim(self.claim(depth)?),
        };
        parts.push(part);
        Ok(())
    }

    fn claim(&mut self, depth: usize) -> Result<Claim, String> {
        let mut claim = match self.name() {
            Some("claims") => Claim::default(),
            Some("string") if depth > 0 && self.eat("(") => {
                let mut inner = self.claim(depth - 1)?;
                self.expect(")")?;
                inner.call(Function::Text)?;
                inner
            }
            Some(name) => return Err(format!("{name} is not known: {POSSIBLE}")),
            None => return Err(self.unexpected()),
        };
        while self.accessor(&mut claim)? {}
        match claim.fields.is_empty() {
            true => Err("names no claim: write claims.tenant, for example".to_owned()),
            false => Ok(claim),
        }
    }

    /// Parses the next field, element or call. Returns false if there is none.
    fn accessor(&mut self, claim: &mut Claim) -> Result<bool, String> {
        if self.eat("[") {
            self.index(claim)?;
            return self.expect("]").map(|()| true);
        }
        if !self.eat(".") {
            return Ok(false);
        }
        let optional = self.eat("?");
        let Some(name) = self.name() else { return Err(self.unexpected()) };
        if !optional && self.eat("(") {
            claim.call(self.call(name)?)?;
            return self.expect(")").map(|()| true);
        }
        if KEYWORDS.contains(&name) {
            return Err(format!("{name} is a keyword: write [{name:?}] for a claim of this name"));
        }
        claim.optional |= optional;
        claim.field(name).map(|()| true)
    }

    fn index(&mut self, claim: &mut Claim) -> Result<(), String> {
        claim.optional |= self.eat("?");
        match self.text()? {
            Some(name) => claim.field(&name),
            None => {
                claim.functions.push(Function::Element(self.number()?));
                Ok(())
            }
        }
    }

    fn call(&mut self, name: &str) -> Result<Function, String> {
        match name {
            "lowerAscii" => Ok(Function::LowerAscii),
            "upperAscii" => Ok(Function::UpperAscii),
            "trim" => Ok(Function::Trim),
            "split" => self.constant().and_then(not_empty).map(Function::Split),
            "replace" => {
                let from = self.constant().and_then(not_empty)?;
                self.expect(",")?;
                Ok(Function::Replace(from, self.constant()?))
            }
            "substring" => {
                let start = self.number()?;
                let end = if self.eat(",") { Some(self.number()?) } else { None };
                Ok(Function::Substring(start, end))
            }
            _ => Err(format!("{name}() is not possible in a grant: {POSSIBLE}")),
        }
    }

    fn constant(&mut self) -> Result<String, String> {
        self.text()?.ok_or_else(|| self.unexpected())
    }

    fn text(&mut self) -> Result<Option<String>, String> {
        self.peek();
        let Some(literal) = text::literal(self.rest) else { return Ok(None) };
        let (text, rest) = literal?;
        self.rest = rest;
        Ok(Some(text))
    }

    fn number(&mut self) -> Result<usize, String> {
        self.peek();
        let digits = self.take(|letter| letter.is_ascii_digit());
        digits.parse::<u16>().map(usize::from).map_err(|_| self.unexpected())
    }

    fn name(&mut self) -> Option<&'s str> {
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
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        self.rest.chars().next()
    }

    fn eat(&mut self, text: &str) -> bool {
        self.peek();
        self.rest.strip_prefix(text).map(|rest| self.rest = rest).is_some()
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.eat(text) { Ok(()) } else { Err(format!("{text} is missing {self}")) }
    }

    fn unexpected(&self) -> String {
        format!("cannot be read {self}: {POSSIBLE}")
    }
}

impl Claim {
    /// Adds a function. CEL has none of an optional value.
    fn call(&mut self, function: Function) -> Result<(), String> {
        match self.optional {
            true => Err(format!("an optional claim has no function: leave out the ? of {self}")),
            false => {
                self.functions.push(function);
                Ok(())
            }
        }
    }

    fn field(&mut self, name: &str) -> Result<(), String> {
        match self.functions.is_empty() {
            true => {
                self.fields.push(name.to_owned());
                Ok(())
            }
            false => Err(format!("{name} comes after a function or an index: name the claim first")),
        }
    }
}

fn not_empty(text: String) -> Result<String, String> {
    if text.is_empty() { Err("an empty text cannot be split at or replaced".to_owned()) } else { Ok(text) }
}

/// Where the parser is.
impl fmt::Display for Parser<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rest {
            "" => out.write_str("at its end"),
            rest => write!(out, "at {:?}", rest.chars().take(20).collect::<String>()),
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "claims.{}", self.fields.join("."))
    }
}

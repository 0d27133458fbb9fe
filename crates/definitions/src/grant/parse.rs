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

use super::claim::Claim;
use super::function::Function;
use super::scanner::Scanner;
use super::template::{Part, Template};

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
        let (mut parser, mut parts) = (Parser(Scanner::new(source)), Vec::new());
        parser.grant(&mut parts, MAX_DEPTH)?;
        match parser.0.peek() {
            None => Ok(Self(parts)),
            Some(_) => Err(parser.unexpected()),
        }
    }
}

struct Parser<'s>(Scanner<'s>);

impl Parser<'_> {
    fn grant(&mut self, parts: &mut Vec<Part>, depth: usize) -> Result<(), String> {
        loop {
            self.part(parts, depth)?;
            if !self.0.eat("+") {
                return Ok(());
            }
        }
    }

    fn part(&mut self, parts: &mut Vec<Part>, depth: usize) -> Result<(), String> {
        if depth == 0 {
            return Err(format!("is nested more than {MAX_DEPTH} levels deep: leave out parentheses"));
        }
        if self.0.eat("(") {
            self.grant(parts, depth - 1)?;
            return self.0.expect(")");
        }
        let part = match self.0.text()? {
            Some(text) => Part::Text(text),
            None => Part::Claim(self.claim(depth)?),
        };
        parts.push(part);
        Ok(())
    }

    fn claim(&mut self, depth: usize) -> Result<Claim, String> {
        let mut claim = match self.0.name() {
            Some("claims") => Claim::default(),
            Some("string") if depth > 0 && self.0.eat("(") => {
                let mut inner = self.claim(depth - 1)?;
                self.0.expect(")")?;
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
        if self.0.eat("[") {
            self.index(claim)?;
            return self.0.expect("]").map(|()| true);
        }
        if !self.0.eat(".") {
            return Ok(false);
        }
        let optional = self.0.eat("?");
        let Some(name) = self.0.name() else { return Err(self.unexpected()) };
        if !optional && self.0.eat("(") {
            claim.call(self.call(name)?)?;
            return self.0.expect(")").map(|()| true);
        }
        if KEYWORDS.contains(&name) {
            return Err(format!("{name} is a keyword: write [{name:?}] for a claim of this name"));
        }
        claim.optional |= optional;
        claim.field(name).map(|()| true)
    }

    fn index(&mut self, claim: &mut Claim) -> Result<(), String> {
        claim.optional |= self.0.eat("?");
        match self.0.text()? {
            Some(name) => claim.field(&name),
            None => {
                claim.element(self.number()?);
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
                self.0.expect(",")?;
                Ok(Function::Replace(from, self.constant()?))
            }
            "substring" => {
                let start = self.number()?;
                let end = if self.0.eat(",") { Some(self.number()?) } else { None };
                Ok(Function::Substring(start, end))
            }
            _ => Err(format!("{name}() is not possible in a grant: {POSSIBLE}")),
        }
    }

    fn number(&mut self) -> Result<usize, String> {
        self.0.number().ok_or_else(|| self.unexpected())
    }

    fn constant(&mut self) -> Result<String, String> {
        self.0.text()?.ok_or_else(|| self.unexpected())
    }

    fn unexpected(&self) -> String {
        format!("cannot be read {}: {POSSIBLE}", self.0)
    }
}

fn not_empty(text: String) -> Result<String, String> {
    if text.is_empty() { Err("an empty text cannot be split at or replaced".to_owned()) } else { Ok(text) }
}

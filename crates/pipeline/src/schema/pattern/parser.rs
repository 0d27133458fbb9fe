use super::reader::{Parsed, Reader, no_partner};
use super::{class, escape};

/// The most groups inside of each other.
const MAX_DEPTH: usize = 100;

pub struct Parser<'p> {
    reader: Reader<'p>,
    depth: usize,
    names: Vec<&'p str>,
}

impl<'p> Parser<'p> {
    pub fn new(pattern: &'p str) -> Self {
        Self { reader: Reader::new(pattern), depth: 0, names: Vec::new() }
    }

    pub fn pattern(mut self) -> Parsed<String> {
        self.alternatives()?;
        match self.reader.peek() {
            Some(letter) => Err(no_partner(letter)),
            None => Ok(self.reader.out),
        }
    }

    fn alternatives(&mut self) -> Parsed {
        while let Some(letter) = self.reader.peek().filter(|letter| *letter != ')') {
            self.term(letter)?;
        }
        Ok(())
    }

    fn term(&mut self, letter: char) -> Parsed {
        let start = self.reader.position();
        self.reader.skip(letter);
        match letter {
            '|' | '^' | '$' => self.reader.keep_from(start),
            '*' | '+' | '?' => return Err(format!("{letter} repeats nothing: escape it with a backslash")),
            '{' => return Err(self.no_repetition()),
            '}' | ']' => return Err(no_partner(letter)),
            '\\' if self.reader.skip('b') => self.reader.out.push_str(r"(?-u:\b)"),
            '\\' => return escape::outside(&mut self.reader).and_then(|()| self.repetition()),
            '[' => return class::class(&mut self.reader).and_then(|()| self.repetition()),
            '(' => return self.group().and_then(|()| self.repetition()),
            _ => {
                self.reader.keep_from(start);
                return self.repetition();
            }
        }
        Ok(())
    }

    fn group(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("has more than {MAX_DEPTH} groups inside of each other"));
        }
        self.group_start()?;
        self.alternatives()?;
        self.depth -= 1;
        match self.reader.skip(')') {
            true => self.reader.out.push(')'),
            false => return Err(no_partner('(')),
        }
        Ok(())
    }

    fn group_start(&mut self) -> Parsed {
        for lookaround in ["?=", "?!", "?<=", "?<!"] {
            if self.reader.rest().starts_with(lookaround) {
                return Err(format!("({lookaround} is a lookaround, and the engine of the server has none"));
            }
        }
        match self.reader.rest() {
            rest if rest.starts_with("?:") => {
                self.reader.advance(2);
                self.reader.out.push_str("(?:");
                Ok(())
            }
            rest if rest.starts_with("?<") => self.name(),
            rest if rest.starts_with("?P") => Err("(?P is no group of ECMA-262: use (?<name>...)".to_owned()),
            rest if rest.starts_with('?') => Err(other_group(rest)),
            _ => {
                self.reader.out.push('(');
                Ok(())
            }
        }
    }

    /// The name of a group means nothing for the texts that match.
    fn name(&mut self) -> Parsed {
        self.reader.advance("?<".len());
        let name = self.reader.rest().split('>').next().unwrap_or_default();
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name || !self.reader.rest()[name.len()..].starts_with('>') {
            return Err("(?< needs a name of letters, such as (?<year>...)".to_owned());
        }
        if self.names.contains(&name) {
            return Err(format!("(?<{name}> has a name that another group has"));
        }
        self.names.push(name);
        self.reader.advance(name.len() + 1);
        self.reader.out.push('(');
        Ok(())
    }

    /// Reads `*`, `+`, `?` or `{2,3}` after an atom, with a `?` for the shortest match.
    fn repetition(&mut self) -> Parsed {
        let start = self.reader.position();
        match self.reader.peek() {
            Some(letter @ ('*' | '+' | '?')) => _ = self.reader.skip(letter),
            Some('{') => self.count()?,
            _ => return Ok(()),
        }
        self.reader.skip('?');
        self.reader.keep_from(start);
        Ok(())
    }

    fn count(&mut self) -> Parsed {
        let (inside, _) = self.reader.rest()[1..].split_once('}').ok_or_else(|| self.no_repetition())?;
        let (minimum, maximum) = inside.split_once(',').unwrap_or((inside, inside));
        let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => text.parse::<u32>().ok(),
            false => None,
        };
        let least = number(minimum).ok_or_else(|| self.no_repetition())?;
        if !maximum.is_empty() && number(maximum).ok_or_else(|| self.no_repetition())? < least {
            return Err(format!("{{{inside}}} has a minimum above its maximum"));
        }
        self.reader.advance(inside.len() + 2);
        Ok(())
    }

    fn no_repetition(&self) -> String {
        "{ is not a repetition such as {2,3}: escape it with a backslash".to_owned()
    }
}

fn other_group(rest: &str) -> String {
    let flags: String = rest.chars().take_while(|letter| *letter != ')' && *letter != ':').collect();
    match flags.contains('i') {
        true => format!("({flags} is no group of ECMA-262: write the letters in both cases, such as [Aa]"),
        false => format!("({flags} is no group of ECMA-262: use (?:...) or (?<name>...)"),
    }
}

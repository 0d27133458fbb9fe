//! The lines of a YAML file's parts.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use serde_saphyr::{Location, Spanned};

/// A YAML file, of which only the places and names are kept.
#[derive(Debug, Deserialize)]
pub struct Lines(Spanned<Part>);

#[derive(Debug)]
enum Part {
    Word(String),
    Truth,
    Other,
    Map(Vec<(Spanned<String>, Spanned<Part>)>),
    List(Vec<Spanned<Part>>),
}

/// A text that stands without quotes.
#[derive(Debug, PartialEq, Eq)]
pub struct Word {
    pub path: String,
    pub line: u64,
    pub text: String,
    pub is_key: bool,
    /// Whether it stands between `{` and `}` or `[` and `]`, as far as its own line tells.
    pub is_within_brackets: bool,
}

impl Lines {
    pub fn read(text: &str) -> Option<Self> {
        serde_saphyr::from_str(text).ok()
    }

    /// The line of a path such as `events[0].data.total`, or of the last of its steps that there is.
    pub fn of(&self, path: &str) -> Option<u64> {
        let (mut part, mut line) = (&self.0, None);
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let found = match &part.value {
                Part::Map(fields) => fields
                    .iter()
                    .find(|(name, _)| name.value == step)
                    .map(|(name, value)| (name.defined, value)),
                Part::List(elements) => {
                    let index = step.trim_end_matches(']').parse::<usize>().ok();
                    index.and_then(|index| elements.get(index)).map(|element| (element.defined, element))
                }
                Part::Word(_) | Part::Truth | Part::Other => None,
            };
            let Some((location, value)) = found else { break };
            (part, line) = (value, Some(location.line()));
        }
        line
    }

    pub fn words(&self, text: &str) -> Vec<Word> {
        let mut words = Words { lines: text.lines().collect(), found: Vec::new() };
        words.walk(&self.0, "");
        words.found
    }
}

struct Words<'t> {
    lines: Vec<&'t str>,
    found: Vec<Word>,
}

impl Words<'_> {
    fn walk(&mut self, part: &Spanned<Part>, path: &str) {
        match &part.value {
            Part::Word(text) => self.add(Some(text), part.defined, path, false),
            Part::Truth => self.add(None, part.defined, path, false),
            Part::Other => {}
            Part::Map(fields) => {
                for (name, value) in fields {
                    let path =
                        if path.is_empty() { name.value.clone() } else { format!("{path}.{}", name.value) };
                    self.add(Some(&name.value), name.defined, &path, true);
                    self.walk(value, &path);
                }
            }
            Part::List(elements) => {
                elements.iter().enumerate().for_each(|(at, part)| self.walk(part, &format!("{path}[{at}]")));
            }
        }
    }

    /// `None`: true or false, however it is written. What stands in quotes does not begin with its text.
    fn add(&mut self, text: Option<&str>, location: Location, path: &str, is_key: bool) {
        let index = |number: u64| usize::try_from(number).unwrap_or_default().saturating_sub(1);
        let line = self.lines.get(index(location.line())).copied().unwrap_or_default();
        let at = line.char_indices().nth(index(location.column())).map_or(line.len(), |(at, _)| at);
        let (before, rest) = line.split_at(at);
        let written: String = rest.chars().take_while(|character| character.is_alphanumeric()).collect();
        let text = text.unwrap_or(&written);
        if rest.starts_with(text) {
            let brackets = |open: &[char]| before.matches(open).count();
            let is_within_brackets = brackets(&['{', '[']) > brackets(&['}', ']']);
            let (path, text) = (path.to_owned(), text.to_owned());
            self.found.push(Word { path, line: location.line(), text, is_key, is_within_brackets });
        }
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(PartVisitor)
    }
}

struct PartVisitor;

impl<'de> de::Visitor<'de> for PartVisitor {
    type Value = Part;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("YAML")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Part, E> {
        Ok(Part::Word(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Part, E> {
        Ok(Part::Truth)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Part, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Part::Map(fields))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Part, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Part::List(elements))
    }
}

mod operator;

use serde_json::Value;

use super::alternative::{Alternative, Field, MAX_ALTERNATIVES, require};
use super::{Dialect, PatternError};

const OR: &str = "$or";

/// EventBridge keeps these names for operators.
const RESERVED_IN_OR: [&str; 24] = [
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

pub fn pattern(pattern: &Value, dialect: Dialect) -> Result<Vec<Alternative>, PatternError> {
    let mut alternatives = vec![Alternative::new()];
    let parser = Parser { dialect, place: String::new(), names: Vec::new(), is_within_or: false };
    parser.fields(pattern, &mut alternatives)?;
    Ok(alternatives)
}

#[derive(Clone)]
struct Parser {
    dialect: Dialect,
    place: String,
    names: Vec<String>,
    is_within_or: bool,
}

type Parsed<T> = Result<T, PatternError>;

impl Parser {
    /// Reads `$or` last, because its fields replace those outside of it.
    fn fields(&self, value: &Value, alternatives: &mut Vec<Alternative>) -> Parsed<()> {
        let Some(object) = value.as_object().filter(|object| !object.is_empty()) else {
            return self.refuse("a pattern is an object with at least one field");
        };
        for (name, child) in object.iter().filter(|(name, _)| *name != OR) {
            self.member(name).node(child, alternatives)?;
        }
        match object.get(OR) {
            Some(entries) => self.at(&format!("{}{OR}", self.dot())).either(entries, alternatives),
            None => Ok(()),
        }
    }

    /// Replaces each alternative with one for each entry.
    fn either(&self, value: &Value, alternatives: &mut Vec<Alternative>) -> Parsed<()> {
        let Some(entries) = value.as_array().filter(|entries| entries.len() > 1) else {
            return self.refuse("$or is a list of at least two patterns");
        };
        let before = std::mem::take(alternatives);
        for (at, entry) in entries.iter().enumerate() {
            let mut with_entry = before.clone();
            Self { is_within_or: true, ..self.entry(at) }.fields(entry, &mut with_entry)?;
            alternatives.append(&mut with_entry);
            if alternatives.len() > MAX_ALTERNATIVES {
                return self.refuse(&format!(
                    "gives more than {MAX_ALTERNATIVES} combinations, the limit of EventBridge: write several patterns"
                ));
            }
        }
        Ok(())
    }

    fn node(&self, value: &Value, alternatives: &mut Vec<Alternative>) -> Parsed<()> {
        if self.is_within_or && self.names.last().is_some_and(|name| RESERVED_IN_OR.contains(&name.as_str()))
        {
            return self.refuse("is an operator, and EventBridge refuses a field of this name within $or");
        }
        match value {
            Value::Object(_) => self.fields(value, alternatives),
            Value::Array(entries) if entries.is_empty() => self.refuse("an empty list matches nothing"),
            Value::Array(entries) => {
                let tests = entries.iter().enumerate().map(|(at, entry)| self.entry(at).test(entry));
                let tests = tests.collect::<Result<_, _>>()?;
                let (place, names) = (self.place.clone(), self.names.clone());
                require(alternatives, &Field { place, names, tests, replaces: None });
                Ok(())
            }
            _ => self.refuse(&format!("a value must be in a list: write [{value}]")),
        }
    }

    fn member(&self, name: &str) -> Self {
        let mut member = self.at(&format!("{}{name}", self.dot()));
        member.names.push(name.to_owned());
        member
    }

    fn entry(&self, at: usize) -> Self {
        self.at(&format!("[{at}]"))
    }

    fn at(&self, suffix: &str) -> Self {
        Self { place: format!("{}{suffix}", self.place), ..self.clone() }
    }

    fn dot(&self) -> &'static str {
        if self.place.is_empty() { "" } else { "." }
    }

    fn refuse<T>(&self, reason: &str) -> Parsed<T> {
        let path = if self.place.is_empty() { "pattern" } else { &self.place };
        Err(PatternError { path: path.to_owned(), reason: reason.to_owned() })
    }
}

use serde_json::{Map, Value};

use super::alternative::{Alternative, Field, MAX_ALTERNATIVES, require};
use super::network::Network;
use super::number::{Range, comparable};
use super::test::{Excluded, Test};
use super::text::{TextTest, wildcard_parts};
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

    fn test(&self, value: &Value) -> Parsed<Test> {
        match value {
            Value::Object(object) => self.operator(object),
            Value::Array(_) => self.refuse("a list inside a list is not a value"),
            value => Ok(Test::Equals(value.clone())),
        }
    }

    fn operator(&self, object: &Map<String, Value>) -> Parsed<Test> {
        let (name, value) = self.single(object)?;
        match name {
            "exists" => self.exists(value),
            "numeric" => Range::parse(value).map(Test::Numeric).or_else(|reason| self.refuse(&reason)),
            "cidr" => self.bus_only(name).and_then(|()| self.cidr(value)),
            "anything-but" => self.anything_but(value).map(Test::AnythingBut),
            "wildcard" => self.bus_only(name).and_then(|()| self.text_test(name, value)).map(Test::Text),
            _ => self.text_test(name, value).map(Test::Text),
        }
    }

    fn exists(&self, value: &Value) -> Parsed<Test> {
        match value.as_bool() {
            Some(true) => Ok(Test::Present),
            Some(false) => Ok(Test::Absent),
            None => self.refuse("`exists` is true or false"),
        }
    }

    fn cidr(&self, value: &Value) -> Parsed<Test> {
        match value.as_str().and_then(Network::parse) {
            Some(network) => Ok(Test::Cidr(network)),
            None => self.refuse("`cidr` is a range of addresses such as 10.0.0.0/24"),
        }
    }

    fn anything_but(&self, value: &Value) -> Parsed<Vec<Excluded>> {
        if let Value::Object(object) = value {
            let (name, texts) = self.single(object)?;
            self.bus_only(&format!("anything-but {name}"))?;
            return list(texts).iter().map(|text| self.excluded_text(name, text)).collect();
        }
        let entries = list(value);
        let one_kind = entries.iter().all(Value::is_string) || entries.iter().all(Value::is_number);
        match entries {
            [] => self.refuse("`anything-but` of nothing"),
            entries if one_kind => entries.iter().map(|entry| self.excluded_value(entry)).collect(),
            _ => self.refuse("`anything-but` takes strings or numbers, not both, and nothing else"),
        }
    }

    fn excluded_value(&self, value: &Value) -> Parsed<Excluded> {
        if value.is_number() {
            comparable(value).or_else(|reason| self.refuse(&reason))?;
        }
        Ok(Excluded::Value(value.clone()))
    }

    /// In `anything-but`, prefixes and suffixes are plain strings.
    fn excluded_text(&self, name: &str, text: &Value) -> Parsed<Excluded> {
        match text {
            Value::String(text) if text.is_empty() && matches!(name, "prefix" | "suffix") => {
                self.refuse(&format!("`anything-but` of an empty `{name}` excludes every text"))
            }
            Value::String(_) => self.text_test(name, text).map(Excluded::Text),
            _ => self.refuse(&format!("`anything-but` `{name}` takes a string or a list of strings")),
        }
    }

    fn text_test(&self, name: &str, value: &Value) -> Parsed<TextTest> {
        match (name, value) {
            ("prefix", value) => {
                self.affix(name, value).map(|(text, ignore_case)| TextTest::Prefix { text, ignore_case })
            }
            ("suffix", value) => {
                self.affix(name, value).map(|(text, ignore_case)| TextTest::Suffix { text, ignore_case })
            }
            ("equals-ignore-case", Value::String(text)) => Ok(TextTest::EqualsIgnoreCase(text.clone())),
            ("wildcard", Value::String(text)) => {
                wildcard_parts(text).map(TextTest::Wildcard).or_else(|reason| self.refuse(&reason))
            }
            ("equals-ignore-case" | "wildcard", _) => self.refuse(&format!("`{name}` takes a string")),
            _ => self.refuse(&format!("unknown operator `{name}`")),
        }
    }

    /// The text, and whether to ignore its case.
    fn affix(&self, name: &str, value: &Value) -> Parsed<(String, bool)> {
        match value {
            Value::String(text) => Ok((text.clone(), false)),
            Value::Object(object) => match self.single(object)? {
                ("equals-ignore-case", Value::String(text)) => Ok((text.clone(), true)),
                _ => self.refuse(&format!("`{name}` takes a string, or equals-ignore-case of one")),
            },
            _ => self.refuse(&format!("`{name}` takes a string")),
        }
    }

    fn single<'a>(&self, object: &'a Map<String, Value>) -> Parsed<(&'a str, &'a Value)> {
        let mut entries = object.iter();
        match (entries.next(), entries.next()) {
            (Some((name, value)), None) => Ok((name, value)),
            _ => self.refuse("a test has exactly one operator"),
        }
    }

    fn bus_only(&self, operator: &str) -> Parsed<()> {
        match self.dialect {
            Dialect::Bus => Ok(()),
            Dialect::Pipe => self.refuse(&format!(
                "`{operator}` works on an event bus, but EventBridge Pipes do not support it"
            )),
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

fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(entries) => entries,
        value => std::slice::from_ref(value),
    }
}

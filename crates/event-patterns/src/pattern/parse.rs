use serde_json::{Map, Value};

use super::network::Network;
use super::number::Range;
use super::test::{Excluded, Test};
use super::text::{TextTest, wildcard_parts};
use super::{Dialect, Fields, Node, PatternError};

const OR: &str = "$or";

pub fn pattern(pattern: &Value, dialect: Dialect) -> Result<Fields, PatternError> {
    Parser { dialect, path: String::new() }.fields(pattern)
}

struct Parser {
    dialect: Dialect,
    path: String,
}

type Parsed<T> = Result<T, PatternError>;

impl Parser {
    fn fields(&self, value: &Value) -> Parsed<Fields> {
        let Some(object) = value.as_object().filter(|object| !object.is_empty()) else {
            return self.refuse("a pattern is an object with at least one field");
        };
        let mut fields = Fields::default();
        for (name, child) in object {
            match name.as_str() {
                OR => fields.any = Some(self.child(OR).alternatives(child)?),
                _ => {
                    fields.all.insert(name.clone(), self.child(name).node(child)?);
                }
            }
        }
        Ok(fields)
    }

    fn alternatives(&self, value: &Value) -> Parsed<Vec<Fields>> {
        let Some(entries) = value.as_array().filter(|entries| entries.len() > 1) else {
            return self.refuse("$or is a list of at least two patterns");
        };
        entries.iter().enumerate().map(|(at, entry)| self.entry(at).fields(entry)).collect()
    }

    fn node(&self, value: &Value) -> Parsed<Node> {
        match value {
            Value::Object(_) => self.fields(value).map(Node::Fields),
            Value::Array(entries) if entries.is_empty() => self.refuse("an empty list matches nothing"),
            Value::Array(entries) => {
                let tests = entries.iter().enumerate().map(|(at, entry)| self.entry(at).test(entry));
                tests.collect::<Result<_, _>>().map(Node::Leaf)
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
            entries if one_kind => Ok(entries.iter().cloned().map(Excluded::Value).collect()),
            _ => self.refuse("`anything-but` takes strings or numbers, not both, and nothing else"),
        }
    }

    /// In `anything-but`, prefixes and suffixes are plain strings.
    fn excluded_text(&self, name: &str, text: &Value) -> Parsed<Excluded> {
        match text {
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

    fn child(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        Self { dialect: self.dialect, path: format!("{}{dot}{name}", self.path) }
    }

    fn entry(&self, at: usize) -> Self {
        Self { dialect: self.dialect, path: format!("{}[{at}]", self.path) }
    }

    fn refuse<T>(&self, reason: &str) -> Parsed<T> {
        let path = if self.path.is_empty() { "pattern" } else { &self.path };
        Err(PatternError { path: path.to_owned(), reason: reason.to_owned() })
    }
}

fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(entries) => entries,
        value => std::slice::from_ref(value),
    }
}

use serde_json::{Map, Value};

use super::{Parsed, Parser};
use crate::pattern::Dialect;
use crate::pattern::network::Network;
use crate::pattern::number::{Range, comparable};
use crate::pattern::test::{Excluded, Test};
use crate::pattern::text::{TextTest, wildcard_parts};

impl Parser {
    /// Reads one entry of a leaf's list.
    pub(super) fn test(&self, value: &Value) -> Parsed<Test> {
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
            None => {
                self.refuse("`cidr` is a range of addresses such as 10.0.0.0/24; write one address as a text")
            }
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
}

fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(entries) => entries,
        value => std::slice::from_ref(value),
    }
}

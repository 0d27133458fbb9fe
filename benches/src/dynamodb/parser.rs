use std::collections::VecDeque;
use std::ops::Bound::{Excluded, Included, Unbounded};

use serde_json::Value;

use super::condition::{Condition, Range};
use super::scalar::Scalar;

/// Parses the expression in one field of a request. None if the request does not have it.
pub fn condition(request: &Value, field: &str) -> Option<Condition> {
    let text = request[field].as_str()?;
    let spaced =
        ["(", ")", ","].iter().fold(text.to_owned(), |text, sign| text.replace(sign, &format!(" {sign} ")));
    let mut parser = Parser { tokens: spaced.split_whitespace().collect(), request };
    let condition = parser.any();
    assert!(parser.tokens.is_empty(), "{field} has more than the stand-in knows: {text}");
    Some(condition)
}

/// The attributes that an update sets. None if the request is not an update.
pub fn sets(request: &Value) -> Option<Vec<(String, Value)>> {
    let assignments = request["UpdateExpression"].as_str()?.strip_prefix("SET ").unwrap().split(", ");
    let set = |assignment: &str| {
        let (name, value) = assignment.split_once(" = ").unwrap();
        (named(request, name), request["ExpressionAttributeValues"][value].clone())
    };
    Some(assignments.map(set).collect())
}

/// The name of an attribute, which an expression may replace.
fn named(request: &Value, name: &str) -> String {
    match name.starts_with('#') {
        true => request["ExpressionAttributeNames"][name].as_str().unwrap().to_owned(),
        false => name.to_owned(),
    }
}

struct Parser<'r> {
    tokens: VecDeque<&'r str>,
    request: &'r Value,
}

impl<'r> Parser<'r> {
    fn any(&mut self) -> Condition {
        Condition::Any(self.separated("OR", Self::all))
    }

    fn all(&mut self) -> Condition {
        Condition::All(self.separated("AND", Self::one))
    }

    fn separated(&mut self, separator: &str, one: impl Fn(&mut Self) -> Condition) -> Vec<Condition> {
        let mut conditions = vec![one(self)];
        while self.tokens.front() == Some(&separator) {
            self.tokens.pop_front();
            conditions.push(one(self));
        }
        conditions
    }

    fn one(&mut self) -> Condition {
        match self.next() {
            "(" => {
                let condition = self.any();
                self.expect(")");
                condition
            }
            "attribute_not_exists" => Condition::Absent(self.argument()),
            name => Condition::Within(named(self.request, name), self.range()),
        }
    }

    fn range(&mut self) -> Range {
        let (operator, value) = (self.next(), self.value());
        match operator {
            "=" => (Included(value.clone()), Included(value)),
            "<" => (Unbounded, Excluded(value)),
            "<=" => (Unbounded, Included(value)),
            "BETWEEN" => {
                self.expect("AND");
                (Included(value), Included(self.value()))
            }
            operator => panic!("the stand-in does not know the operator {operator}"),
        }
    }

    fn argument(&mut self) -> String {
        self.expect("(");
        let name = self.next();
        self.expect(")");
        named(self.request, name)
    }

    fn value(&mut self) -> Scalar {
        let name = self.next();
        Scalar::of(&self.request["ExpressionAttributeValues"][name]).unwrap()
    }

    fn next(&mut self) -> &'r str {
        self.tokens.pop_front().unwrap()
    }

    fn expect(&mut self, token: &str) {
        assert_eq!(self.next(), token);
    }
}

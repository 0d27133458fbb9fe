use std::fmt;

use serde::{Deserialize, Deserializer, de};
use serde_saphyr::Spanned;

use super::Code;

/// The `data` of an event rule: a tree whose leaves are expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    Leaf(Code),
    Map(Vec<(String, Tree)>),
    List(Vec<Tree>),
}

impl Tree {
    /// The expressions, each with its place.
    pub fn leaves(&self, path: &str) -> Vec<(String, &Code)> {
        match self {
            Tree::Leaf(code) => vec![(path.to_owned(), code)],
            Tree::Map(fields) => {
                fields.iter().flat_map(|(name, tree)| tree.leaves(&format!("{path}.{name}"))).collect()
            }
            Tree::List(elements) => {
                let elements = elements.iter().enumerate();
                elements.flat_map(|(index, tree)| tree.leaves(&format!("{path}[{index}]"))).collect()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let tree = Spanned::<Bare>::deserialize(input)?;
        let line = tree.defined.line();
        Ok(match tree.value {
            Bare::Leaf(text) => Tree::Leaf(Code { text, line }),
            Bare::Map(fields) => Tree::Map(fields),
            Bare::List(elements) => Tree::List(elements),
        })
    }
}

/// A tree without its line.
enum Bare {
    Leaf(String),
    Map(Vec<(String, Tree)>),
    List(Vec<Tree>),
}

impl<'de> Deserialize<'de> for Bare {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(BareVisitor)
    }
}

struct BareVisitor;

impl<'de> de::Visitor<'de> for BareVisitor {
    type Value = Bare;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an expression, or a map or list of expressions")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bare, E> {
        Ok(Bare::Leaf(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Bare, E> {
        Ok(Bare::Leaf(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Bare, E> {
        Ok(Bare::Leaf(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Bare, E> {
        Ok(Bare::Leaf(value.to_string()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Bare, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Bare::Map(fields))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Bare, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Bare::List(elements))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_expression_has_its_place_and_its_line() {
        let text = "id: item.id\nlines:\n  - sku: one\n  - [two, true]\nat: 7\nbelow: -7\n";
        let tree: Tree = serde_saphyr::from_str(text).unwrap();
        let leaves = tree.leaves("data");
        let leaves: Vec<_> =
            leaves.iter().map(|(path, code)| (path.as_str(), code.text.as_str(), code.line)).collect();
        let expected = [
            ("data.id", "item.id", 1),
            ("data.lines[0].sku", "one", 3),
            ("data.lines[1][0]", "two", 4),
            ("data.lines[1][1]", "true", 4),
            ("data.at", "7", 5),
            ("data.below", "-7", 6),
        ];
        assert_eq!(leaves, expected);
    }
}

//! The members of `keys` and `record`, and the types of key attributes.

use std::collections::BTreeMap;

use tablecast_definitions::definition::KeyType;
use tablecast_values::similar::closest;

use super::{References, Shape};

const RECORD: [&str; 4] = ["eventID", "time", "sequence", "expired"];
/// The variables that can have the key attributes.
const ITEMS: [&str; 4] = ["keys", "item", "new", "old"];

#[derive(Debug, Default)]
pub struct Members {
    /// The key attributes, if the pipe file has them.
    pub keys: Option<BTreeMap<String, KeyType>>,
}

impl Members {
    /// Returns why `keys` or `record` has no such member, for the first one that it has not.
    pub fn unknown(&self, references: &References) -> Option<String> {
        references.fields.iter().find_map(|(root, name)| {
            let known: Vec<&str> = match (root.as_str(), &self.keys) {
                ("record", _) => RECORD.to_vec(),
                ("keys", Some(keys)) => keys.keys().map(String::as_str).collect(),
                _ => return None,
            };
            (!known.contains(&name.as_str())).then(|| reason(root, name, &known))
        })
    }

    /// Returns what is known of an attribute.
    pub fn shape(&self, root: &str, name: &str) -> Option<Shape> {
        let key_type = self.keys.as_ref()?.get(name).filter(|_| ITEMS.contains(&root))?;
        Some(match key_type {
            KeyType::S | KeyType::B => Shape::Text,
            KeyType::N => Shape::Number,
        })
    }
}

fn reason(root: &str, name: &str, known: &[&str]) -> String {
    match closest(name, known.iter().copied()) {
        Some(similar) => format!("there is no {root}.{name}. Did you mean {root}.{similar}?"),
        None => format!("there is no {root}.{name}: {root} has {}", known.join(", ")),
    }
}

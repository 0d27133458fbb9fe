use std::collections::BTreeMap;

use serde_json::Value;

/// The elements of arrays that hold a value: pairs of an array and an index in it, sorted by array.
pub type Elements = Vec<(usize, usize)>;

/// The values of an event that are neither objects nor arrays, by their path with dots.
pub struct Event<'e>(BTreeMap<String, Vec<Leaf<'e>>>);

pub struct Leaf<'e> {
    pub value: &'e Value,
    pub elements: Elements,
}

impl<'e> Event<'e> {
    pub fn new(event: &'e Value) -> Self {
        let mut reader = Reader { leaves: BTreeMap::new(), arrays: 0 };
        reader.read(event, "", &mut Vec::new());
        Self(reader.leaves)
    }

    pub fn leaves(&self, path: &str) -> &[Leaf<'e>] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }

    /// The first path below this one, if this one is an object or an array of objects.
    pub fn first_below(&self, path: &str) -> Option<&str> {
        let start = format!("{path}.");
        let (next, _) = self.0.range(start.clone()..).next()?;
        next.starts_with(&start).then_some(next)
    }
}

struct Reader<'e> {
    leaves: BTreeMap<String, Vec<Leaf<'e>>>,
    /// The number of arrays so far.
    arrays: usize,
}

impl<'e> Reader<'e> {
    fn read(&mut self, value: &'e Value, path: &str, elements: &mut Elements) {
        match value {
            Value::Object(members) => {
                let dot = if path.is_empty() { "" } else { "." };
                for (name, member) in members {
                    self.read(member, &format!("{path}{dot}{name}"), elements);
                }
            }
            Value::Array(values) => self.read_array(values, path, elements),
            value => {
                let leaf = Leaf { value, elements: elements.clone() };
                self.leaves.entry(path.to_owned()).or_default().push(leaf);
            }
        }
    }

    /// A value directly in an array belongs to no element, so several fields can match several of them.
    fn read_array(&mut self, values: &'e [Value], path: &str, elements: &mut Elements) {
        let array = self.arrays;
        self.arrays += 1;
        for (index, value) in values.iter().enumerate() {
            let is_element = value.is_object() || value.is_array();
            if is_element {
                elements.push((array, index));
            }
            self.read(value, path, elements);
            if is_element {
                elements.pop();
            }
        }
    }
}

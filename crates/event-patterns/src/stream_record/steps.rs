use tablecast_values::similar::closest;

use super::leaf::{Leaf, Part, Values};

/// The steps of a path that are left, and whether each one ends a name of the pattern.
#[derive(Debug, Clone)]
pub struct Steps<'n>(Vec<(&'n str, bool)>);

impl<'n> Steps<'n> {
    pub fn new(names: &'n [String]) -> Self {
        let steps = names.iter().flat_map(|name| {
            let last = name.matches('.').count();
            name.split('.').enumerate().map(move |(at, step)| (step, at == last))
        });
        Self(steps.collect())
    }

    pub fn first(&self) -> Result<(&'n str, Self), String> {
        match self.0.split_first() {
            Some(((step, _), rest)) => Ok((step, Self(rest.to_vec()))),
            None => Err("names no member".to_owned()),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names that the next steps can form: one step, or several steps of one name of the pattern.
    pub fn names(&self) -> Vec<(String, Self)> {
        let end = self.0.iter().position(|(_, ends)| *ends).map_or(0, |at| at + 1);
        let name = |length: usize| {
            let steps: Vec<&str> = self.0[..length].iter().map(|(step, _)| *step).collect();
            (steps.join("."), Self(self.0[length..].to_vec()))
        };
        (1..=end).map(name).collect()
    }

    pub fn ends(&self, name: &str, values: Values) -> Result<Leaf, String> {
        match self.0.first() {
            None => Ok(Leaf { values, part: Part::Record, is_required: true, attribute: None }),
            Some((step, _)) => Err(format!("{name} is a value and has no member {step}")),
        }
    }
}

/// The error of a step that names no member of its place.
pub fn unknown(name: &str, place: &str, known: &[&str]) -> String {
    let hint = match closest(name, known.iter().copied()) {
        Some(similar) => format!("Did you mean {similar}?"),
        None => format!("There are {}", known.join(", ")),
    };
    format!("{name} is not in {place}. {hint}").trim_end_matches('.').to_owned()
}

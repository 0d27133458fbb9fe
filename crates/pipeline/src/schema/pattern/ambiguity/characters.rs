use std::collections::HashMap;

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

/// The sets of characters of a pattern, by their text.
#[derive(Default)]
pub struct Characters {
    sets: Vec<Option<ClassUnicode>>,
    numbers: HashMap<String, usize>,
    /// For each set, the sets that have a character in common with it.
    overlaps: Vec<Vec<bool>>,
}

impl Characters {
    /// Returns the number of a set such as `a`, `.` or `[a-z]`.
    pub fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let set = set(text);
        let overlaps: Vec<bool> = self.sets.iter().map(|other| overlap(&set, other)).collect();
        self.overlaps.iter_mut().zip(&overlaps).for_each(|(row, overlaps)| row.push(*overlaps));
        self.overlaps.push(overlaps.into_iter().chain([true]).collect());
        self.sets.push(set);
        self.numbers.insert(text.to_owned(), self.sets.len() - 1);
        self.sets.len() - 1
    }

    pub fn overlap(&self, one: usize, other: usize) -> bool {
        self.overlaps[one][other]
    }
}

/// Reads the set as the validator does, for which `\d` is `[0-9]`. `None` has every character.
fn set(text: &str) -> Option<ClassUnicode> {
    let text = jsonschema_regex::to_rust_regex(text).ok()?;
    match regex_syntax::parse(&text).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(set)) => Some(set),
        HirKind::Literal(literal) => {
            let mut letters = std::str::from_utf8(&literal.0).ok()?.chars();
            let letter = letters.next().filter(|_| letters.next().is_none())?;
            Some(ClassUnicode::new([regex_syntax::hir::ClassUnicodeRange::new(letter, letter)]))
        }
        _ => None,
    }
}

fn overlap(one: &Option<ClassUnicode>, other: &Option<ClassUnicode>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    let mut common = one.clone();
    common.intersect(other);
    !common.ranges().is_empty()
}

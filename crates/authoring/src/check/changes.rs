//! Pairs pipe files with earlier ones. A pipe has the same table as before, or else the same file name.

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::DefinitionFile;

type One<'f> = (&'f DefinitionFile, Definition);

/// A pipe file before and now.
pub struct Change<'f> {
    pub before: One<'f>,
    pub now: One<'f>,
}

impl Change<'_> {
    pub fn both<T>(&self, value: impl Fn(&Definition) -> T) -> [T; 2] {
        [&self.before, &self.now].map(|(_, definition)| value(definition))
    }
}

/// Returns the pipes that were there before.
pub fn changes<'f>(before: &'f [DefinitionFile], now: &'f [DefinitionFile]) -> Vec<Change<'f>> {
    let (old, new) = (earlier(before), parsed(now));
    let change = |now: &One<'f>| {
        let before = predecessor(&old, &new, now)?.clone();
        Some(Change { before, now: now.clone() })
    };
    new.iter().filter_map(change).collect()
}

/// Returns the earlier pipes that are gone.
pub fn removed<'f>(before: &'f [DefinitionFile], now: &'f [DefinitionFile]) -> Vec<One<'f>> {
    let (old, new) = (earlier(before), parsed(now));
    let is_there = |(file, _): &One<'f>| {
        new.iter().any(|now| predecessor(&old, &new, now).is_some_and(|(other, _)| other.file == file.file))
    };
    // A file that does not parse has its own problem, and is not gone.
    let is_unread = |file: &DefinitionFile| now.iter().any(|other| other.name == file.name);
    old.iter().filter(|one| !is_there(one) && !is_unread(one.0)).cloned().collect()
}

fn predecessor<'o, 'f>(old: &'o [One<'f>], new: &[One<'f>], now: &One<'f>) -> Option<&'o One<'f>> {
    let has_table = |one: &One<'f>, table: &str| one.1.table == table;
    let is_free = |one: &&One<'f>| !new.iter().any(|other| has_table(other, &one.1.table));
    let by_table = old.iter().find(|one| has_table(one, &now.1.table));
    by_table.or_else(|| old.iter().filter(is_free).find(|(file, _)| file.name == now.0.name))
}

fn earlier(files: &[DefinitionFile]) -> Vec<One<'_>> {
    files.iter().filter_map(|file| Some((file, Definition::read_earlier(&file.text).ok()?))).collect()
}

fn parsed(files: &[DefinitionFile]) -> Vec<One<'_>> {
    files.iter().filter_map(|file| Some((file, Definition::parse(&file.text).ok()?))).collect()
}

//! Derives the names of a pipe and of an item from a table's name.

use tablecast_protocol::event_type::is_event_type;

use super::error::ProposalError;

/// Terraform allows 57 characters for a pipe.
const MAX_LENGTH: usize = 50;
/// Words of a table's name that do not describe its items.
const SUFFIXES: [&str; 3] = ["table", "tbl", "db"];
const STAGES: [&str; 8] = ["dev", "develop", "test", "qa", "stage", "staging", "prod", "production"];
/// Endings of singular words in s.
const SINGULAR_ENDINGS: [&str; 6] = ["ss", "us", "is", "news", "series", "ews"];

/// Splits `ProductCatalog`, `product_catalog` and `HTTPLogs` into words in lower case.
pub fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let is_first = before.is_some_and(|before| !before.is_uppercase())
            || after.is_some_and(|after| after.is_lowercase());
        if !letter.is_alphanumeric() || (letter.is_uppercase() && is_first) {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.last_mut().into_iter().for_each(|word| word.extend(letter.to_lowercase()));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns a name such as `productCatalog`.
pub fn camel_case(name: &str) -> String {
    let words = words(name);
    let capital = |word: &String| word[..1].to_uppercase() + &word[1..];
    words.iter().take(1).cloned().chain(words.iter().skip(1).map(capital)).collect()
}

/// Returns the name of a table's pipe: `product-catalog`.
pub fn pipe_name(table: &str) -> String {
    match shortened(&words(table)) {
        name if name.is_empty() => "table".to_owned(),
        name => name,
    }
}

/// Returns the name of one item: `order` for the table `prod-OrdersTable`.
pub fn noun(table: &str) -> String {
    let mut words = words(table);
    words.retain(|word| word.is_ascii());
    let is_suffix = |word: Option<&String>| word.is_some_and(|word| SUFFIXES.contains(&word.as_str()));
    let is_stage = |word: Option<&String>| word.is_some_and(|word| STAGES.contains(&word.as_str()));
    while words.len() > 1 && (is_suffix(words.last()) || is_stage(words.last())) {
        words.pop();
    }
    while words.len() > 1 && is_stage(words.first()) {
        words.remove(0);
    }
    words.iter_mut().next_back().into_iter().for_each(|last| *last = singular(last));
    let name = shortened(&words);
    let name = name.trim_start_matches(|first: char| !first.is_ascii_lowercase()).to_owned();
    match is_noun(&name) {
        true => name,
        false => "item".to_owned(),
    }
}

/// Returns true if event types can begin with the name: `order` gives `order.created.v1`.
pub fn is_noun(name: &str) -> bool {
    !name.contains('.')
        && name != "tablecast"
        && name.len() <= MAX_LENGTH
        && !name.contains("--")
        && !name.ends_with('-')
        && is_event_type(&format!("{name}.created.v1"))
}

/// Accepts a pipe name that is valid for Terraform.
pub fn checked_pipe_name(name: &str) -> Result<String, ProposalError> {
    let is_simple = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
    match !name.is_empty() && name.len() <= MAX_LENGTH && name.chars().all(is_simple) {
        true => Ok(name.to_owned()),
        false => Err(ProposalError::Name(name.to_owned())),
    }
}

/// Accepts a name that event types can begin with.
pub fn checked_noun(name: &str) -> Result<String, ProposalError> {
    match is_noun(name) {
        true => Ok(name.to_owned()),
        false => Err(ProposalError::Entity(name.to_owned())),
    }
}

fn shortened(words: &[String]) -> String {
    let mut name = words.join("-");
    name.truncate(MAX_LENGTH);
    name.trim_end_matches('-').to_owned()
}

fn singular(word: &str) -> String {
    let without = |end: usize| word[..word.len() - end].to_owned();
    match word {
        _ if SINGULAR_ENDINGS.iter().any(|end| word.ends_with(end)) || word.len() < 4 => word.to_owned(),
        _ if word.ends_with("ies") && word.len() > 4 => without(3) + "y",
        _ if ["sses", "xes", "ches", "shes", "tuses"].iter().any(|end| word.ends_with(end)) => without(2),
        _ if word.ends_with('s') => without(1),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests;

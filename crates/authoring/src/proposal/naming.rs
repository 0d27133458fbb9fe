//! Names made of names: a table's pipe, and what one of its items is called.

use super::ProposalError;
use tablecast_protocol::event_type::is_event_type;

/// Terraform's limit for a pipe is 57.
const LONGEST: usize = 50;
/// What says nothing about an item, at a table's name's end and its beginning.
const ENDINGS: [&str; 3] = ["table", "tbl", "db"];
const STAGES: [&str; 8] = ["dev", "develop", "test", "qa", "stage", "staging", "prod", "production"];
/// What is one already, though it ends in s.
const SINGULAR: [&str; 6] = ["ss", "us", "is", "news", "series", "ews"];

/// `ProductCatalog`, `product_catalog` and `HTTPLogs` as words of small letters.
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

/// `productCatalog`
pub fn camel(name: &str) -> String {
    let words = words(name);
    let capital = |word: &String| word[..1].to_uppercase() + &word[1..];
    words.iter().take(1).cloned().chain(words.iter().skip(1).map(capital)).collect()
}

/// The pipe of a table: `product-catalog`.
pub fn pipe(table: &str) -> String {
    match short(&words(table)) {
        name if name.is_empty() => "table".to_owned(),
        name => name,
    }
}

/// What one item of a table is called: `order` of `prod-OrdersTable`.
pub fn noun(table: &str) -> String {
    let mut words = words(table);
    words.retain(|word| word.is_ascii());
    let is_ending = |word: Option<&String>| word.is_some_and(|word| ENDINGS.contains(&word.as_str()));
    let is_stage = |word: Option<&String>| word.is_some_and(|word| STAGES.contains(&word.as_str()));
    while words.len() > 1 && (is_ending(words.last()) || is_stage(words.last())) {
        words.pop();
    }
    while words.len() > 1 && is_stage(words.first()) {
        words.remove(0);
    }
    words.iter_mut().next_back().into_iter().for_each(|last| *last = singular(last));
    let name = short(&words);
    let name = name.trim_start_matches(|first: char| !first.is_ascii_lowercase()).to_owned();
    match is_noun(&name) {
        true => name,
        false => "item".to_owned(),
    }
}

/// Whether events can be called after it: `order` gives `order.created.v1`.
pub fn is_noun(name: &str) -> bool {
    !name.contains('.')
        && name != "tablecast"
        && name.len() <= LONGEST
        && is_event_type(&format!("{name}.created.v1"))
}

/// A name of a pipe file that Terraform takes.
pub fn pipe_named(name: &str) -> Result<String, ProposalError> {
    let is_simple = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
    match !name.is_empty() && name.len() <= LONGEST && name.chars().all(is_simple) {
        true => Ok(name.to_owned()),
        false => Err(ProposalError::Name(name.to_owned())),
    }
}

pub fn noun_named(name: &str) -> Result<String, ProposalError> {
    match is_noun(name) {
        true => Ok(name.to_owned()),
        false => Err(ProposalError::Entity(name.to_owned())),
    }
}

fn short(words: &[String]) -> String {
    let mut name = words.join("-");
    name.truncate(LONGEST);
    name.trim_end_matches('-').to_owned()
}

fn singular(word: &str) -> String {
    let without = |end: usize| word[..word.len() - end].to_owned();
    match word {
        _ if SINGULAR.iter().any(|end| word.ends_with(end)) || word.len() < 4 => word.to_owned(),
        _ if word.ends_with("ies") && word.len() > 4 => without(3) + "y",
        _ if ["sses", "xes", "ches", "shes", "tuses"].iter().any(|end| word.ends_with(end)) => without(2),
        _ if word.ends_with('s') => without(1),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_names_its_items() {
        for (table, expected) in [
            ("orders", "order"),
            ("ProductCatalog", "product-catalog"),
            ("prod-OrdersTable", "order"),
            ("order_items.staging", "order-item"),
            ("Categories", "category"),
            ("addresses", "address"),
            ("batches", "batch"),
            ("order-statuses", "order-status"),
            ("news", "news"),
            ("Music", "music"),
            ("HTTPLogs", "http-log"),
            ("2024-orders", "order"),
            ("tablecast", "item"),
            ("...", "item"),
            ("123", "item"),
        ] {
            assert_eq!(noun(table), expected, "{table}");
        }
    }

    #[test]
    fn a_noun_has_small_letters_and_no_version() {
        assert!(is_noun("order-item2"));
        for wrong in ["", "Order", "2nd", "order.item", "order item", "tablecast", &"x".repeat(51)] {
            assert!(!is_noun(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_pipe_is_named_after_its_table() {
        assert_eq!((pipe("ProductCatalog"), pipe("a.b_c")), ("product-catalog".into(), "a-b-c".into()));
        assert_eq!(pipe(&"long-".repeat(30)).len(), 49);
        assert_eq!(pipe("___"), "table");
        assert_eq!(camel("product-catalog"), "productCatalog");
    }
}

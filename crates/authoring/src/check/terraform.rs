//! What `terraform apply`, or EventBridge Pipes behind it, would refuse in a pipe file.

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{Problem, Rule, Source};
use tablecast_event_patterns::filter::Filter;

use super::line::{Lines, Word};

/// EventBridge: 64 characters for a pipe, of which the deployment's name and a hyphen take at least two, and the
/// suffixes of what belongs to the pipe five.
const NAME_LENGTH: usize = 57;

/// What YAML 1.1 takes for true or false, beside `true` and `false` themselves.
const TRUTHS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

pub fn problems(source: &Source, definition: &Definition) -> Vec<Problem> {
    let wrong = |rule, path: &str, reason: String| Problem::new(rule, &source.file, path, reason);
    let filters = Filter::problems(&definition.filter);
    let filters = filters.into_iter().map(|located| wrong(Rule::Filter, &located.path, located.reason));
    let misread = misread(&source.text)
        .into_iter()
        .map(|(path, line, reason)| wrong(Rule::Yaml11, &path, reason).at(line));
    filters.chain(misread).chain(names(definition, source, wrong)).collect()
}

fn names<'n>(
    definition: &Definition,
    source: &Source,
    wrong: impl Fn(Rule, &str, String) -> Problem + 'n,
) -> impl Iterator<Item = Problem> + 'n {
    let simple =
        |text: &str, also: &str| text.chars().all(|it| it.is_ascii_alphanumeric() || also.contains(it));
    let pipe = simple(&source.name, "-_") && source.name.len() <= NAME_LENGTH;
    let table = simple(&definition.table, "-_.");
    let rules = [
        (pipe, "", format!("the file's name is the pipe's: 1 to {NAME_LENGTH} letters, digits, - and _")),
        (table, "table", "has letters, digits, _ - and . only".to_owned()),
    ];
    rules
        .into_iter()
        .filter(|(holds, ..)| !holds)
        .map(move |(_, path, reason)| wrong(Rule::PipeFile, path, reason))
}

/// Where a text without quotes is something else in YAML 1.1: path, line and reason.
fn misread(text: &str) -> Vec<(String, u64, String)> {
    let words = Lines::read(text).map(|lines| lines.words(text)).unwrap_or_default();
    let told = |word: Word| Some((word.path.clone(), word.line, reason(&word)?));
    words.into_iter().filter_map(told).collect()
}

/// Of truth values only those of filters and keys matter, and not the types of keys: Terraform's module takes its
/// `false` there for N.
fn reason(word: &Word) -> Option<String> {
    let filter = word.path.starts_with("filter[");
    let key = word.path.starts_with("keys.") && word.is_key;
    match word.text.as_str() {
        text if (filter || key) && TRUTHS.contains(&text.to_lowercase().as_str()) => {
            Some(format!("{text} is a truth value to Terraform"))
        }
        text if word.is_within_brackets && text.contains('?') => {
            Some(format!("{text} cannot be read by Terraform: it has a ? between brackets"))
        }
        _ => None,
    }
}

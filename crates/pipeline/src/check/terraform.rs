//! What `terraform apply`, or EventBridge Pipes behind it, would refuse in a pipe file.

use crate::definition::Definition;
use crate::filter::Filter;
use crate::problem::{Problem, Rule, Source};

use super::line::Lines;

/// EventBridge: 64 characters for a pipe, of which the deployment's name and a hyphen take at least two, and the
/// suffixes of what belongs to the pipe five.
const NAME_LENGTH: usize = 57;

/// What YAML 1.1 takes for true or false, beside `true` and `false` themselves.
const TRUTHS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

pub fn problems(source: &Source, definition: &Definition) -> Vec<Problem> {
    let wrong = |rule, path: &str, reason: String| Problem::new(rule, &source.file, path, reason);
    let filters = Filter::problems(&definition.filter);
    let filters = filters.into_iter().map(|located| wrong(Rule::Filter, &located.path, located.reason));
    let misread = misread(&source.text).into_iter().map(|(path, line, text)| {
        wrong(Rule::Yaml11, &path, format!("{text} is a truth value to Terraform")).at(line)
    });
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

/// Words of filters and keys that stand without quotes and mean true or false in YAML 1.1. The types of keys are
/// understood: Terraform's module takes its `false` for N.
fn misread(text: &str) -> Vec<(String, u64, String)> {
    let Some(lines) = Lines::read(text) else { return Vec::new() };
    let bare = lines.words(text).into_iter();
    let concerned = |path: &str| path.starts_with("filter[") || path.starts_with("keys.");
    bare.filter(|word| concerned(&word.path) && TRUTHS.contains(&word.text.to_lowercase().as_str()))
        .filter(|word| word.is_key || !word.path.starts_with("keys."))
        .map(|word| (word.path, word.line, word.text))
        .collect()
}

//! Finds mistakes in a pipe file that only `terraform apply` would report.

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use crate::yaml::{PlainScalar, plain_scalars};

/// EventBridge allows 64 characters for a pipe's name. The deployment's name with a hyphen takes at least two
/// of them, and suffixes for the pipe's resources take five.
const NAME_LENGTH: usize = 57;

/// The booleans of YAML 1.1, beside `true` and `false`.
const YAML_1_1_BOOLEANS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

pub fn problems(file: &DefinitionFile, definition: &Definition) -> Vec<Problem> {
    let problem = |rule, path: &str, reason: String| Problem::new(rule, &file.file, path, reason);
    let misread = plain_scalars(&file.text).into_iter().filter_map(|scalar| {
        Some(problem(Rule::Yaml11, &scalar.path, misread_reason(&scalar)?).at(scalar.line))
    });
    let names = invalid_names(file, definition);
    let names = names.map(|(path, reason)| problem(Rule::PipeFile, path, reason));
    misread.chain(names).collect()
}

/// Returns the path and the reason of each invalid name.
fn invalid_names(
    file: &DefinitionFile,
    definition: &Definition,
) -> impl Iterator<Item = (&'static str, String)> {
    let is_simple =
        |text: &str, other: &str| text.chars().all(|it| it.is_ascii_alphanumeric() || other.contains(it));
    let is_valid_pipe = is_simple(&file.name, "-_") && file.name.len() <= NAME_LENGTH;
    let pipe = (!is_valid_pipe).then(|| {
        let allowed = format!("1 to {NAME_LENGTH} letters, digits, - and _");
        ("", format!("the file name is the pipe's name, and it is not valid: use {allowed}"))
    });
    let table = (!is_simple(&definition.table, "-_.")).then(|| {
        ("table", "has characters that DynamoDB does not allow: use letters, digits, _, - and .".to_owned())
    });
    pipe.into_iter().chain(table)
}

/// Returns why Terraform, which uses YAML 1.1, reads a scalar differently.
///
/// Booleans matter in filters and in names of keys only. Terraform's module reads `false` as the key type
/// `N`.
fn misread_reason(scalar: &PlainScalar) -> Option<String> {
    let is_in_filter = scalar.path.starts_with("filter[");
    let is_key_name = scalar.path.starts_with("keys.") && scalar.is_key;
    match scalar.text.as_str() {
        text if (is_in_filter || is_key_name)
            && YAML_1_1_BOOLEANS.contains(&text.to_lowercase().as_str()) =>
        {
            Some(format!("Terraform reads {text} as true or false"))
        }
        text if scalar.is_within_brackets && text.contains('?') => {
            Some(format!("Terraform cannot parse {text}, because it has a ? between brackets"))
        }
        _ => None,
    }
}

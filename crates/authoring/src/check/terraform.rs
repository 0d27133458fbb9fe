//! Finds mistakes in a pipe file that only `terraform apply` would report.

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use crate::yaml::{PlainScalar, Resolved, plain_scalars, resolved};

/// EventBridge allows 64 characters for a pipe's name. The deployment's name with a hyphen takes at least two
/// of them, and suffixes for the pipe's resources take five.
const NAME_LENGTH: usize = 57;

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

/// Returns why Terraform reads a scalar differently.
fn misread_reason(scalar: &PlainScalar) -> Option<String> {
    let text = scalar.text.as_str();
    if scalar.is_within_brackets && text.contains('?') {
        return Some(format!("Terraform cannot parse {text}, because it has a ? between brackets"));
    }
    match resolved(text) {
        Resolved::Boolean if is_name(scalar) || is_in_filter(scalar) => {
            Some(format!("Terraform reads {text} as true or false"))
        }
        Resolved::CapitalBoolean if is_name(scalar) || (is_in_filter(scalar) && scalar.is_key) => {
            Some(format!("Terraform writes {text} in lower case"))
        }
        Resolved::Time if is_read(scalar) => {
            Some(format!("Terraform reads {text} as a time, and writes it in another form"))
        }
        Resolved::OtherNumber if is_read(scalar) => Some(format!(
            "Terraform reads the number {text} differently: write its plain decimal form, or a text in quotes"
        )),
        Resolved::Null if scalar.is_key && is_read(scalar) => {
            Some(format!("Terraform cannot parse {text} as a name"))
        }
        _ => None,
    }
}

/// Returns whether Terraform uses the scalar. The functions alone read the rest of a pipe file.
fn is_read(scalar: &PlainScalar) -> bool {
    is_in_filter(scalar) || is_name(scalar) || scalar.path.starts_with("stream.")
}

fn is_in_filter(scalar: &PlainScalar) -> bool {
    scalar.path.starts_with("filter[")
}

/// The name of the table, or of a key attribute. Terraform's module reads `false` as the key type `N`.
fn is_name(scalar: &PlainScalar) -> bool {
    (scalar.path == "table" && !scalar.is_key) || (scalar.path.starts_with("keys.") && scalar.is_key)
}

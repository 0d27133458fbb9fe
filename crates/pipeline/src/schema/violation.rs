//! Describes why data breaks a schema. Path and reason are written from the schema, because names and values of the
//! data can be secret.
//!
//! # Layout
//! - `names`: the path, with the names that the schema has
//! - `applied`: the schemas that apply to one value

mod applied;
mod names;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use super::Schema;
use super::translate::with_original_patterns;

pub fn describe(error: &ValidationError<'_>, data: &Value<'_>, schema: &Schema) -> Located {
    let path = names::path(error.instance_path().as_str(), data, schema);
    Located::new(path, with_original_patterns(&reason(error), &schema.document))
}

/// Has no `_`, so that a kind that the library adds does not compile before someone judges its text.
fn reason(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => unexpected_properties("Additional", unexpected.len()),
        Kind::UnevaluatedProperties { unexpected } => unexpected_properties("Unevaluated", unexpected.len()),
        Kind::PropertyNames { error } => format!("the name of a property is not allowed: {}", reason(error)),
        Kind::BacktrackLimitExceeded { .. }
        | Kind::RegexEngineFailure { .. }
        | Kind::Custom { .. }
        | Kind::FromUtf8 { .. }
        | Kind::Referencing(_) => format!("value could not be checked by {}", error.kind().keyword()),
        Kind::AdditionalItems { .. }
        | Kind::AnyOf { .. }
        | Kind::Constant { .. }
        | Kind::Contains
        | Kind::ContentEncoding { .. }
        | Kind::ContentMediaType { .. }
        | Kind::Enum { .. }
        | Kind::ExclusiveMaximum { .. }
        | Kind::ExclusiveMinimum { .. }
        | Kind::FalseSchema
        | Kind::Format { .. }
        | Kind::MaxItems { .. }
        | Kind::Maximum { .. }
        | Kind::MaxLength { .. }
        | Kind::MaxProperties { .. }
        | Kind::MinItems { .. }
        | Kind::Minimum { .. }
        | Kind::MinLength { .. }
        | Kind::MinProperties { .. }
        | Kind::MultipleOf { .. }
        | Kind::Not { .. }
        | Kind::OneOfMultipleValid { .. }
        | Kind::OneOfNotValid { .. }
        | Kind::Pattern { .. }
        | Kind::Required { .. }
        | Kind::Type { .. }
        | Kind::UnevaluatedItems { .. }
        | Kind::UniqueItems => error.masked().to_string(),
    }
}

/// The server's log and the rejected records have the number of the names only.
fn unexpected_properties(kind: &str, count: usize) -> String {
    let unexpected = if count == 1 { "property was" } else { "properties were" };
    format!("{kind} properties are not allowed ({count} {unexpected} unexpected)")
}

#[cfg(test)]
mod tests;

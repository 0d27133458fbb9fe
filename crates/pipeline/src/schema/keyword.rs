//! The keywords of JSON Schema 2020-12.

/// Constraints and identifiers.
const ASSERTIONS: [&str; 28] = [
    "$schema",
    "$id",
    "$ref",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$vocabulary",
    "type",
    "enum",
    "const",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "format",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxContains",
    "minContains",
    "maxProperties",
    "minProperties",
    "required",
    "dependentRequired",
];

const SCHEMAS: [&str; 10] = [
    "not",
    "if",
    "then",
    "else",
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];
const SCHEMA_ARRAYS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const SCHEMA_MAPS: [&str; 4] = ["properties", "patternProperties", "dependentSchemas", "$defs"];
const ANNOTATIONS: [&str; 11] = [
    "title",
    "description",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "examples",
    "$comment",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
];

/// A kind of keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// Its value is a schema.
    Schema,
    /// Its value is an array of schemas.
    SchemaArray,
    /// Its value is an object whose members are schemas.
    SchemaMap,
    /// A constraint or an identifier, without subschemas.
    Assertion,
    /// A text for people or tools. Validators do not evaluate it.
    Annotation,
}

impl Keyword {
    /// Returns `None` for a keyword that JSON Schema does not define. Validators ignore it.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            _ if SCHEMAS.contains(&name) => Some(Self::Schema),
            _ if SCHEMA_ARRAYS.contains(&name) => Some(Self::SchemaArray),
            _ if SCHEMA_MAPS.contains(&name) => Some(Self::SchemaMap),
            _ if ASSERTIONS.contains(&name) => Some(Self::Assertion),
            _ if ANNOTATIONS.contains(&name) || name.starts_with("x-") => Some(Self::Annotation),
            _ => None,
        }
    }

    /// Returns the keywords that JSON Schema defines.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let lists: [&[&str]; 5] = [&SCHEMAS, &SCHEMA_ARRAYS, &SCHEMA_MAPS, &ASSERTIONS, &ANNOTATIONS];
        lists.into_iter().flatten().copied()
    }
}

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
            "not"
            | "if"
            | "then"
            | "else"
            | "items"
            | "contains"
            | "additionalProperties"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties" => Some(Self::Schema),
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => Some(Self::SchemaArray),
            "properties" | "patternProperties" | "dependentSchemas" | "$defs" => Some(Self::SchemaMap),
            name if ASSERTIONS.contains(&name) => Some(Self::Assertion),
            "title" | "description" | "default" | "deprecated" | "readOnly" | "writeOnly" | "examples"
            | "$comment" | "contentEncoding" | "contentMediaType" | "contentSchema" => Some(Self::Annotation),
            own if own.starts_with("x-") => Some(Self::Annotation),
            _ => None,
        }
    }
}

//! The keywords of JSON Schema 2020-12.

/// What a keyword's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// A schema.
    Schema,
    /// A list of schemas.
    Schemas,
    /// An object whose members are schemas.
    Named,
    /// Anything else that validators obey.
    Rule,
    /// Text for people, or tools: validators do not read it.
    Note,
}

/// `None` where JSON Schema knows no such keyword: validators ignore it, however it was meant.
pub fn keyword(name: &str) -> Option<Keyword> {
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
        | "unevaluatedProperties" => Some(Keyword::Schema),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Some(Keyword::Schemas),
        "properties" | "patternProperties" | "dependentSchemas" | "$defs" => Some(Keyword::Named),
        "$schema" | "$id" | "$ref" | "$anchor" | "$dynamicRef" | "$dynamicAnchor" | "$vocabulary"
        | "type" | "enum" | "const" | "multipleOf" | "maximum" | "exclusiveMaximum" | "minimum"
        | "exclusiveMinimum" | "maxLength" | "minLength" | "pattern" | "format" | "maxItems" | "minItems"
        | "uniqueItems" | "maxContains" | "minContains" | "maxProperties" | "minProperties" | "required"
        | "dependentRequired" => Some(Keyword::Rule),
        "title" | "description" | "default" | "deprecated" | "readOnly" | "writeOnly" | "examples"
        | "$comment" | "contentEncoding" | "contentMediaType" | "contentSchema" => Some(Keyword::Note),
        own if own.starts_with("x-") => Some(Keyword::Note),
        _ => None,
    }
}

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Location, Subschema};
use crate::schema::content_model::ContentModel;

/// The keywords that decide about the properties of an object.
const PROPERTY_KEYWORDS: [&str; 4] =
    ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"];

impl<'d> Location<'d> {
    /// Returns the properties that the schema names, also in alternatives.
    pub fn property_names(&self) -> BTreeSet<&'d str> {
        self.subschemas().flat_map(|it| it.map("properties")).map(|(name, _)| name).collect()
    }

    /// Returns the properties that every object must have.
    pub fn required(&self) -> BTreeSet<&'d str> {
        let names = |it: &Subschema<'d>| it.schema["required"].as_array().into_iter().flatten();
        self.certain.iter().flat_map(names).filter_map(Json::as_str).collect()
    }

    pub fn content_model(&self) -> ContentModel {
        let additional =
            |it: Subschema<'d>| it.get("additionalProperties").or_else(|| it.get("unevaluatedProperties"));
        let mut additional = self.subschemas().filter_map(additional).peekable();
        let is_specified = additional.peek().is_some();
        let is_allowed = additional.any(|schema| *schema != Json::Bool(false));
        let has_patterns = self.subschemas().any(|it| it.map("patternProperties").next().is_some());
        match (is_allowed || has_patterns, is_specified) {
            (true, _) => ContentModel::Open,
            (false, true) => ContentModel::Closed,
            (false, false) if self.property_names().is_empty() => ContentModel::Open,
            (false, false) => ContentModel::Unspecified,
        }
    }

    pub fn property(&self, name: &str) -> Location<'d> {
        let property = |it: &Subschema<'d>| Some(it.with(it.get("properties")?.get(name)?));
        let properties = |all: &[Subschema<'d>]| all.iter().filter_map(property).collect::<Vec<_>>();
        Location::new(self.resolver, &properties(&self.certain), &properties(&self.possible))
    }

    /// Returns the location of any additional property, if one subschema alone describes the object's
    /// properties.
    pub fn additional_property(&self) -> Option<Location<'d>> {
        let describes =
            |it: &Subschema<'d>| PROPERTY_KEYWORDS.iter().any(|keyword| it.get(keyword).is_some());
        let mut describing = self.subschemas().filter(describes);
        let (only, another) = (describing.next()?, describing.next());
        let schema = only.child("additionalProperties").filter(|it| it.schema.is_object())?;
        another.is_none().then(|| Location::new(self.resolver, &[schema], &[]))
    }
}

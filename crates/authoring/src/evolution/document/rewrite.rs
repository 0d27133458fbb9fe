use serde_json::{Map, Value as Json, json};

use super::builder::{Builder, ClosedLocation, NotComparable, property_names};
use crate::schema::{Keyword, Location, Subschema};

type Rewritten = Result<Json, NotComparable>;

impl<'d> Builder<'d> {
    /// Copies a schema that applies at the location itself.
    pub(super) fn schema(&mut self, subschema: Subschema<'d>, closed: ClosedLocation<'_, 'd>) -> Rewritten {
        let Some(members) = subschema.schema.as_object() else { return Ok(subschema.schema.clone()) };
        let mut rewritten = Map::new();
        for (name, value) in members {
            if name == "dependencies" {
                self.dependencies(subschema, closed, &mut rewritten)?;
            } else if let Some(value) = self.keyword(name, value, subschema, closed)? {
                rewritten.insert(name.clone(), value);
            }
        }
        remove_redundant_properties(&mut rewritten);
        Ok(Json::Object(rewritten))
    }

    /// Copies a keyword. Returns `None` for annotations and definitions.
    fn keyword(
        &mut self,
        name: &str,
        value: &'d Json,
        subschema: Subschema<'d>,
        closed: ClosedLocation<'_, 'd>,
    ) -> Result<Option<Json>, NotComparable> {
        let rewritten = match (name, Keyword::of(name)) {
            ("$id" | "$schema", _) if subschema.is_root() => return Ok(None),
            ("$defs", _) | (_, Some(Keyword::Annotation) | None) => return Ok(None),
            ("$ref", _) => self.reference(subschema, value, closed),
            ("$id" | "$schema" | "$anchor" | "$vocabulary" | "$dynamicRef" | "$dynamicAnchor", _) => {
                Err(NotComparable(format!("the check does not support {name}")))
            }
            (_, Some(Keyword::Assertion)) => Ok(value.clone()),
            (_, Some(keyword)) => self.applicator(name, keyword, subschema, subschema.with(value), closed),
        };
        rewritten.map(Some)
    }

    /// Copies `dependencies` as the two keywords that replaced it. The validator enforces it too.
    fn dependencies(
        &mut self,
        subschema: Subschema<'d>,
        closed: ClosedLocation<'_, 'd>,
        rewritten: &mut Map<String, Json>,
    ) -> Result<(), NotComparable> {
        let (mut required, mut schemas) = (Map::new(), Map::new());
        for (name, dependency) in subschema.map("dependencies") {
            match dependency.schema.is_array() {
                true => _ = required.insert(name.to_owned(), dependency.schema.clone()),
                false => _ = schemas.insert(name.to_owned(), self.schema(dependency, closed)?),
            }
        }
        for (keyword, members) in [("dependentRequired", required), ("dependentSchemas", schemas)] {
            if members.is_empty() {
                continue;
            }
            if subschema.get(keyword).is_some() {
                return Err(NotComparable(format!("dependencies stands beside {keyword}")));
            }
            rewritten.insert(keyword.to_owned(), Json::Object(members));
        }
        Ok(())
    }

    /// Copies a keyword with subschemas.
    fn applicator(
        &mut self,
        name: &str,
        keyword: Keyword,
        subschema: Subschema<'d>,
        value: Subschema<'d>,
        closed: ClosedLocation<'_, 'd>,
    ) -> Rewritten {
        match (name, keyword) {
            ("properties", _) => self.properties(value, closed),
            ("dependentSchemas", _) => self.map(value, closed),
            (_, Keyword::SchemaMap) => self.map(value, None),
            ("prefixItems", _) => self.array(value, None),
            (_, Keyword::SchemaArray) => self.array(value, closed),
            ("then" | "else", _) => self.schema(value, closed),
            ("items", _) if subschema.get("prefixItems").is_none() => {
                self.member(value, closed.map(Location::element))
            }
            ("additionalProperties", _) => self.member(value, closed.and_then(Location::additional_property)),
            _ => self.schema(value, None),
        }
    }

    /// Copies a schema that applies to a property or an element, at a location of its own.
    fn member(&mut self, subschema: Subschema<'d>, location: Option<Location<'d>>) -> Rewritten {
        let schema = self.schema(subschema, location.as_ref())?;
        match property_names(location.as_ref())[..] {
            [] => Ok(schema),
            ref names => Ok(json!({ "allOf": ([&[schema], names].concat()) })),
        }
    }

    fn properties(&mut self, value: Subschema<'d>, closed: ClosedLocation<'_, 'd>) -> Rewritten {
        let members = value.schema.as_object().into_iter().flatten();
        let property = |(name, schema): (&String, &'d Json)| {
            let location = closed.map(|location| location.property(name));
            Ok((name.clone(), self.member(value.with(schema), location)?))
        };
        members.map(property).collect::<Result<Map<_, _>, _>>().map(Json::Object)
    }

    fn map(&mut self, value: Subschema<'d>, closed: ClosedLocation<'_, 'd>) -> Rewritten {
        let members = value.schema.as_object().into_iter().flatten();
        let member = |(name, schema): (&String, &'d Json)| {
            Ok((name.clone(), self.schema(value.with(schema), closed)?))
        };
        members.map(member).collect::<Result<Map<_, _>, _>>().map(Json::Object)
    }

    fn array(&mut self, value: Subschema<'d>, closed: ClosedLocation<'_, 'd>) -> Rewritten {
        let elements = value.schema.as_array().into_iter().flatten();
        let rewritten = elements.map(|schema| self.schema(value.with(schema), closed));
        rewritten.collect::<Result<Vec<_>, _>>().map(Json::Array)
    }
}

/// Removes properties whose schema equals the one for additional properties. So both ways to write it are
/// equal.
fn remove_redundant_properties(schema: &mut Map<String, Json>) {
    if schema.contains_key("patternProperties") {
        return;
    }
    let additional = schema.get("additionalProperties").cloned();
    if let (Some(additional), Some(Json::Object(properties))) = (additional, schema.get_mut("properties")) {
        properties.retain(|_, property| *property != additional);
    }
}

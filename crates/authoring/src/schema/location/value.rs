use serde_json::{Map, Value as Json};

use super::{Location, Subschema};

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

impl<'d> Location<'d> {
    /// Returns true if a value of this type is allowed here, as far as `type` decides it.
    pub fn allows_type(&self, name: &str) -> bool {
        let includes = |allowed: &Json| allowed == name || (allowed == "number" && name == "integer");
        self.certain.iter().filter_map(|it| it.get("type")).all(|allowed| match allowed {
            Json::Array(types) => types.iter().any(includes),
            one => includes(one),
        })
    }

    /// Returns the types that are allowed here. `number` includes `integer`.
    pub fn types(&self) -> Vec<&'static str> {
        let is_redundant = |name: &&str| *name == "integer" && self.allows_type("number");
        TYPES.into_iter().filter(|name| self.allows_type(name)).filter(|name| !is_redundant(name)).collect()
    }

    /// Returns the allowed values, if `enum` or `const` lists them.
    pub fn allowed_values(&self) -> Option<Vec<&'d Json>> {
        let listed = |it: &Subschema<'d>| match (it.get("const"), it.get("enum")) {
            (Some(value), _) => Some(vec![value]),
            (None, values) => values?.as_array().map(|values| values.iter().collect()),
        };
        self.certain.iter().find_map(listed)
    }

    /// Returns true if no value is valid here: the schema is `false`.
    pub fn is_false(&self) -> bool {
        self.certain.iter().any(|it| *it.schema == Json::Bool(false))
    }

    /// Returns these keywords of each subschema that every value must satisfy.
    pub fn constraints(&self, keywords: &[&str]) -> Vec<Json> {
        let constraints = |it: &Subschema<'d>| -> Map<String, Json> {
            let members = it.schema.as_object().into_iter().flatten();
            let members = members.filter(|(name, _)| keywords.contains(&name.as_str()));
            members.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let all = self.certain.iter().map(constraints);
        all.filter(|constraints| !constraints.is_empty()).map(Json::Object).collect()
    }
}

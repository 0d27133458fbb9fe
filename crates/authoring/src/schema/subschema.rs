use serde_json::{Map, Value as Json};

/// A subschema, and the file that contains it.
#[derive(Debug, Clone, Copy)]
pub struct Subschema<'d> {
    pub file: &'d Json,
    pub schema: &'d Json,
}

impl<'d> Subschema<'d> {
    /// Returns the schema of the whole file.
    pub fn root(file: &'d Json) -> Self {
        Self { file, schema: file }
    }

    /// Returns another subschema of the same file.
    pub fn with(self, schema: &'d Json) -> Self {
        Self { schema, ..self }
    }

    pub fn is_root(self) -> bool {
        std::ptr::eq(self.file, self.schema)
    }

    /// Returns the value of a keyword.
    pub fn get(self, keyword: &str) -> Option<&'d Json> {
        self.schema.get(keyword)
    }

    /// Returns the schema of a keyword whose value is one.
    pub fn child(self, keyword: &str) -> Option<Self> {
        self.get(keyword).map(|schema| self.with(schema))
    }

    /// Returns the schemas of a keyword whose value is an array.
    pub fn array(self, keyword: &str) -> impl Iterator<Item = Self> + use<'d> {
        let schemas = self.get(keyword).and_then(Json::as_array).into_iter().flatten();
        schemas.map(move |schema| self.with(schema))
    }

    /// Returns the names and schemas of a keyword whose value is an object.
    pub fn map(self, keyword: &str) -> impl Iterator<Item = (&'d str, Self)> + use<'d> {
        let members = self.get(keyword).and_then(Json::as_object).into_iter().flat_map(Map::iter);
        members.map(move |(name, schema)| (name.as_str(), self.with(schema)))
    }

    /// Returns a number that is the same for the same subschema of the same file.
    pub fn address(self) -> usize {
        std::ptr::from_ref(self.schema) as usize
    }
}

//! A place in an event, and all that its schema says of it: through `$ref`, `allOf` and the alternatives.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

/// Schema files, found by their `$id`.
#[derive(Debug, Default)]
pub struct Library<'d>(BTreeMap<&'d str, &'d Json>);

/// A schema, and the file that it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    pub file: &'d Json,
    pub schema: &'d Json,
}

/// What may stand at one place of an event.
#[derive(Debug)]
pub struct Place<'d> {
    pub library: &'d Library<'d>,
    /// The schemas that stand here, before `$ref`, `allOf` and alternatives are followed.
    pub roots: Vec<Node<'d>>,
    /// Schemas that the value must satisfy.
    all: Vec<Node<'d>>,
    /// Alternatives, of which it may satisfy some.
    some: Vec<Node<'d>>,
}

/// What a schema says of properties that it does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// It names none, or says what others there may be: an event may hold them.
    Open,
    /// There are no others.
    Closed,
    /// Nothing: readers ignore what they do not know, and no pipe gives it.
    Unsaid,
}

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

impl<'d> Library<'d> {
    pub fn new(files: impl IntoIterator<Item = &'d Json>) -> Self {
        Self(files.into_iter().filter_map(|file| Some((file["$id"].as_str()?, file))).collect())
    }

    /// The whole of an event's data.
    pub fn root(&'d self, file: &'d Json) -> Place<'d> {
        Place::of(self, &[Node { file, schema: file }], &[])
    }

    /// The schema that a `$ref` in `file` names, and the file that it is in.
    pub fn find(&self, file: &'d Json, reference: &str) -> Option<(&'d Json, &'d Json)> {
        let (address, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let file = match address {
            "" => file,
            address => *self.0.get(absolute(file["$id"].as_str()?, address)?.as_str())?,
        };
        Some((file, file.pointer(pointer)?))
    }
}

/// An address as it stands in the file with this `$id`: files of one folder may name one another without it.
fn absolute(id: &str, address: &str) -> Option<String> {
    match address.contains(':') || address.contains('/') {
        true => Some(address.to_owned()),
        false => id.rsplit_once('/').map(|(folder, _)| format!("{folder}/{address}")),
    }
}

impl<'d> Place<'d> {
    fn of(library: &'d Library<'d>, all: &[Node<'d>], some: &[Node<'d>]) -> Self {
        let mut place = Self { library, roots: all.to_vec(), all: Vec::new(), some: Vec::new() };
        all.iter().for_each(|node| place.add(*node, true));
        some.iter().for_each(|node| place.add(*node, false));
        place
    }

    fn add(&mut self, node: Node<'d>, certain: bool) {
        let known = |nodes: &[Node<'d>]| nodes.iter().any(|other| std::ptr::eq(other.schema, node.schema));
        if known(&self.all) || (!certain && known(&self.some)) {
            return;
        }
        if certain {
            self.all.push(node)
        } else {
            self.some.push(node)
        }
        let within = |schema| Node { schema, ..node };
        if let Some(reference) = node.schema["$ref"].as_str()
            && let Some((file, schema)) = self.library.find(node.file, reference)
        {
            self.add(Node { file, schema }, certain);
        }
        list(node.schema, "allOf").for_each(|schema| self.add(within(schema), certain));
        let alternatives = ["anyOf", "oneOf"].into_iter().flat_map(|name| list(node.schema, name));
        let conditional = ["then", "else"].into_iter().filter_map(|name| node.schema.get(name));
        let dependent = members(node.schema, "dependentSchemas").map(|(_, schema)| schema);
        for schema in alternatives.chain(conditional).chain(dependent) {
            self.add(within(schema), false);
        }
    }

    /// Every schema that is reached, certain ones first.
    pub fn everywhere(&self) -> impl Iterator<Item = Node<'d>> {
        self.all.iter().chain(&self.some).copied()
    }

    /// The properties that have a name in the schema, alternatives included.
    pub fn names(&self) -> BTreeSet<&'d str> {
        self.everywhere().flat_map(|node| members(node.schema, "properties")).map(|(name, _)| name).collect()
    }

    /// What the schema says of properties that have no name in it.
    pub fn rest(&self) -> Rest {
        let says = |node: Node<'d>, keyword: &str| node.schema.get(keyword);
        let rest = |node| says(node, "additionalProperties").or_else(|| says(node, "unevaluatedProperties"));
        let said: Vec<&Json> = self.everywhere().filter_map(rest).collect();
        let patterns =
            self.everywhere().any(|node| members(node.schema, "patternProperties").next().is_some());
        match said.is_empty() {
            _ if patterns || said.iter().any(|schema| **schema != Json::Bool(false)) => Rest::Open,
            true if self.names().is_empty() => Rest::Open,
            true => Rest::Unsaid,
            false => Rest::Closed,
        }
    }

    pub fn property(&self, name: &str) -> Place<'d> {
        let below = |nodes: &[Node<'d>]| -> Vec<Node<'d>> {
            let property =
                |node: &Node<'d>| Some(Node { schema: node.schema.get("properties")?.get(name)?, ..*node });
            nodes.iter().filter_map(property).collect()
        };
        Place::of(self.library, &below(&self.all), &below(&self.some))
    }

    /// Whether anything is said of a list's elements.
    pub fn has_elements(&self) -> bool {
        self.everywhere().any(|node| node.schema.get("items").or(node.schema.get("prefixItems")).is_some())
    }

    /// Any element of a list.
    pub fn element(&self) -> Place<'d> {
        let sure = |node: &Node<'d>| list(node.schema, "prefixItems").next().is_none();
        let items = |node: &Node<'d>| Some(Node { schema: node.schema.get("items")?, ..*node });
        let all: Vec<_> = self.all.iter().filter(|node| sure(node)).filter_map(items).collect();
        let prefix =
            |node: Node<'d>| list(node.schema, "prefixItems").map(move |schema| Node { schema, ..node });
        let some =
            self.everywhere().flat_map(prefix).chain(self.everywhere().filter_map(|node| items(&node)));
        Place::of(self.library, &all, &some.collect::<Vec<_>>())
    }

    /// The properties without a name, where one schema alone describes what members there are.
    pub fn others(&self) -> Option<Place<'d>> {
        const MEMBERS: [&str; 4] =
            ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"];
        let mut speaking =
            self.everywhere().filter(|node| MEMBERS.iter().any(|name| node.schema.get(name).is_some()));
        let (only, another) = (speaking.next()?, speaking.next());
        let schema = only.schema.get("additionalProperties").filter(|schema| schema.is_object())?;
        another.is_none().then(|| Place::of(self.library, &[Node { schema, ..only }], &[]))
    }

    /// The same for the same place of the same files.
    pub fn id(&self) -> Vec<usize> {
        self.everywhere().map(|node| std::ptr::from_ref(node.schema) as usize).collect()
    }

    /// What the certain schemas say under these keywords.
    pub fn says(&self, keywords: &[&str]) -> Vec<Json> {
        let said = |node: &Node<'d>| -> Map<String, Json> {
            let members = node.schema.as_object().into_iter().flatten();
            let members = members.filter(|(name, _)| keywords.contains(&name.as_str()));
            members.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        self.all.iter().map(said).filter(|said| !said.is_empty()).map(Json::Object).collect()
    }

    /// Properties that must be there.
    pub fn required(&self) -> BTreeSet<&'d str> {
        let names = |node: &Node<'d>| node.schema["required"].as_array().into_iter().flatten();
        self.all.iter().flat_map(names).filter_map(Json::as_str).collect()
    }

    /// Whether a value of this type may stand here, as far as `type` tells.
    pub fn allows(&self, name: &str) -> bool {
        let is = |said: &Json| said == name || (said == "number" && name == "integer");
        self.all.iter().filter_map(|node| node.schema.get("type")).all(|said| match said {
            Json::Array(types) => types.iter().any(is),
            one => is(one),
        })
    }

    /// Whether nothing may stand here.
    pub fn is_barred(&self) -> bool {
        self.all.iter().any(|node| *node.schema == Json::Bool(false))
    }

    /// The types that may stand here.
    pub fn types(&self) -> Vec<&'static str> {
        let redundant = |name: &&str| *name == "integer" && self.allows("number");
        TYPES.into_iter().filter(|name| self.allows(name)).filter(|name| !redundant(name)).collect()
    }

    /// The values that may stand here, where `enum` or `const` lists them.
    pub fn values(&self) -> Option<Vec<&'d Json>> {
        let listed = |node: &Node<'d>| match (node.schema.get("const"), node.schema.get("enum")) {
            (Some(value), _) => Some(vec![value]),
            (None, Some(values)) => values.as_array().map(|values| values.iter().collect()),
            (None, None) => None,
        };
        self.all.iter().find_map(listed)
    }
}

fn list<'d>(schema: &'d Json, keyword: &str) -> impl Iterator<Item = &'d Json> + use<'d> {
    schema.get(keyword).and_then(Json::as_array).into_iter().flatten()
}

fn members<'d>(schema: &'d Json, keyword: &str) -> impl Iterator<Item = (&'d str, &'d Json)> + use<'d> {
    let members = schema.get(keyword).and_then(Json::as_object).into_iter().flat_map(Map::iter);
    members.map(|(name, schema)| (name.as_str(), schema))
}

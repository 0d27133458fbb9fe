use super::{Location, Subschema};

impl<'d> Location<'d> {
    /// Returns true if the schema describes the elements of an array.
    pub fn has_elements(&self) -> bool {
        self.subschemas().any(|it| it.get("items").or(it.get("prefixItems")).is_some())
    }

    /// Returns the location of any element of an array.
    pub fn element(&self) -> Location<'d> {
        let items = |it: Subschema<'d>| it.child("items");
        // Behind `prefixItems`, `items` applies to some of the elements only.
        let applies_to_all = |it: &Subschema<'d>| it.array("prefixItems").next().is_none();
        let certain = self.certain.iter().copied().filter(applies_to_all).filter_map(items);
        let prefix = self.subschemas().flat_map(|it| it.array("prefixItems"));
        let possible = prefix.chain(self.subschemas().filter_map(items));
        Location::new(self.resolver, &certain.collect::<Vec<_>>(), &possible.collect::<Vec<_>>())
    }
}

use std::collections::BTreeMap;

use super::Pipes;

impl Pipes {
    /// The same pipes for deployed tables. The keys are the names in the pipe files. Returns an error if two
    /// pipes would read the same table.
    pub fn with_table_names(mut self, names: &BTreeMap<String, String>) -> Result<Self, String> {
        for pipe in &mut self.pipes {
            if let Some(name) = names.get(&pipe.definition.table) {
                pipe.definition.table.clone_from(name);
            }
        }
        self.shared_table().map_or(Ok(()), Err)?;
        Ok(self)
    }

    fn shared_table(&self) -> Option<String> {
        let mut pipes = BTreeMap::new();
        self.pipes.iter().find_map(|pipe| {
            let (table, name) = (&pipe.definition.table, &pipe.name);
            let other = pipes.insert(table, name)?;
            Some(format!(
                "TABLE_NAMES: the pipes {other} and {name} would both read the table {table}. Give their tables \
                 different names."
            ))
        })
    }
}

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_event_patterns::filter::Filter;
use tablecast_event_patterns::stream_record::Keys;
use tablecast_values::located::Located;

/// Finds patterns that EventBridge Pipes refuse, and patterns that cannot match a record of the table.
pub fn problems(file: &DefinitionFile, definition: &Definition) -> Vec<Problem> {
    let problems = Filter::problems(&definition.filter, &keys(definition));
    let problem = |Located { path, reason }| Problem::new(Rule::Filter, &file.file, path, reason);
    problems.into_iter().map(problem).collect()
}

fn keys(definition: &Definition) -> Keys {
    let keys = definition.keys.iter().flat_map(|keys| [Some(&keys.partition), keys.sort.as_ref()]);
    let attributes = keys.flatten().flatten();
    attributes.map(|(name, key_type)| (name.clone(), format!("{key_type:?}"))).collect()
}

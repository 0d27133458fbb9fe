use super::Definitions;
use super::words::Words;

/// DynamoDB's limit for the name of a table.
const MIN_TABLE: usize = 3;

/// A small event, in the user's words.
pub fn definitions(words: &Words) -> Result<Definitions, String> {
    let (noun, table) = (&words.noun, words.table());
    if table.len() < MIN_TABLE {
        return Err(format!(
            "--entity {noun}: a table cannot have the short name {table}; use at least 2 letters"
        ));
    }
    let file = |path: String, template| (path.into(), words.fill(template));
    Ok(Definitions {
        files: vec![
            file(format!("pipes/{table}.yaml"), include_str!("template/pipe.yaml")),
            file(format!("pipes/fixtures/{table}-insert.json"), include_str!("template/insert.json")),
            file(format!("pipes/fixtures/{table}-modify.json"), include_str!("template/modify.json")),
            file(format!("schemas/{noun}.created.v1.json"), include_str!("template/created.json")),
            file(
                format!("schemas/{noun}.status-changed.v1.json"),
                include_str!("template/status-changed.json"),
            ),
        ],
        existing_tables: String::new(),
        report: String::new(),
    })
}

use super::Definitions;
use super::words::Words;

/// A small event, in the user's words.
pub fn definitions(words: &Words) -> Definitions {
    let (noun, table) = (&words.noun, words.table());
    let file = |path: String, template| (path.into(), words.fill(template));
    Definitions {
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
    }
}

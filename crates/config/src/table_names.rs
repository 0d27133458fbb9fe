use std::collections::BTreeMap;
use std::env;

/// The environment variable with the names of deployed tables that differ from those in the pipe files.
const VARIABLE: &str = "TABLE_NAMES";

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{VARIABLE}={text:?} is not a JSON object of table names: {reason}. Write the name in the pipe file and the \
     name of the deployed table, such as {{\"orders\":\"prod-orders\"}}."
)]
pub struct InvalidTableNames {
    text: String,
    reason: String,
}

/// The name of each deployed table by the name in its pipe file, where they differ.
pub fn table_names() -> Result<BTreeMap<String, String>, InvalidTableNames> {
    match env::var_os(VARIABLE) {
        Some(text) => parse_table_names(&text.to_string_lossy()),
        None => Ok(BTreeMap::new()),
    }
}

/// Reads a JSON object of names.
pub fn parse_table_names(text: &str) -> Result<BTreeMap<String, String>, InvalidTableNames> {
    let invalid = |reason: String| InvalidTableNames { text: text.to_owned(), reason };
    let names: BTreeMap<String, String> =
        serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
    match names.iter().find(|(own, deployed)| own.is_empty() || deployed.is_empty()) {
        Some((own, _)) => Err(invalid(format!("a name is empty at {own:?}"))),
        None => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_an_object_of_texts() {
        assert_eq!(parse_table_names("{}"), Ok(BTreeMap::new()));
        let names = BTreeMap::from([("orders".to_owned(), "prod-orders".to_owned())]);
        assert_eq!(parse_table_names(r#"{"orders":"prod-orders"}"#), Ok(names));
    }

    #[test]
    fn a_malformed_value_is_an_error_with_an_example() {
        for (text, reason) in [
            ("", "EOF"),
            ("prod-", "expected value"),
            ("[]", "invalid type"),
            (r#"{"orders":1}"#, "invalid type: integer"),
            (r#"{"orders":""}"#, "a name is empty at \"orders\""),
        ] {
            let error = parse_table_names(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("TABLE_NAMES={text:?} is not a JSON object")), "{error}");
            assert!(error.contains(reason), "{error}");
            assert!(error.ends_with(r#"such as {"orders":"prod-orders"}."#), "{error}");
        }
    }
}

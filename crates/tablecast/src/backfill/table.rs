//! The table of a pipe: its real name, and its keys.

use std::collections::BTreeMap;
use std::error::Error;

use aws_sdk_dynamodb::Client;
use tablecast_aws::{StorageError, reason};
use tablecast_config::parse_table_names;

use super::arguments::Arguments;
use crate::deployment::Deployment;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub arn: String,
    /// The names of the key attributes.
    pub keys: Vec<String>,
    /// DynamoDB counts every few hours.
    pub approximate_items: i64,
}

impl Table {
    /// `in_file` is the name in the pipe file.
    pub async fn find(
        client: &Client,
        deployment: &Deployment,
        arguments: &Arguments,
        in_file: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let name = match (&arguments.table, &arguments.place.deployment) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => renamed(deployment, name, in_file).await?,
            (None, None) => in_file.to_owned(),
        };
        describe(client, &name).await.map_err(|error| arguments.place.unreachable(&error).into())
    }
}

async fn describe(client: &Client, name: &str) -> Result<Table, StorageError> {
    let response = client.describe_table().table_name(name).send().await;
    let response = response.map_err(|error| StorageError::failed(name, error))?;
    let table = response.table.ok_or_else(|| StorageError::incomplete(name, "Table"))?;
    let keys = table.key_schema().iter().map(|key| key.attribute_name().to_owned()).collect();
    let arn = table.table_arn.clone().unwrap_or_else(|| name.to_owned());
    let approximate_items = table.item_count.unwrap_or_default();
    Ok(Table { name: name.to_owned(), arn, keys, approximate_items })
}

/// The functions of a deployment know the tables that have other names there.
async fn renamed(deployment: &Deployment, name: &str, in_file: &str) -> Result<String, Box<dyn Error>> {
    let function = format!("{name}-enrich");
    let client = aws_sdk_lambda::Client::new(&deployment.aws);
    let response = client.get_function_configuration().function_name(&function).send().await;
    let response = response.map_err(|error| {
        let reason = reason(&error);
        format!("the function {function}: {reason}; check --deployment, or name the table with --table")
    })?;
    let variables = response.environment.and_then(|environment| environment.variables);
    let names = variables.and_then(|mut variables| variables.remove("TABLE_NAMES"));
    real_name(names.as_deref(), in_file).map_err(|error| format!("the function {function}: {error}").into())
}

/// `names` is TABLE_NAMES: the real names, by those of the pipe files. A table that it lacks has one name.
fn real_name(names: Option<&str>, in_file: &str) -> Result<String, String> {
    let names = names.map_or_else(|| Ok(BTreeMap::new()), parse_table_names);
    let mut names = names.map_err(|error| format!("{error} Or name the table with --table"))?;
    Ok(names.remove(in_file).unwrap_or_else(|| in_file.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_can_have_another_name_for_a_table() {
        let names = Some(r#"{"orders":"prod-orders"}"#);
        assert_eq!(real_name(names, "orders").as_deref(), Ok("prod-orders"));
        assert_eq!(real_name(names, "profiles").as_deref(), Ok("profiles"));
        assert_eq!(real_name(None, "orders").as_deref(), Ok("orders"));
        let error = real_name(Some(r#"{"orders":""}"#), "orders").unwrap_err();
        assert!(
            error.contains("a name is empty") && error.ends_with(". Or name the table with --table"),
            "{error}"
        );
    }
}

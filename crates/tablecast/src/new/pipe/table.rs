//! Reads a table's key and some of its items from DynamoDB, with one DescribeTable and one Scan.

mod error;

use std::collections::HashMap;
use std::error::Error;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeyType as Role, ScalarAttributeType, StreamViewType, TableDescription,
};
use tablecast_authoring::proposal::items::Item;
use tablecast_authoring::proposal::{Key, KeyAttribute, Sample};
use tablecast_definitions::definition::KeyType;

use super::input::Input;

/// Reads at most `limit` items.
pub async fn read(table: &str, limit: u16, endpoint: Option<&str>) -> Result<Input, Box<dyn Error>> {
    let client = client(endpoint).await;
    let description = describe(&client, table).await?;
    let key = key(&description).ok_or_else(|| format!("the table {table}: has a key of an unknown type"))?;
    let page = client.scan().table_name(table).limit(limit.into()).send().await;
    let page = page.map_err(|error| format!("the items of the table {table}: {}", error::reason(&error)))?;
    let items =
        page.items.as_ref().ok_or_else(|| format!("the table {table}: the response of Scan has no Items"))?;
    let items = items.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    let more = if page.last_evaluated_key().is_some() { "; for more, set --items" } else { "" };
    let origin = format!("{} items of the table {table} with one Scan{more}", items.len());
    let sample = Sample { table: table.to_owned(), key, items };
    let stream = usable_stream(&description);
    let notes =
        vec![stream.as_deref().map_or_else(|| stream_note(table), |stream| existing_note(table, stream))];
    Ok(Input { sample, origin, notes, stream })
}

fn item(attributes: &HashMap<String, AttributeValue>) -> Result<Item, Box<dyn Error>> {
    Ok(serde_json::from_value(tablecast_aws::item_json(attributes)?.into())?)
}

/// Uses the SDKs' environment, but another address.
async fn client(endpoint: Option<&str>) -> Client {
    let aws = tablecast_aws::configuration().await;
    let mut config = aws_sdk_dynamodb::config::Builder::from(&aws);
    config.set_endpoint_url(endpoint.or(aws.endpoint_url()).map(str::to_owned));
    Client::from_conf(config.build())
}

async fn describe(client: &Client, table: &str) -> Result<TableDescription, String> {
    let output = client.describe_table().table_name(table).send().await;
    let output = output.map_err(|error| format!("the table {table}: {}", error::reason(&error)))?;
    output.table.ok_or_else(|| format!("the table {table}: the response of DescribeTable has no table"))
}

/// Returns the stream if a pipe on AWS can read it.
fn usable_stream(table: &TableDescription) -> Option<String> {
    let view = table.stream_specification()?.stream_view_type()?;
    (*view == StreamViewType::NewAndOldImages).then(|| table.latest_stream_arn().map(str::to_owned))?
}

/// The local mode creates the stream itself.
fn stream_note(table: &str) -> String {
    format!(
        "The table has no stream of new and old images. A pipe on AWS needs it: aws dynamodb update-table --table-name {table} \
         --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES\n\
         Then add the stream's ARN to Terraform's existing_tables, so that Terraform does not create the table."
    )
}

/// The local mode creates the table from `keys` of the pipe file, and Terraform would, too.
fn existing_note(table: &str, stream: &str) -> String {
    format!(
        "The table exists, so Terraform must not create it: existing_tables = {{ {table:?} = {{ stream_arn = {stream:?} }} }}"
    )
}

fn key(table: &TableDescription) -> Option<Key> {
    let attribute = |role: Role| {
        let name = table.key_schema().iter().find(|part| *part.key_type() == role)?.attribute_name();
        let defined =
            table.attribute_definitions().iter().find(|defined| defined.attribute_name() == name)?;
        let kind = match defined.attribute_type() {
            ScalarAttributeType::S => KeyType::S,
            ScalarAttributeType::N => KeyType::N,
            ScalarAttributeType::B => KeyType::B,
            _ => return None,
        };
        Some(KeyAttribute { name: name.to_owned(), kind })
    };
    Some(Key { partition: attribute(Role::Hash)?, sort: attribute(Role::Range) })
}

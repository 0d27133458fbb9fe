//! A table's key, and some of its items: one DescribeTable and one Scan, which reads no more than it is told to.

use std::collections::HashMap;
use std::error::Error;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeValue, KeyType as Role, ScalarAttributeType, StreamViewType, TableDescription,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tablecast_authoring::proposal::sample::{Attribute, Item};
use tablecast_authoring::proposal::{Key, KeyAttribute, Sample};
use tablecast_definitions::definition::KeyType;

use super::Found;
use crate::arguments::NewPipeArguments;

pub async fn read(arguments: &NewPipeArguments) -> Result<Found, Box<dyn Error>> {
    if !arguments.key.is_empty() {
        return Err("--key is for a --sample: a table says itself what its key is".into());
    }
    let client = client(arguments.endpoint_url.as_deref()).await;
    let table = arguments.table.as_str();
    let described = client.describe_table().table_name(table).send().await;
    let described = described.map_err(|error| format!("the table {table}: {}", told(error)))?;
    let description =
        described.table().ok_or_else(|| format!("the table {table}: nothing was told of it"))?;
    let key = key(description).ok_or_else(|| format!("the table {table}: its key cannot be understood"))?;
    let page = client.scan().table_name(table).limit(arguments.items.into()).send().await;
    let page = page.map_err(|error| format!("the items of {table}: {}", told(error)))?;
    let items: Vec<Item> = page.items().iter().map(item).collect();
    let rest = if page.last_evaluated_key().is_some() { "; there are more: --items" } else { "" };
    let by = format!("{} items of the table {table}, by one Scan{rest}", items.len());
    let sample = Sample { table: table.to_owned(), key, items };
    Ok(Found { sample, by, notes: without_stream(description).into_iter().collect() })
}

/// What is missing for a pipe on AWS. The local mode gives its tables a stream itself.
fn without_stream(table: &TableDescription) -> Option<String> {
    let view = table.stream_specification().and_then(|stream| stream.stream_view_type());
    let name = table.table_name().unwrap_or_default();
    (view != Some(&StreamViewType::NewAndOldImages)).then(|| {
        format!(
            "The table has no stream of new and old images, which a pipe on AWS reads: aws dynamodb update-table --table-name {name} \
             --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"
        )
    })
}

/// As the SDKs' environment says, but for the address.
async fn client(endpoint: Option<&str>) -> Client {
    let configuration = tablecast_aws::configuration().await;
    let mut own = aws_sdk_dynamodb::config::Builder::from(&configuration);
    own.set_endpoint_url(
        endpoint.map(str::to_owned).or_else(|| configuration.endpoint_url().map(str::to_owned)),
    );
    Client::from_conf(own.build())
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

fn item(attributes: &HashMap<String, AttributeValue>) -> Item {
    attributes.iter().filter_map(|(name, value)| Some((name.clone(), attribute(value)?))).collect()
}

/// `None` for a type that DynamoDB did not have when this was written.
fn attribute(value: &AttributeValue) -> Option<Attribute> {
    let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
    Some(match value {
        AttributeValue::S(text) => Attribute::S(text.clone()),
        AttributeValue::N(text) => Attribute::N(text.clone()),
        AttributeValue::B(bytes) => Attribute::B(base64(bytes.as_ref())),
        AttributeValue::Bool(truth) => Attribute::Bool(*truth),
        AttributeValue::Null(truth) => Attribute::Null(*truth),
        AttributeValue::M(members) => Attribute::M(item(members)),
        AttributeValue::L(elements) => Attribute::L(elements.iter().filter_map(attribute).collect()),
        AttributeValue::Ss(texts) => Attribute::SS(texts.clone()),
        AttributeValue::Ns(texts) => Attribute::NS(texts.clone()),
        AttributeValue::Bs(all) => Attribute::BS(all.iter().map(|bytes| base64(bytes.as_ref())).collect()),
        _ => return None,
    })
}

/// What AWS said, or why it said nothing.
fn told<E, R>(error: SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match (error.code(), error.message()) {
        (Some("ResourceNotFoundException"), _) => {
            "is not in this account and region: AWS_PROFILE, AWS_REGION and --endpoint-url say where to look"
                .to_owned()
        }
        (Some(code), Some(message)) => format!("{code}: {message}"),
        _ => format!(
            "{}; AWS_PROFILE, AWS_REGION and --endpoint-url say whom to ask and where, and --sample takes items from a file instead",
            causes(&error)
        ),
    }
}

fn causes(error: &(dyn Error + 'static)) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", causes(cause)),
        None => error.to_string(),
    }
}

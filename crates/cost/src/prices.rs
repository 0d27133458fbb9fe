use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A unit that AWS has a price for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    PipesRequest,
    StreamRead,
    BusEvent,
    ArchiveIngest,
    ArchiveStorage,
    LambdaRequest,
    LambdaCompute,
    DynamodbWrite,
    DynamodbRead,
    DynamodbStorage,
    DynamodbRecovery,
    SocketMessage,
    SocketMinute,
    LogIngest,
    LogStorage,
    Metric,
    MetricRead,
    Alarm,
    Dashboard,
    Key,
    KeyRequest,
    DataOut,
}

impl Item {
    pub const ALL: [Self; 22] = [
        Self::PipesRequest,
        Self::StreamRead,
        Self::BusEvent,
        Self::ArchiveIngest,
        Self::ArchiveStorage,
        Self::LambdaRequest,
        Self::LambdaCompute,
        Self::DynamodbWrite,
        Self::DynamodbRead,
        Self::DynamodbStorage,
        Self::DynamodbRecovery,
        Self::SocketMessage,
        Self::SocketMinute,
        Self::LogIngest,
        Self::LogStorage,
        Self::Metric,
        Self::MetricRead,
        Self::Alarm,
        Self::Dashboard,
        Self::Key,
        Self::KeyRequest,
        Self::DataOut,
    ];

    pub fn service(self) -> &'static str {
        match self {
            Self::PipesRequest => "Pipes",
            Self::BusEvent | Self::ArchiveIngest | Self::ArchiveStorage => "EventBridge",
            Self::LambdaRequest | Self::LambdaCompute => "Lambda",
            Self::StreamRead
            | Self::DynamodbWrite
            | Self::DynamodbRead
            | Self::DynamodbStorage
            | Self::DynamodbRecovery => "DynamoDB",
            Self::SocketMessage | Self::SocketMinute => "API Gateway",
            Self::LogIngest
            | Self::LogStorage
            | Self::Metric
            | Self::MetricRead
            | Self::Alarm
            | Self::Dashboard => "CloudWatch",
            Self::Key | Self::KeyRequest => "KMS",
            Self::DataOut => "Data out",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub dollars: f64,
    /// The number of units for that many dollars: 1 or 1,000,000.
    pub per: u32,
    pub unit: String,
    /// The month of the source.
    pub date: String,
    pub source: String,
}

/// The prices of one region.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    pub region: String,
    prices: BTreeMap<Item, Price>,
}

#[derive(Debug, thiserror::Error)]
pub enum InvalidPrices {
    #[error("is no list of prices: {0}. crates/cost/prices/us-east-1.json is an example")]
    Form(#[from] serde_json::Error),
    #[error("{0} has no price, or one that is not possible: write dollars, per, unit, date and source")]
    Price(String),
}

impl Prices {
    /// The list must have a price for every item.
    pub fn parse(text: &str) -> Result<Self, InvalidPrices> {
        let prices: Self = serde_json::from_str(text)?;
        for item in Item::ALL {
            let is_valid = |price: &Price| price.dollars >= 0.0 && price.dollars.is_finite() && price.per > 0;
            if !prices.prices.get(&item).is_some_and(is_valid) {
                let name = serde_json::to_string(&item).unwrap_or_default();
                return Err(InvalidPrices::Price(name));
            }
        }
        Ok(prices)
    }

    /// The list of this project.
    pub fn us_east_1() -> Result<Self, InvalidPrices> {
        Self::parse(include_str!("../prices/us-east-1.json"))
    }

    /// `parse` guarantees that there is one.
    pub fn of(&self, item: Item) -> Option<&Price> {
        self.prices.get(&item)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Item, &Price)> {
        self.prices.iter().map(|(item, price)| (*item, price))
    }
}

impl Price {
    pub fn of(&self, quantity: f64) -> f64 {
        quantity * self.dollars / f64::from(self.per)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = include_str!("../prices/us-east-1.json");

    #[test]
    fn every_price_has_a_source_and_a_date() {
        let prices = Prices::us_east_1().unwrap();
        for (item, price) in prices.iter() {
            assert!(!price.source.is_empty() && price.date.len() == 7, "{item:?}");
        }
        assert_eq!(prices.of(Item::DynamodbWrite).unwrap().of(2_000_000.0), 1.25);
    }

    #[test]
    fn a_list_with_a_missing_unknown_or_impossible_price_is_refused() {
        assert!(Prices::parse(&LIST.replace("\"data_out\"", "\"data_in\"")).is_err());
        assert!(Prices::parse(&LIST.replace("\"dollars\": 0.09", "\"dollars\": -1")).is_err());
        assert!(Prices::parse(&LIST.replace("\"per\": 1000000", "\"per\": 0")).is_err());
        let without: serde_json::Value = serde_json::from_str(LIST).unwrap();
        let mut without = without.clone();
        without["prices"].as_object_mut().unwrap().remove("key");
        let error = Prices::parse(&without.to_string()).unwrap_err().to_string();
        assert!(error.starts_with("\"key\" has no price"), "{error}");
    }
}

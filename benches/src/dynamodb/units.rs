use serde_json::{Map, Value};

/// Attributes by name, in the JSON of DynamoDB.
pub type Item = Map<String, Value>;

const WRITE_UNIT: u64 = 1024;
const READ_UNIT: u64 = 4096;

pub fn write_units(size: u64) -> u64 {
    size.div_ceil(WRITE_UNIT).max(1)
}

/// The units of a consistent read of so many bytes.
pub fn read_units(size: u64) -> u64 {
    size.div_ceil(READ_UNIT).max(1)
}

/// The bytes of an item: those of its names and values.
pub fn size(item: &Item) -> u64 {
    item.iter().map(|(name, value)| (name.len() + bytes(value)) as u64).sum()
}

fn bytes(value: &Value) -> usize {
    let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
    let length = value.as_str().unwrap_or_default().len();
    match &**kind {
        "S" => length,
        "B" => length / 4 * 3,
        "N" => length.div_ceil(2) + 1,
        "M" => {
            3 + value
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| 1 + name.len() + bytes(value))
                .sum::<usize>()
        }
        kind => panic!("the stand-in does not know the size of type {kind}"),
    }
}

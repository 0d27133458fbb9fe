use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// EventBridge allows 128 characters.
const MAX_DETAIL_TYPE_CHARS: usize = 128;
/// EventBridge counts 14 bytes for a time.
const TIME_BYTES: usize = 14;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    /// Seconds since 1970.
    time: Option<f64>,
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    resources: Option<Vec<String>>,
}

/// An event as the target of a rule receives it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Event {
    version: &'static str,
    pub id: String,
    detail_type: String,
    source: String,
    account: &'static str,
    time: String,
    region: &'static str,
    resources: Vec<String>,
    detail: Box<RawValue>,
}

/// The error of one entry.
#[derive(Debug, PartialEq, Eq)]
pub struct EntryError {
    pub code: &'static str,
    pub message: String,
}

impl Entry {
    /// The size that EventBridge counts.
    pub fn bytes(&self) -> usize {
        let texts = [&self.source, &self.detail_type, &self.detail];
        let texts = texts.into_iter().flatten().chain(self.resources.iter().flatten());
        self.time.map_or(0, |_| TIME_BYTES) + texts.map(String::len).sum::<usize>()
    }

    pub fn into_event(self, id: &str) -> Result<Event, EntryError> {
        let source = required(self.source, "Source")?;
        let detail_type = required(self.detail_type, "DetailType")?;
        let detail = required(self.detail, "Detail")?;
        check_source(&source)?;
        check_detail_type(&detail_type)?;
        Ok(Event {
            version: "0",
            id: id.to_owned(),
            detail_type,
            source,
            account: "000000000000",
            time: time(self.time)?,
            region: "us-east-1",
            resources: self.resources.unwrap_or_default(),
            detail: object(detail)?,
        })
    }
}

fn required(value: Option<String>, name: &str) -> Result<String, EntryError> {
    let missing = || invalid(name, &format!("{name} is a required argument."));
    value.filter(|text| !text.is_empty()).ok_or_else(missing)
}

fn check_source(source: &str) -> Result<(), EntryError> {
    match source.starts_with("aws.") {
        true => Err(EntryError {
            code: "NotAuthorizedForSourceException",
            message: format!("Not authorized for the source {source}: aws. is reserved."),
        }),
        false => Ok(()),
    }
}

fn check_detail_type(detail_type: &str) -> Result<(), EntryError> {
    match detail_type.chars().count() > MAX_DETAIL_TYPE_CHARS {
        true => Err(invalid("DetailType", "it has more than 128 characters.")),
        false => Ok(()),
    }
}

/// Keeps the text of the JSON, so that numbers keep all digits.
fn object(detail: String) -> Result<Box<RawValue>, EntryError> {
    let malformed = || EntryError { code: "MalformedDetail", message: "Detail is malformed.".to_owned() };
    let detail = RawValue::from_string(detail).map_err(|_| malformed())?;
    if detail.get().starts_with('{') { Ok(detail) } else { Err(malformed()) }
}

fn time(seconds: Option<f64>) -> Result<String, EntryError> {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let seconds = seconds.unwrap_or_else(now);
    let time = DateTime::<Utc>::from_timestamp(seconds as i64, 0);
    let time = time.ok_or_else(|| invalid("Time", "it is out of range."))?;
    Ok(time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn invalid(name: &str, reason: &str) -> EntryError {
    let message = format!("Parameter {name} is not valid. Reason: {reason}");
    EntryError { code: "InvalidArgument", message }
}

impl Event {
    /// Describes the event in one line: type, source and, if the detail is a CloudEvent, its subject.
    pub fn summary(&self) -> String {
        #[derive(Deserialize)]
        struct CloudEvent {
            subject: String,
        }
        let event = serde_json::from_str(self.detail.get());
        let subject = event.map(|event: CloudEvent| format!(" about {}", event.subject)).unwrap_or_default();
        let line = format!("{} from {}{subject}", self.detail_type, self.source);
        line.replace(char::is_control, "?")
    }
}

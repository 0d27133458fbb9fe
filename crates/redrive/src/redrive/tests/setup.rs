use std::io;

use serde_json::{Value, json};
use tablecast_event_patterns::filter::Filter;
use tablecast_stand_in::{Fault, StandIn};
use tokio::task::JoinHandle;

use super::functions::{Fake, Step};
use crate::deployment::{Deployment, Pipe};
use crate::error::RedriveError;
use crate::mode::Mode;
use crate::rebuild::{Key, Rebuild};
use crate::redrive::{Options, Redrive};
use crate::report::{Line, Lost, Outcome, Output, Summary, Unread};
use crate::selection::Selection;

const TABLE: &str = "rejected";

/// Two batches in most tests.
const OPTIONS: Options = Options { rate: 1000, batch: 2, discard_lost: false };

pub struct Setup {
    pub stand_in: StandIn,
}

/// A pipe without a queue.
fn orders() -> Pipe {
    let name = "orders".to_owned();
    Pipe { resource: name.clone(), table: name.clone(), name, letters: None, filter: Filter::default() }
}

/// A rejected change of an item.
pub fn record(id: &str, item: &str, sequence: u64) -> Value {
    json!({
        "eventID": id, "eventName": "MODIFY",
        "eventSourceARN": "arn:aws:dynamodb:r:1:table/orders/stream/2026",
        "dynamodb": { "Keys": { "id": { "S": item } }, "SequenceNumber": format!("{sequence}00000000000000000000"), "ApproximateCreationDateTime": 1.0 },
    })
}

fn item(record: &Value, at: i64, reason: &str) -> Value {
    let text = |text: &str| json!({ "S": text });
    let packed = zstd::encode_all(record.to_string().as_bytes(), 3).unwrap();
    json!({
        "pk": text("orders"), "sk": record["eventID"].as_str().map(text).unwrap(), "path": text("data.total"),
        "reason": text(reason), "record": { "B": base64(&packed) }, "parts": { "N": "1" }, "at": { "N": at.to_string() },
        "expires_at": { "N": "9999999999" },
    })
}

/// The stand-in takes DynamoDB JSON.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |chunk: &[u8], place: usize| {
        let bits =
            chunk.iter().chain([&0, &0]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        if place > chunk.len() { '=' } else { char::from(DIGITS[bits >> (18 - 6 * place) & 63]) }
    };
    bytes.chunks(3).flat_map(|chunk| (0..4).map(move |place| digit(chunk, place))).collect()
}

impl Setup {
    pub async fn new(records: &[Value]) -> Self {
        let stand_in = StandIn::in_process(&[TABLE, "log", "orders"]);
        stand_in.import(TABLE, records.iter().map(|record| item(record, 7, "wrong")).collect());
        Self { stand_in }
    }

    /// Adds a record in two parts.
    pub fn add_large(&self, record: &Value) {
        let whole = item(record, 7, "wrong");
        let packed = zstd::encode_all(record.to_string().as_bytes(), 3).unwrap();
        let (first, second) = packed.split_at(packed.len() / 2);
        let part = |(number, bytes): (usize, &[u8])| {
            let mut part = whole.clone();
            part["sk"] = json!({ "S": format!("{}#{number:04}", record["eventID"].as_str().unwrap()) });
            part["record"] = json!({ "B": base64(bytes) });
            part["parts"] = json!({ "N": "2" });
            part
        };
        self.stand_in.import(TABLE, [(1, first), (2, second)].map(part).into());
    }

    pub fn remove(&self, sort_key: &str) {
        self.stand_in.remove(TABLE, &json!({ "pk": { "S": "orders" }, "sk": { "S": sort_key } }));
    }

    fn redrive(&self, fake: Fake) -> Redrive<Fake> {
        let aws = self.stand_in.aws();
        let deployment = Deployment {
            dynamodb: aws.clone(),
            lambda: aws.clone(),
            sqs: aws,
            enrich: "enrich".to_owned(),
            dispatch: "dispatch".to_owned(),
            rejected: TABLE.to_owned(),
            log: "log".to_owned(),
            pipes: vec![orders()],
        };
        Redrive::new(deployment, fake)
    }

    pub async fn run(&self, fake: Fake, selection: Selection) -> Result<Report, RedriveError> {
        let mut lines = Lines::default();
        let summary = self.redrive(fake).run(&selection, OPTIONS, &mut lines).await?;
        Ok((summary, lines.0))
    }

    pub async fn show(&self, fake: Fake) -> Result<Report, RedriveError> {
        let mut lines = Lines::default();
        let summary = self.redrive(fake).show(&Selection::default(), OPTIONS, &mut lines).await?;
        Ok((summary, lines.0))
    }

    /// Makes events of an item.
    pub async fn rebuild(&self, fake: Fake) -> Result<Report, RedriveError> {
        let key = Key::parse(r#"{"pk":"acme","sk":"1001"}"#).unwrap();
        let rebuild = Rebuild { pipe: "orders".to_owned(), keys: vec![key], letter: None };
        let mut lines = Lines::default();
        let summary = self.redrive(fake).rebuild(&rebuild, Mode::Redrive, &mut lines).await?;
        Ok((summary, lines.0))
    }

    /// Ends a run at the nth time of a step, as a kill does. A run without so many of them succeeds.
    pub async fn crash(&self, fake: &Fake, step: Step, nth: usize) {
        let kind = format!("{TABLE} TransactWriteItems");
        match step {
            Step::Table => {
                let before = std::iter::repeat_n(Fault::None, nth);
                self.stand_in.plan(&kind, before.chain([Fault::Lost, Fault::Hang]));
            }
            _ => fake.hang_at(Some((step, nth))),
        }
        let mut lines = Lines::default();
        let redrive = self.redrive(fake.clone());
        let selection = Selection::default();
        tokio::select! {
            _ = redrive.run(&selection, OPTIONS, &mut lines) => {}
            () = fake.hung() => {}
            () = tokio::time::sleep(std::time::Duration::from_secs(2)) => {}
        }
        fake.hang_at(None);
        self.stand_in.cancel(&kind);
    }

    /// Writes the rejected record again while dispatch has the record.
    pub fn reject_at_dispatch(&self, fake: &Fake) -> JoinHandle<()> {
        let (goes_on, fake) = fake.pause_dispatch();
        let stand_in = self.stand_in.clone();
        tokio::spawn(async move {
            fake.dispatching().await;
            stand_in.import(TABLE, vec![item(&record("a", "a", 1), 8, "later")]);
            goes_on.notify_one();
        })
    }

    /// The ids and reasons in the table.
    pub fn rejected(&self) -> Vec<(String, String)> {
        let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
        self.stand_in.items(TABLE).iter().map(|item| (text(item, "sk"), text(item, "reason"))).collect()
    }
}

pub type Report = (Summary, Vec<(String, Outcome)>);

#[derive(Default)]
struct Lines(Vec<(String, Outcome)>);

impl Output for Lines {
    fn line(&mut self, line: &Line) -> io::Result<()> {
        self.0.push((line.id.clone(), line.outcome));
        Ok(())
    }

    fn lost(&mut self, _: &Lost) -> io::Result<()> {
        Ok(())
    }

    fn unread(&mut self, _: &Unread) -> io::Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: &Summary) {}

    fn note(&mut self, _: &str) {}
}

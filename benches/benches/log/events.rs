use std::collections::BTreeMap;

use serde_json::json;

use crate::scenario::Load;

/// The events of one batch.
pub const BATCH: usize = 100;

pub const PIPE: &str = "orders";

#[derive(Debug)]
pub struct Event {
    pub id: String,
    pub text: String,
}

/// Makes the events of one dispatcher.
#[derive(Debug)]
pub struct Events {
    channels: Vec<usize>,
    /// The shares of the channels, each added to those before it.
    shares: Vec<f64>,
}

impl Events {
    pub fn new(channels: Vec<usize>, load: Load) -> Self {
        let mut sum = 0.0;
        let shares = channels.iter().map(|channel| {
            sum += share(*channel, load);
            sum
        });
        Self { shares: shares.collect(), channels }
    }

    /// A batch, by the source of the channel.
    pub fn batch(&self) -> BTreeMap<String, Vec<Event>> {
        let mut batch = BTreeMap::<_, Vec<_>>::new();
        for _ in 0..BATCH {
            let channel = self.channel();
            batch.entry(source(channel)).or_default().push(event(channel));
        }
        batch
    }

    fn channel(&self) -> usize {
        let drawn = fastrand::f64() * self.shares.last().unwrap();
        let index = self.shares.partition_point(|share| *share <= drawn);
        self.channels[index.min(self.channels.len() - 1)]
    }
}

fn share(channel: usize, load: Load) -> f64 {
    match load {
        Load::Even => 1.0,
        Load::Zipf => 1.0 / (channel + 1) as f64,
    }
}

pub fn source(channel: usize) -> String {
    format!("tablecast/{PIPE}/tenant-{channel}")
}

/// An order of about 400 bytes.
pub fn event(channel: usize) -> Event {
    let id = format!("{:032x}", fastrand::u128(..));
    let order = fastrand::u32(1_000_000..10_000_000);
    let line = || json!({ "sku": format!("SKU-{}", fastrand::u32(10_000..100_000)), "quantity": fastrand::u8(1..9) });
    let text = json!({
        "specversion": "1.0", "id": id, "source": source(channel), "type": "order.placed.v1",
        "subject": format!("orders/tenant-{channel}/{order}"), "time": "2026-11-28T05:00:00.123Z",
        "datacontenttype": "application/json",
        "data": {
            "orderId": order, "customer": format!("customer-{}", fastrand::u16(..)), "status": "placed",
            "total": f64::from(fastrand::u32(100..100_000)) / 100.0, "lines": [line(), line()],
        },
    });
    Event { id, text: text.to_string() }
}

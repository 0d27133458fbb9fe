//! The changes of the tenants' orders, and of the hot one.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until};

use crate::gateway::Gateway;
use crate::pipe::Pipe;

pub const TENANTS: usize = 20;

/// Orders of one tenant. Each is an item of the table.
const ORDERS: usize = 10;

/// The pattern of the crowd.
pub const CROWD: &str = "orders/crowd/*";

/// The subjects of the tenants, and the hot one, which is the last.
pub const SUBJECTS: usize = TENANTS * ORDERS + 1;
pub const HOT: usize = SUBJECTS - 1;

/// Puts changes until a time.
#[derive(Clone)]
pub struct Load {
    pub gateway: Gateway,
    pub pipe: Pipe,
    pub until: Instant,
}

impl Load {
    /// One change of the tenant in each second, at any time of it.
    pub async fn change_orders(self, tenant: usize) {
        let mut second = Instant::now();
        while second < self.until {
            sleep_until(second + Duration::from_secs(1).mul_f64(fastrand::f64())).await;
            self.put(tenant * ORDERS + fastrand::usize(..ORDERS));
            second += Duration::from_secs(1);
            sleep_until(second).await;
        }
    }

    pub async fn change_the_hot_order(self, changes: f64) {
        let pause = Duration::from_secs(1).div_f64(changes);
        while Instant::now() < self.until {
            self.put(HOT);
            sleep(pause).await;
        }
    }

    fn put(&self, subject: usize) {
        let number = {
            let puts = &mut self.gateway.state().puts[subject];
            puts.push(Instant::now());
            puts.len() - 1
        };
        self.pipe.put(subject, element(subject, number));
    }
}

fn channel(subject: usize) -> String {
    match subject {
        HOT => "orders/crowd".to_owned(),
        _ => format!("orders/tenant-{}", subject / ORDERS),
    }
}

/// The result of `enrich` for a change: an event of about 400 bytes.
fn element(subject: usize, number: usize) -> String {
    let (id, channel) = (format!("bench-{subject}.{number}"), channel(subject));
    let line = json!({ "sku": "SKU-12345", "quantity": 3, "unitPrice": "19.90" });
    let event = json!({
        "specversion": "1.0", "id": id, "source": format!("tablecast/{channel}"), "type": "order.placed.v1",
        "subject": format!("{channel}/{subject}"), "time": "2026-11-28T05:00:00.123Z",
        "datacontenttype": "application/json", "sequence": format!("{number:040}"),
        "data": { "orderId": subject, "customer": "customer-4711", "status": "placed", "lines": [line, line] },
    });
    json!({ "eventID": format!("{subject}.{number}"), "pipe": "orders", "events": [event] }).to_string()
}

//! One principal resumes much over many connections, again and again. Its resumes are refused, and those of others
//! are served.

use std::sync::Arc;

use serde_json::{Value, json};
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::order_of;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;

const CONNECTIONS: usize = 16;
/// The orders of a tenant. Their events take 4.5 MB of the log, and 6 MB without compression.
const ORDERS: usize = 16;
const SKU_BYTES: usize = 375_000;
/// The most rounds until the quota of 48 MB is used up. One round reads 72 MB without it.
const ROUNDS: usize = 3;

/// Text that hardly becomes smaller by compression.
fn noise(seed: usize) -> String {
    let mut state = seed as u64 + 1;
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(letters[(state >> 58) as usize])
    };
    (0..SKU_BYTES).map(|_| letter()).collect()
}

struct Client {
    local: Arc<LocalMode>,
    token: String,
    tenant: &'static str,
    /// The position before the first order.
    origin: String,
}

impl Client {
    async fn new(local: &Arc<LocalMode>, user: &str, tenant: &'static str) -> Self {
        let claim = format!("tenant={tenant}");
        let token = local.token(&["--subject", user, "--claim", &claim]).await;
        let mut client = Self { local: local.clone(), token, tenant, origin: String::new() };
        let reply = client.connect().await.request(client.subscribe()).await;
        client.origin = reply["data"]["sources"][client.source()].as_str().unwrap().to_owned();
        client
    }

    async fn connect(&self) -> Socket {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("Authorization", bearer.as_str())];
        Socket::with_headers(&self.local.addresses().clients, &headers).await.unwrap()
    }

    fn source(&self) -> String {
        format!("tablecast/orders/{}", self.tenant)
    }

    fn subscribe(&self) -> Value {
        json!({"action": "subscribe", "subjects": [format!("orders/{}/*", self.tenant)]})
    }

    /// Connects and resumes after the origin. Returns the result, and the connection once it is subscribed.
    async fn resume(&self) -> (Value, Socket) {
        let mut socket = self.connect().await;
        let mut message = self.subscribe();
        message["after"] = json!({self.source(): self.origin});
        let resumed = socket.request(message).await;
        assert_data_is_valid(&resumed);
        while socket.event().await["type"] != "tablecast.subscribed.v1" {}
        (resumed["data"]["sources"][self.source()].clone(), socket)
    }

    async fn assert_resumes(&self) {
        let (result, _) = self.resume().await;
        assert_eq!(result["recovered"], true, "{result}");
    }
}

/// Writes the orders of a tenant, and waits for their events.
async fn write(client: &Client) {
    let mut socket = client.connect().await;
    assert_eq!(socket.request(client.subscribe()).await["type"], "tablecast.subscribed.v1");
    for id in 0..ORDERS {
        let mut order = order_of(client.tenant, &id.to_string(), "PLACED");
        order["lines"]["L"][0]["M"]["sku"] = json!({"S": noise(id)});
        client.local.dynamodb().put("orders", order).await;
        assert_eq!(socket.event().await["type"], "tablecast.event-too-large.v1");
    }
}

/// Resumes over all connections at once. Returns the results, after all connections are closed.
async fn round(client: &Arc<Client>) -> Vec<Value> {
    let resumes = (0..CONNECTIONS).map(|_| {
        let client = client.clone();
        async move {
            let (result, socket) = client.resume().await;
            socket.close().await;
            result
        }
    });
    resumes.collect::<JoinSet<_>>().join_all().await
}

async fn use_up_the_quota(client: &Arc<Client>) {
    let mut rounds = 0;
    while !round(client).await.contains(&refused()) {
        rounds += 1;
        assert!(rounds < ROUNDS, "no resume was refused");
    }
}

fn refused() -> Value {
    json!({"recovered": false, "cause": "quota-exceeded"})
}

/// Returns the number of items of the table `log` that were read. The database logs lines such as
/// `database: Query log: 3 items read` at DEBUG.
fn items_read(log: &str) -> usize {
    let counts = log.lines().filter_map(|line| line.split_once("database: Query log: ")?.1.split_once(' '));
    counts.map(|(count, _)| count.parse::<usize>().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_principal_that_resumes_again_and_again_is_refused_and_others_are_served() {
    let local = Arc::new(LocalMode::start_with_auth(&["--log-level", "debug"]).await);
    let ada = Arc::new(Client::new(&local, "ada", "acme").await);
    let bob = Client::new(&local, "bob", "acme").await;
    let carol = Client::new(&local, "carol", "globex").await;
    write(&ada).await;
    write(&carol).await;

    use_up_the_quota(&ada).await;
    let logged = local.log().len();
    let results = round(&ada).await;
    let refusals = results.iter().filter(|result| **result == refused()).count();
    let read = items_read(&local.log()[logged..]);
    println!("{refusals} of {CONNECTIONS} resumes refused, {read} items of the log read");
    assert!(refusals > CONNECTIONS / 2, "{results:?}");
    assert!((1..CONNECTIONS * ORDERS / 2).contains(&read), "{read}");
    let line = eventually("a line in the log", async || {
        local.log().lines().find(|line| line.contains("principal#fdee430d40bd57de")).map(str::to_owned)
    });
    assert!(line.await.contains("a quota of its client or of the channel is used up"));

    bob.assert_resumes().await;
    carol.assert_resumes().await;
    // A client that is refused receives new events.
    use_up_the_quota(&ada).await;
    let (result, mut socket) = ada.resume().await;
    assert_eq!(result, refused());
    local.dynamodb().put("orders", order_of("acme", "new", "PLACED")).await;
    assert_eq!(socket.subjects(1).await, ["orders/acme/new"]);
}

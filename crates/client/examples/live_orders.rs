use tablecast_client::{BoxError, Client};

#[derive(serde::Deserialize)]
struct Order {
    status: String,
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let url = std::env::var("URL").unwrap_or("ws://127.0.0.1:8787".to_owned());
    let client = Client::builder(url)
        .token(|| async { Ok(std::env::var("TABLECAST_TOKEN")?) })
        .on_state(|state, reason| eprintln!("{state}: {reason}"))
        .start()?;
    let mut orders = client.collection(["orders/acme/*"], "order.v1").open();
    while let Some(change) = orders.changed().await {
        let view = orders.view();
        for subject in &change.subjects {
            match view.items.get(subject) {
                Some(data) => println!("{subject} {}", data.read::<Order>()?.status),
                None => println!("{subject} is gone"),
            }
        }
        println!("{} orders, {:?}", view.items.len(), view.status);
    }
    Ok(())
}

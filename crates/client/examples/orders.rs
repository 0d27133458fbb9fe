use tablecast_client::{BoxError, Client, FileStore, Item};

#[derive(serde::Deserialize)]
struct Order {
    total: String,
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let url = std::env::var("URL").unwrap_or("ws://127.0.0.1:8787".to_owned());
    let client = Client::builder(url)
        .token(|| async { Ok(std::env::var("TABLECAST_TOKEN")?) })
        .store(FileStore::new("progress.json"))
        .on_state(|state, reason| eprintln!("{state}: {reason}"))
        .start()?;
    let mut orders = client.subscribe(["orders/acme/*"]).types(["order.placed.v1"]).open();
    while let Some(item) = orders.next().await {
        match item {
            Item::Event(event) => println!("{} {}", event.id(), event.data::<Order>()?.total),
            Item::Gap(gap) => println!("fetch the orders again: {gap}"),
            other => eprintln!("{other:?}"),
        }
    }
    Ok(())
}

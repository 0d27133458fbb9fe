use tablecast_client::{BoxError, Client, FileStore, Item};

#[derive(serde::Deserialize)]
struct Order {
    total: f64,
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let client = Client::builder("ws://127.0.0.1:8787")
        .token(|| async { Ok(std::env::var("TABLECAST_TOKEN")?) })
        .store(FileStore::new("progress.json"))
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

//! A thousand concurrent clients.

use crate::http::Http;
use crate::support::{Client, gateway};

const CLIENTS: usize = 1000;
const POSTS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_clients_receive_their_own_messages_in_order() {
    let mut test = gateway().await;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(test.connect().await);
    }
    let mut readers = Vec::new();
    let mut ids = Vec::new();
    for (client, id) in clients {
        ids.push(id.clone());
        readers.push(tokio::spawn(read_all(client, id)));
    }
    let posters: Vec<_> = ids.chunks(CLIENTS / 10).map(<[String]>::to_vec).collect();
    let posters: Vec<_> = posters.into_iter().map(|ids| tokio::spawn(post_all(test.address, ids))).collect();
    for task in posters.into_iter().chain(readers) {
        task.await.unwrap();
    }
    for _ in 0..CLIENTS {
        test.called("disconnect").await;
    }
}

async fn post_all(address: std::net::SocketAddr, ids: Vec<String>) {
    let mut http = Http::connect(address).await;
    for number in 0..POSTS {
        for id in &ids {
            assert_eq!(http.post(id, format!("{id} {number}").as_bytes()).await.status, 200);
        }
    }
}

async fn read_all(mut client: Client, id: String) {
    for number in 0..POSTS {
        assert_eq!(client.receive().await, format!("{id} {number}"));
    }
    client.close(None).await;
}

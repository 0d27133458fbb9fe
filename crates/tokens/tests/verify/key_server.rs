use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is answered to whoever asks for the keys.
#[derive(Clone)]
pub enum Answer {
    /// Status and body.
    Says(u16, String),
    /// Never anything.
    Silence,
    /// A byte now and then, for ever.
    Drips,
    /// Announces more than it sends.
    BreaksOff,
    /// Sends without an end.
    Floods,
}

/// An issuer's key set at an HTTP address of its own.
pub struct KeyServer {
    address: SocketAddr,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
}

impl KeyServer {
    pub async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (answer, asked) = (Arc::new(Mutex::new(answer)), Arc::new(AtomicUsize::new(0)));
        let server = Self { address: listener.local_addr().unwrap(), answer, asked };
        let (answer, asked) = (server.answer.clone(), server.asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let answer = answer.lock().unwrap().clone();
                tokio::spawn(give(stream, answer));
            }
        });
        server
    }

    pub async fn with_keys(keys: &[Value]) -> Self {
        Self::start(keys_answer(keys)).await
    }

    pub fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub fn has_keys(&self, keys: &[Value]) {
        self.answers(keys_answer(keys));
    }

    pub fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    /// How often anybody came: every answer ends its connection.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn keys_answer(keys: &[Value]) -> Answer {
    Answer::Says(200, json!({"keys": keys}).to_string())
}

async fn give(mut stream: TcpStream, answer: Answer) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let head = |status: u16, length: usize| {
        format!(
            "HTTP/1.1 {status} X\r\nLocation: /keys\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    match answer {
        Answer::Says(status, body) => {
            let _ = stream.write_all((head(status, body.len()) + &body).as_bytes()).await;
        }
        Answer::Silence => std::future::pending().await,
        Answer::BreaksOff => drop(stream.write_all((head(200, 100) + "{").as_bytes()).await),
        Answer::Drips => {
            let _ = stream.write_all(head(200, 100_000).as_bytes()).await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
        Answer::Floods => {
            let _ = stream.write_all(head(200, usize::MAX).as_bytes()).await;
            while stream.write_all(&[b' '; 4096]).await.is_ok() {}
        }
    }
}

//! A proxy between the clients and the gateway, which cuts, freezes and refuses sockets.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The state of one socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Open,
    /// No byte passes, and no end.
    Frozen,
    Cut,
}

#[derive(Clone)]
pub struct SocketProxy {
    pub address: String,
    state: Arc<State>,
}

struct State {
    gateway: String,
    /// The folder for the bytes of each socket.
    trace: Option<PathBuf>,
    number: AtomicU64,
    sockets: Mutex<Vec<watch::Sender<Line>>>,
    refuses: AtomicBool,
    refused: AtomicU64,
}

impl SocketProxy {
    pub async fn start(gateway: String, trace: Option<PathBuf>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = State {
            gateway,
            trace,
            number: AtomicU64::new(0),
            sockets: Mutex::default(),
            refuses: AtomicBool::new(false),
            refused: AtomicU64::new(0),
        };
        let state = Arc::new(state);
        tokio::spawn(accept(listener, state.clone()));
        Self { address, state }
    }

    /// Cuts each open socket with this probability. Returns their number.
    pub fn cut(&self, share: f64) -> u64 {
        self.state.change(share, Line::Cut)
    }

    pub fn freeze(&self, share: f64) -> u64 {
        self.state.change(share, Line::Frozen)
    }

    /// Lets the bytes of frozen sockets pass again.
    pub fn thaw(&self) {
        let sockets = self.state.sockets.lock().unwrap();
        for socket in sockets.iter() {
            socket.send_if_modified(thaw);
        }
    }

    pub fn cut_frozen(&self) {
        let sockets = self.state.sockets.lock().unwrap();
        let frozen = sockets.iter().filter(|socket| *socket.borrow() == Line::Frozen);
        frozen.for_each(|socket| _ = socket.send_replace(Line::Cut));
    }

    /// Refuses new sockets, or not. Returns how many were refused since the last call.
    pub fn refuse(&self, refuses: bool) -> u64 {
        self.state.refuses.store(refuses, Ordering::SeqCst);
        self.state.refused.swap(0, Ordering::SeqCst)
    }
}

fn thaw(line: &mut Line) -> bool {
    let is_frozen = *line == Line::Frozen;
    if is_frozen {
        *line = Line::Open;
    }
    is_frozen
}

impl State {
    fn change(&self, share: f64, to: Line) -> u64 {
        let mut sockets = self.sockets.lock().unwrap();
        sockets.retain(|socket| socket.receiver_count() > 0);
        let open = sockets.iter().filter(|socket| *socket.borrow() == Line::Open);
        let chosen: Vec<_> = open.filter(|_| fastrand::f64() < share).collect();
        chosen.iter().for_each(|socket| _ = socket.send_replace(to));
        chosen.len() as u64
    }

    fn trace_file(&self, number: u64, direction: &str) -> Option<File> {
        let path = self.trace.as_ref()?.join(format!("{number:06}.{direction}"));
        OpenOptions::new().create(true).append(true).open(path).ok()
    }

    fn open(&self) -> watch::Receiver<Line> {
        let (socket, line) = watch::channel(Line::Open);
        let mut sockets = self.sockets.lock().unwrap();
        sockets.retain(|socket| socket.receiver_count() > 0);
        sockets.push(socket);
        line
    }
}

fn now_in_milliseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        match state.refuses.load(Ordering::SeqCst) {
            true => drop(state.refused.fetch_add(1, Ordering::SeqCst)),
            false => drop(tokio::spawn(serve(client, state.clone()))),
        }
    }
}

async fn serve(client: TcpStream, state: Arc<State>) {
    let Ok(server) = TcpStream::connect(&state.gateway).await else { return };
    let line = state.open();
    let number = state.number.fetch_add(1, Ordering::SeqCst);
    let [up, down] = ["up", "down"].map(|direction| state.trace_file(number, direction));
    let mut end = line.clone();
    let ((client_read, client_write), (server_read, server_write)) =
        (client.into_split(), server.into_split());
    tokio::select! {
        () = pump(client_read, server_write, line.clone(), up) => {}
        () = pump(server_read, client_write, line, down) => {}
        _ = end.wait_for(|line| *line == Line::Cut) => {}
    }
}

/// Passes bytes until one side ends. While the socket is frozen, its end does not pass either.
async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut line: watch::Receiver<Line>,
    mut trace: Option<File>,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).await;
        if line.wait_for(|line| *line != Line::Frozen).await.is_err() {
            return;
        }
        if let (Some(file), Ok(count)) = (&mut trace, &read) {
            let _ = file.write_all(format!("@{} {count}\n", now_in_milliseconds()).as_bytes());
            let _ = file.write_all(&buffer[..*count]);
        }
        match read {
            Ok(count) if count > 0 && to.write_all(&buffer[..count]).await.is_ok() => {}
            _ => return,
        }
    }
}

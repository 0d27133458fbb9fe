use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::REQUEST_TIMEOUT;
use super::body::arriving;
use super::waiting::Seat;
use super::watched_stream::WatchedStream;

/// Serves a connection until its client or the server closes it, or until its upgrade.
pub async fn serve(
    stream: TcpStream,
    client: SocketAddr,
    router: Router,
    seat: Seat,
    mut stopped: watch::Receiver<()>,
) {
    // Nagle's algorithm delays small responses.
    let _ = stream.set_nodelay(true);
    let seat = Arc::new(seat);
    seat.wait();
    let service = service_fn(|request| respond(router.clone(), request, client, seat.clone()));
    let mut builder = http1::Builder::new();
    let builder = builder.timer(TokioTimer::new()).header_read_timeout(REQUEST_TIMEOUT);
    let stream = TokioIo::new(WatchedStream::new(stream, seat.clone()));
    let connection = builder.serve_connection(stream, service).with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = seat.closed() => return,
        // Fails when the server stops: nothing is ever sent.
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = connection.as_mut() => (),
        () = seat.closed() => (),
    }
}

async fn respond(
    router: Router,
    request: Request<Incoming>,
    client: SocketAddr,
    seat: Arc<Seat>,
) -> Result<Response<Body>, Infallible> {
    let mut request = request.map(|body| arriving(body, seat.clone()));
    request.extensions_mut().insert(ConnectInfo(client));
    let response = TowerToHyperService::new(router).call(request).await?;
    match response.status() {
        StatusCode::SWITCHING_PROTOCOLS => seat.leave(),
        _ => seat.idle(),
    }
    Ok(response)
}

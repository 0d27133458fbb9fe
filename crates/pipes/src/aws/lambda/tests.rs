use aws_credential_types::Credentials;
use aws_sdk_lambda::config::{BehaviorVersion, Region, SharedCredentialsProvider};
use axum::Router;
use tokio::net::TcpListener;

use super::*;

/// The command line's timeout for DynamoDB calls is short, too.
const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn an_invocation_may_take_longer_than_other_calls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let respond = || async { tokio::time::sleep(5 * SHORT).await };
    let router = Router::new().fallback(respond);
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    let credentials = Credentials::new("key", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(SHORT).build())
        .endpoint_url(url)
        .build();
    let response = Lambda::new(&config).invoke("dispatch", Bytes::from("[]")).await;
    assert_eq!(response.unwrap(), "");
}

use serde_json::json;
use tablecast_doctor::bus_of;

use crate::stub::Stub;

/// Returns why the bus of the deployment cannot be used.
async fn refusal(stub: &Stub) -> String {
    bus_of(stub.configuration(), "acme").await.unwrap_err().to_string()
}

#[tokio::test]
async fn the_bus_of_a_deployment_is_the_one_on_which_dispatch_publishes() {
    let stub = Stub::start().await;
    assert_eq!(bus_of(stub.configuration(), "acme").await.unwrap(), "company");
    let [dispatch, bus] = stub.received().try_into().unwrap();
    assert_eq!(dispatch.path, "/2015-03-31/functions/acme-dispatch/configuration?Qualifier=live");
    assert_eq!((bus.operation.as_str(), &bus.body), ("DescribeEventBus", &json!({ "Name": "company" })));
}

#[tokio::test]
async fn a_bus_or_a_deployment_that_does_not_exist_is_named() {
    for (operation, expected) in [
        ("DescribeEventBus", "the bus company, on which acme publishes, does not exist"),
        ("GetFunctionConfiguration", "the function acme-dispatch has no alias `live` here"),
    ] {
        let stub = Stub::start().await;
        stub.plan(operation, vec![(404, json!({ "__type": "ResourceNotFoundException" }))]);
        let error = refusal(&stub).await;
        assert!(error.starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn a_bus_that_cannot_be_read_is_not_assumed_to_exist() {
    for (operation, permission) in [
        ("DescribeEventBus", "allow events:DescribeEventBus"),
        ("GetFunctionConfiguration", "allow lambda:GetFunctionConfiguration"),
    ] {
        let stub = Stub::start().await;
        stub.deny(operation);
        let error = refusal(&stub).await;
        assert!(error.contains(&format!("no {operation}")) && error.contains(permission), "{error}");
    }
}

#[tokio::test]
async fn a_bus_name_that_is_missing_or_cannot_be_read_is_not_guessed() {
    let encrypted = json!({ "Error": { "ErrorCode": "AccessDeniedException", "Message": "no kms:Decrypt" } });
    for (environment, expected) in [(json!({}), "names no bus"), (encrypted, "no kms:Decrypt")] {
        let stub = Stub::start().await;
        stub.plan("GetFunctionConfiguration", vec![(200, json!({ "Environment": environment }))]);
        let error = refusal(&stub).await;
        assert!(error.contains(expected), "{error}");
    }
}

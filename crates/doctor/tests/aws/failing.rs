use serde_json::json;
use tablecast_doctor::{CannotRun, OPERATIONS, diagnose};

use crate::stub::Stub;

#[tokio::test]
async fn without_a_permission_there_is_a_note_that_names_it() {
    for operation in OPERATIONS {
        let stub = Stub::start().await;
        stub.deny(operation.name);
        let findings = diagnose(&stub.examine().await.unwrap());
        let note = findings.iter().find(|it| it.code.name() == "unreadable" && it.subject == operation.name);
        let note = note.unwrap_or_else(|| panic!("no note about {}: {findings:?}", operation.name));
        assert!(note.fix.contains(&format!("allow {}.", operation.permission)), "{}", note.fix);
        assert!(
            note.evidence[0].contains(&format!("AccessDeniedException: no {}", operation.name)),
            "{note:?}"
        );
        assert_eq!(note.part, operation.part, "{}", operation.name);
    }
}

#[tokio::test]
async fn an_api_that_an_emulator_lacks_is_a_note() {
    let stub = Stub::start().await;
    stub.plan("GetAccountSettings", vec![(404, json!("<html>not found</html>"))]);
    let facts = stub.examine().await.unwrap();
    assert_eq!(facts.unreadable.len(), 1);
    assert_eq!(facts.unreadable[0].reason, "HTTP status 404");
}

#[tokio::test]
async fn an_encrypted_environment_is_a_note() {
    let stub = Stub::start().await;
    let error = json!({ "Error": { "ErrorCode": "AccessDeniedException", "Message": "no kms:Decrypt" } });
    let configuration = json!({ "Version": "7", "State": "Active", "CodeSha256": "h", "Environment": error });
    stub.plan("GetFunctionConfiguration", vec![(200, configuration)]);
    let found = stub.found().await;
    assert!(found.contains(&"unreadable GetFunctionConfiguration".to_owned()), "{found:?}");
    assert!(!found.contains(&"tokens-unusable authorize".to_owned()), "nothing is known about tokens");
}

#[tokio::test]
async fn a_deployment_that_does_not_exist_cannot_be_examined() {
    let stub = Stub::start().await;
    for operation in ["GetFunctionConfiguration", "GetAlias", "GetFunctionConcurrency"] {
        stub.plan(operation, vec![(404, json!({ "__type": "ResourceNotFoundException" }))]);
    }
    stub.plan("ListPipes", vec![(200, json!({ "Pipes": [] }))]);
    let error = stub.examine().await.unwrap_err();
    assert!(matches!(error, CannotRun::NoDeployment { .. }), "{error}");
    assert!(error.to_string().contains("the region eu-central-1 has no deployment acme"), "{error}");
}

#[tokio::test]
async fn credentials_that_everything_refuses_cannot_be_used() {
    let stub = Stub::start().await;
    OPERATIONS.iter().for_each(|operation| stub.deny(operation.name));
    let error = stub.examine().await.unwrap_err();
    assert!(error.to_string().starts_with("nothing could be read: AccessDeniedException: no "), "{error}");
}

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::program::{Project, SCHEMA, TIMEOUT};

#[tokio::test]
async fn only_tests_can_advance_the_clock() {
    let project = Project::new();
    for (arguments, expected) in [(&["--json", "--test-clock"][..], "200"), (&["--json"], "404")] {
        let mut running = project.start(arguments).await;
        let addresses = running.addresses().await;
        let url = format!("{}/clock?advance=10m", addresses["http"].as_str().unwrap());
        let curl = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", &url];
        let output = Command::new("curl").args(curl).output().await.unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    }
}

/// Returns the status of a request with this `Host` header.
async fn status(addresses: &Value, path: &str, host: &str) -> String {
    let url = format!("{}{path}", addresses["http"].as_str().unwrap());
    let curl = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", &format!("Host: {host}"), &url];
    let output = Command::new("curl").args(curl).output().await.unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn requests_with_a_foreign_host_are_refused_on_every_path() {
    let project = Project::new();
    let mut running = project.start(&["--json", "--test-clock"]).await;
    let addresses = running.addresses().await;
    for host in ["localhost", "localhost:1", "127.0.0.1:8787", "[::1]:8787"] {
        assert_eq!(status(&addresses, "/bus", host).await, "200", "{host}");
    }
    for path in ["/", "/bus", "/@connections/a", "/clock", "/catalogue/", "/asyncapi.json", "/nowhere"] {
        assert_eq!(status(&addresses, path, "rebound.example:8787").await, "403", "{path}");
    }
    assert_eq!(status(&addresses, "/bus", "").await, "403", "a request without a host");
}

#[tokio::test]
async fn a_schema_that_cannot_be_published_disables_only_the_catalogue() {
    let project = Project::new();
    for (schema, catalogue) in [(SCHEMA, "200"), (&SCHEMA.replacen('{', "{\"propertyNames\": {},", 1), "404")]
    {
        project.write("schemas/profile.created.v1.json", schema);
        let mut running = project.start(&["--json"]).await;
        let addresses = running.addresses().await;
        assert_eq!(status(&addresses, "/catalogue/", "localhost").await, catalogue);
        assert_eq!(status(&addresses, "/bus", "localhost").await, "200");
        running.signal("-INT").await;
        let (code, log) = running.ended().await;
        assert_eq!((code, log.contains("there is no catalogue")), (Some(0), catalogue == "404"), "{log}");
        assert_eq!(log.contains("profile.created.v1.json: /propertyNames: "), catalogue == "404", "{log}");
    }
}

#[tokio::test]
async fn the_issuer_of_a_token_is_in_the_data_folder() {
    let project = Project::new();
    let token = async |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.current_dir(project.path()).arg("token").args(arguments);
        let output = timeout(TIMEOUT, command.output()).await.unwrap().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let header = |token: &str| token.split('.').next().unwrap().to_owned();
    let first = token(&["--claim", "tenant=acme"]).await;
    assert_eq!((first.matches('.').count(), first.lines().count()), (2, 1), "{first}");
    assert_eq!(header(&token(&["--data", ".tablecast"]).await), header(&first));
    assert_ne!(header(&token(&["--data", "other"]).await), header(&first), "another key has another kid");
}

use super::*;

/// Checks two pipes with these subjects and grants.
fn check_grants(orders: [&str; 2], users: [&str; 2]) -> Report {
    let file = |name: &str, [subject, grant]: [&str; 2]| {
        let grant = if grant.is_empty() { String::new() } else { format!("grant: {grant}\n") };
        let text = format!(
            "table: {name}\nsubject: '{subject}'\n{grant}events: [{{ type: {name}.seen.v1, data: {{}} }}]\n"
        );
        DefinitionFile { file: format!("pipes/{name}.yaml"), name: name.into(), text }
    };
    let schemas = ["orders.seen.v1", "users.seen.v1"].map(|name| schema(name, &json!({})));
    check(&[file("orders", orders), file("users", users)], &schemas, &no_files)
}

#[test]
fn a_grant_that_matches_no_subject_is_a_problem() {
    let orders = [r#""orders/" + item.tenant + "/" + item.id"#, r#"'"order/" + claims.tenant + "/*"'"#];
    let users = [r#""users/" + keys.id"#, r#"['"users/" + claims.sub', '"users/" + claims.sub + "/*"']"#];
    let report = check_grants(orders, users);
    let expected = [
        "grant-unmatched grant: \"order/\" + claims.tenant + \"/*\" matches no subject of a pipe; the subjects are \"orders/\"",
        "grant-unmatched grant: \"users/\" + claims.sub + \"/*\" matches no subject of a pipe",
    ];
    let found = texts(&report);
    assert_eq!(found.len(), 2, "{found:#?}");
    for (problem, start) in found.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}");
    }
    assert!(report.problems.iter().all(|problem| problem.line == Some(3)));
}

#[test]
fn a_grant_can_match_the_subjects_of_another_pipe() {
    let orders = [r#""orders/" + item.id"#, ""];
    let users = [r#""users/" + keys.id"#, r#"['"users/" + claims.sub', '"orders/" + claims.order']"#];
    let report = check_grants(orders, users);
    assert_eq!((report.problems, report.warnings), (vec![], vec![]));
}

#[test]
fn a_pipe_that_no_grant_matches_is_a_warning() {
    let users = [r#""users/" + keys.id"#, r#"'"users/" + claims.sub'"#];
    let report = check_grants([r#""orders/" + item.id"#, ""], users);
    assert_eq!(report.problems, []);
    let found: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "pipes/orders.yaml:2: subject: no `grant` matches its subject, so no client may subscribe to its events"
        ]
    );
}

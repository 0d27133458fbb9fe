use super::*;

/// Checks a pipe file with these tests of its grants. Returns the failures, and the number of tests.
fn tested(tests: &str) -> (Vec<String>, usize) {
    let grant = r#"grant: ['"orders/" + claims["cognito:groups"] + "/*"', '"users/" + claims.sub + "/*"']"#;
    let text = format!(
        "table: orders\nsubject: 'keys.kind + \"/\" + keys.of + \"/\" + keys.id'\n{grant}\nevents: [{{ type: order.placed.v1, data: {{}} }}]\ngrant_tests:\n{tests}"
    );
    let report = check(&[pipe(&text)], &[schema("order.placed.v1", &json!({}))], &no_files);
    (report.problems.iter().map(ToString::to_string).collect(), report.checked.tests)
}

#[test]
fn grants_are_tried_with_example_claims() {
    let right = "  - claims: { sub: ada, cognito:groups: [acme, globex] }\n    \
                 grants: [users/ada/*, orders/globex/*, orders/acme/*]\n  - { claims: {}, grants: [] }\n";
    assert_eq!(tested(right), (vec![], 2));
}

#[test]
fn a_failing_grant_test_names_the_claims_that_fill_no_grant() {
    let (failures, count) = tested("  - { claims: { cognito:groups: [a/b] }, grants: [orders/a/*] }\n");
    assert_eq!(
        (failures, count),
        (vec!["pipes/orders.yaml:6: grant_tests[0]: grants [], but the test expects [orders/a/*]; pipe orders: \
               1 of 1 elements of claims[\"cognito:groups\"] are no segment of a subject; pipe orders: claims.sub is absent".to_owned()], 1)
    );
}

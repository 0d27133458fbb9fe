use super::*;

/// Checks pipes with these subjects, grants and logs. Returns the warnings.
fn warnings(pipes: &[(&str, &str, &str)]) -> Vec<String> {
    let names = ["orders", "users", "any"];
    let file = |(name, (subject, grant, log)): (&str, &(&str, &str, &str))| DefinitionFile {
        file: format!("pipes/{name}.yaml"),
        name: name.into(),
        text: format!(
            "table: {name}\nsubject: '{subject}'\ngrant: {grant}\nevents: [{{ type: {name}.seen.v1, data: {{}} }}]\n{log}"
        ),
    };
    let files: Vec<_> = names.into_iter().zip(pipes).map(file).collect();
    let schemas: Vec<_> =
        (files.iter().map(|file| schema(&format!("{}.seen.v1", file.name), &json!({})))).collect();
    let report = check(&files, &schemas, &no_files);
    assert_eq!(texts(&report), [""; 0]);
    report.warnings.iter().map(|problem| format!("{} {problem}", problem.rule.name())).collect()
}

const ORDERS: &str = r#""orders/" + item.tenant + "/" + item.id"#;

#[test]
fn a_grant_as_narrow_as_its_channel_is_no_warning() {
    for (subject, grant, log) in [
        (ORDERS, r#"'"orders/" + claims.tenant + "/*"'"#, ""),
        (ORDERS, r#"'"orders/" + claims.groups + "/*"'"#, "log: { channel: 2 }\n"),
        (ORDERS, r#"'"orders/" + claims.tenant + "/" + claims.order'"#, "log: { channel: 3 }\n"),
        (ORDERS, r#"'"orders/*"'"#, "log: { channel: 1 }\n"),
        (ORDERS, r#"['"orders/" + claims.tenant + "/*"', '"orders/*"']"#, "log: { channel: 1 }\n"),
        // The whole subject is the channel.
        (r#""users/" + item.id"#, r#"'"users/" + claims.sub'"#, "log: { channel: 3 }\n"),
        (r#""news""#, r#"'"news"'"#, ""),
    ] {
        assert_eq!(warnings(&[(subject, grant, log)]), [""; 0], "{subject} {grant} {log}");
    }
}

#[test]
fn a_grant_wider_than_its_channel_is_a_warning_that_suggests_both_numbers() {
    let of = |grant: &str, log: &str| warnings(&[(ORDERS, grant, log)]);
    assert_eq!(
        of(r#"'"orders/*"'"#, ""),
        [
            "grant-wide pipes/orders.yaml:3: grant: \"orders/*\" is wider than a channel of pipes/orders.yaml, which has 2 \
             segments: clients that subscribe to all of it receive live events, but cannot resume. Write \
             `log: { channel: 1 }` in pipes/orders.yaml, or a grant with 2 segments before /*"
        ]
    );
    let list = of(
        r#"['"orders/" + claims.tenant + "/" + claims.sub', '"orders/" + claims.groups + "/*"']"#,
        "log: { channel: 3 }\n",
    );
    assert_eq!(list.len(), 1, "{list:?}");
    assert!(
        list[0].starts_with(
            "grant-wide pipes/orders.yaml:3: grant[1]: \"orders/\" + claims.groups + \"/*\" is wider"
        ),
        "{list:?}"
    );
    assert!(
        list[0].ends_with(
            "Write `log: { channel: 2 }` in pipes/orders.yaml, or a grant with 3 segments before /*"
        ),
        "{list:?}"
    );
    let all = of(r#"'"*"'"#, "log: { channel: 1 }\n");
    assert!(
        all.len() == 1 && all[0].ends_with("cannot resume. Write a grant with 1 segment before /*"),
        "{all:?}"
    );
}

#[test]
fn a_grant_is_compared_with_the_channels_of_every_pipe_that_it_matches() {
    let orders = (ORDERS, r#"['"orders/*"', '"users/" + claims.sub']"#, "log: { channel: 1 }\n");
    let users = (r#""users/" + item.id"#, r#"'"orders/" + claims.tenant + "/*"'"#, "");
    assert_eq!(warnings(&[orders, users]), [""; 0]);
    let wide = (users.0, r#"'"orders/*"'"#, "");
    let found = warnings(&[(ORDERS, orders.1, ""), wide]);
    let places: Vec<_> = found.iter().map(|text| text.split(": \"").next().unwrap()).collect();
    assert_eq!(places, ["grant-wide pipes/orders.yaml:3: grant[0]", "grant-wide pipes/users.yaml:3: grant"]);
    assert!(found[1].contains("`log: { channel: 1 }` in pipes/orders.yaml,"), "{found:?}");
}

#[test]
fn pipes_with_one_channel_and_another_log_are_a_warning() {
    let lines = r#""orders/" + item.tenant + "/lines/" + item.id"#;
    let grant = r#"'"orders/" + claims.tenant + "/*"'"#;
    let of = |orders: &str, users: &str| warnings(&[(ORDERS, grant, orders), (lines, grant, users)]);
    assert_eq!(of("", "log: { keep: 7d, channel: 2 }\n"), [""; 0]);
    assert_eq!(
        of("", "log: { keep: 1d }\n"),
        [
            "log-shared pipes/users.yaml:5: log.keep: is 1d, but pipes/orders.yaml has 7d, and both pipes can write to the log \
             of one channel: it keeps its oldest events for 1d only"
        ]
    );
    assert_eq!(
        of("log: { channel: 1 }\n", ""),
        [
            "log-shared pipes/users.yaml: log.channel: is 2, but pipes/orders.yaml has 1, and the subjects of both can begin \
             alike: clients resume these subjects from logs of two widths"
        ]
    );
}

#[test]
fn pipes_with_other_channels_may_have_another_log() {
    let grants = [r#"'"shop/orders/" + claims.tenant + "/*"'"#, r#"'"shop/users/" + claims.sub'"#];
    let [orders, users] = [r#""shop/orders/" + item.tenant + "/" + item.id"#, r#""shop/users/" + item.id"#];
    let of = |logs: [&str; 2]| warnings(&[(orders, grants[0], logs[0]), (users, grants[1], logs[1])]);
    assert_eq!(of(["log: { keep: 1d }\n", "log: { keep: 2d }\n"]), [""; 0]);
    let same_channel = of(["log: { keep: 1d, channel: 1 }\n", "log: { keep: 2d, channel: 1 }\n"]);
    assert!(same_channel.len() == 1 && same_channel[0].starts_with("log-shared"), "{same_channel:?}");
    // Anything can be the subject of the second, so nothing is known.
    let unknown = (r#"item.kind == "a" ? "shop/orders/x" : "b""#, r#"'"b"'"#, "log: { keep: 1d }\n");
    assert_eq!(warnings(&[(orders, grants[0], ""), unknown]), [""; 0]);
}

#[test]
fn another_channel_than_before_is_named_with_its_effect() {
    let file = |name: &str, log: &str| DefinitionFile {
        file: format!("pipes/{name}.yaml"),
        name: name.into(),
        text: format!("table: orders\nsubject: '\"x\"'\nevents: [{{ type: a.v1, data: {{}} }}]\n{log}"),
    };
    let of = |before: &str, now: &str| {
        let found = changed_channels(&[file("orders", before)], &[file("orders", now)]);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let effect = "So events have other sources, and new logs begin. Clients that reconnect with a position from before \
                  receive `recovered: false` once, with the reason `position-unknown` or `epoch-changed`, and load the state";
    for (before, now, expected) in [
        ("log: { channel: 1 }\n", "log: { channel: 3 }\n", ":4: log.channel: was 1 and is 3 now"),
        ("", "log: { channel: 3 }\n", ":4: log.channel: was 2 (the default) and is 3 now"),
        ("log: { channel: 1 }\n", "", ": log.channel: was 1 and is 2 (the default) now"),
        ("log: { channel: 1 }\n", "log: { keep: 7d }\n", ":4: log.channel: was 1 and is 2 (the default) now"),
    ] {
        assert_eq!(of(before, now), [format!("pipes/orders.yaml{expected}. {effect}")]);
    }
    assert_eq!(of("", "log: { keep: 7d, channel: 2 }\n"), [""; 0]);
    let moved = DefinitionFile {
        text: file("orders", "log: { channel: 1 }\n").text.replace("table: orders", "table: x"),
        ..file("orders", "")
    };
    assert_eq!(changed_channels(&[file("orders", "")], &[moved]).len(), 1, "another table");
    let renamed = changed_channels(&[file("orders", "")], &[file("purchases", "log: { channel: 1 }\n")]);
    assert!(renamed.len() == 1 && renamed[0].file == "pipes/purchases.yaml", "{renamed:?}");
}

#[test]
fn another_time_in_the_log_than_before_takes_effect_gradually() {
    let file = |log: &str| {
        pipe(&format!("table: orders\nsubject: '\"x\"'\nevents: [{{ type: a.v1, data: {{}} }}]\n{log}"))
    };
    let of = |before: &str, now: &str| changed_keeps(&[file(before)], &[file(now)]);
    assert_eq!(of("", "log: { keep: 168h }\n"), []);
    let found = of("", "log: { keep: 1d }\n");
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "pipes/orders.yaml:4: log.keep: was 7d (the default) and is 1d now: gradually, because events that are in the log \
             keep their time. Clients can resume for the shorter of both until the events from before have expired"
        ]
    );
}

#[test]
fn a_pipe_that_leaves_the_bus_is_a_problem() {
    let file = |bus: &str| {
        pipe(&format!("table: orders\nsubject: '\"x\"'\nevents: [{{ type: a.v1, data: {{}} }}]\n{bus}"))
    };
    let of = |before: &str, now: &str| removed_buses(&[file(before)], &[file(now)]);
    assert_eq!(of("bus: false\n", ""), []);
    assert_eq!(of("bus: false\n", "bus: false\n"), []);
    let moved =
        DefinitionFile { text: file("bus: false\n").text.replace("table: orders", "table: x"), ..file("") };
    assert_eq!(removed_buses(&[file("")], &[moved]).len(), 1, "another table");
    let found: Vec<_> = of("", "bus: false\n").iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        ["pipes/orders.yaml:4: bus: is false now: other teams no longer receive the events of this pipe"]
    );
}

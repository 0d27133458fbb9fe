use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

fn grants(grant: &str) -> Grants {
    let text = format!("table: orders\nsubject: '\"x\"'\n{grant}\nevents: []\n");
    let file = DefinitionFile { file: "pipes/orders.yaml".into(), name: "orders".into(), text };
    Grants::compile(&[file]).unwrap()
}

fn granted(grant: &str, claims: &Json) -> Vec<String> {
    match grants(grant).to(&claims.to_string()).unwrap() {
        Granted::Everything => panic!("a grant is never everything"),
        Granted::Within(patterns) => patterns.iter().map(Pattern::to_string).collect(),
    }
}

const OF_TENANT: &str = r#"grant: '"orders/" + claims.tenant + "/*"'"#;

#[test]
fn a_tenant_is_granted_its_own_subjects() {
    assert_eq!(granted(OF_TENANT, &json!({ "tenant": "acme", "sub": "ada" })), ["orders/acme/*"]);
}

#[test]
fn a_list_grants_all_its_patterns_that_the_claims_can_fill() {
    let several = r#"grant: ['"users/" + claims.sub', '"teams/" + claims.team + "/*"', '"news/*"']"#;
    assert_eq!(granted(several, &json!({ "sub": "ada" })), ["users/ada", "news/*"]);
    assert_eq!(granted(several, &json!({ "sub": "ada", "team": 7 })), ["users/ada", "teams/7/*", "news/*"]);
}

#[test]
fn a_pipe_without_a_grant_grants_nothing() {
    assert_eq!(granted("filter: []", &json!({ "tenant": "acme" })), [""; 0]);
}

#[test]
fn a_claim_that_is_not_a_segment_grants_nothing() {
    for tenant in [
        json!(null),
        json!(""),
        json!("*"),
        json!("acme/*"),
        json!("a/b"),
        json!([]),
        json!(["acme/*"]),
        json!([["acme"]]),
        json!({ "x": 1 }),
        json!("acme\u{0}"),
        json!("a\nb"),
        json!("x".repeat(512)),
    ] {
        assert_eq!(granted(OF_TENANT, &json!({ "tenant": tenant })), [""; 0], "{tenant}");
    }
    assert_eq!(granted(OF_TENANT, &json!({})), [""; 0]);
    assert_eq!(granted(OF_TENANT, &json!({ "Tenant": "acme" })), [""; 0]);
}

/// `acme` of `eu-west` would be granted the subjects of `acme-eu` of `west`.
#[test]
fn two_claims_in_one_segment_are_refused() {
    for grant in [
        r#""orders/" + claims.tenant + "-" + claims.region + "/*""#,
        r#""orders/" + claims.tenant + claims.region"#,
        r#""orders/" + (claims.tenant + ".") + string(claims.region).trim() + "/*""#,
        r#"claims.tenant + "-" + claims.region"#,
        r#"claims.org + "/" + claims.tenant + "" + claims.region"#,
    ] {
        let error = compile(grant).unwrap_err();
        let expected = "has claims.tenant and claims.region in one segment, so that tokens of two tenants can give \
                        the same subject: put a / between them";
        assert!(error.starts_with(expected), "{grant}: {error}");
    }
    for grant in [
        r#""a-" + claims.tenant + "-b/c-" + claims.region + "/*""#,
        r#"claims.tenant + "/" + claims.region"#,
        r#"claims.tenant + "-/-" + claims.region"#,
    ] {
        assert_eq!(compile(grant), Ok(()), "{grant}");
    }
}

#[test]
fn a_list_grants_one_pattern_for_each_element() {
    let of_groups = r#"grant: '"orders/" + claims["cognito:groups"] + "/*"'"#;
    assert_eq!(
        granted(of_groups, &json!({ "cognito:groups": ["acme", "globex"] })),
        ["orders/acme/*", "orders/globex/*"]
    );
    assert_eq!(
        granted(of_groups, &json!({ "cognito:groups": [7, true, false, "b"] })),
        ["orders/7/*", "orders/true/*", "orders/false/*", "orders/b/*"]
    );
    let of_roles = r#"grant: '"teams/" + claims.realm_access.roles'"#;
    assert_eq!(granted(of_roles, &json!({ "realm_access": { "roles": ["a"] } })), ["teams/a"]);
    assert_eq!(granted(r#"grant: claims.?roles"#, &json!({ "roles": ["a", "b"] })), ["a", "b"]);
}

#[test]
fn a_function_of_a_list_is_one_of_each_element() {
    let claims = json!({ "groups": ["/Acme", "/Globex"], "scope": "orders:acme orders:globex" });
    let of_groups = r#"grant: 'claims.groups.replace("/", "").lowerAscii() + "/*"'"#;
    assert_eq!(granted(of_groups, &claims), ["acme/*", "globex/*"]);
    let of_scopes = r#"grant: '"scopes/" + claims.scope.split(" ")'"#;
    assert_eq!(granted(of_scopes, &claims), ["scopes/orders:acme", "scopes/orders:globex"]);
    assert_eq!(granted(r#"grant: 'claims.groups[1].replace("/", "")'"#, &claims), ["Globex"]);
    assert_eq!(granted("grant: claims.groups[0].substring(1).upperAscii()", &claims), ["ACME"]);
    assert_eq!(granted("grant: claims.groups[0].substring(1, 3).trim()", &claims), ["Ac"]);
    assert_eq!(granted("grant: claims._a", &json!({ "_a": "b" })), ["b"]);
}

/// A quoted local part of an address may contain an @, and the user chooses it.
#[test]
fn a_user_cannot_choose_the_last_part_of_an_address() {
    let of_domain = r#"grant: '"orders/" + claims.email.split("@")[1] + "/*"'"#;
    assert_eq!(granted(of_domain, &json!({ "email": "ada@acme.com" })), ["orders/acme.com/*"]);
    for email in [r#""x@acme.com@y"@evil.example"#, r#""x@acme.com"@evil.example"#, "x@acme.com@", "acme.com"]
    {
        let claims = json!({ "email": email });
        assert_eq!(granted(of_domain, &claims), [""; 0], "{email}");
        assert_eq!(unfilled(of_domain, &claims), ["pipe orders: claims.email: [1] gives nothing"], "{email}");
    }
    let emails = json!({ "email": ["ada@acme.com", r#""x@globex.com@y"@evil.example"#] });
    assert_eq!(granted(of_domain, &emails), ["orders/acme.com/*"]);
}

/// The fixed beginning of a text is not affected by what comes after it.
#[test]
fn the_first_part_of_a_text_is_granted_whatever_comes_after_it() {
    let of_group = r#"grant: 'claims.group.substring(1).split("/")[0]'"#;
    for group in ["/acme", "/acme/eu", "/acme/eu/west"] {
        assert_eq!(granted(of_group, &json!({ "group": group })), ["acme"]);
    }
    let of_optional = r#"grant: 'claims.group.split("/")[?1]'"#;
    assert_eq!(granted(of_optional, &json!({ "group": "a/b/c" })), [""; 0]);
    assert_eq!(granted(of_optional, &json!({ "group": "a/b" })), ["b"]);
}

#[test]
fn an_element_that_is_not_a_segment_does_not_affect_the_others() {
    let claims = json!({ "tenant": ["acme", "*", "", null, "a/b", { "x": 1 }, ["y"], "globex", "a\u{0}"] });
    assert_eq!(granted(OF_TENANT, &claims), ["orders/acme/*", "orders/globex/*"]);
    assert_eq!(
        unfilled(OF_TENANT, &claims),
        ["pipe orders: 7 of 9 elements of claims.tenant are no segment of a subject"]
    );
}

#[test]
fn a_list_has_200_elements_at_most() {
    let claims = |count: usize| json!({ "tenant": (0..count).collect::<Vec<_>>() });
    assert_eq!(granted(OF_TENANT, &claims(200)).len(), 200);
    assert_eq!(granted(OF_TENANT, &claims(201)), [""; 0]);
    assert_eq!(unfilled(OF_TENANT, &claims(201)), ["pipe orders: claims.tenant has more than 200 elements"]);
}

/// Combinations of two lists could grant what the token does not mean.
#[test]
fn a_grant_with_two_lists_grants_nothing() {
    let of_both = r#"grant: 'claims.tenants + "/" + claims.roles'"#;
    assert_eq!(granted(of_both, &json!({ "tenants": ["a", "b"], "roles": "x" })), ["a/x", "b/x"]);
    for roles in [json!(["x", "y"]), json!(["x"])] {
        let claims = json!({ "tenants": ["a", "b"], "roles": roles });
        assert_eq!(granted(of_both, &claims), [""; 0]);
        let reason = "pipe orders: claims.tenants and claims.roles are lists, and a grant can have one";
        assert_eq!(unfilled(of_both, &claims), [reason]);
    }
}

fn unfilled(grant: &str, claims: &Json) -> Vec<String> {
    grants(grant).unfilled(&claims.to_string()).iter().map(Unfilled::to_string).collect()
}

#[test]
fn the_reason_why_a_grant_gives_nothing_names_the_claim_and_never_its_value() {
    let of_custom = r#"grant: '"orders/" + claims["custom:tenant"].split("@")[1]'"#;
    let of_name = r#"grant: '"orders/" + claims.org.name + "/*"'"#;
    for (grant, claims, reason) in [
        (of_custom, json!({}), r#"claims["custom:tenant"] is absent"#),
        (of_custom, json!({ "custom:tenant": "a-secret" }), r#"claims["custom:tenant"]: [1] gives nothing"#),
        (of_name, json!({ "org": "a-secret" }), "claims.org.name is absent"),
        (of_name, json!({ "org": { "name": "a-secret/x" } }), "claims.org.name is empty or contains / or *"),
        (of_name, json!({ "org": { "name": "" } }), "claims.org.name is empty or contains / or *"),
        (of_name, json!({ "org": { "name": null } }), "claims.org.name is not a text"),
        (of_name, json!({ "org": { "name": { "a-secret": 1 } } }), "claims.org.name is not a text"),
        (of_name, json!({ "org": { "name": [] } }), "claims.org.name is an empty list"),
        (
            of_name,
            json!({ "org": { "name": "a-secret\n" } }),
            "claims.org.name would make a subject that is too long",
        ),
    ] {
        let reasons = unfilled(grant, &claims);
        assert!(
            reasons.len() == 1 && reasons[0].starts_with(&format!("pipe orders: {reason}")),
            "{reasons:?}"
        );
        assert!(!reasons[0].contains("a-secret"), "{reasons:?}");
    }
    assert_eq!(unfilled(OF_TENANT, &json!({ "tenant": "acme" })), [""; 0]);
    assert_eq!(unfilled(OF_TENANT, &json!({ "tenant": ["acme"] })), [""; 0]);
}

#[test]
fn claims_that_are_not_an_object_are_an_error() {
    assert!(grants(OF_TENANT).to("[]").is_err());
}

#[test]
fn names_that_look_like_the_tenants_are_not_granted() {
    let granted = grants(OF_TENANT).to(r#"{"tenant":"acme"}"#).unwrap();
    let allowed = |text: &str| Pattern::parse(text).is_ok_and(|pattern| granted.contains(&pattern));
    for own in ["orders/acme/*", "orders/acme/1001", "orders/acme/1001/*"] {
        assert!(allowed(own), "{own}");
    }
    for other in [
        "*",
        "orders/*",
        "orders/acme",
        "orders/globex/*",
        "orders/ACME/*",
        "Orders/acme/*",
        "orders/acme2/*",
        "orders/acm/*",
        "orders/acme./*",
        "orders/acme /*",
        "orders/%61cme/*",
        "orders/acme%2f*",
        "orders/\u{430}cme/*",
        "orders/acme\u{301}/*",
        "orders/./acme/*",
        "orders/acme/../globex/*x",
        "orders/acme/",
        "orders//acme/*",
        "orders/acme\u{0}/*",
        "/orders/acme/*",
        "profiles/acme/*",
    ] {
        assert!(!allowed(other), "{other:?}");
    }
}

#[test]
fn a_bad_grant_is_reported_with_its_file() {
    let text = "table: orders\nsubject: '\"x\"'\ngrant: '\"orders//\" + claims.tenant'\nevents: []\n";
    let file = DefinitionFile { file: "pipes/orders.yaml".into(), name: "orders".into(), text: text.into() };
    let broken =
        DefinitionFile { file: "pipes/broken.yaml".into(), name: "broken".into(), text: "tables: 1".into() };
    let problems = Grants::compile(&[file, broken]).unwrap_err();
    assert!(problems[0].to_string().starts_with("pipes/orders.yaml: grant: has an empty segment"));
    assert!(problems[1].to_string().starts_with("pipes/broken.yaml:1: "), "{}", problems[1]);
}

#[test]
fn a_grant_that_no_claims_can_make_a_pattern_has_a_reason() {
    assert_eq!(compile(r#""orders/" + claims.tenant + "/*""#), Ok(()));
    assert!(compile(r#""orders/*/" + claims.tenant"#).is_err());
    assert!(compile("claims.tenant +").is_err());
}

#[test]
fn only_a_grant_without_patterns_is_empty() {
    let grants = grants(OF_TENANT);
    let is_empty = |claims: Json| grants.to(&claims.to_string()).unwrap().is_empty();
    assert!(is_empty(json!({})) && !is_empty(json!({ "tenant": "acme" })) && !Granted::Everything.is_empty());
}

#[test]
fn every_other_expression_of_cel_is_refused() {
    for grant in [
        "",
        "claims",
        "tenant",
        r#""orders/" +"#,
        r#""orders/" claims.tenant"#,
        r#""orders/" "*""#,
        r#""orders/" + claims.tenant // of the tenant"#,
        r#""orders/" + 7"#,
        r#""orders/" - claims.tenant"#,
        r#"claims.admin ? "*" : claims.tenant"#,
        "claims.tenant || claims.team",
        r#"claims.tenant == "acme""#,
        "!claims.tenant",
        "(claims.tenant",
        "(claims.a + claims.b).trim()",
        r#""ORDERS/*".lowerAscii()"#,
        "string(7)",
        r#"string("orders/" + claims.tenant)"#,
        "string(claims)",
        "string(claims.number + 1)",
        "claims.number + 1",
        "claims.number.double()",
        "claims.groups.map(group, group)",
        r#"claims.groups.join("/")"#,
        "claims.groups[-1]",
        "claims.groups[1.0]",
        "claims.groups[1u]",
        "claims.groups[claims.number]",
        "claims.groups[0].name",
        "claims.text.split(claims.by)[0]",
        r#"claims.text.split("")[0]"#,
        r#"claims.text.replace("", "-")"#,
        r#"claims.text.replace("a", "-", 1)"#,
        "claims.text.substring(-1)",
        r#"claims.?text.orValue("*")"#,
        "claims.true",
        "claims.?in",
        r#"b"orders/*""#,
        r#""""orders/*""""#,
        "'''orders/*'''",
        r#"r"""orders/*""""#,
        r#""\u+02a""#,
        "\"orders\n/*\"",
        "`orders/*`",
        "claims.`tenant`",
        "claims.ténant",
        "claims\u{a0}.tenant",
    ] {
        assert!(Template::parse(grant).is_err(), "{grant}");
    }
}

#[test]
fn a_mistake_in_a_grant_has_its_place_and_the_remedy() {
    for (grant, expected) in [
        (
            "claims.tenant $ claims.team.name.of.all",
            r#"cannot be read at "$ claims.team.name.o": a grant joins"#,
        ),
        ("claims.tenant +", "cannot be read at its end: a grant joins texts"),
        ("(claims.tenant", ") is missing at its end"),
        ("tenant", "tenant is not known: a grant joins texts"),
        ("claims.a.in", r#"in is a keyword: write ["in"] for a claim of this name"#),
        ("claims.a.size()", "size() is not possible in a grant: a grant joins texts"),
        ("claims", "names no claim: write claims.tenant, for example"),
    ] {
        let error = Template::parse(grant).unwrap_err();
        assert!(error.starts_with(expected), "{grant}: {error}");
    }
}

#[test]
fn a_grant_has_at_most_2000_characters_and_64_levels() {
    let text = |letters: usize| format!(r#""{}""#, "é".repeat(letters));
    assert!(Template::parse(&text(1_998)).is_ok());
    assert!(Template::parse(&text(1_999)).unwrap_err().starts_with("is longer than 2000 characters"));
    let nested = |levels: usize, open: &str| {
        Template::parse(&format!("{}claims.a{}", open.repeat(levels), ")".repeat(levels)))
    };
    assert!(nested(63, "(").is_ok() && nested(64, "string(").is_ok());
    assert!(nested(64, "(").unwrap_err().starts_with("is nested more than 64 levels"));
    assert!(nested(65, "string(").is_err());
}

/// CEL has an error for it, so that it grants nothing.
#[test]
fn a_function_of_an_optional_claim_is_refused() {
    for grant in [
        "claims.?tenant.lowerAscii()",
        r#"claims[?"tenant"].trim()"#,
        "claims.address.?country.inner.trim()",
        "claims.groups[?0].trim()",
        "string(claims.?tenant)",
    ] {
        let error = Template::parse(grant).unwrap_err();
        assert!(
            error.starts_with("an optional claim has no function: leave out the ? of claims."),
            "{error}"
        );
    }
    for grant in ["claims.?tenant", "claims.?groups[0]", r#"claims["in"].trim()"#] {
        assert!(Template::parse(grant).is_ok(), "{grant}");
    }
}

#[test]
fn granted_everything_contains_every_pattern() {
    assert!(Granted::Everything.contains(&Pattern::parse("*").unwrap()));
}

/// All patterns over a small alphabet that includes the names of tenants.
fn patterns() -> Vec<Pattern> {
    let segments = ["orders", "acme", "acm", "ac", "*", "a*"];
    let mut texts: Vec<String> = segments.map(str::to_owned).to_vec();
    for _ in 0..2 {
        let longer: Vec<_> =
            texts.iter().flat_map(|text| segments.map(|segment| format!("{text}/{segment}"))).collect();
        texts.extend(longer);
    }
    texts.iter().filter_map(|text| Pattern::parse(text).ok()).collect()
}

proptest! {
    /// A tenant of any name reaches nothing outside of its own first two segments.
    #[test]
    fn a_claim_never_grants_subjects_of_another_tenant(tenant in "[acme*/.% -]{0,6}|\\PC{0,4}") {
        let granted = grants(OF_TENANT).to(&json!({ "tenant": tenant }).to_string()).unwrap();
        for pattern in patterns() {
            let mut path = pattern.as_str().splitn(3, '/');
            let own = path.next() == Some("orders") && path.next() == Some(&tenant) && path.next().is_some();
            prop_assert_eq!(granted.contains(&pattern), own && tenant != "*", "{} for {:?}", pattern, tenant);
        }
    }
}

/// The text around two claims of a grant, before, between and after them.
fn texts() -> impl Strategy<Value = [String; 3]> {
    ["(orders/)?[a.-]{0,2}", "[a.-]{0,2}/?[a.-]{0,2}", "[a.-]{0,2}(/\\*)?"]
}

proptest! {
    /// The claims are those that two claims in one segment would make equal, and a `/` in them grants nothing.
    #[test]
    fn different_claims_never_give_the_same_pattern(
        texts in texts(),
        words in prop::array::uniform3("[a.-]{1,2}"),
    ) {
        let ([before, between, after], [first, second, third]) = (texts, words);
        let grant = format!(r#""{before}" + claims.a + "{between}" + claims.b + "{after}""#);
        if compile(&grant).is_ok() {
            let of = |a: &str, b: &str| granted(&format!("grant: '{grant}'"), &json!({ "a": a, "b": b }));
            let one = of(&format!("{first}{between}{second}"), &third);
            let other = of(&first, &format!("{second}{between}{third}"));
            prop_assert!(one != other || one.is_empty(), "{} {:?}", grant, one);
        }
    }
}

#[test]
fn the_example_of_a_grant_has_claims_named_after_themselves() {
    let filled = |pattern: &str, claims: &[(&str, &str)]| {
        let claims = claims.iter().map(|(claim, text)| ((*claim).to_owned(), (*text).to_owned()));
        Some((pattern.to_owned(), claims.collect::<Vec<_>>()))
    };
    let tenant = r#""orders/" + claims.tenant + "/*""#;
    assert_eq!(example(tenant), filled("orders/my-tenant/*", &[("tenant", "my-tenant")]));
    assert_eq!(example(r#""orders/*""#), filled("orders/*", &[]));
    assert_eq!(example(r#""n/" + string(claims.number + 1)"#), None);
    let named =
        |name: &str| example(&format!(r#""n/" + claims["{name}"] + "/*""#)).map(|(pattern, _)| pattern);
    assert_eq!(named("my_name-2").as_deref(), Some("n/my-my_name-2/*"));
    assert_eq!(named("https://example.com/tenant"), None);
}

#[test]
fn a_grant_with_a_star_fixes_the_segments_before_it() {
    for (grant, expected) in [
        (r#""*""#, Some(0)),
        (r#""orders/*""#, Some(1)),
        (r#""orders/" + claims.tenant + "/*""#, Some(2)),
        (r#""orders/" + claims["cognito:groups"] + "-x/*""#, Some(2)),
        (r#""orders/" + claims.scope.split(" ") + "/" + claims.sub + "/*""#, Some(3)),
        (r#""profiles/" + claims.sub"#, None),
        (r#""orders//*""#, None),
        ("orders/*", None),
    ] {
        assert_eq!(segments_before_star(grant), expected, "{grant}");
    }
}

//! Lists of users with RQL, and changes of a user.

use serde_json::{Value, json};

use crate::support::sandbox::{ME, Running, keys, signer};

fn list(running: &Running, query: &str) -> Value {
    let response = running.signed(&signer(&keys()), "GET", &format!("/users/v1/{query}"));
    assert_eq!(response.status, 200, "{query}: {:?}", response.body);
    response.body
}

fn emails(list: &Value) -> Vec<&str> {
    let data = list["data"].as_array().unwrap();
    data.iter().filter_map(|user| user["email"].as_str()).collect()
}

#[test]
fn lists_come_in_pages() {
    let running = Running::with(|options| options.users = 120);
    for (query, page, items) in [
        ("", json!({"total": 120, "offset": 0, "limit": 20}), 20),
        ("?limit(50)", json!({"total": 120, "offset": 0, "limit": 50}), 50),
        ("?limit(50,100)", json!({"total": 120, "offset": 100, "limit": 50}), 20),
        ("?limit(50,500)", json!({"total": 120, "offset": 500, "limit": 50}), 0),
        ("?limit(1000)", json!({"total": 120, "offset": 0, "limit": 50}), 50),
        ("?skipCount()&limit(1)", json!({"offset": 0, "limit": 1}), 1),
    ] {
        let list = list(&running, query);
        assert_eq!(list["page"], page, "{query}");
        assert_eq!(list["data"].as_array().unwrap().len(), items, "{query}");
    }
    // Without the last slash, too.
    let response = running.signed(&signer(&keys()), "GET", "/users/v1?limit(1)");
    assert_eq!(emails(&response.body), ["sandy.boxer@example.com"]);
}

#[test]
fn conditions_choose() {
    let running = Running::with(|options| options.users = 4);
    let (sandy, casey) = ("sandy.boxer@example.com", "casey.factor@example.com");
    let (two, three) = ("user2@example.com", "user3@example.com");
    for (query, expected) in [
        ("eq(email,sandy%252Eboxer%2540example%252Ecom)", vec![sandy]),
        // Encoded once, or not at all, it means the same if no character needs it.
        ("eq(email,sandy.boxer@example.com)", vec![sandy]),
        ("ne(first_name,Sandy)", vec![casey, two, three]),
        ("eq(first_name,Chlo%25C3%25A9)", vec![two]),
        ("eq(time_zone,Europe%252FBrussels)&like(email,USER)", vec![two, three]),
        ("in(first_name,Sandy,Casey)", vec![sandy, casey]),
        ("out(first_name,Sandy,Casey)", vec![two, three]),
        ("lt(phone_number,%252B3212345679)", vec![sandy]),
        ("le(phone_number,%252B3212345679)", vec![sandy, casey]),
        ("gt(phone_number,%252B3212345680)", vec![three]),
        ("ge(phone_number,%252B3212345680)", vec![two, three]),
        ("eq(failed_count,0)&eq(activation,true)", vec![sandy, casey, two, three]),
        ("gt(failed_count,0)", vec![]),
        ("or(eq(first_name,Sandy),and(eq(first_name,Casey),eq(language,EN)))", vec![sandy, casey]),
        ("contains(email)&excludes(no_field)&limit(1)", vec![sandy]),
        ("contains(roles,eq(name,sandbox))&limit(1,3)", vec![three]),
        ("excludes(roles,eq(name,sandbox))", vec![]),
        ("contains(profile_image)", vec![]),
        // Dots reach into each object of an array.
        ("eq(patient_enlistments.group_id,5a0b1c2d3e4f5a6b7c8db001)&limit(1,2)", vec![two]),
        ("ne(roles.name,sandbox)", vec![]),
        ("in(roles.name,sandbox,other)&limit(1)", vec![sandy]),
        ("eq(roles.name.more,sandbox)", vec![]),
        ("eq(email.more,sandbox)", vec![]),
        ("sort(-email)", vec![three, two, sandy, casey]),
        ("sort(language,email)", vec![casey, sandy, two, three]),
        ("eq(first_name,a%252Cb%2529)", vec![]),
    ] {
        assert_eq!(emails(&list(&running, &format!("?{query}"))), expected, "{query}");
    }
    let nested = list(&running, "?select(roles.name,email.x)&limit(1)");
    let id = "5a0b1c2d3e4f5a6b7c8d9e0f";
    assert_eq!(nested["data"], json!([{ "id": id, "roles": [{ "name": "sandbox" }] }]));
    let selected = list(&running, "?select(first_name)&limit(1)");
    let id = running.signed(&signer(&keys()), "GET", ME).body["id"].clone();
    assert_eq!(selected["data"], json!([{ "id": id, "first_name": "Sandy" }]));
}

#[test]
fn patients_and_staff_are_separate_lists() {
    let running = Running::with(|options| options.users = 30);
    let patients = list(&running, "patients?sort(-email)&limit(1)");
    assert_eq!(patients["page"]["total"], 30);
    assert_eq!(emails(&patients), ["user9@example.com"]);
    let staff = list(&running, "staff");
    assert_eq!(
        emails(&staff),
        ["sandy.boxer@example.com", "casey.factor@example.com", "user10@example.com", "user20@example.com"]
    );
    assert_eq!(emails(&list(&running, "staff?gt(phone_number,%252B3212345690)")), ["user20@example.com"]);
    // Fields that are not shown cannot be used in conditions either.
    for (user, lacks) in
        [(&patients["data"][0], ["roles", "staff_enlistments"]), (&staff["data"][0], ["roles", "patient_enlistments"])]
    {
        assert!(lacks.iter().all(|name| user.get(name).is_none()), "{user}");
    }
    assert!(emails(&list(&running, "staff?eq(language,EN)")).is_empty());
}

#[test]
fn users_are_found_by_their_whole_identifier() {
    let running = Running::with(|options| options.users = 4);
    let get = |id: &str| running.signed(&signer(&keys()), "GET", &format!("/users/v1/{id}")).status;
    for (id, status) in [
        ("5a0b1c2d3e4f5a6b7c8d9e12", 200),
        // One more than the last, one less than the first, other letters and other lengths.
        ("5a0b1c2d3e4f5a6b7c8d9e13", 404),
        ("5a0b1c2d3e4f5a6b7c8d9e0e", 404),
        ("5a0b1c2d3e4f5a6b7C8D9E12", 404),
        ("5a0b1c2d3e4f5a6b+c8d9e12", 404),
        ("5a0b1c2d3e4f5a6b07c8d9e12", 404),
        ("5a0b1c2d3e4f5a6b", 404),
        ("7c8d9e12", 404),
    ] {
        assert_eq!(get(id), status, "{id}");
    }
}

/// The queries of `vectors/rql.json`, which Extra Horizon's SDK made.
#[test]
fn what_the_sdk_writes_is_read() {
    let running = Running::new();
    let text = std::fs::read_to_string("vectors/rql.json").unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let tests = vectors["tests"].as_array().unwrap();
    assert!(tests.len() > 600);
    for test in tests {
        let build = test["build"].as_str().unwrap();
        let target = format!("/users/v1/{build}");
        let response = running.signed(&signer(&keys()), "GET", &target);
        // The builder can also write queries without a meaning.
        let is_empty = ["?and()", "?or()"].contains(&build) || build.contains("limit(0,");
        assert_eq!(response.status == 200, !is_empty, "{build}: {}", response.body);
    }
}

#[test]
fn invalid_rql_is_rejected_with_its_position() {
    let running = Running::new();
    let deep = "and(".repeat(5000) + "eq(id,1)" + &")".repeat(5000);
    for query in [
        "eq(id,1",
        "eq(id,1))",
        "eq(id)",
        "eq(,1)",
        "eq(id,1,2)",
        "equals(id,1)",
        "id=1",
        "eq(id,1)%7Ceq(id,2)",
        "eq(id,1)eq(id,2)",
        "limit()",
        "limit(0)",
        "limit(-1)",
        "limit(a)",
        "limit(1,2,3)",
        "limit(99999999999999999999)",
        "select()",
        "sort()",
        "skipCount(1)",
        "skipCount",
        "in()",
        "or()",
        "and(id)",
        "contains()",
        "contains(a,b)",
        "eq(eq(a,b),c)",
        "eq(id,%25FF)",
        "eq(id,100%25)",
        "()",
        ",",
        deep.as_str(),
    ] {
        let response = running.signed(&signer(&keys()), "GET", &format!("/users/v1/?{query}"));
        assert!(response.status == 400, "{query}: {}", response.status);
        response.assert_refused(400, 19, "INVALID_RQL_EXCEPTION");
        assert!(response.body["message"].as_str().unwrap().len() < 300);
    }
    let response = running.signed(&signer(&keys()), "GET", "/users/v1/?eq(id,1)eq(id,2)");
    assert!(response.body["message"].as_str().unwrap().ends_with("(at character 9)"));
    assert!(running.last_line().contains(" 400 19 The RQL cannot be read: "));
}

#[test]
fn a_query_over_a_limit_is_rejected_with_the_limit() {
    let running = Running::new();
    let list = |name: &str, count: usize| format!("{name}({}a)", "a,".repeat(count));
    for (query, limit) in [
        (format!("or({}eq(a,b))", "eq(a,b),".repeat(38)), None),
        (format!("or({}eq(a,b))", "eq(a,b),".repeat(40)), Some("the limit of 40 calls")),
        (format!("{}eq(a,b){}", "and(".repeat(8), ")".repeat(8)), Some("the limit of 8 calls inside each other")),
        (list("in", 999), None),
        (list("in", 1000), Some("the limit of 1000 field names and values")),
        (list("sort", 7), None),
        (list("sort", 8), Some("sort has 9 fields, and the limit is 8")),
        (format!("eq(a,{})", "b".repeat(16_384 - 6)), None),
        (format!("eq(a,{})", "b".repeat(16_384 - 5)), Some("the query has 16385 bytes, and the limit is 16384")),
    ] {
        let response = running.signed(&signer(&keys()), "GET", &format!("/users/v1/?{query}"));
        let Some(limit) = limit else {
            assert_eq!(response.status, 200, "{}", response.body);
            continue;
        };
        response.assert_refused(400, 19, "INVALID_RQL_EXCEPTION");
        let message = response.body["message"].as_str().unwrap();
        assert!(message.contains(limit), "{message}");
    }
}

#[test]
fn one_changes_oneself_and_nobody_else() {
    let running = Running::new();
    let put = |id: &str, body: &str| running.signed_with(&signer(&keys()), "PUT", &format!("/users/v1/{id}"), body);
    let users = list(&running, "");
    let (own, other) = (users["data"][0]["id"].as_str().unwrap(), users["data"][1]["id"].as_str().unwrap());
    let changed = put(own, r#"{"first_name":"Zoë","email":"new@example.com"}"#);
    assert_eq!((changed.status, &changed.body["first_name"]), (200, &json!("Zoë")));
    // An address has its own call.
    assert_eq!(changed.body["email"], "sandy.boxer@example.com");
    assert_eq!(emails(&list(&running, "?eq(first_name,Zo%25C3%25AB)")), ["sandy.boxer@example.com"]);
    put(other, r#"{"first_name":"Zoë"}"#).assert_refused(401, 10, "NO_PERMISSION_EXCEPTION");
    put(own, r#"{"first_name":1,"last_name":"Lost"}"#).assert_refused(400, 15, "FIELD_FORMAT_EXCEPTION");
    put(own, "[]").assert_refused(400, 22, "BODY_FORMAT_EXCEPTION");
    put(own, "").assert_refused(400, 13, "EMPTY_BODY_EXCEPTION");
    let one = running.signed(&signer(&keys()), "GET", &format!("/users/v1/{own}"));
    assert_eq!(one.body, changed.body);
    let one = running.signed(&signer(&keys()), "GET", &format!("/users/v1/{}", "0".repeat(24)));
    one.assert_refused(404, 16, "RESOURCE_UNKNOWN_EXCEPTION");
}

#[test]
fn ten_thousand_users_are_the_same_each_time() {
    let last = || {
        let running = Running::with(|options| options.users = 10_000);
        let list = list(&running, "?limit(50,9999)&select(first_name,last_name,email)");
        assert_eq!(list["page"]["total"], 10_000);
        list["data"].clone()
    };
    assert_eq!(last()[0]["email"], "user9999@example.com");
    assert_eq!(last(), last());
}

//! Queries that cost as much as the limits permit, and queries over the limits.

use std::{io::Write as _, net::TcpStream};

use super::{MEBIBYTE, alone, is_whole, process::Sandbox, response};

/// The maximum of processor time of one request, in hundredths of a second.
const TICKS: u64 = 50;

fn repeat(count: usize, separator: &str, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(separator)
}

/// Queries, and whether they are within the limits.
fn queries() -> Vec<(String, bool)> {
    let group = "patient_enlistments.group_id";
    let any = |field: &str| format!("or({})", repeat(39, ",", |number| format!("like({field},{number}z)")));
    let fields =
        "language,time_zone,activation,-first_name,failed_count,last_failed_timestamp,creation_timestamp,-email";
    let numbers = repeat(24, ",", |number| number.to_string());
    vec![
        (String::new(), true),
        (any("email"), true),
        (any("time_zone"), true),
        (any(group), true),
        (repeat(40, "&", |number| format!("ne({group},{number})")), true),
        (repeat(20, "&", |_| "contains(roles,like(name,sand))".into()), true),
        (format!("out(email,{})", repeat(990, ",", |number| format!("user{number}x"))), true),
        (format!("out(creation_timestamp,{})", repeat(990, ",", |number| number.to_string())), true),
        (repeat(40, "&", |_| format!("out(creation_timestamp,{numbers})")), true),
        (format!("sort({fields})&limit(50,99900)"), true),
        (format!("sort({fields})&{}", any("phone_number")).replacen("like(phone_number,0z),", "", 1), true),
        (format!("sort({})", repeat(8_000, ",", |number| format!("f{number}"))), false),
        (format!("or({})", repeat(2_000, ",", |_| "eq(a,b)".into())), false),
        (format!("{}eq(a,b){}", "and(".repeat(10_000), ")".repeat(10_000)), false),
        (format!("eq(email,{})", "a".repeat(60_000)), false),
        ("a=b&".repeat(15_000), false),
    ]
}

#[test]
fn no_query_takes_much_memory_or_time() {
    let _alone = alone();
    let users = if is_whole() { "100000" } else { "1000" };
    let sandbox = Sandbox::start_with(&["--users", users]);
    let mut highest = 0;
    for (query, is_within) in queries() {
        let before = sandbox.usage().ticks;
        let mut stream = TcpStream::connect(sandbox.host()).unwrap();
        let path = format!("/users/v1/?{query}");
        write!(stream, "{}\r\n", sandbox.headers(&path)).unwrap();
        let expected = if is_within { "HTTP/1.1 200" } else { "HTTP/1.1 400" };
        let shown = &query[..query.len().min(60)];
        assert_eq!(response(&mut stream), expected, "{shown}");
        let ticks = sandbox.usage().ticks - before;
        println!("{:3} ms  {shown}", ticks * 10);
        highest = highest.max(ticks);
    }
    let usage = sandbox.usage();
    println!("{users} users: {} MiB at most", usage.peak / MEBIBYTE);
    assert!(usage.peak < 256 * MEBIBYTE, "{usage:?}");
    if cfg!(debug_assertions) {
        println!("skipped: the processor time of queries, which needs --release");
    } else {
        assert!(highest <= TICKS, "{highest}");
    }
}

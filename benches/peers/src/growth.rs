//! Time by number of parameters and by length of hostile input.

use exh_oauth1::{Authorization, Credentials, Request, Signer};

use crate::time::{entry, measure};

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];

pub fn run() {
    let signer = Signer::new(Credentials::new("client", "secret"));
    // The order is shuffled, so that there is something to sort.
    let query = |count: usize| {
        let pairs: Vec<String> =
            (0..count).map(|number| format!("name{}=value%20{number}", number * 7919 % 10_007)).collect();
        format!("https://h/?{}", pairs.join("&"))
    };
    let header = |count: usize| {
        let pairs: Vec<String> = (0..count).map(|number| format!("name{}=\"%2f\"", number * 7919 % 10_007)).collect();
        format!(
            "OAuth oauth_consumer_key=\"k\", oauth_signature_method=\"M\", oauth_signature=\"s\", {}",
            pairs.join(", ")
        )
    };
    type Make<'a> = &'a dyn Fn(usize) -> String;
    type Read<'a> = &'a dyn Fn(&str) -> bool;
    let equal = |count| format!("https://h/?{}", "a=b&".repeat(count));
    let empty = |count| format!("https://h/?{}", "&".repeat(10 * count));
    let escapes = |count| format!("https://h/?{}", "%00".repeat(5 * count));
    let spaces = |count| format!("OAuth {}x", " \t".repeat(5 * count));
    let quotes = |count| format!("OAuth a=\"{}", "\\\"".repeat(5 * count));
    let open = |count| format!("OAuth {}", "a=\"\",".repeat(2 * count));
    let parse = |uri: &str| Request::new("GET", uri).is_ok();
    let read = |header: &str| Authorization::parse(header).is_ok();
    let sign = |request: &Request| signer.sign(request, 1_700_000_000, "nonce").into_string();

    println!(
        "| microseconds, minimum | 10 | 100 | 1,000 | 10,000 | last by one before |\n|---|---:|---:|---:|---:|---:|"
    );
    let requests = SIZES.map(|size| Request::new("GET", &query(size)).expect("a request"));
    let mut entries: Vec<_> = requests.iter().map(|request| entry("", || sign(request))).collect();
    row("signing that many parameters", &measure(&mut entries, 20, 100_000));
    let readers: [(&str, Make<'_>, Read<'_>); 8] = [
        ("parsing that many parameters", &query, &parse),
        ("the same parameter repeatedly", &equal, &parse),
        ("`&&&…`, ten times as many", &empty, &parse),
        ("`%00%00…`", &escapes, &parse),
        ("parsing a header with that many parameters", &header, &read),
        ("a header of white space", &spaces, &read),
        ("a header of escaped quotes without an end", &quotes, &read),
        ("a header of the same parameter", &open, &read),
    ];
    for (name, make, read) in readers {
        let texts = SIZES.map(make);
        let mut entries: Vec<_> = texts.iter().map(|text| entry("", || read(text))).collect();
        row(name, &measure(&mut entries, 20, 100_000));
    }
    println!();
}

fn row(name: &str, times: &[[f64; 2]]) {
    print!("| {name} |");
    times.iter().for_each(|[minimum, _]| print!(" {:.2} |", minimum / 1000.0));
    println!(" {:.1} |", times[3][0] / times[2][0]);
}

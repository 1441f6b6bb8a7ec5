//! Measures the search for a mistake: `cargo run --release --example explain_time --features explain`.
//!
//! Each request has a wrong secret, so that the search finds nothing and runs to its end. The last request is hostile.

#[cfg(not(feature = "explain"))]
fn main() {
    println!("needs the feature explain");
}

#[cfg(feature = "explain")]
fn main() {
    use exh_oauth1::explain::{CapturedRequest, Options, Secrets, diagnose};
    use std::time::Instant;

    let header = "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"kllo9940pd9333jH\", \
                  oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\", oauth_signature_method=\"HMAC-SHA1\", \
                  oauth_timestamp=\"1318622958\", oauth_token=\"nnch734d00sl2jdk\", oauth_version=\"1.0\"";
    let huge: String = (0..10_000).map(|index| format!("name{}=value%20{index}&", index % 900)).collect();
    let rql = "https://api.dev.example.com/data/v1/5f3/documents?eq(data.name,Zo%C3%AB)&limit(10,20)&sort(-creationTimestamp)";
    let rich =
        "https://API.Example.com:443/a%20b/?b%20c=1&a+d=x+y&dup=2&dup=1&mark=!*'()~&u=%C3%BC&c%40=1&c2=1&list[]=1&e=";
    let secrets = Secrets::new("kd94hf93k423kf44 ").token("pfkkd%hi9sl=3r4s00");
    println!("request                              evaluations  seconds  ruled out");
    for (name, request) in [
        ("GET without a query", CapturedRequest::new("GET", "https://api.example.com/users/v1/me")),
        ("GET with RQL", CapturedRequest::new("GET", rql)),
        ("POST with all kinds of parameters", CapturedRequest::new("POST", rich).form("both=f&form=1%2B1&dup=3&zz=")),
        ("POST with 10,000 parameters", CapturedRequest::new("POST", "http://h/").form(&huge)),
    ] {
        let start = Instant::now();
        let request = request.authorization(header);
        let diagnosis = diagnose(&request, &secrets, &Options::default());
        println!(
            "{name:<36} {:>11}  {:>7.3}  {}",
            diagnosis.evaluations,
            start.elapsed().as_secs_f64(),
            diagnosis.ruled_out.last().map_or("", String::as_str)
        );
    }
}

//! A signed header needs few allocations.

use allocation_counter::measure;
use exh_oauth1::{Credentials, Request, Signer};

const KEY: &str = "0123456789abcdef0123456789abcdef01234567";
const NONCE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

fn signers() -> Vec<Signer> {
    let credentials = || Credentials::new(KEY, KEY);
    let signer = Signer::new(credentials());
    let with_token = signer.clone().token(credentials());
    let extra = with_token
        .clone()
        .realm("Photos")
        .and_then(|signer| signer.parameter("oauth_callback", "https://h/ready?a=b"))
        .unwrap();
    vec![
        signer,
        with_token.clone().without_version(),
        #[cfg(feature = "sha2")]
        with_token.clone().hmac_sha256(),
        #[cfg(feature = "sha2")]
        with_token.clone().hmac_sha512(),
        with_token.clone().plaintext(),
        with_token,
        extra,
    ]
}

fn requests() -> Vec<Request> {
    let many: Vec<String> = (0..1000).map(|number| format!("a{number}=b%20c")).collect();
    vec![
        Request::new("GET", "https://api.example.com/users/v1/me").unwrap(),
        Request::new("GET", "https://h:8080/?z=1&a=%C3%BC&n=+&oauth=1&p=2").unwrap(),
        Request::new("POST", "https://h/").and_then(|request| request.form(&many.join("&"))).unwrap(),
    ]
}

#[test]
fn a_header_is_at_most_five_allocations() {
    for signer in signers() {
        for request in requests() {
            let count = measure(|| {
                _ = signer.sign(&request, u64::MAX, NONCE).into_string();
            });
            assert!(count.count_total <= 5, "{}", count.count_total);
        }
    }
}

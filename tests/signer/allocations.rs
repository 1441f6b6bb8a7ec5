//! A signed header is one allocation, the text itself; none where the caller's text has room.

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
        Request::new("POST", "https://h/")
            .and_then(|request| request.form(&many.join("&")))
            .unwrap(),
    ]
}

#[track_caller]
fn allocates(expected: u64, run: impl FnOnce()) {
    assert_eq!(measure(run).count_total, expected);
}

#[test]
fn a_header_is_one_allocation() {
    for signer in signers() {
        for request in requests() {
            let prepared = signer.prepare(&request);
            allocates(1, || {
                _ = signer.sign(&request, u64::MAX, NONCE).into_string();
            });
            allocates(1, || _ = prepared.sign(1_700_000_000, NONCE).into_string());
        }
    }
}

#[test]
fn a_header_written_into_a_text_with_room_is_none() {
    for signer in signers() {
        for request in requests() {
            let prepared = signer.prepare(&request);
            let mut header = String::with_capacity(1000);
            allocates(0, || {
                signer.sign_into(&request, u64::MAX, NONCE, &mut header);
            });
            header.clear();
            allocates(0, || prepared.sign_into(1_700_000_000, NONCE, &mut header));
        }
    }
}

#[test]
fn a_text_without_room_grows_once() {
    for signer in signers() {
        for request in requests() {
            let mut header = String::new();
            allocates(1, || {
                signer.sign_into(&request, u64::MAX, NONCE, &mut header);
            });
        }
    }
}

#[cfg(feature = "system")]
#[test]
fn authorizing_with_the_systems_clock_and_randomness_is_one_allocation() {
    let request = &requests()[0];
    for signer in signers() {
        allocates(1, || _ = signer.authorize(request).unwrap().into_string());
    }
}

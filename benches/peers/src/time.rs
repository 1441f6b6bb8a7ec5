//! One header for `/users/v1/me`, all credentials 40 characters long: nanoseconds, of interleaved rounds.

use std::{hint::black_box, time::Instant};

use exh_oauth1::{Authorization, Credentials, Nonce, Request, Signer};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::peers::{Job, PEERS};

const METHOD: &str = "GET";
const URI: &str = "https://api.dev.example.extrahorizon.io/users/v1/me";
const CLIENT: &str = "4727cb50871aed4df1a18d6b6fb97ebc16d566ba";
const CLIENT_SECRET: &str = "b9fbc1f8f01a4e4dc9cc1ff1f7ca0e6e6b6c6d5a";
const TOKEN: &str = "0d8f1e2c3b4a59687786a5b4c3d2e1f001234567";
const TOKEN_SECRET: &str = "fedcba9876543210fedcba9876543210fedcba98";
const NONCE: &str = "ABCDEFGHIJKLMNOPQRSTUVWX";
const TIMESTAMP: u64 = 1_700_000_000;

/// A name and the measured function.
pub struct Entry<'a> {
    pub name: String,
    pub run: Box<dyn FnMut() + 'a>,
}

pub fn entry<'a, T>(name: &str, mut run: impl FnMut() -> T + 'a) -> Entry<'a> {
    Entry { name: name.to_string(), run: Box::new(move || _ = black_box(run())) }
}

/// Minimum and median of each, in nanoseconds for one call; every round runs all of them.
pub fn measure(entries: &mut [Entry<'_>], rounds: usize, nanoseconds: u64) -> Vec<[f64; 2]> {
    let once = |run: &mut dyn FnMut(), calls: u64| {
        let start = Instant::now();
        (0..calls).for_each(|_| run());
        start.elapsed().as_nanos() as f64 / calls as f64
    };
    let calls: Vec<u64> = entries
        .iter_mut()
        .map(|entry| {
            (0..3).for_each(|_| _ = once(&mut entry.run, 10));
            (nanoseconds / once(&mut entry.run, 10).max(1.0) as u64).max(1)
        })
        .collect();
    let mut times = vec![Vec::new(); entries.len()];
    for _ in 0..rounds {
        for ((entry, calls), times) in entries.iter_mut().zip(&calls).zip(&mut times) {
            times.push(once(&mut entry.run, *calls));
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort_by(f64::total_cmp);
            [times[0], times[times.len() / 2]]
        })
        .collect()
}

pub fn run() {
    let credentials = || (Credentials::new(CLIENT, CLIENT_SECRET), Credentials::new(TOKEN, TOKEN_SECRET));
    let (client, token) = credentials();
    let signer = Signer::new(client).token(token);
    let request = Request::new(METHOD, URI).expect("a request");
    let base_string = signer.base_string(&request, TIMESTAMP, NONCE);
    let header = signer.sign(&request, TIMESTAMP, NONCE).into_string();
    let received = Authorization::parse(&header).expect("a header");
    let key = format!("{CLIENT_SECRET}&{TOKEN_SECRET}");
    let keyed = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("any length");
    let job = Job {
        method: METHOD.to_string(),
        uri: URI.to_string(),
        form: None,
        parameters: Vec::new(),
        extra: Vec::new(),
        client: [CLIENT, CLIENT_SECRET].map(String::from),
        token: Some([TOKEN, TOKEN_SECRET].map(String::from)),
        timestamp: TIMESTAMP,
        nonce: None,
        version: true,
    };
    let nonce = || Nonce::try_generate(&mut rand::rng()).unwrap_or_else(|never| match never {});
    let mut entries = vec![
        entry("floor: HMAC-SHA1 of the base string, key hashed once", || {
            keyed.clone().chain_update(base_string.as_bytes()).finalize().into_bytes()
        }),
        entry("fresh nonce", || signer.sign(&request, TIMESTAMP, nonce().as_str()).into_string()),
        entry("given nonce", || signer.sign(&request, TIMESTAMP, NONCE).into_string()),
        entry("everything parsed again, fresh nonce", || {
            let (client, token) = credentials();
            let request = Request::new(METHOD, URI).expect("a request");
            let signer = Signer::new(client).token(token);
            signer.sign(&request, TIMESTAMP, nonce().as_str()).into_string()
        }),
        entry("`authorize`: system's clock and randomness", || {
            signer.authorize(&request).map(Authorization::into_string)
        }),
        entry("a nonce alone", nonce),
        entry("verify, header parsed", || signer.verify(&request, &received)),
        entry("verify, header and request from text", || {
            let request = Request::new(METHOD, URI).expect("a request");
            let received = Authorization::parse(&header).expect("a header");
            signer.verify(&request, &received)
        }),
    ];
    for (name, sign) in PEERS {
        let job = &job;
        entries.push(entry(name, move || sign(job)));
    }
    let times = measure(&mut entries, 300, 200_000);
    println!("| one header for /users/v1/me | minimum ns | median ns | of the floor |\n|---|---:|---:|---:|");
    for (entry, [minimum, median]) in entries.iter().zip(&times) {
        let name = &entry.name;
        println!("| {name} | {minimum:.0} | {median:.0} | {:.2} |", minimum / times[0][0]);
    }
    println!();
}

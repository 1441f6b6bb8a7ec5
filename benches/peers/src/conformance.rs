//! Every HMAC-SHA1 request of `vectors/` through each peer, as far as it can express it.

use std::{fs, panic, path::Path};

use exh_oauth1::{Credentials, Request, Signer, oauth1::percent};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::peers::{Job, PEERS, Sign};

#[derive(Deserialize)]
struct File {
    tests: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    through: Option<String>,
    method: Option<String>,
    uri: Option<String>,
    form: Option<String>,
    #[serde(default)]
    protocol_parameters: Vec<(String, String)>,
    signature_method: Option<String>,
    client_secret: Option<String>,
    token_secret: Option<String>,
    signature: Option<String>,
}

/// A request and its expected values.
struct Case {
    /// Whether it is published. The others are generated to be hard.
    is_published: bool,
    /// `None` if a value is not UTF-8, which every peer's interface requires.
    job: Option<Job>,
    row: Row,
}

pub fn run() {
    let cases = cases();
    println!("{} HMAC-SHA1 requests of vectors/ that a signer can make\n", cases.len());
    let ours: Sign = |job| Some(signer(job).sign(&request(job), job.timestamp, job.nonce.as_deref()?).into_string());
    // A peer that panics has failed. Its message is not needed.
    panic::set_hook(Box::new(|_| {}));
    println!("| signer | published: expressible | right | share | all: expressible | right | share |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (name, sign) in [("exh-oauth1", ours)].into_iter().chain(PEERS) {
        let (mut published, mut all) = ([0; 2], [0; 2]);
        for case in &cases {
            let made = panic::catch_unwind(|| case.job.as_ref().and_then(sign));
            let is_right = match made {
                Ok(None) => continue,
                Ok(Some(header)) => case.is_right(&header),
                Err(_) => false,
            };
            for count in [&mut all].into_iter().chain(case.is_published.then_some(&mut published)) {
                count[0] += 1;
                count[1] += u32::from(is_right);
            }
        }
        let text = [published, all].map(|[expressible, right]| {
            let share = 100.0 * f64::from(right) / f64::from(expressible);
            format!("{expressible} | {right} | {share:.1} %")
        });
        println!("| {name} | {} |", text.join(" | "));
    }
    let _ = panic::take_hook();
}

fn signer(job: &Job) -> Signer {
    let credentials = |[identifier, secret]: &[String; 2]| Credentials::new(identifier, secret);
    let mut signer = Signer::new(credentials(&job.client));
    if let Some(token) = &job.token {
        signer = signer.token(credentials(token));
    }
    if !job.version {
        signer = signer.without_version();
    }
    for (name, value) in &job.extra {
        signer = signer.parameter(name, value).expect("a row's parameter");
    }
    signer
}

fn request(job: &Job) -> Request {
    let request = Request::new(&job.method, &job.uri).expect("a row's request");
    match &job.form {
        Some(form) => request.form(form).expect("a row's form"),
        None => request,
    }
}

impl Case {
    /// Whether the signature matches the header's own parameters. Some peers choose nonce and time themselves. A header
    /// with the row's parameters must have the row's signature.
    fn is_right(&self, header: &str) -> bool {
        let (Some(mut claims), Some(job)) = (claims(header), &self.job) else {
            return false;
        };
        let Some(at) = claims.iter().position(|(name, _)| name == "oauth_signature") else {
            return false;
        };
        let (_, signature) = claims.remove(at);
        // One peer puts the request's own parameters into the header.
        claims.retain(|pair| pair.0.starts_with("oauth_") || self.row.protocol_parameters.contains(pair));
        let expected = signer(job).signature(&request(job).base_string(claims.clone()));
        claims.sort();
        let mut published = self.row.protocol_parameters.clone();
        published.sort();
        signature == expected && (claims != published || self.row.signature.as_ref() == Some(&signature))
    }
}

/// The decoded parameters of a header, parsed leniently.
fn claims(header: &str) -> Option<Vec<(String, String)>> {
    let pairs = header.strip_prefix("OAuth ")?.split(',');
    pairs
        .map(|pair| {
            let (name, value) = pair.trim().split_once("=\"")?;
            let text = |text: &str| String::from_utf8(percent::decode(text).ok()?.into_owned()).ok();
            Some((text(name)?, text(value.strip_suffix('"')?)?))
        })
        .collect()
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("the folder of vectors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| {
            let others = ["wrong-signatures.json", "percent-encoding.json", "rql.json"];
            !others.iter().any(|other| path.ends_with(other))
        })
        .collect();
    names.sort();
    let mut cases = Vec::new();
    for name in &names {
        let own = ["oauthlib-random", "exh-javascript-sdk", "normalization"];
        let is_published = name.file_stem().is_none_or(|stem| !own.iter().any(|own| stem == *own));
        let text = fs::read_to_string(name).expect("a file of vectors");
        let rows = serde_json::from_str::<File>(&text).expect("vectors").tests;
        let signing = rows.into_iter().filter(|row| {
            row.signature_method.as_deref() == Some("HMAC-SHA1") && row.through.as_deref() == Some("signing")
        });
        cases.extend(signing.map(|row| Case { is_published, job: job(&row), row }));
    }
    cases
}

fn job(row: &Row) -> Option<Job> {
    let claim = |name: &str| {
        let found = row.protocol_parameters.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone())
    };
    const FIXED: [&str; 6] = [
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
        "oauth_version",
    ];
    let uri = row.uri.clone()?;
    let query = uri.split('#').next()?.split_once('?').map_or("", |(_, query)| query);
    let mut parameters = Vec::new();
    for pair in query.split('&').chain(row.form.as_deref().unwrap_or("").split('&')) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let text = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8().ok().map(String::from)
        };
        if !pair.is_empty() {
            parameters.push((text(name)?, text(value)?));
        }
    }
    let token = claim("oauth_token");
    Some(Job {
        method: row.method.clone()?,
        uri,
        form: row.form.clone(),
        parameters,
        extra: row.protocol_parameters.iter().filter(|(name, _)| !FIXED.contains(&&name[..])).cloned().collect(),
        client: [claim("oauth_consumer_key")?, row.client_secret.clone().unwrap_or_default()],
        token: (token.is_some() || row.token_secret.is_some())
            .then(|| [token.unwrap_or_default(), row.token_secret.clone().unwrap_or_default()]),
        timestamp: claim("oauth_timestamp")?.parse().ok()?,
        nonce: claim("oauth_nonce"),
        version: claim("oauth_version").is_some(),
    })
}

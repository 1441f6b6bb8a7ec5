//! `exh-oauth1 sign` with rows of `vectors/`: an even share of 200 rows, or of `EXH_CASES`.

use std::{
    fs,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::support::vectors::{self, Row, Through};

#[test]
fn rows_that_a_signer_can_make_are_signed() {
    let files = vectors::requests();
    let rows: Vec<&Row> =
        files.iter().flat_map(|file| &file.tests).filter(|row| row.through == Through::Signing).collect();
    let most = std::env::var("EXH_CASES").map_or(200, |cases| cases.parse().unwrap());
    let step = rows.len().div_ceil(most);
    let rows: Vec<&Row> = rows.into_iter().step_by(step).collect();
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    sign(row);
                }
            });
        }
    });
    println!("{} rows signed", rows.len());
}

/// Signs a row and compares the whole header.
fn sign(row: &Row) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_exh-oauth1"));
    command.env_clear();
    let mut arguments = vec!["sign".to_owned(), "--raw-secrets".to_owned()];
    let mut variables = vec![("API_OAUTH_CONSUMER_KEY", row.claim("oauth_consumer_key").unwrap())];
    match &row.rsa_private_key {
        Some(name) => {
            arguments.extend(["--rsa-key".to_owned(), format!("vectors/keys/{name}"), "--weak-rsa-key".to_owned()]);
        }
        None => variables.push(("API_OAUTH_CONSUMER_SECRET", row.client_secret.as_deref().unwrap())),
    }
    match (row.claim("oauth_token"), row.token_secret.as_deref()) {
        (None, None) => arguments.push("--no-token".to_owned()),
        (token, secret) => {
            variables.push(("API_OAUTH_TOKEN", token.unwrap_or_default()));
            variables.push(("API_OAUTH_TOKEN_SECRET", secret.unwrap_or_default()));
        }
    }
    if row.claim("oauth_version").is_none() {
        arguments.push("--no-version".to_owned());
    }
    let mut option = |name: &str, value: &str| arguments.push(format!("--{name}={value}"));
    option("timestamp", row.claim("oauth_timestamp").unwrap());
    option("nonce", row.claim("oauth_nonce").unwrap());
    option("signature-method", row.signature_method.as_deref().unwrap());
    if let Some(form) = &row.form {
        // In a file, because `@` at the start of a form would mean a file name.
        let path = folder.path().join("form");
        fs::write(&path, form).unwrap();
        option("data", &format!("@{}", path.display()));
        option("content-type", "application/x-www-form-urlencoded");
    }
    if let Some(realm) = &row.realm {
        option("parameter", &format!("realm={realm}"));
    }
    for (name, value) in row.extra() {
        option("parameter", &format!("{name}={value}"));
    }
    arguments.extend(["--".to_owned(), row.method.clone().unwrap(), row.uri.clone().unwrap()]);
    // A variable cannot hold a NUL. A line of the credentials file can.
    if variables.iter().any(|(_, value)| value.contains('\0')) {
        let mut text = String::new();
        for (name, value) in variables.drain(..) {
            text.push_str(&format!("{name}={value}\n"));
        }
        let path = folder.path().join("credentials");
        fs::write(&path, text).unwrap();
        arguments.insert(0, format!("--credentials={}", path.display()));
    }
    let output = command.args(&arguments).envs(variables).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}{arguments:?}", row.id);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim_end(),
        row.authorization.as_deref().unwrap(),
        "{}",
        row.id
    );
}

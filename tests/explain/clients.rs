//! Requests of real clients: the true cause of each wrong signature is named first, and right ones are called right.

use std::{fs, path::PathBuf};

use exh_oauth1::explain::{Options, Secrets, Verdict, diagnose, read_http};
use serde_json::Value;

use crate::requests::sets;

#[test]
fn true_causes_are_named_first() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/explain/clients");
    let file: Value = serde_json::from_slice(&fs::read(folder.join("causes.json")).unwrap()).unwrap();
    let credential = |name: &str| file["credentials"][name].as_str().unwrap();
    let secrets = Secrets::new(credential("consumer_secret"))
        .token(credential("token_secret"))
        .identifiers(credential("consumer_key"), None);
    let rows = file["tests"].as_array().unwrap();
    assert_eq!(file["numberOfTests"], rows.len());
    let mut missed = Vec::new();
    for row in rows {
        let name = row["file"].as_str().unwrap();
        let request = read_http(&fs::read(folder.join(name)).unwrap(), None, None).unwrap();
        let diagnosis = diagnose(&request, &secrets, &Options::default());
        let causes: Vec<&str> = row["causes"].as_array().unwrap().iter().map(|cause| cause.as_str().unwrap()).collect();
        let found = sets(&diagnosis);
        let is_named = match causes.as_slice() {
            [] => diagnosis.verdict == Verdict::Right,
            causes => found.first().is_some_and(|first| first == causes),
        };
        if !is_named {
            missed.push((name, causes, found));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

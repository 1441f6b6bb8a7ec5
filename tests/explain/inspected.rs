//! What is seen without a search, and what servers check in addition to the signature.
//!
//! The signatures and hashes were made by Python's `hmac` and `hashlib`.

use exh_oauth1::explain::{CapturedRequest, Diagnosis, Options, Secrets, Verdict, diagnose};

fn ids(list: &[exh_oauth1::explain::Found]) -> Vec<&'static str> {
    list.iter().map(|found| found.mistake.id).collect()
}

fn causes(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let first = diagnosis.explanations.first();
    first.map_or_else(Vec::new, |explanation| ids(&explanation.mistakes))
}

/// The requests in a file, each with what is found: the verdict, the causes, and the remarks.
#[test]
fn each_is_found() {
    let file: serde_json::Value = serde_json::from_str(include_str!("inspected.json")).unwrap();
    for row in file.as_array().unwrap() {
        let text = |key: &str| row[key].as_str();
        let label = text("label").unwrap();
        let mut request = CapturedRequest::new(text("method").unwrap(), text("uri").unwrap())
            .authorization(text("authorization").unwrap());
        if let (Some(media_type), Some(body)) = (text("media_type"), text("body")) {
            request = request.body(media_type, body.as_bytes());
        }
        let mut secrets = Secrets::new(text("client_secret").unwrap());
        if let Some(secret) = text("token_secret") {
            secrets = secrets.token(secret);
        }
        if let Some(token) = text("expected_token") {
            secrets = secrets.identifiers("key", Some(token));
        }
        let options = Options { now: row["now"].as_u64(), ..Options::default() };
        let diagnosis = diagnose(&request, &secrets, &options);
        let list = |key: &str| -> Vec<&str> {
            let items = row[key].as_array().unwrap().iter();
            items.map(|item| item.as_str().unwrap()).collect()
        };
        assert_eq!(causes(&diagnosis), list("causes"), "{label}");
        assert_eq!(ids(&diagnosis.notes), list("notes"), "{label}");
        let is_right = diagnosis.verdict == Verdict::Right;
        assert_eq!(is_right, list("causes").is_empty(), "{label}");
        let details: Vec<_> = diagnosis.notes.iter().filter_map(|note| note.detail.as_deref()).collect();
        assert_eq!(details, list("details"), "{label}");
    }
}

/// Requests with one mistake each, and what is found: the mistake alone, with its detail if the row has one.
#[test]
fn each_mistake_is_found_alone() {
    let rows = include_str!("found.jsonl").lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    for row in rows {
        let text = |key: &str| row[key].as_str();
        let id = text("id").unwrap();
        let mut request = CapturedRequest::new(text("method").unwrap(), text("uri").unwrap())
            .authorization(text("authorization").unwrap());
        if let (Some(media_type), Some(body)) = (text("media_type"), text("body")) {
            request = request.body(media_type, body.as_bytes());
        }
        let secrets = Secrets::new("c s/1").token("t+s=2");
        let diagnosis = diagnose(&request, &secrets, &Options::default());
        let found = match row["right"].as_bool() {
            Some(true) => &diagnosis.notes,
            _ => &diagnosis.explanations.first().unwrap_or_else(|| panic!("{row}")).mistakes,
        };
        assert_eq!(diagnosis.verdict == Verdict::Right, row["right"].as_bool() == Some(true), "{row}");
        let found = found.iter().find(|found| found.mistake.id == id).unwrap_or_else(|| panic!("{row}: {found:?}"));
        if let Some(detail) = text("detail") {
            assert_eq!(found.detail.as_deref(), Some(detail), "{row}");
        }
        let others = diagnosis.explanations.iter().flat_map(|explanation| &explanation.mistakes);
        assert_eq!(others.filter(|other| other.mistake.id != id).count(), 0, "{row}");
    }
}

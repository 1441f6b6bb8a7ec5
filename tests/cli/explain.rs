//! `explain` with refused requests in the forms in which people have them.

use std::{collections::BTreeMap, fs};

use serde::Deserialize;
use serde_json::Value;

use crate::support::program::{Home, finish};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Cases {
    #[expect(dead_code, reason = "for people")]
    source: String,
    number_of_tests: usize,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "for people")]
    about: String,
    environment: BTreeMap<String, String>,
    arguments: Vec<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    input: String,
    exit: i32,
    /// The fields of the JSON, if there is any.
    verdict: Option<String>,
    #[serde(default)]
    causes: Vec<String>,
    #[serde(default)]
    repairs: Vec<String>,
    #[serde(default)]
    guesses: Vec<String>,
    made_from: Option<String>,
    place: Option<String>,
    /// Words of the error.
    #[serde(default)]
    words: Vec<String>,
}

fn ids(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|it| it["id"].as_str().unwrap().to_string())
        .collect()
}

#[test]
fn refused_requests_are_read_and_explained() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/explain/cases.json");
    let cases: Cases = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(cases.tests.len(), cases.number_of_tests);
    let mut wrong = Vec::new();
    for case in &cases.tests {
        let home = Home::new();
        for (name, content) in &case.files {
            fs::write(home.path().join(name), content).unwrap();
        }
        let mut arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
        arguments.push("--json");
        let mut command = home.command(&arguments);
        command.envs(&case.environment);
        let done = finish(command, &case.input);
        let json: Value = serde_json::from_str(&done.out).unwrap_or_default();
        let text = |name: &str| json[name].as_str().map(String::from);
        let found = (
            done.code,
            text("verdict"),
            ids(&json["explanations"][0]["mistakes"]),
            ids(&json["repairs"]),
            ids(&json["guesses"]),
            text("made_from"),
        );
        let expected = (
            Some(case.exit),
            case.verdict.clone(),
            case.causes.clone(),
            case.repairs.clone(),
            case.guesses.clone(),
            case.made_from.clone(),
        );
        if found != expected {
            wrong.push(format!(
                "{}: {found:?}, not {expected:?}: {}",
                case.name, done.errors
            ));
        }
        if let Some(place) = &case.place {
            assert_eq!(text("place").as_ref(), Some(place), "{}", case.name);
        }
        for word in &case.words {
            let shown = [done.errors.as_str(), &done.out].concat();
            assert!(shown.contains(word), "{}: {shown}", case.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! The rows of `vectors/`, read for the tests; the folder's README describes the schema.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;

/// A file of `vectors/` whose rows are of type `T`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "read to see that each file has its provenance")]
pub(crate) struct File<T> {
    #[serde(skip)]
    pub(crate) name: String,
    source: String,
    url: String,
    version: String,
    license: String,
    generator: String,
    pub(crate) notes: BTreeMap<String, String>,
    number_of_tests: usize,
    pub(crate) tests: Vec<T>,
}

#[derive(Clone, Copy, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Through {
    Signing,
    Verification,
    Step,
}

/// A request, or a part of one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    pub(crate) through: Through,
    pub(crate) method: Option<String>,
    pub(crate) uri: Option<String>,
    pub(crate) form: Option<String>,
    pub(crate) realm: Option<String>,
    #[serde(default)]
    pub(crate) protocol_parameters: Vec<(String, String)>,
    pub(crate) signature_method: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) token_secret: Option<String>,
    pub(crate) rsa_private_key: Option<String>,
    pub(crate) base_string_uri: Option<String>,
    pub(crate) normalized_parameters: Option<String>,
    pub(crate) base_string: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) refused: Option<Refused>,
    pub(crate) result: Outcome,
}

/// A wrong value that a program printed or made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refused {
    pub(crate) signature: Option<String>,
    pub(crate) base_string: Option<String>,
    pub(crate) cause: String,
}

#[derive(Clone, Copy, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Valid,
    Invalid,
}

impl Row {
    /// The claimed value of a protocol parameter.
    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        let pair = self.protocol_parameters.iter().find(|(other, _)| other == name);
        pair.map(|(_, value)| value.as_str())
    }

    /// The parameters that a signer does not set itself.
    pub(crate) fn extra(&self) -> impl Iterator<Item = (&str, &str)> {
        const OWN: [&str; 6] = [
            "oauth_consumer_key",
            "oauth_token",
            "oauth_signature_method",
            "oauth_timestamp",
            "oauth_nonce",
            "oauth_version",
        ];
        let pairs = self.protocol_parameters.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| !OWN.contains(name))
    }

    pub(crate) fn has_flag(&self, flag: &str) -> bool {
        self.flags.iter().any(|other| other == flag)
    }
}

/// Reads one file and checks its count and, by `flags`, that each flag is explained.
pub(crate) fn read<T: for<'a> Deserialize<'a>>(path: &Path, flags: impl Fn(&T) -> &[String]) -> File<T> {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap();
    let mut file: File<T> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(file.tests.len(), file.number_of_tests, "{name}: numberOfTests");
    for flag in file.tests.iter().flat_map(flags) {
        assert!(file.notes.contains_key(flag), "{name}: flag {flag} is not in the notes");
    }
    file.name = name;
    file
}

/// All files of requests: every file of the folder except the three with other kinds of rows.
pub(crate) fn requests() -> Vec<File<Row>> {
    let mut paths: Vec<_> = fs::read_dir("vectors").unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let stem = path.file_stem().unwrap();
        path.extension().is_some_and(|end| end == "json")
            && stem != "percent-encoding"
            && stem != "rql"
            && stem != "wrong-signatures"
    });
    paths.sort();
    paths.iter().map(|path| read(path, |row: &Row| &row.flags)).collect()
}

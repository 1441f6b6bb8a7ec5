//! Requests in which mistakes can be made, and what is said of them.

use exh_oauth1::explain::{CapturedRequest, Diagnosis, Limits, Options, Secrets, diagnose};

use crate::maker::{Case, Maker};

pub(crate) const OTHER_SECRET: &str = "0th3r-s3cr3t-0f-th3-l1st";
pub(crate) const OTHER_HOST: &str = "inner.example.org:8080";

/// The ways in which the maker makes a mistake that has several; other mistakes have one, of the same name.
const WAYS: [(&str, &[&str]); 12] = [
    (
        "secret-with-white-space",
        &[
            "client-secret-newline",
            "token-secret-newline",
            "client-secret-prefixed",
            "token-secret-prefixed",
            "-secret-newline",
        ],
    ),
    ("secret-quoted", &["client-secret-quoted", "token-secret-quoted", "-secret-quoted"]),
    ("secret-trimmed", &["client-secret-trimmed", "token-secret-trimmed", "-secret-trimmed"]),
    ("secret-cut-at-equals", &["client-secret-cut-at-equals", "token-secret-cut-at-equals", "-secret-cut-at-equals"]),
    ("secret-case-changed", &["secrets-lower-case", "secrets-upper-case"]),
    ("secret-base64-decoded", &["secrets-base64-decoded"]),
    ("secrets-encoded-otherwise", &["secrets-form-encoded", "secrets-hex-lower-case", "secrets-marks-not-encoded"]),
    ("uri-incomplete", &["path-left-out", "uri-path-only", "uri-without-scheme"]),
    ("host-label", &["host-www-added", "host-www-dropped", "host-api-added", "host-api-dropped"]),
    (
        "nonce-changed",
        &[
            "nonce-signed-in-lower-case",
            "nonce-signed-in-upper-case",
            "nonce-signed-in-base64",
            "nonce-sent-in-base64",
            "nonce-plus-signed-as-space",
        ],
    ),
    (
        "parameter-signed-not-sent",
        &[
            "parameter-signed-not-sent",
            "version-signed-not-sent",
            "token-empty-signed-not-sent",
            "body-hash-signed-not-sent",
        ],
    ),
    (
        "protocol-parameters-not-signed",
        &[
            "consumer-key-not-signed",
            "nonce-not-signed",
            "signature-method-name-not-signed",
            "timestamp-not-signed",
            "token-not-signed",
            "version-not-signed",
            "body-hash-not-signed",
            "callback-not-signed",
            "verifier-not-signed",
            "several-protocol-parameters-not-signed",
            "protocol-parameters-not-signed",
        ],
    ),
];

/// What the maker is told so that it makes a mistake, in each of its ways.
pub(crate) fn ways(id: &'static str) -> Vec<&'static str> {
    let ways = WAYS.iter().find(|(own, _)| *own == id);
    ways.map_or_else(|| vec![id], |(_, ways)| ways.to_vec())
}

/// The mistake that one of its [`ways`] makes.
pub(crate) fn mistake_of(way: &'static str) -> &'static str {
    let mistake = WAYS.iter().find(|(_, ways)| ways.contains(&way));
    mistake.map_or(way, |(id, _)| id)
}

/// A request in which nearly every mistake shows.
pub(crate) fn rich() -> Case {
    let protocol = [
        ("oauth_consumer_key", "the client/key"),
        ("oauth_nonce", "Kllo+940pD93/Q=="),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "1318622958"),
        ("oauth_token", "the+token!"),
        ("oauth_version", "1.0"),
        ("oauth_body_hash", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("oauth_callback", "http://127.0.0.1/cb?x=1"),
        ("oauth_verifier", "v~1"),
        ("xoauth_extra", "e"),
    ];
    Case {
        method: "Post",
        scheme: "HTTPS",
        user_info: "user:pw@",
        host: "Www.Api.Example.Com",
        port: ":443",
        path: "/Base/a%2fb%20c//x/../y/",
        query: "b%20c=1&a+d=x+y&dup=2&dup=1&dup=1&tilde=~&mark=!*'()&u=%C3%BC&bad=%E4&empty=&noeq&=noname&toString=1\
                &arr[]=1&arr[]=2&a-b=1&a=2&Zed=1&deep[x][y]=3&enc=%2525&oauth_signature=foo&both=q&dot.name=1&case=B\
                &case=a&sort=%C3%9F&sort=bar&c%40=1&c2=1&pipe=%7C&t%7E=1&star%2A=1"
            .to_string(),
        fragment: "#frag",
        form: Some("both=f&form=1%2B1&dup=3&zz=last"),
        json: None,
        multipart: None,
        realm: Some("Photos"),
        protocol: protocol.map(|(name, value)| (name, value.to_string())).to_vec(),
        client_secret: " cS%41~!b+c=dQ ".to_string(),
        token_secret: "tS%42~* d+e=fR\t".to_string(),
    }
}

/// A short request for what is done thousands of times.
pub(crate) fn short() -> Case {
    let mut case = rich();
    case.query = "a=1".to_string();
    case.form = None;
    case.protocol.truncate(5);
    (case.user_info, case.fragment, case.realm) = ("", "", None);
    case
}

/// A request in which the mistake can be made.
pub(crate) fn case(id: &str) -> Case {
    let mut case = rich();
    match id {
        "json-body-signed" | "body-signed-as-form" => {
            (case.form, case.json) = (None, Some(r#"{"a":"x y","n":1}"#));
            case.unset("oauth_body_hash");
        }
        "json-or-xml-sent-as-form" => case.form = Some(r#"{"a":"b & c","d":1}"#),
        "multipart-fields-signed" => {
            case.form = None;
            case.unset("oauth_body_hash");
            case.multipart = Some("--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na b\r\n--b--\r\n");
        }
        "sent-not-encoded" => {
            case.query = "name=Salt & Pepper&rate=100%&x=1+1".to_string();
            case.form = None;
        }
        "decoded-before-splitting" => case.query = "a=b%26c%3Dd&e=%25".to_string(),
        "value-cut-at-equals" => case.query = "q=a=b=c".to_string(),
        "query-cut-at-question-mark" => case.query = "a=1&q=b?c=1".to_string(),
        "empty-piece-signed" => case.query = "a=1&&b=2&".to_string(),
        "semicolon-separates" => case.query = "a=1;b=2".to_string(),
        "entities-in-url" => case.query = "a=1&amp;b=2".to_string(),
        "values-sorted-as-numbers" => case.query = "a=10&a=9".to_string(),
        "characters-not-encoded" | "characters-not-encoded-in-base-string" => {
            case.query = "a=x%21y%40z%2F%3A%2C".to_string();
        }
        "values-trimmed" => case.query = "a=+x%20&b=1".to_string(),
        "line-breaks-changed" => case.query = "a=x%0D%0Ay".to_string(),
        "code-units" | "javascript-escape" => case.query = "a=%E4%B8%AD/%E2%80%99".to_string(),
        "query-parameters-in-header" => case.set("a-b", "1"),
        "parameter-signed-not-sent" => case.unset("oauth_callback"),
        "protocol-values-decoded-twice" => case.set("oauth_token", "t%2B&"),
        "several-protocol-parameters-not-signed" => case.protocol.truncate(6),
        "host-without-brackets" => (case.host, case.port) = ("[2001:DB8::1]", ":8443"),
        "port-at-end" => case.port = ":8443",
        "path-hex-lower-case" => case.path = "/users/%C3%AB",
        "path-cut-at-semicolon" | "path-plus-as-space" | "path-marks-encoded" => {
            case.path = "/a;b=c'd+e";
        }
        "path-ending" => case.path = "/1.1/update.json",
        "token-secret-undefined" => case.unset("oauth_token"),
        "port-dropped" => case.port = ":8443",
        "port-added" => case.port = "",
        "path-empty" => case.path = "",
        "path-slash-added" => case.path = "/p",
        "host-www-added" | "host-api-added" => case.host = "h.example",
        "host-api-dropped" => case.host = "api.example",
        "thousand-parameters" => {
            case.query = (0..1002).map(|index| format!("p{index}=1&")).collect();
        }
        "version-signed-not-sent" => case.unset("oauth_version"),
        "body-hash-signed-not-sent" => case.unset("oauth_body_hash"),
        "token-empty-signed-not-sent" | "token-secret-without-token" | "ampersand-missing" => {
            case.unset("oauth_token");
        }
        "timestamp-signed-in-seconds" | "timestamp-in-milliseconds" => {
            case.set("oauth_timestamp", "1318622958123");
        }
        "timestamp-not-a-number" => case.set("oauth_timestamp", "-5"),
        "timestamp-missing" => case.unset("oauth_timestamp"),
        "nonce-missing" => case.unset("oauth_nonce"),
        "consumer-key-missing" => case.unset("oauth_consumer_key"),
        "version-other" => case.set("oauth_version", "2.0"),
        "signature-method-unknown" => case.set("oauth_signature_method", "hmac-sha1"),
        "secrets-base64-decoded" => {
            (case.client_secret, case.token_secret) = ("c2VjcmV0LTE=".into(), "c2VjcmV0LTI=".into());
        }
        "signature-plus-lost" | "signature-base64url" => {
            let with_plus = (0..).map(|nonce| {
                let mut case = rich();
                case.set("oauth_nonce", &format!("nonce{nonce}"));
                case
            });
            let has_both = |case: &Case| {
                let header = maker(case, &[]).header();
                let (_, signature) = header.split_once("oauth_signature=\"").unwrap();
                signature.contains("%2B") && !signature.contains("%2F")
            };
            return with_plus.into_iter().find(has_both).unwrap();
        }
        _ => {}
    }
    case
}

/// Mistakes in the header that the maker does not make by itself, made in its text.
pub(crate) fn header(case: &Case, id: &'static str) -> String {
    let header = maker(case, &[id]).header();
    match id {
        "header-parameter-repeated" => header + ", oauth_version=\"1.0\"",
        "header-value-not-quoted" => header.replace("oauth_version=\"1.0\"", "oauth_version=1.0"),
        "header-value-not-encoded" => header.replace("the%20client%2Fkey", "the%20client/key"),
        "header-name-case" => header.replace("oauth_nonce", "Oauth_nonce"),
        "header-scheme-missing" => header.replacen("OAuth ", "", 1),
        "header-scheme-other" => header.replacen("OAuth ", "OAuth1 ", 1),
        "header-scheme-colon" => header.replacen("OAuth ", "OAuth: ", 1),
        "header-scheme-comma" => header.replacen("OAuth ", "OAuth, ", 1),
        "header-separator-other" => header.replace(", oauth", "; oauth"),
        _ => header,
    }
}

pub(crate) fn maker<'a>(case: &'a Case, ids: &'a [&'a str]) -> Maker<'a> {
    Maker { case, ids, other_secret: OTHER_SECRET, other_host: OTHER_HOST }
}

pub(crate) fn secrets(case: &Case) -> Secrets {
    Secrets::new(&case.client_secret).token(&case.token_secret)
}

pub(crate) fn captured(case: &Case, header: &str) -> CapturedRequest {
    let mut request = CapturedRequest::new(case.method, &case.uri()).authorization(header);
    if let Some(form) = case.form {
        request = request.form(form);
    }
    if let Some(json) = case.json {
        request = request.body("application/json", json.as_bytes());
    }
    if let Some(multipart) = case.multipart {
        request = request.body("multipart/form-data; boundary=b", multipart.as_bytes());
    }
    request
}

pub(crate) fn diagnosed(case: &Case, header: &str, limits: Limits) -> Diagnosis {
    let mut secrets = secrets(case);
    if case.protocol("oauth_token").is_none() {
        secrets = secrets.identifiers("the client/key", Some("the+token!"));
    }
    let options = Options {
        also_try: &["not this one", OTHER_SECRET],
        also_try_hosts: &["h.example", OTHER_HOST],
        limits,
        now: None,
    };
    diagnose(&captured(case, header), &secrets, &options)
}

/// The sets of mistakes in the first answer and its group.
pub(crate) fn sets(diagnosis: &Diagnosis) -> Vec<Vec<&'static str>> {
    let mut sets = Vec::new();
    for explanation in diagnosis.explanations.iter().take(1) {
        for set in [&explanation.mistakes].into_iter().chain(&explanation.alternatives) {
            let mut ids: Vec<_> = set.iter().map(|found| found.mistake.id).collect();
            ids.sort_unstable();
            sets.push(ids);
        }
    }
    sets
}

/// Numbers that look random and are the same in each run.
pub(crate) fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

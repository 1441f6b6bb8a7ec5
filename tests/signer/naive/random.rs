//! Random requests and clients that exercise every rule.

use exh_oauth1::{Credentials, Request, SignatureMethod, Signer};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::Pairs;

/// One request and the client that signs it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) form: Option<String>,
    pub(crate) client: [String; 2],
    pub(crate) token: Option<[String; 2]>,
    pub(crate) signature_method: SignatureMethod,
    pub(crate) has_version: bool,
    pub(crate) realm: Option<String>,
    /// Names differ.
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) timestamp: u64,
    pub(crate) nonce: String,
}

impl Case {
    pub(crate) fn request(&self) -> Request {
        let request = Request::new(&self.method, &self.uri).unwrap();
        match &self.form {
            Some(form) => request.form(form).unwrap(),
            None => request,
        }
    }

    pub(crate) fn signer(&self) -> Signer {
        let [identifier, secret] = &self.client;
        let mut signer = Signer::new(Credentials::new(identifier, secret));
        if let Some([identifier, secret]) = &self.token {
            signer = signer.token(Credentials::new(identifier, secret));
        }
        signer = match self.signature_method {
            #[cfg(feature = "sha2")]
            SignatureMethod::HmacSha256 => signer.hmac_sha256(),
            #[cfg(feature = "sha2")]
            SignatureMethod::HmacSha512 => signer.hmac_sha512(),
            SignatureMethod::Plaintext => signer.plaintext(),
            _ => signer,
        };
        if !self.has_version {
            signer = signer.without_version();
        }
        if let Some(realm) = &self.realm {
            signer = signer.realm(realm).unwrap();
        }
        for (name, value) in &self.parameters {
            signer = signer.parameter(name, value).unwrap();
        }
        signer
    }

    /// What the header claims, without realm and signature, in no order.
    pub(crate) fn protocol(&self) -> Pairs {
        let timestamp = self.timestamp.to_string();
        let mut all = vec![
            ("oauth_timestamp", timestamp.as_str()),
            ("oauth_nonce", &self.nonce),
            ("oauth_consumer_key", &self.client[0]),
            ("oauth_signature_method", self.signature_method.name()),
        ];
        all.extend(self.has_version.then_some(("oauth_version", "1.0")));
        // A token without an identifier is not sent.
        all.extend(
            self.token.iter().filter(|[token, _]| !token.is_empty()).map(|[token, _]| ("oauth_token", &token[..])),
        );
        all.extend(self.parameters.iter().map(|(name, value)| (&name[..], &value[..])));
        all.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    }
}

/// Names of protocol parameters and names that sort next to them, as they are written in a query.
const PROTOCOL_NAMES: [&str; 16] = [
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_token",
    "oauth_version",
    "oauth%5Fnonce",
    "oauth_",
    "oauth_p",
    "oauth_signature_",
    "oauth_zz",
    "oauth%7Ez",
    "oautg",
    "oauti",
    "realm",
];

/// The pieces of names and values in a query or form.
const PIECES: [&str; 44] = [
    "a", "b", "z", "A", "Z", "0", "1", "9", "10", "-", ".", "_", "~", "!", "*", "'", "(", ")", ";", ":", "@", "/", "?",
    "$", ",", "[", "]", "+", "%20", "%2B", "%2b", "%26", "%3D", "%3d", "%25", "%2525", "%23", "%C3%BC", "%c3%bc",
    "%f8", "%00", "%7e", "%41", "\u{7e}",
];

fn joined(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    vec(select(pieces), 0..=most).prop_map(|pieces| pieces.concat())
}

/// One `name=value` of a query or form, with or without `=`.
pub(crate) fn pair() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => joined(&PIECES, 4),
        1 => select(&PROTOCOL_NAMES).prop_map(String::from),
    ];
    let value = prop_oneof![
        joined(&PIECES, 4),
        joined(&["=", "a", "%3D", "==", "+"], 3),
        select(&["HMAC-SHA1", "1.0", "x", "xy"]).prop_map(String::from),
    ];
    (name, option::weighted(0.9, value)).prop_map(|(name, value)| match value {
        Some(value) => name + "=" + &value,
        None => name,
    })
}

fn pairs(most: usize) -> impl Strategy<Value = String> {
    vec(pair(), 0..=most).prop_map(|pairs| pairs.join("&"))
}

/// A URI up to its path.
fn place() -> impl Strategy<Value = String> {
    (
        select(&["http", "https", "HTTP", "hTTpS"]),
        select(&["", "", "", "user@", "user:pa%40ss@", "a@b@"]),
        select(&["h", "api.EXAMPLE.com", "127.0.0.1", "[::1]", "[2001:DB8::A%25e]", "h%41-_~!$'()*+,;="]),
        select(&["", "", ":", ":80", ":443", ":0080", ":8080", ":65535", ":0"]),
        prop_oneof![
            Just(String::new()),
            joined(&["/", "/", "a", "B", "%2F", "%2f", "..", ";p=1", "~", "*", "@:", "+", "'(!)", "&", "%C3%BC"], 6)
                .prop_map(|path| format!("/{path}")),
        ],
    )
        .prop_map(|(scheme, user, host, port, path)| format!("{scheme}://{user}{host}{port}{path}"))
}

fn uri() -> impl Strategy<Value = String> {
    (place(), option::weighted(0.8, pairs(8)), select(&["", "", "#", "#f?a=b&c#d"])).prop_map(
        |(place, query, fragment)| match query {
            Some(query) => format!("{place}?{query}{fragment}"),
            None => place + fragment,
        },
    )
}

/// An identifier, secret, nonce or value: usually short and plain, sometimes any text.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => joined(&["x", "y", "0"], 4),
        2 => joined(&["x", " ", "&", "=", "%", "+", "%41", "ü", "\"", "\\", ", ", "~", "日"], 5),
        1 => any::<String>(),
    ]
}

fn without_control(text: String) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    const NAMES: &[&str] = &[
        "oauth_callback",
        "oauth_verifier",
        "oauth_body_hash",
        "oauth_a",
        "oauth_o",
        "oauth_signaturf",
        "oauth_zz",
        "a",
        "zz",
        "a b",
        "ü",
        "=&%",
        "\"",
    ];
    vec((select(NAMES), text()), 0..3).prop_map(|mut all| {
        all.sort();
        all.dedup_by_key(|(name, _)| *name);
        all.into_iter().map(|(name, value)| (name.to_string(), without_control(value))).collect()
    })
}

fn signature_method() -> impl Strategy<Value = SignatureMethod> {
    select(&[
        SignatureMethod::HmacSha1,
        SignatureMethod::HmacSha1,
        SignatureMethod::Plaintext,
        #[cfg(feature = "sha2")]
        SignatureMethod::HmacSha256,
        #[cfg(feature = "sha2")]
        SignatureMethod::HmacSha512,
    ])
}

fn realm() -> impl Strategy<Value = Option<String>> {
    option::weighted(0.2, joined(&["Photos", " ", "\"", "\\", ", ", "=", "%41", "'", "\", a=\""], 4))
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let request = (
        select(&["GET", "post", "PuT", "DELETE", "M-SEARCH", "a!#$%&'*+-.^_`|~9"]),
        uri(),
        option::weighted(0.4, pairs(6)),
    );
    let client = ([text(), text()], option::weighted(0.7, [text(), text()]), signature_method(), any::<bool>());
    let rest = (realm(), parameters(), prop_oneof![any::<u64>(), Just(0), 1_000_000_000..2_000_000_000_u64], text());
    (request, client, rest).prop_map(|(request, client, rest)| Case {
        method: request.0.to_string(),
        uri: request.1,
        form: request.2,
        client: client.0,
        token: client.1,
        signature_method: client.2,
        has_version: client.3,
        realm: rest.0,
        parameters: rest.1,
        timestamp: rest.2,
        nonce: rest.3,
    })
}

//! A naive maker of wrong headers: it shares no code with the crate, and makes the mistakes whose names it is given.

#[path = "parameters.rs"]
mod parameters;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Digest as _;

/// A request and what its header claims.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) method: &'static str,
    pub(crate) scheme: &'static str,
    pub(crate) user_info: &'static str,
    pub(crate) host: &'static str,
    pub(crate) port: &'static str,
    pub(crate) path: &'static str,
    pub(crate) query: String,
    pub(crate) fragment: &'static str,
    pub(crate) form: Option<&'static str>,
    pub(crate) json: Option<&'static str>,
    pub(crate) multipart: Option<&'static str>,
    pub(crate) realm: Option<&'static str>,
    pub(crate) protocol: Vec<(&'static str, String)>,
    pub(crate) client_secret: String,
    pub(crate) token_secret: String,
}

impl Case {
    pub(crate) fn uri(&self) -> String {
        let mut uri = format!("{}://{}{}{}{}", self.scheme, self.user_info, self.host, self.port, self.path);
        if !self.query.is_empty() {
            uri += &format!("?{}", self.query);
        }
        uri + self.fragment
    }

    pub(crate) fn protocol(&self, name: &str) -> Option<&str> {
        self.protocol.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.protocol.retain(|(own, _)| *own != name);
        self.protocol.push((name, value.to_string()));
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.protocol.retain(|(own, _)| *own != name);
    }
}

type Pair = (char, Vec<u8>, Vec<u8>);

/// An encoder: the characters that it keeps, and what is special, by letters: `l` lower-case digits, `p` plus for a
/// space, `u` `%uXXXX`, `x` UTF-16 code units.
pub(crate) type How = (&'static str, &'static str);

pub(crate) const RIGHT: How = ("-._~", "");

/// Wrong encoders, by the identifiers of mistakes.
pub(crate) const ENCODERS: [(&str, How); 18] = [
    ("form-encoder-without-plus", ("-._*", "")),
    ("star-not-encoded", ("-._~*", "")),
    ("hex-lower-case", ("-._~", "l")),
    ("tilde-encoded", ("-._", "")),
    ("marks-not-encoded", ("-._~!*'()", "")),
    ("form-encoder", ("-._*", "p")),
    ("space-as-plus", ("-._~", "p")),
    ("slash-not-encoded", ("-._~/", "")),
    ("slash-not-encoded-tilde-encoded", ("-._/", "")),
    ("query-characters-not-encoded", ("-._~!*'():@$/?", "")),
    ("urlencode-php", ("-._", "p")),
    ("urlencode-net", ("-._!*()", "p")),
    ("urlencode-net-lower-case", ("-._!*()", "pl")),
    ("query-allowed", ("-._~!$'()*+,;/:?@", "")),
    ("uri-encoder", ("-._~!*'();/?:@&=+$,#", "")),
    ("unreserved-encoded", ("", "")),
    ("javascript-escape", ("@*_+-./", "u")),
    ("code-units", ("-._~", "x")),
];

/// The places where a wrong encoder is used, by endings of identifiers: `p` names, `v` values, `h` values of the
/// header, `o` the parameters as a part of the base string, `b` the URI, `k` the secrets.
pub(crate) const PLACES: [(&str, &str); 5] = [
    ("", "pvhobk"),
    ("-in-parameters", "pvh"),
    ("-in-base-string", "ob"),
    ("-in-values", "v"),
    ("-in-parameters-again", "pvho"),
];

/// Percent-encodes.
pub(crate) fn encode(bytes: &[u8], (keep, special): How) -> Vec<u8> {
    let mut text = Vec::new();
    let mut push = |number: u32, how: &str| {
        let character = char::from_u32(number).unwrap_or('\0');
        if character.is_ascii_alphanumeric() || (number < 128 && keep.contains(character)) {
            text.push(number as u8);
        } else if character == ' ' && special.contains('p') {
            text.push(b'+');
        } else if number > 255 && how == "u" {
            text.extend(format!("%u{number:04X}").bytes());
        } else if special.contains('l') {
            text.extend(format!("%{number:02x}").bytes());
        } else {
            text.extend(format!("%{number:02X}").bytes());
        }
    };
    if special.contains(['u', 'x']) {
        let units = String::from_utf8_lossy(bytes).into_owned();
        units.encode_utf16().for_each(|unit| push(unit.into(), special));
    } else {
        bytes.iter().for_each(|byte| push((*byte).into(), special));
    }
    text
}

fn decode(text: &[u8], plus: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let digits = text.get(at + 1..at + 3).and_then(|digits| str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (text[at], number) {
            (b'%', Some(number)) => {
                bytes.push(number);
                at += 2;
            }
            (b'+', _) if plus => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
        at += 1;
    }
    bytes
}

fn hmac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(key).unwrap();
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

/// Makes headers with mistakes.
pub(crate) struct Maker<'a> {
    pub(crate) case: &'a Case,
    pub(crate) ids: &'a [&'a str],
    /// The secret and the host that a list is to hold.
    pub(crate) other_secret: &'a str,
    pub(crate) other_host: &'a str,
}

impl Maker<'_> {
    fn has(&self, id: &str) -> bool {
        self.ids.contains(&id)
    }

    fn any(&self, ids: &[&str]) -> bool {
        ids.iter().any(|id| self.has(id))
    }

    /// The encoder of one of the [`PLACES`].
    fn how(&self, place: char) -> How {
        let key = match place {
            'k' if self.has("secrets-hex-lower-case") => "hex-lower-case",
            'k' if self.has("secrets-form-encoded") => "form-encoder",
            'k' if self.has("secrets-marks-not-encoded") => "marks-not-encoded",
            _ => "",
        };
        if self.has("characters-not-encoded") && "pvh".contains(place)
            || self.has("characters-not-encoded-in-base-string") && "pvho".contains(place)
        {
            return ("-._~!@", "");
        }
        let used = ENCODERS.iter().find(|(id, _)| {
            let is_here = |(end, places): &(&str, &str)| places.contains(place) && self.has(&format!("{id}{end}"));
            *id == key || PLACES.iter().any(is_here)
        });
        used.map_or(RIGHT, |(_, how)| *how)
    }

    fn method(&self) -> String {
        if self.has("method-lower-case") {
            self.case.method.to_lowercase()
        } else if self.has("method-case-kept") {
            self.case.method.to_string()
        } else if self.has("method-other") {
            "DELETE".to_string()
        } else {
            self.case.method.to_uppercase()
        }
    }

    fn uri(&self) -> Vec<u8> {
        let case = self.case;
        let mut scheme = case.scheme.to_lowercase();
        if self.has("scheme-other") {
            scheme = if scheme == "http" { "https" } else { "http" }.to_string();
        }
        let mut host = case.host.to_lowercase();
        if self.has("host-case-kept") {
            host = case.host.to_string();
        }
        for label in ["www", "api"] {
            if self.has(&format!("host-{label}-added")) {
                host = format!("{label}.{host}");
            }
            if self.has(&format!("host-{label}-dropped")) {
                host = host.replacen(&format!("{label}."), "", 1);
            }
        }
        if self.has("host-other") {
            host = self.other_host.to_string();
        }
        let default = if scheme == "https" { ":443" } else { ":80" };
        let mut port = if case.port == default { "" } else { case.port };
        if self.has("port-kept") {
            port = case.port;
        }
        if self.has("host-without-brackets") {
            host = host.replace(['[', ']'], "");
        }
        // The other host brings its own port.
        if self.any(&["port-dropped", "port-at-end", "host-other"]) {
            port = "";
        }
        if self.has("port-added") {
            port = default;
        }
        if self.has("scheme-case-kept") {
            scheme = case.scheme.to_string();
        }
        let mut path = if case.path.is_empty() { "/" } else { case.path }.as_bytes().to_vec();
        for id in self.ids {
            let text = String::from_utf8_lossy(&path).into_owned();
            path = match *id {
                "path-empty" | "path-left-out" => vec![],
                "path-slash-dropped" => text.strip_suffix('/').unwrap().into(),
                "path-slash-added" => (text + "/").into(),
                "path-decoded" => decode(&path, false),
                "path-encoded-twice" => text.replace('%', "%25").into(),
                "path-resolved" => text.replace("/x/..", "").into(),
                "path-slashes-merged" => text.replace("//", "/").into(),
                "path-lower-case" => text.to_lowercase().into(),
                "path-hex-upper-case" => text.replace("%2f", "%2F").into(),
                "path-hex-lower-case" => text.replace("%C3%AB", "%c3%ab").into(),
                "path-cut-at-semicolon" => text.split(';').next().unwrap().into(),
                "path-plus-as-space" => text.replace('+', " ").into(),
                "path-marks-encoded" => text.replace('\'', "%27").into(),
                "path-segment-dropped" => text.replace("/a%2fb%20c", "").into(),
                "path-ending" => text.replace(".json", "").into(),
                "path-prefix-dropped" => text.strip_prefix("/Base").unwrap().into(),
                _ => path,
            };
        }
        let mut user_info = "";
        if self.has("user-info-kept") {
            user_info = case.user_info;
        }
        let start = if self.has("uri-path-only") {
            String::new()
        } else if self.has("uri-without-scheme") {
            format!("{host}{port}")
        } else {
            format!("{scheme}://{user_info}{host}{port}")
        };
        let mut uri = [start.as_bytes(), &path].concat();
        if self.has("question-mark-kept") {
            uri.push(b'?');
        }
        if self.has("port-at-end") && case.query.is_empty() {
            uri.extend(case.port.bytes());
        }
        if self.any(&["query-in-uri", "query-in-uri-too"]) {
            uri.extend(format!("?{}", case.query).bytes());
        }
        if self.has("fragment-kept") {
            uri.extend(case.fragment.bytes());
        }
        if self.has("uri-not-encoded") {
            return uri;
        }
        let once = encode(&uri, self.how('b'));
        if self.has("uri-encoded-twice") { encode(&once, self.how('b')) } else { once }
    }

    pub(crate) fn base_string(&self) -> Vec<u8> {
        let parts = [self.method().into_bytes(), self.uri(), self.parameters()];
        if self.has("uri-and-parameters-in-one-part") {
            let [method, uri, parameters] = parts;
            return [&method[..], b"&", &uri, b"%3F", &parameters].concat();
        }
        let skipped = usize::from(self.has("method-left-out"));
        parts[skipped..].join(&b'&')
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        let case = self.case;
        let secret = |who: &str, given: &str, identifier: &str| {
            let mut text = given.to_string();
            for id in self.ids {
                let rest = id.strip_prefix(who).unwrap_or(id);
                match rest {
                    "-secret-left-out" => text.clear(),
                    "-secret-newline" => text.push('\n'),
                    "-secret-prefixed" => text.insert(0, '\u{feff}'),
                    "-secret-trimmed" => text = text.trim().to_string(),
                    "-secret-quoted" => text = format!("'{text}'"),
                    "-secret-cut-at-equals" => text = text.split('=').next().unwrap().to_string(),
                    "-secret-other" => text = self.other_secret.to_string(),
                    "-identifier-as-secret" => {
                        text = case.protocol(identifier).unwrap().to_string();
                    }
                    "-secret-undefined" => text = "null".to_string(),
                    "secrets-lower-case" => text = text.to_lowercase(),
                    "secrets-upper-case" => text = text.to_uppercase(),
                    _ => {}
                }
            }
            let mut bytes = text.into_bytes();
            if self.has("secrets-base64-decoded") {
                bytes = STANDARD.decode(&bytes).unwrap();
            }
            if self.any(&["secrets-not-encoded", "secrets-encoded-whole"]) {
                bytes
            } else if self.has("secrets-decoded") {
                encode(&decode(&bytes, false), self.how('k'))
            } else if self.has("secrets-encoded-twice") || (self.has("token-secret-still-encoded") && who == "token") {
                encode(&encode(&bytes, self.how('k')), self.how('k'))
            } else {
                encode(&bytes, self.how('k'))
            }
        };
        let has_token = case.protocol("oauth_token").is_some()
            || self.any(&["token-secret-without-token", "token-secret-other", "token-secret-undefined"]);
        let token_secret = if has_token { &*case.token_secret } else { "" };
        let client = secret("client", &case.client_secret, "oauth_consumer_key");
        if self.has("consumer-key-in-key") {
            let client = encode(case.protocol("oauth_consumer_key").unwrap().as_bytes(), RIGHT);
            let secret = encode(case.client_secret.as_bytes(), RIGHT);
            return [&client[..], b"&", &secret].concat();
        }
        let token = secret("token", token_secret, "oauth_token");
        let join = |one: &[u8], mark: &str, other: &[u8]| [one, mark.as_bytes(), other].concat();
        if self.has("ampersand-missing") {
            client
        } else if self.has("secrets-joined-by-nothing") {
            join(&client, "", &token)
        } else if self.has("secrets-joined-by-plus") {
            join(&client, "+", &token)
        } else if self.has("secrets-swapped") {
            join(&token, "&", &client)
        } else if self.has("secrets-encoded-whole") {
            encode(&join(&client, "&", &token), RIGHT)
        } else {
            join(&client, "&", &token)
        }
    }

    fn signature(&self) -> String {
        let (key, text) = (self.key(), self.base_string());
        let sha1 = hmac::<Hmac<sha1::Sha1>>;
        let digest =
            if self.case.protocol("oauth_signature_method") == Some("PLAINTEXT") || self.has("signed-with-plaintext") {
                return String::from_utf8(key).unwrap();
            } else if self.has("key-and-text-swapped") {
                sha1(&text, &key)
            } else if self.has("hash-without-hmac") {
                sha1::Sha1::digest([text, key].concat()).to_vec()
            } else if self.has("hash-without-key") {
                sha1::Sha1::digest(text).to_vec()
            } else if self.has("hash-other") {
                hmac::<Hmac<sha2::Sha256>>(&key, &text)
            } else {
                sha1(&key, &text)
            };
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let base64 = STANDARD.encode(&digest);
        if self.has("signature-hex") {
            hex
        } else if self.has("signature-hex-in-base64") {
            STANDARD.encode(hex)
        } else if self.has("signature-base64url") {
            base64.replace('+', "-").replace('/', "_")
        } else if self.has("signature-without-padding") {
            base64.trim_end_matches('=').to_string()
        } else if self.has("signature-with-newline") {
            base64 + "\n"
        } else if self.has("signature-not-canonical") {
            // The last digit before the padding has two bits to spare.
            let mut text = base64.into_bytes();
            let last = text.len() - 2;
            text[last] += 1;
            String::from_utf8(text).unwrap()
        } else {
            base64
        }
    }

    pub(crate) fn header(&self) -> String {
        let text = |bytes: &[u8]| String::from_utf8(encode(bytes, RIGHT)).unwrap();
        let signature = self.signature();
        let mut encoded = text(signature.as_bytes());
        if self.has("signature-not-encoded-in-header") {
            encoded = signature.clone();
        }
        if self.has("signature-encoded-twice") {
            encoded = text(encoded.as_bytes());
        }
        if self.has("signature-plus-lost") {
            encoded = text(signature.replace('+', " ").as_bytes());
        }
        let mut header = "OAuth ".to_string();
        if let Some(realm) = self.case.realm {
            header += &format!("realm=\"{realm}\", ");
        }
        for (name, value) in &self.case.protocol {
            header += &format!("{name}=\"{}\", ", text(value.as_bytes()));
        }
        header + &format!("oauth_signature=\"{encoded}\"")
    }
}

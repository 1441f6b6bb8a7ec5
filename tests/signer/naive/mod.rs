//! A naive implementation of RFC 5849: one short, slow function per section, without code of the crate.

pub(crate) mod random;

use hmac::{Hmac, KeyInit as _, Mac as _};

/// Decoded names and values.
pub(crate) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// §3.6.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(*byte));
            }
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

/// Decodes a name or value of a query or form: `+` is a space, `%XX` a byte.
fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = if rest.starts_with('%') { 3 } else { 1 };
        bytes.push(match &rest[..length] {
            "+" => b' ',
            piece if length == 3 => u8::from_str_radix(&piece[1..], 16).unwrap(),
            piece => piece.as_bytes()[0],
        });
        rest = &rest[length..];
    }
    bytes
}

/// §3.4.1.3.1, of a query or a form body.
pub(crate) fn pairs(text: &str) -> Pairs {
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| match piece.find('=') {
            Some(at) => (decode(&piece[..at]), decode(&piece[at + 1..])),
            None => (decode(piece), Vec::new()),
        })
        .collect()
}

/// Scheme, authority, path and query as they are written.
fn split(uri: &str) -> (&str, &str, &str, &str) {
    let uri = &uri[..uri.find('#').unwrap_or(uri.len())];
    let query = uri.find('?').unwrap_or(uri.len());
    let (hierarchy, query) = (&uri[..query], uri.get(query + 1..).unwrap_or(""));
    let colon = hierarchy.find(':').unwrap();
    let (scheme, rest) = (&hierarchy[..colon], &hierarchy[colon + 3..]);
    let slash = rest.find('/').unwrap_or(rest.len());
    (scheme, &rest[..slash], &rest[slash..], query)
}

/// Whether query or form has a protocol parameter.
pub(crate) fn has_protocol_parameter(uri: &str, form: &str) -> bool {
    [pairs(split(uri).3), pairs(form)].concat().iter().any(|(name, _)| name.starts_with(b"oauth_"))
}

/// §3.4.1.2.
pub(crate) fn base_string_uri(uri: &str) -> String {
    let (scheme, authority, path, _) = split(uri);
    let scheme = scheme.to_lowercase();
    let mut host = authority[authority.rfind('@').map_or(0, |at| at + 1)..].to_lowercase();
    if let Some(colon) = host.rfind(':').filter(|_| !host.ends_with(']')) {
        let port = host.split_off(colon);
        let default = if scheme == "https" { 443 } else { 80 };
        match port[1..].parse::<u32>() {
            Ok(number) if number != default => host += &format!(":{number}"),
            _ => {}
        }
    }
    let path = if path.is_empty() { "/" } else { path };
    format!("{scheme}://{host}{path}")
}

/// §3.4.1.3.2; `protocol` has neither realm nor signature.
pub(crate) fn normalized_parameters(uri: &str, form: &str, protocol: &Pairs) -> String {
    let mut all: Vec<(String, String)> = [pairs(split(uri).3), pairs(form), protocol.clone()]
        .concat()
        .iter()
        .filter(|(name, _)| name != b"oauth_signature")
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    all.sort();
    let all: Vec<String> = all.iter().map(|(n, v)| format!("{n}={v}")).collect();
    all.join("&")
}

/// §3.4.1.1.
pub(crate) fn base_string(method: &str, uri: &str, form: &str, protocol: &Pairs) -> String {
    [method.to_uppercase(), base_string_uri(uri), normalized_parameters(uri, form, protocol)]
        .map(|part| encode(part.as_bytes()))
        .join("&")
}

/// §3.4.2 and §3.4.4.
pub(crate) fn signature(method: &str, base_string: &str, client: &str, token: &str) -> String {
    let key = [client, token].map(|secret| encode(secret.as_bytes()));
    let key = key.join("&");
    /// The bytes of an HMAC with any hash.
    macro_rules! hmac {
        ($hash:ty) => {{
            let mut mac = Hmac::<$hash>::new_from_slice(key.as_bytes()).unwrap();
            mac.update(base_string.as_bytes());
            base64(&mac.finalize().into_bytes())
        }};
    }
    match method {
        "HMAC-SHA1" => hmac!(sha1::Sha1),
        #[cfg(feature = "sha2")]
        "HMAC-SHA256" => hmac!(sha2::Sha256),
        #[cfg(feature = "sha2")]
        "HMAC-SHA512" => hmac!(sha2::Sha512),
        "PLAINTEXT" => key,
        other => panic!("{other}"),
    }
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        for at in 0..4 {
            let digit = ALPHABET[bits >> (18 - 6 * at) & 63];
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// §3.5.1; names sorted, realm first.
pub(crate) fn authorization(realm: Option<&str>, protocol: &Pairs, signature: &str) -> String {
    let mut all = protocol.clone();
    all.push((b"oauth_signature".to_vec(), signature.into()));
    let mut all: Vec<(String, String)> = all.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    all.sort();
    let mut parts: Vec<String> = Vec::new();
    if let Some(realm) = realm {
        let realm = realm.replace('\\', "\\\\").replace('"', "\\\"");
        parts.push(format!("realm=\"{realm}\""));
    }
    parts.extend(all.iter().map(|(name, value)| format!("{name}=\"{value}\"")));
    format!("OAuth {}", parts.join(", "))
}

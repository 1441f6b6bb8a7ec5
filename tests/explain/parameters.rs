//! The parameters of the naive maker.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::Digest as _;

use super::{Maker, Pair, decode, encode};

impl Maker<'_> {
    fn read(&self, text: &[u8], is_name: bool) -> Vec<u8> {
        let part = if is_name { "names-not-decoded" } else { "values-not-decoded" };
        let bytes = decode(text, true);
        if self.any(&[part, "parameters-not-decoded", "parameters-as-spelled"]) {
            text.to_vec()
        } else if self.has("plus-kept") {
            decode(text, false)
        } else if self.has("values-trimmed") && !is_name {
            bytes.trim_ascii().into()
        } else if self.has("line-breaks-changed") && !is_name {
            String::from_utf8_lossy(&bytes).replace("\r\n", "\n").into()
        } else if self.has("values-decoded-twice") {
            decode(&bytes, true)
        } else if self.has("latin-1-decoded") {
            bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into()
        } else if self.has("latin-1-encoded") {
            match String::from_utf8(bytes.clone()) {
                Ok(text) if text.chars().all(|character| u32::from(character) < 256) => {
                    text.chars().map(|character| u32::from(character) as u8).collect()
                }
                _ => bytes,
            }
        } else if self.has("not-utf-8-replaced") {
            String::from_utf8_lossy(&bytes).into_owned().into()
        } else if self.has("not-utf-8-not-decoded") && String::from_utf8(bytes.clone()).is_err() {
            text.to_vec()
        } else {
            bytes
        }
    }

    /// The text of a query or form, changed so that splitting it at `&` gives what the client signed.
    fn split(&self, source: char, text: &str) -> String {
        let is_query = source == 'q' && !text.is_empty();
        let raw = text.replace("Salt & Pepper", "Salt %26 Pepper").replace("100%", "100%25");
        if self.has("sent-not-encoded") {
            raw.replace('+', "%2B")
        } else if self.has("decoded-before-splitting") {
            text.replace("%26", "&").replace("%3D", "=")
        } else if self.has("semicolon-separates") {
            text.replace(';', "&")
        } else if self.has("entities-in-url") {
            text.replace("&amp;", "&")
        } else if self.has("query-cut-at-question-mark") && is_query {
            text.split('?').next().unwrap().to_string()
        } else if self.has("question-mark-in-first-name") && is_query {
            format!("%3F{text}")
        } else if self.has("port-at-end") && is_query {
            text.to_string() + self.case.port
        } else {
            text.to_string()
        }
    }

    fn pairs(&self) -> Vec<Pair> {
        let case = self.case;
        let mut list: Vec<Pair> = Vec::new();
        let mut add = |source: char, text: &str| {
            let text = self.split(source, text);
            for (index, pair) in text.split('&').enumerate() {
                if pair.is_empty() && (text.is_empty() || !self.has("empty-piece-signed")) {
                    continue;
                }
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                let value = match value.split_once('=') {
                    Some((value, _)) if self.has("value-cut-at-equals") => value,
                    _ => value,
                };
                let (name, value) = (self.read(name.as_bytes(), true), self.read(value.as_bytes(), false));
                let dropped = (name == b"oauth_signature" && !self.has("signature-signed"))
                    || (self.has("empty-values-dropped") && value.is_empty())
                    || (self.has("names-without-equals-dropped") && !pair.contains('='))
                    || (self.has("empty-names-dropped") && name.is_empty())
                    || (self.has("object-methods-dropped") && name == b"toString")
                    || (self.has("thousand-parameters") && index > 999)
                    || (self.has("parameter-not-signed") && name == b"enc");
                if !dropped {
                    list.push((source, name, value));
                }
            }
        };
        if !self.any(&["query-in-uri", "query-left-out"]) {
            add('q', &case.query);
        }
        let no_form = self.any(&["form-left-out", "json-or-xml-sent-as-form"]);
        if let Some(form) = case.form.filter(|_| !no_form) {
            add('f', form);
        }
        if let Some(json) = case.json {
            if self.has("body-signed-as-form") {
                add('f', json);
            }
            if self.has("json-body-signed") {
                let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap();
                for (name, value) in members {
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_string);
                    list.push(('f', name.into(), value.into()));
                }
            }
        }
        if self.has("multipart-fields-signed") {
            list.push(('f', "title".into(), "a b".into()));
        }
        self.brackets(&mut list);
        self.duplicates(&mut list);
        list
    }

    fn brackets(&self, list: &mut Vec<Pair>) {
        let mut index = 0;
        for (_, name, value) in list.iter_mut() {
            let text = String::from_utf8_lossy(name).into_owned();
            if self.has("brackets-qs") && text == "deep[x][y]" {
                (*name, *value) = ("deep[x]".into(), "[object Object]".into());
            } else if self.has("brackets-qs") && text.ends_with("[]") {
                name.truncate(name.len() - 2);
            } else if self.has("brackets-php") && text.ends_with("[]") {
                *name = text.replace("[]", &format!("[{index}]")).into();
                index += 1;
            } else if self.has("brackets-php") && !text.contains('\u{fffd}') {
                *name = text.replace(['.', ' '], "_").into();
            }
        }
        if self.has("brackets-php") {
            // The last value of a name takes the place of the others.
            let all = list.clone();
            let mut at = 0;
            list.retain(|(_, name, _)| {
                at += 1;
                !all[at..].iter().any(|(_, other, _)| other == name)
            });
        }
    }

    fn duplicates(&self, list: &mut Vec<Pair>) {
        let all = list.clone();
        let count = |name: &Vec<u8>| all.iter().filter(|(_, other, _)| other == name).count();
        let with = |source: char, name: &Vec<u8>| all.iter().any(|(own, other, _)| *own == source && other == name);
        let mut at = 0;
        list.retain(|(source, name, value)| {
            at += 1;
            !(self.has("duplicates-first-kept") && all[..at - 1].iter().any(|(_, other, _)| other == name)
                || self.has("duplicates-last-kept") && all[at..].iter().any(|(_, other, _)| other == name)
                || self.has("duplicates-identical-dropped")
                    && all[..at - 1].iter().any(|(_, other, text)| other == name && text == value)
                || self.has("duplicates-query-form-form-kept") && *source == 'q' && with('f', name)
                || self.has("duplicates-query-form-query-kept") && *source == 'f' && with('q', name))
        });
        let mut seen: Vec<Vec<u8>> = Vec::new();
        for (_, name, _) in list.iter_mut().filter(|(_, name, _)| count(name) > 1) {
            let index = seen.iter().filter(|other| *other == name).count();
            seen.push(name.clone());
            if self.has("duplicates-numbered") {
                name.extend(format!("[{index}]").bytes());
            }
            if self.has("duplicates-bracketed") {
                name.extend(b"[]");
            }
        }
        if self.has("duplicates-joined") {
            let mut joined: Vec<Pair> = Vec::new();
            for (source, name, value) in list.drain(..) {
                match joined.iter_mut().find(|(_, other, _)| *other == name) {
                    Some((_, _, text)) => *text = [&text[..], b",", &value].concat(),
                    None => joined.push((source, name, value)),
                }
            }
            *list = joined;
        }
    }

    fn claimed(&self) -> Vec<(String, Vec<u8>)> {
        let case = self.case;
        let mut list = Vec::new();
        for (name, value) in &case.protocol {
            let short = name.trim_start_matches("oauth_").replace('_', "-");
            let left_out = self.has(&format!("{short}-not-signed"))
                || (self.has("signature-method-name-not-signed") && short == "signature-method")
                || (self.has("several-protocol-parameters-not-signed")
                    && ["nonce", "timestamp", "version"].contains(&&*short))
                || (self.has("query-parameters-in-header") && *name == "a-b")
                || (self.has("other-header-parameters-not-signed") && !name.starts_with("oauth_"))
                || self.has("protocol-parameters-not-signed");
            if left_out {
                continue;
            }
            let mut text = value.clone().into_bytes();
            if self.has("protocol-values-decoded-twice") {
                text = decode(&text, false);
            }
            for id in self.ids {
                match (*id, *name) {
                    ("nonce-signed-in-lower-case", "oauth_nonce") => text.make_ascii_lowercase(),
                    ("nonce-signed-in-upper-case", "oauth_nonce") => text.make_ascii_uppercase(),
                    ("nonce-signed-in-base64", "oauth_nonce") => {
                        text = STANDARD.encode(&text).into();
                    }
                    ("nonce-sent-in-base64", "oauth_nonce") => {
                        text = STANDARD.decode(&text).unwrap();
                    }
                    ("nonce-plus-signed-as-space", "oauth_nonce") => {
                        text = value.replace('+', " ").into();
                    }
                    ("timestamp-signed-in-milliseconds", "oauth_timestamp") => text.extend(b"417"),
                    ("timestamp-signed-in-seconds", "oauth_timestamp") => {
                        text.truncate(text.len() - 3);
                    }
                    ("timestamp-off", "oauth_timestamp") => {
                        text = (value.parse::<u64>().unwrap() - 4).to_string().into();
                    }
                    ("timestamp-signed-as-float", "oauth_timestamp") => text.extend(b".0"),
                    ("signature-method-name-other", "oauth_signature_method") => {
                        text = b"HMAC-SHA512".to_vec();
                    }
                    _ => {}
                }
            }
            list.push((name.to_string(), text));
        }
        let mut add = |id: &str, name: &str, value: &str| {
            if self.has(id) {
                list.push((name.to_string(), value.as_bytes().to_vec()));
            }
        };
        add("realm-signed", "realm", case.realm.unwrap_or_default());
        add("empty-signature-signed", "oauth_signature", "");
        add("version-signed-not-sent", "oauth_version", "1.0");
        add("parameter-signed-not-sent", "oauth_callback", "oob");
        add("token-empty-signed-not-sent", "oauth_token", "");
        let body = case.form.or(case.json).unwrap_or_default();
        let hash = STANDARD.encode(sha1::Sha1::digest(body));
        add("body-hash-signed-not-sent", "oauth_body_hash", &hash);
        list
    }

    /// The normalized parameters, encoded as in the base string.
    pub(super) fn parameters(&self) -> Vec<u8> {
        // Source, sort key before encoding, and name and value with the number of times each is encoded.
        let mut list = Vec::new();
        let level = |kind: &str| {
            if self.any(&[&format!("{kind}-not-encoded"), &format!("{kind}-never-encoded"), "parameters-as-spelled"])
                || (kind == "values" && self.has("no-value-encoded"))
            {
                0
            } else {
                1 + usize::from(self.has(&format!("{kind}-encoded-twice")))
            }
        };
        let encoded = |bytes: &[u8], place: char, times: usize| {
            (0..times).fold(bytes.to_vec(), |text, _| encode(&text, self.how(place)))
        };
        for (source, name, value) in self.pairs() {
            let inner = (encoded(&name, 'p', level("names")), encoded(&value, 'v', level("values")));
            list.push((source, (name, value), inner));
        }
        let times = if self.any(&["protocol-values-not-encoded", "no-value-encoded"]) {
            0
        } else {
            1 + usize::from(self.has("protocol-values-encoded-twice"))
        };
        for (name, value) in self.claimed() {
            let inner = (encoded(name.as_bytes(), 'p', 1), encoded(&value, 'h', times));
            list.push(('h', (name.into_bytes(), value), inner));
        }
        let rank = |source: char| (source == 'h') as u8;
        if self.has("sorted-before-encoding") {
            list.sort_by(|one, other| one.1.cmp(&other.1));
        } else if self.has("sorted-joined") {
            list.sort_by_key(|(_, _, (name, value))| [&name[..], b"=", value].concat());
        } else if self.has("sorted-by-locale") {
            // In the rules of languages, signs come before digits and letters, and lower case before upper case.
            list.sort_by_key(|(_, _, (name, value))| {
                let key = |text: &[u8]| {
                    let text = String::from_utf8_lossy(text).into_owned();
                    let signs = "_-.:!'()[]@*/%+=|~$";
                    let rank = |character: char| match signs.find(character) {
                        Some(place) => place as u32,
                        None => 1000 + u32::from(character.to_ascii_lowercase()),
                    };
                    let ranks: Vec<u32> = text.chars().map(rank).collect();
                    (ranks, text.chars().map(char::is_uppercase).collect::<Vec<_>>())
                };
                (key(name), key(value))
            });
        } else if self.has("values-descending") {
            list.sort_by(|one, other| one.2.0.cmp(&other.2.0).then(other.2.1.cmp(&one.2.1)));
        } else if self.has("values-sorted-as-numbers") {
            list.sort_by_key(|(_, _, (name, value))| {
                let number = String::from_utf8_lossy(value).parse::<u64>();
                (name.clone(), number.ok(), value.clone())
            });
        } else if self.has("sorted-by-name-only") {
            list.sort_by(|one, other| one.2.0.cmp(&other.2.0));
        } else if self.has("sorted-protocol-first") {
            list.sort_by(|one, other| (1 - rank(one.0), &one.2).cmp(&(1 - rank(other.0), &other.2)));
        } else if self.has("sorted-protocol-last") {
            list.sort_by(|one, other| (rank(one.0), &one.2).cmp(&(rank(other.0), &other.2)));
        } else if self.has("sorted-ignoring-case") {
            list.sort_by_key(|(_, _, (name, value))| (name.to_ascii_lowercase(), value.to_ascii_lowercase()));
        } else if !self.has("not-sorted") {
            list.sort_by(|one, other| one.2.cmp(&other.2));
        }
        let outer = |text: &[u8]| {
            if self.has("parameters-not-encoded-in-base-string") {
                return text.to_vec();
            }
            let once = encode(text, self.how('o'));
            if self.has("parameters-encoded-twice-in-base-string") { encode(&once, self.how('o')) } else { once }
        };
        let mut text = Vec::new();
        for (source, _, (name, value)) in list {
            if !text.is_empty() {
                text.extend(outer(if self.has("joined-by-other-marks") { b"," } else { b"&" }));
            }
            let spare = |id: &str| self.has(id) && source != 'h';
            text.extend(if spare("names-never-encoded") { name } else { outer(&name) });
            text.extend(outer(if self.has("joined-by-other-marks") { b"," } else { b"=" }));
            text.extend(if spare("values-never-encoded") { value } else { outer(&value) });
        }
        text
    }
}

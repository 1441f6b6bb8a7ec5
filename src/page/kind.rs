//! Which kind of text a person pasted.

/// The kinds of text that a person pastes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Command,
    RawRequest,
    BaseString,
    Header,
    Nothing,
}

impl Kind {
    pub(super) fn of(text: &str) -> Self {
        let lower = text.trim().to_ascii_lowercase();
        let has = |part: &str| lower.contains(part);
        let is_har = lower.starts_with('{') && has("\"entries\"");
        if lower.is_empty() {
            Self::Nothing
        } else if is_har || text.lines().take(40).any(is_of_raw_request) {
            Self::RawRequest
        } else if is_command(&lower) {
            Self::Command
        } else if is_base_string(&lower) {
            Self::BaseString
        } else {
            Self::Header
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Command => "a command",
            Self::RawRequest => "a raw HTTP request",
            Self::BaseString => "a base string",
            Self::Header => "an Authorization header",
            Self::Nothing => "a URL",
        }
    }
}

/// Whether a line is the first of a request, or one that a tool shows of it.
fn is_of_raw_request(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ']).trim_end();
    let lower = line.to_ascii_lowercase();
    let versions = [" http/1.0", " http/1.1", " http/2"];
    let is_listed = [":method", ":path", "request url", "request headers"];
    let has_target = line.split_once(' ').is_some_and(|(method, target)| {
        let is_method = method.bytes().all(|byte| byte.is_ascii_uppercase());
        is_method && (target.starts_with('/') || target.contains("://"))
    });
    has_target
        || versions.iter().any(|version| lower.ends_with(version))
        || is_listed.iter().any(|start| lower.starts_with(start))
}

/// Whether a text in lower case calls a program or a function that sends requests.
fn is_command(text: &str) -> bool {
    let mut words = text.split(|it: char| !it.is_ascii_alphanumeric());
    let calls = ["fetch(", "invoke-webrequest", "invoke-restmethod"];
    words.any(|word| ["curl", "wget", "httpie"].contains(&word))
        || calls.iter().any(|call| text.contains(call))
        || ["http ", "https "].iter().any(|it| text.starts_with(it))
}

/// Whether a text in lower case is a base string, or its parameters alone.
fn is_base_string(text: &str) -> bool {
    let has = |part: &str| text.contains(part);
    let is_signed = has("oauth_signature=") || has("oauth_signature\"");
    ["&http%3a", "&https%3a", "%26oauth_", "%2526oauth_"].iter().any(|part| has(part))
        || (!is_signed && has("oauth_consumer_key=") && has("&oauth_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_seen_from_the_text() {
        for (text, expected) in [
            (" \n", Kind::Nothing),
            ("curl 'http://a.example/'", Kind::Command),
            ("$ /usr/bin/curl http://a.example/", Kind::Command),
            ("await fetch(\"http://a.example/\")", Kind::Command),
            ("http GET a.example", Kind::Command),
            ("> GET / HTTP/1.1\n> User-Agent: curl/8", Kind::RawRequest),
            ("POST https://a.example/b\n200\n", Kind::RawRequest),
            ("Request URL: https://a.example/", Kind::RawRequest),
            ("{\"log\": {\"entries\": []}}", Kind::RawRequest),
            ("GET&http%3A%2F%2Fcurl.example%2F&a%3Db", Kind::BaseString),
            ("oauth_consumer_key=a&oauth_nonce=curly", Kind::BaseString),
            ("OAuth oauth_nonce=\"xcurl\"", Kind::Header),
            ("Authorization: OAuth oauth_signature=\"a\"", Kind::Header),
        ] {
            assert_eq!(Kind::of(text), expected, "{text}");
        }
    }
}

//! Right requests are right, and changed ones are not, in each place of the signature and each form of input. The
//! requests are random and signed by the naive maker.

use exh_oauth1::explain::{CapturedRequest, Limits, Options, Verdict, diagnose, read_curl, read_http};

use crate::{
    maker::Case,
    readers::no_file,
    requests::{maker, random, short},
};

/// The shapes of a raw request, as tools show it.
fn shown(method: &str, url: &str, headers: &[(String, String)], body: &str) -> Vec<String> {
    let (start, rest) = url.split_at(url.find("://").unwrap() + 3);
    let (host, target) = rest.split_at(rest.find('/').unwrap());
    let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let raw = format!("{method} {target} HTTP/1.1\nHost: {host}\n{}\n\n{body}", lines.join("\n"));
    let mut shown = vec![
        raw.clone(),
        raw.replace('\n', "\r\n"),
        format!("\u{feff}{raw}"),
        format!("{method} {url} HTTP/1.1\n{}\n\n{body}", lines.join("\n")),
        format!(
            "Request URL: {url}\nRequest Method: {method}\nStatus Code: 401\nRequest Headers\n{}\n",
            lines.join("\n")
        ) + &if body.is_empty() { String::new() } else { format!("Request Payload\n{body}\n") },
        format!(
            ":authority: {host}\n:method: {method}\n:path: {target}\n:scheme: {}\n{}\n",
            start.trim_end_matches("://"),
            lines.join("\n")
        ) + &if body.is_empty() { String::new() } else { format!("Request Payload\n{body}\n") },
    ];
    if body.is_empty() {
        let headers: String = lines.iter().map(|line| format!("> {line}\n")).collect();
        shown.push(format!("* Connected to {host} (192.0.2.1) port 443\n> {method} {target} HTTP/2\n> Host: {host}\n{headers}>\n< HTTP/2 401\n"));
    }
    shown
}

pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// curl commands for a POSIX shell, `cmd` and PowerShell.
fn commands(method: &str, url: &str, headers: &[(String, String)], body: &str) -> Vec<String> {
    let arguments = |quote: fn(&str) -> String| {
        let mut words = vec!["-X".to_string(), method.to_string()];
        for (name, value) in headers {
            words.extend(["-H".to_string(), quote(&format!("{name}: {value}"))]);
        }
        if !body.is_empty() {
            words.extend(["--data-raw".to_string(), quote(body)]);
        }
        words.push(quote(url));
        words
    };
    let posix = arguments(quoted).join(" ");
    let cmd = arguments(|text| {
        format!("^\"{}^\"", text.replace('"', "\\\"").replace(['^'], "^^").replace('&', "^&").replace("\\\"", "^\\^\""))
    });
    let power = arguments(|text| format!("'{}'", text.replace('\'', "''")));
    vec![
        format!("curl --globoff {posix}"),
        format!("$ sudo -u x curl.exe {posix} | jq .\n< HTTP/1.1 401"),
        format!("cd ~/src/curl && curl {posix}"),
        format!("# a comment\ncd /tmp && X=1 curl -sS {posix} 2>/dev/null; echo"),
        format!("curl {} --compressed", cmd.join(" ^\n  ")),
        format!("curl `\n  {}", power.join(" `\n  ")),
    ]
}

/// URL, headers and body.
type Sent = (String, Vec<(String, String)>, String);

/// The ways to send the protocol parameters of a case.
fn placements(case: &Case, header: &str) -> Vec<Sent> {
    let form = ("Content-Type".to_string(), "application/x-www-form-urlencoded".to_string());
    let body = case.form.unwrap_or_default();
    let media: Vec<_> = case.form.map(|_| form.clone()).into_iter().collect();
    let pairs = header["OAuth ".len()..].split(", ").filter(|pair| !pair.starts_with("realm"));
    let pairs: Vec<String> = pairs.map(|pair| pair.replace('"', "")).collect();
    let pairs = pairs.join("&");
    let with_header = [&[("Authorization".to_string(), header.to_string())], media.as_slice()].concat();
    let mut all =
        vec![(case.uri(), with_header, body.to_string()), (format!("{}&{pairs}", case.uri()), media, body.to_string())];
    if case.form.is_some() {
        all.push((case.uri(), vec![form], format!("{body}&{pairs}")));
    }
    all
}

fn random_case(state: &mut u64) -> Case {
    let mut case = short();
    (case.scheme, case.host, case.port, case.path) = ("https", "api.example.com", "", "/v1/a%20b");
    case.method = if random(state).is_multiple_of(2) { "POST" } else { "GET" };
    let letters = b"aB1%20%2B+&=~!*()-._:@,/?%C3%BC%E4";
    let mut text = || -> String {
        let length = 1 + random(state) % 30;
        (0..length).map(|_| char::from(letters[random(state) as usize % letters.len()])).collect()
    };
    case.query = format!("q={}", text());
    if case.method == "POST" {
        case.form = Some(Box::leak(format!("f={}", text()).into_boxed_str()));
    }
    case.set("oauth_nonce", &format!("{:x}", random(state)));
    case.client_secret = format!("{:x} &%", random(state));
    case
}

#[test]
fn right_requests_are_right_in_each_place_and_form() {
    let mut state = 5;
    let rounds = if cfg!(debug_assertions) { 12 } else { 400 };
    for round in 0..rounds {
        let case = random_case(&mut state);
        let secrets = crate::requests::secrets(&case);
        let header = maker(&case, &[]).header();
        for (url, headers, body) in placements(&case, &header) {
            let mut requests = Vec::new();
            for text in shown(case.method, &url, &headers, &body) {
                requests.push((read_http(text.as_bytes(), None, None), text));
            }
            for text in commands(case.method, &url, &headers, &body) {
                requests.push((read_curl(&text, &no_file), text));
            }
            for (request, text) in requests {
                let request = request.unwrap_or_else(|error| panic!("{round}: {error}: {text}"));
                // Right or not, without a search for the mistake.
                let limits = Limits { mistakes: 0, ..Limits::default() };
                let options = Options { limits, ..Options::default() };
                let check = |request: &CapturedRequest| diagnose(request, &secrets, &options);
                let mut diagnosis = check(&request);
                assert_eq!(diagnosis.verdict, Verdict::Right, "{round} {text}\n{request:?}");
                // Each part of it that is signed, changed.
                let mut changed = request.clone();
                changed.uri = request.uri.replacen("q=", "q=x", 1);
                diagnosis = check(&changed);
                assert_ne!(diagnosis.verdict, Verdict::Right, "{round} query: {text}");
                let wrong =
                    text.replacen("oauth_nonce=", "oauth_nonce=x", 1).replacen("oauth_nonce=x\"", "oauth_nonce=\"x", 1);
                let tampered = match text.contains("curl") && !text.starts_with('*') {
                    true => read_curl(&wrong, &no_file),
                    false => read_http(wrong.as_bytes(), None, None),
                };
                if let Ok(tampered) = tampered {
                    assert_ne!(check(&tampered).verdict, Verdict::Right, "{round} nonce: {wrong}");
                }
                let mut changed = request.clone();
                changed.method = "PUT".to_string();
                assert_ne!(check(&changed).verdict, Verdict::Right, "{round} method: {text}");
            }
        }
    }
}

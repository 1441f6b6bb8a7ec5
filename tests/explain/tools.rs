//! Requests are found in what tools, loggers and web pages show. What is not in the input is asked for.

use exh_oauth1::explain::{CapturedRequest, Verdict, read_http};

use crate::readers::{HEADER, diagnosed};

const TARGET: &str = "/photos?file=vacation.jpg&size=original";
const URL: &str = "http://photos.example.net/photos?file=vacation.jpg&size=original";
const RESPONSE: &str = "HTTP/1.1 401 Unauthorized\nContent-Type: text/plain\n\nno";

/// The header of RFC 5849 §1.2 with another signature, made by Python's `hmac`.
fn header(signature: &str) -> String {
    HEADER.replace("MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D", signature)
}

fn read(text: &str) -> CapturedRequest {
    read_http(text.as_bytes(), None, None).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn remarks(request: &CapturedRequest) -> Vec<&'static str> {
    request.repairs.iter().map(|remark| remark.id).collect()
}

#[test]
fn requests_are_found_in_what_tools_print() {
    let lines = format!("Host: photos.example.net\nAccept: */*\nAuthorization: {HEADER}\n");
    let raw = format!("GET {TARGET} HTTP/1.1\n{lines}\n");
    let absolute = format!("GET {URL} HTTP/1.1\n{lines}");
    let marked = |mark: &str| raw.replace('\n', &format!("\n{mark}"));
    let literal = raw.replace('\n', "\\r\\n");
    let escaped = literal.replace('"', "\\\"");
    let quoted = lines.replace(": ", ": \"").replace('\n', "\"\n");
    for (tool, text) in [
        ("curl -v", format!("* Trying 192.0.2.1:80...\n> {}\n< {RESPONSE}", marked("> "))),
        ("curl -v --trace-time", format!("13:30:01.123456 > {}\n13:30:01.2 < {RESPONSE}", marked("> "))),
        ("libcurl", format!("* Trying 192.0.2.1:80...\n> {raw}* done\n< {RESPONSE}")),
        ("httr", format!("-> {}\n<- {RESPONSE}", marked("-> "))),
        ("OkHttp", format!("--> {absolute}--> END GET\n<-- 401 Unauthorized {URL} (3ms)\n\nno")),
        ("mitmdump", format!("127.0.0.1:528: {}\n << 401 Unauthorized 2b\n", absolute.replace('\n', "\n    "))),
        ("wget", format!("Resolving...\n\n---request begin---\n{raw}---request end---\n{RESPONSE}")),
        ("http.client", format!("send: b'{literal}'\nreply: 'HTTP/1.1 401 Unauthorized\\r\\n'\n")),
        ("Net::HTTP", format!("opened\n<- \"{escaped}\"\n-> \"HTTP/1.1 401 Unauthorized\\r\\n\"\n")),
        ("a log", format!("[2026-11-26 13:30:00] guzzle.DEBUG: >>>>>>>>\n{raw}<<<<<<<<\n{RESPONSE}")),
        ("a request file", format!("### title\nGET {URL}\n{lines}\n###\n")),
        ("a fence", format!("```http\n{raw}```\n")),
        ("a code block", format!("    {}", marked("    "))),
        ("Word", raw.replace(' ', "\u{a0}")),
        ("HTML", raw.replace('&', "&amp;").replace('"', "&quot;")),
        ("an empty line", raw.replacen('\n', "\n\n", 1)),
        (
            "Safari",
            format!("Summary\nURL: {URL}\nStatus: 401\nInitiator: \napp.js:12\n\nRequest\n{raw}\nResponse\n{RESPONSE}"),
        ),
        ("Postman", format!("▼ GET {URL}\n▶ Network\n▼ Request Headers\n{quoted}▶ Response Headers\n")),
        (
            ".NET",
            format!(
                "Method: GET, RequestUri: '{URL}', Version: 1.1, Content: <null>, Headers:\n{{\n  {}\n}}",
                lines.trim_end().replace('\n', "\n  ")
            ),
        ),
    ] {
        assert_eq!(diagnosed(&read(&text)).verdict, Verdict::Right, "{tool}: {text}");
    }
    // Header lines alone.
    let request = read_http(lines.as_bytes(), Some(("GET", URL)), None).unwrap();
    assert_eq!(diagnosed(&request).verdict, Verdict::Right);
}

/// A form of two parameters, and one whose values are encoded.
#[test]
fn forms_are_read_as_tools_show_them() {
    let plain = header("qSL2SJqt1g18oVVk84D8kPCkDho%3D");
    let encoded = header("OW%2FfQWnk%2BTugwed0IBviYXdYb7s%3D");
    let lines = |header: &str| {
        format!("Host: photos.example.net\nContent-Type: application/x-www-form-urlencoded\nAuthorization: {header}\n")
    };
    let url = "http://photos.example.net/photos";
    let start = format!("POST /photos HTTP/1.1\n{}", lines(&plain));
    let response = "content-type: text/html\ncontent-length: 9000\n";
    for (text, expected) in [
        (format!("{start}\na=b\n&c=d\n"), &["form-lines"][..]),
        (format!("{start}Content-Length: 7\n\na=b&\nc=d\n"), &["form-lines"]),
        (format!("{start}Content-Length: 7\n\na=b&c=d and more\n"), &["body-longer"]),
        (format!("{start}\na=b&c=d\n\n###\nGET http://h/ HTTP/1.1\n"), &["requests-several"]),
        (format!("URL: {url}\nMethod: POST\n{}\na=b&c=d\n", lines(&plain)), &["tool-output"]),
        (format!("POST {url}\nHeaders:\n{}Body:\na=b&c=d\n", lines(&plain)), &["tool-output"]),
        (
            format!(
                "POST {url}\n401\nRequest Headers\n{}Content-Length: 27\nRequest Body\na: \"two words\"\nc: \"x+y=&\"\nResponse Headers\nDate: x\n",
                lines(&encoded)
            ),
            &["tool-output", "form-decoded"],
        ),
        (
            format!(
                "Request URL: {url}\nRequest Method: POST\nRequest Headers\n{}Content-Length: 27\nForm Data\nview source\nview URL encoded\na: two words\nc: x+y=&\n",
                lines(&encoded)
            ),
            &["tool-output", "form-decoded"],
        ),
        // Without headings the headers of the response are in front.
        (
            format!(
                ":method: POST\n:path: /photos\n{response}:authority: photos.example.net\n:scheme: http\n{}Content-Length: 7\n\na=b&c=d\n",
                lines(&plain)
            ),
            &["tool-output"],
        ),
        (format!("send: b'{}'\nsend: b'a=b&c=d'\n", format!("{start}\n").replace('\n', "\\r\\n")), &["tool-output"]),
    ] {
        let request = read(&text);
        assert_eq!((diagnosed(&request).verdict, remarks(&request).as_slice()), (Verdict::Right, expected), "{text}");
    }
}

/// curl and browsers show no body, and a response is not one.
#[test]
fn a_form_that_is_not_in_the_input_is_asked_for() {
    // This one was made without the form.
    let unsigned = header("Il8CkLqlpq4Q%2BtkmPOgZf6alr%2Bc%3D");
    let lines = "Host: photos.example.net\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 7\n";
    let marked = lines.replace('\n', "\n> ");
    for text in [
        format!("> POST /photos HTTP/1.1\n> {marked}\n< {RESPONSE}"),
        format!("> POST /photos HTTP/1.1\n> {marked}Authorization: {unsigned}\n>\n* uploaded\n< {RESPONSE}"),
        format!("> POST /photos HTTP/1.1\n{lines}Authorization: {unsigned}\n\n* uploaded\n< {RESPONSE}"),
        format!("POST /photos HTTP/1.1\n{lines}Authorization: {unsigned}\n\n{RESPONSE}"),
        format!(
            "Request URL: http://photos.example.net/photos\nRequest Method: POST\ncontent-type: text/html\ndate: x\nauthorization: {unsigned}\n{lines}"
        ),
        format!(
            "Method: POST, RequestUri: 'http://photos.example.net/photos', Version: 1.1, Content: System.Net.Http.FormUrlEncodedContent, Headers:\n{{\n  Authorization: {unsigned}\n  Content-Type: application/x-www-form-urlencoded\n}}"
        ),
    ] {
        let diagnosis = diagnosed(&read(&text));
        assert_eq!(diagnosis.verdict, Verdict::Unreadable, "{text}");
        assert!(diagnosis.check_next[0].contains("form body"), "{text}");
    }
}

/// A client that follows a redirect sends the same signature again, or makes another one after a challenge.
#[test]
fn of_several_requests_the_signed_one_is_judged() {
    let request =
        |target: &str, header: &str| format!("> GET {target} HTTP/1.1\n> Host: photos.example.net\n> {header}\n>\n");
    let signed = format!("Authorization: {HEADER}");
    let redirect = "< HTTP/1.1 301 Moved Permanently\n< Location: http://photos.example.net/new\n<\n";
    let first = request(TARGET, &signed);
    for (text, expected) in [
        (format!("{first}{redirect}"), &["tool-output", "redirected"][..]),
        (format!("{first}{redirect}{}", request("/new", &signed)), &["tool-output", "requests-several", "redirected"]),
        (format!("{}< {RESPONSE}\n{first}", request(TARGET, "Accept: */*")), &["tool-output", "requests-several"]),
    ] {
        let request = read(&text);
        assert_eq!((diagnosed(&request).verdict, remarks(&request).as_slice()), (Verdict::Right, expected), "{text}");
    }
}

/// The signature may be for the host that a proxy was asked for, or for the one that the proxy called.
#[test]
fn the_host_in_front_of_a_proxy_is_tried() {
    let text =
        |lines: &str| format!("GET {TARGET} HTTP/1.1\n{lines}\nX-Forwarded-Proto: http\nAuthorization: {HEADER}\n\n");
    for (lines, assumed) in [
        ("Host: inner:3000\nX-Forwarded-Host: photos.example.net", "X-Forwarded-Host"),
        ("Host: inner:3000\nForwarded: for=192.0.2.1;host=photos.example.net;proto=http", "X-Forwarded-Host"),
        ("Host: photos.example.net:3000\nX-Forwarded-Port: 80", "X-Forwarded-Host"),
        ("Host: photos.example.net\nX-Forwarded-Host: outer.example.net", "the Host header"),
    ] {
        let diagnosis = diagnosed(&read(&text(lines)));
        assert_eq!(diagnosis.verdict, Verdict::Right, "{lines}");
        assert!(diagnosis.guesses[0].sentence.contains(assumed), "{lines}");
    }
    let diagnosis = diagnosed(&read(&text("Host: photos.example.net\nX-Forwarded-Port: 80")));
    assert!(diagnosis.guesses.is_empty());
}

#[test]
fn what_is_not_understood_is_rejected_by_name() {
    let start = "POST /p HTTP/1.1\nHost: h";
    let form = "Content-Type: application/x-www-form-urlencoded";
    for (text, word) in [
        (format!("{start}\nAccept: */*\n{HEADER}\n\n"), "Authorization:"),
        (format!("[Request]: POST /p HTTP/1.1\n{HEADER}\n"), "[Request]:"),
        (format!("D/OkHttp: --> POST /p HTTP/1.1\nD/OkHttp: Authorization: {HEADER}\n"), "D/OkHttp:"),
        (format!("== Info: Trying\n=> Send header\n0000: POST /p HTTP/1.1\n0012: Authorization: {HEADER}"), "--trace"),
        (format!("{start}\n\nAccept: */*\n\nAuthorization: {HEADER}\n"), "empty line"),
        (format!("{start}\n{form}\n\na=1\n\nIt does not work.\n"), "several lines"),
        (format!("POST http://h/p\n← 401\nAuthorization: {HEADER}\n"), "oauth_signature"),
        (format!("Accept: */*\nAuthorization: {HEADER}\n"), "METHOD and URL"),
        (format!("1 > POST http://h/p\n1 > {form}\na=1&b=2\n"), "a=1&b=2"),
    ] {
        let error = read_http(text.as_bytes(), None, None).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(word) && !error.contains("JSON"), "{text}: {error}");
    }
}

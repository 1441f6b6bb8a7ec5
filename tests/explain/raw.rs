//! Raw requests: their encoding and scheme, the framing of their bodies, and parameters in unusual places.

use exh_oauth1::{
    explain::{Body, CapturedRequest, Options, Place, Verdict, diagnose, read_http},
    oauth1::percent,
};

use crate::{
    readers::{HEADER, diagnosed},
    requests::{maker, short},
};

/// The request of RFC 5849 §1.2 as tools save and show it, with the remarks on how it was read.
#[test]
fn raw_requests_are_read_as_tools_show_them() {
    let lines = format!("Host: photos.example.net\nAuthorization: {HEADER}\n");
    let target = "/photos?file=vacation.jpg&size=original";
    let raw = format!("GET {target} HTTP/1.1\n{lines}\n");
    let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = format!("\u{feff}{text}");
        text.encode_utf16().flat_map(bytes).collect()
    };
    let with = |line: &str| raw.replace("Host:", &format!("{line}\nHost:"));
    let timeline = format!(
        "* Preparing request\n> GET {target} HTTP/1.1\n> {}\n< HTTP/1.1 401\n",
        lines.trim_end().replace('\n', "\n> ")
    );
    for (text, verdict, remarks) in [
        (utf_16(&raw, u16::to_le_bytes), Verdict::Right, &["utf-16", "scheme"][..]),
        (utf_16(&raw, u16::to_be_bytes), Verdict::Right, &["utf-16", "scheme"]),
        (with("X-Forwarded-Proto: http").into(), Verdict::Right, &[]),
        (with("X-Forwarded-Proto: http, https").into(), Verdict::Right, &[]),
        (with("X-Forwarded-Proto: https").into(), Verdict::Explained, &[]),
        (with("X-Forwarded-Proto: ftp").into(), Verdict::Right, &["scheme"]),
        (timeline.into(), Verdict::Right, &["tool-output", "scheme"]),
    ] {
        let request = read_http(&text, None, None).unwrap();
        let diagnosis = diagnosed(&request);
        let found = diagnosis.repairs.iter().chain(&diagnosis.guesses);
        let found: Vec<_> = found.map(|remark| remark.id).collect();
        let shown = String::from_utf8_lossy(&text);
        assert_eq!((diagnosis.verdict, found.as_slice()), (verdict, remarks), "{shown}");
    }
    // A URL in the query does not make the target absolute.
    let request = read_http(b"GET /in?url=http://h/ HTTP/1.1\nHost: localhost\n", None, None).unwrap();
    assert_eq!(request.uri, "http://localhost/in?url=http://h/");
}

/// Bodies as they are framed (RFC 9112 §7.1) and shown: `|` begins the lines of a body in Insomnia's timeline.
#[test]
fn bodies_are_read_as_they_are_framed_and_shown() {
    let start = "POST /p HTTP/1.1\nHost: localhost\nContent-Type: application/x-www-form-urlencoded\n";
    let timeline = start.trim_end().replace('\n', "\n> ");
    for (text, body) in [
        (format!("{start}Transfer-Encoding: chunked\r\n\r\n4\r\na=1&\r\n3;x=y\r\nb=2\r\n0\r\n\r\n"), "a=1&b=2"),
        (format!("{start}Transfer-Encoding: chunked\n\na=1&b=2"), "a=1&b=2"),
        (format!("{start}Content-Length: 3\n\na=1\n"), "a=1"),
        (format!("{start}\na=1&b=2\n"), "a=1&b=2"),
        (format!("> {timeline}\n\n| a=1&b=2\n\n< HTTP/1.1 401 Unauthorized\n"), "a=1&b=2"),
        (format!("> {timeline}\n> Content-Length: 8\n\n| a=1\n| &b=2\n"), "a=1\n&b=2"),
    ] {
        let request = read_http(text.as_bytes(), None, None).unwrap();
        assert_eq!(request.body, Body::Bytes(body.into()), "{text}");
    }
}

/// Protocol parameters in multipart fields and JSON, signed by the naive maker.
#[test]
fn parameters_are_found_in_multipart_fields_and_json() {
    let mut case = short();
    (case.method, case.scheme, case.host, case.port) = ("POST", "https", "h.example", "");
    let header = maker(&case, &[]).header();
    let pairs: Vec<(String, String)> = header["OAuth ".len()..]
        .split(", ")
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            let value = percent::decode(value.trim_matches('"')).unwrap();
            let value = String::from_utf8(value.into_owned()).unwrap();
            (name.to_string(), value)
        })
        .collect();
    let fields: String = pairs
        .iter()
        .map(|(name, value)| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"))
        .collect();
    let photo = "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"p.jpg\"\r\n\r\nbytes\r\n";
    let json: serde_json::Map<_, _> = pairs.into_iter().map(|(name, value)| (name, value.into())).collect();
    let json = serde_json::to_string(&json).unwrap();
    let request = CapturedRequest::new("POST", &case.uri());
    let multipart = format!("{fields}{photo}--b--\r\n");
    let in_query = format!("{}&Authorization={}", case.uri(), percent::encode(&json));
    for (request, place) in [
        (request.clone().body("multipart/form-data; boundary=b", multipart.as_bytes()), Place::Multipart),
        (request.body("application/json", json.as_bytes()), Place::Json),
        (CapturedRequest::new("POST", &in_query), Place::Json),
    ] {
        let diagnosis = diagnose(&request, &crate::requests::secrets(&case), &Options::default());
        assert_eq!((diagnosis.verdict, diagnosis.place), (Verdict::Right, Some(place)), "{request:?}");
    }
}

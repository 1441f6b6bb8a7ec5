//! Headers, base strings, URLs and commands are read in the forms in which people have them. What is not understood is
//! rejected by name.

use exh_oauth1::explain::{
    CapturedRequest, Diagnosis, Options, Secrets, Verdict, diagnose, diagnose_base_string, read_curl, read_header,
    read_http,
};

use crate::forms::quoted;

const PAIRS: &str = "oauth_consumer_key=\"ck\", oauth_nonce=\"n\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\", oauth_signature=";

/// A request of RFC 5849 §1.2 with its header.
const URL: &str = "http://photos.example.net/photos?file=vacation.jpg&size=original";
pub(crate) const HEADER: &str = r#"OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202", oauth_nonce="chapoH", oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D""#;

fn secrets() -> Secrets {
    Secrets::new("kd94hf93k423kf44").token("pfkkdhi9sl3r4s00")
}

pub(crate) fn diagnosed(request: &CapturedRequest) -> Diagnosis {
    diagnose(request, &secrets(), &Options::default())
}

pub(crate) fn no_file(_: &str) -> Result<Vec<u8>, String> {
    Err("no such file".to_string())
}

#[test]
fn headers_are_read_as_programs_print_them() {
    let escaped = HEADER.replace('"', "\\\"");
    let listed = HEADER[6..]
        .replace(", ", "\n")
        .replace('=', "] => ")
        .replace('"', "")
        .replace("oauth", "[oauth")
        .replace("%3D", "=")
        .replace("%2F", "/");
    let json = HEADER[6..].replace("=\"", "\":\"").replace(", o", ",\"o").replace("%3D", "=").replace("%2F", "/");
    for (text, repairs) in [
        (HEADER.to_string(), &[][..]),
        (format!("Authorization: {HEADER}"), &[]),
        (HEADER.replace("OAuth ", "OAuth realm=\"a\"b\", "), &[]),
        (format!("b'{HEADER}'"), &["header-wrapping"]),
        (format!("`Authorization: {HEADER}`"), &["header-wrapping"]),
        (format!("{{'Authorization': b'{HEADER}', 'Accept': '*/*'}}"), &["header-wrapping"]),
        (format!("{{\"Authorization\": \"{escaped}\"}}"), &["header-escapes", "header-wrapping"]),
        (format!("Array\n(\n    [0] => Authorization: {HEADER}\n)"), &["header-wrapping"]),
        (format!("string(300) \"Authorization: {HEADER}\""), &["header-wrapping"]),
        (format!("'Authorization' => '{HEADER}',"), &["header-wrapping"]),
        (format!("DEBUG:root:OAuth1 headers: Authorization: {HEADER}"), &["header-wrapping"]),
        // What Go and Java print for a map of headers.
        (format!("map[Accept:[*/*] Authorization:[{HEADER}]]"), &["header-wrapping"]),
        (format!("[Authorization:\"{HEADER}\"]"), &["header-wrapping"]),
        // JSON inside JSON.
        (
            serde_json::json!(serde_json::json!({ "Authorization": HEADER }).to_string()).to_string(),
            &["header-escapes", "header-wrapping"],
        ),
        // Other headers follow, in JSON, Swift, Ruby, Objective-C, PowerShell, Java, Go, PHP and Laravel.
        (format!("{{\"Authorization\": \"{escaped}\", \"Accept\": \"*/*\"}}"), &["header-escapes", "header-wrapping"]),
        (
            format!("Optional([\"Authorization\": \"{escaped}\", \"A\": \"*/*\"])"),
            &["header-escapes", "header-wrapping"],
        ),
        (format!("{{\"Authorization\" => \"{escaped}\", \"A\" => \"*/*\"}}"), &["header-escapes", "header-wrapping"]),
        (
            format!("{{\n    Authorization = \"{escaped}\";\n    A = \"*/*\";\n}}"),
            &["header-escapes", "header-wrapping"],
        ),
        (
            format!("@{{ Authorization = \"{}\"; A = \"*/*\" }}", HEADER.replace('"', "`\"")),
            &["header-escapes", "header-wrapping"],
        ),
        (format!("{{Authorization={HEADER}, Accept=*/*}}"), &["header-wrapping"]),
        (format!("{{Authorization=[{HEADER}], Accept=[*/*]}}"), &["header-wrapping"]),
        (format!("map[Authorization:[{HEADER}] User-Agent:[Go-http-client/1.1]]"), &["header-wrapping"]),
        (format!("Array\n(\n    [0] => Authorization: {HEADER}\n    [1] => Expect:\n)"), &["header-wrapping"]),
        (format!("array:2 [\n  \"Authorization\" => \"{HEADER}\"\n  \"Accept\" => \"*/*\"\n]"), &["header-wrapping"]),
        (format!("Host: h\nAuthorization: {HEADER}\nAccept: */*\n"), &["header-wrapping"]),
        (format!("> Host: h\n> Authorization: {HEADER}\n> Accept: */*\n"), &["header-wrapping"]),
        (format!("```\n{HEADER}\n```"), &["header-wrapping"]),
        // Pieces of a string.
        (format!("'{}'", HEADER.replace(", ", ", '\n    '")), &["header-pieces", "header-wrapping"]),
        (format!("'{}'", HEADER.replace("nnch", "nn' +\n    'ch")), &["header-pieces", "header-wrapping"]),
        (
            format!("\"{}\"", escaped.replacen("OAuth ", "OAuth \" + \"", 1)),
            &["header-escapes", "header-pieces", "header-wrapping"],
        ),
        (HEADER.replace('_', "\\_"), &["header-escapes"]),
        (HEADER.replace('"', "&#034;"), &["html-entities"]),
        (HEADER.replace("=\"", "=&#8220;").replace('"', "&rdquo;"), &["html-entities", "typographic-characters"]),
        (HEADER.replace('"', "＂"), &["typographic-characters"]),
        (HEADER.replace("=\"", "=«\u{a0}").replace('"', "\u{202f}»"), &["typographic-characters"]),
        (HEADER.replace("oauth_t", "oau\u{200c}\u{200b}th_t"), &["invisible-characters"]),
        // Wrapped in a name, and in front of a value.
        (HEADER.replace("oauth_n", "oauth_\nn").replace("oauth_token=", "oauth_token=\n"), &["header-wrapped"]),
        (HEADER.replace('"', "&quot;"), &["html-entities"]),
        (HEADER.replace('"', "\\x22"), &["header-escapes"]),
        (HEADER.replace('"', "\\u0022"), &["header-escapes"]),
        (HEADER.replace("=\"", "=“").replace('"', "”"), &["typographic-characters"]),
        (HEADER.replace(", ", ",\n   "), &["header-wrapped"]),
        (HEADER.replace("nnch", "nn\nch"), &["header-wrapped"]),
        (format!("\"{}\"", HEADER.replace('"', "\"\"")), &["header-escapes", "header-wrapping"]),
        (format!("Array\n(\n{listed}\n)"), &["header-dictionary"]),
        (format!("{{\"{json}}}"), &["header-dictionary"]),
        (format!("{{\"{json}}}").replace('"', "'"), &["header-dictionary"]),
    ] {
        let header = read_header(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let diagnosis = diagnosed(&CapturedRequest::new("GET", URL).authorization(&header));
        let found: Vec<_> = diagnosis.repairs.iter().map(|repair| repair.id).collect();
        assert_eq!((diagnosis.verdict, found.as_slice()), (Verdict::Right, repairs), "{text}");
    }
    for (text, word) in [
        ("", "empty"),
        ("Bearer abc", "Bearer"),
        ("OAuth", "after OAuth"),
        ("OAuth oauth_nonce=\"n\", stray, oauth_signature=\"s\"", "stray"),
        ("OAuth oauth_nonce=\"n\", oauth_signature=\"s\" (401)", "(401)"),
        ("OAuth oauth_nonce=n, oauth_signature=s%3D (401)", "(401)"),
        ("OAuth oauth_nonce=n, oauth_signature=s%3D\nOAuth oauth_nonce=m", "oauth_nonce after its end"),
        ("'realm=\"r\", oauth_signature=\"s\"'", "\"s\"'"),
        ("OAuth oauth_nonce=\"n\",<br>oauth_signature=\"s\"", "<br>"),
        ("OAuth oauth_nonce=‹n›, oauth_signature=‹s›", "‹n›"),
        ("OAuth oauth_nonce=\"n\", oauth_signature=\"L59OFOacarf...\"", "shortened"),
        ("OAuth realm=\"r\" (x), oauth_signature=\"s\"", "(x)"),
        ("{\"A\": \"OAuth oauth_nonce=n\", \"B\": \"OAuth oauth_signature=s\"}", "oauth_signature after its end"),
    ] {
        let error = read_header(text).unwrap_err().to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
    // A secret that was sent may have any of these characters.
    assert!(read_header("OAuth oauth_signature_method=\"PLAINTEXT\", oauth_signature=\"kd.9~x*\"").is_ok());
}

/// The signatures were made by Python's `hmac`.
#[test]
fn commands_and_output_of_tools_are_read_as_people_paste_them() {
    let header = |signature: &str| {
        let right = HEADER.rsplit_once("MdpQ").unwrap().0;
        format!("{right}{signature}\"")
    };
    let typographic = header("W%2F0RrMEWAWAcTeUXQqC8kir6mq8%3D");
    let emoji = header("Sz4%2BUMj4EICWIZPQDZlpFtCPNtI%3D");
    let brackets = header("UGgBmazLRMuJ8v9WM7A6hCOYNoc%3D");
    let at = header("194R6IOLHcNJlzjXme7AZ3SVxGs%3D");
    for (command, repairs) in [
        (format!("curl \\ \n  '{URL}' \\\t\r\n -H 'Authorization: {HEADER}'"), &["line-not-continued"][..]),
        (format!("curl “{URL}” –H ‘Authorization: {HEADER}’"), &["typographic-characters"]),
        (format!("PS C:\\Users\\me> curl.exe '{URL}' -H 'Authorization: {HEADER}' > out.txt"), &[]),
        (format!("\u{200b}curl '{URL}' -H 'Authorization: {HEADER}'"), &["typographic-characters"]),
        (format!("curl <{URL}> -H 'Authorization: {HEADER}'"), &["typographic-characters"]),
        (format!("```bash\ncurl '{URL}' -H 'Authorization: {HEADER}'\n```"), &[]),
        (format!("$ curl '{URL}' -H 'Authorization: {HEADER}'\n<error>Can't verify it</error>"), &[]),
        // Firefox for Windows, once.
        (format!("curl \"{URL}\" -H \"Authorization: {}\"", HEADER.replace('"', "\"\"").replace('%', "\"%\"")), &[]),
        // What bash and Chrome write for other characters, and what curl does with them.
        (
            format!(
                "curl $'http://photos.example.net/photos?file\\075vacation.jpg&size=original' -H 'Authorization: {HEADER}'"
            ),
            &[],
        ),
        (
            format!("curl http://photos.example.net/photos --data-raw $'a=\\ud83d\\ude00' -H 'Authorization: {emoji}'"),
            &[],
        ),
        (format!("curl 'http://photos.example.net/photos?filter\\[a\\]=1' -H 'Authorization: {brackets}'"), &[]),
        (format!("curl http://photos.example.net/photos --data-urlencode 'a@b=c d' -H 'Authorization: {at}'"), &[]),
        // Inside quotes they are the user's text.
        (
            format!(
                "curl http://photos.example.net/photos -d 'status=He%20said%20“it’s”' -H 'Authorization: {typographic}'"
            ),
            &[],
        ),
    ] {
        let request = read_curl(&command, &no_file).unwrap();
        let diagnosis = diagnosed(&request);
        let found: Vec<_> = diagnosis.repairs.iter().map(|repair| repair.id).collect();
        assert_eq!((diagnosis.verdict, found.as_slice()), (Verdict::Right, repairs), "{command}");
    }
    // A shell ends the URL at its &. What was read of the whole is not remarked on twice.
    let request = read_curl("curl http://h/a/../b?x=[1]&y=2", &no_file).unwrap();
    let found: Vec<_> = request.repairs.iter().map(|repair| repair.id).collect();
    assert_eq!(found, ["dot-segments", "glob"]);
    // Insomnia's timeline.
    let timeline = format!(
        "* Connected to photos.example.net port 80\n> POST /photos HTTP/1.1\n> Host: photos.example.net\n\
         > Content-Type: application/x-www-form-urlencoded\n> Authorization: {}\n\n| a=b&c=d\n\n* done\n",
        header("qSL2SJqt1g18oVVk84D8kPCkDho%3D")
    );
    let request = read_http(timeline.as_bytes(), None, None).unwrap();
    assert_eq!(diagnosed(&request).verdict, Verdict::Right);
    let twice = format!("GET {URL} HTTP/1.1\nAuthorization: {HEADER}\nAuthorization: Bearer abc\n\n");
    let diagnosis = diagnosed(&read_http(twice.as_bytes(), None, None).unwrap());
    assert_eq!(diagnosis.verdict, Verdict::Right);
    assert_eq!(diagnosis.notes[0].mistake.id, "authorization-repeated");
}

#[test]
fn base_strings_are_read_as_servers_and_logs_show_them() {
    // RFC 5849 §1.2, as its own rules make it.
    let right = "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131202%26oauth_token%3Dnnch734d00sl2jdk%26size%3Doriginal";
    let decoded = right.replace("%26", "&").replace("%3D", "=").replace("%3A", ":").replace("%2F", "/");
    let parameters = right.rsplit('&').next().unwrap();
    let request = CapturedRequest::new("GET", URL).authorization(HEADER);
    for text in [
        right.to_string(),
        format!("\"{right}\""),
        format!("'{right}'"),
        format!("DEBUG signature base string: {right}"),
        right.replace('&', "\\u0026"),
        right.replace('&', "&amp;"),
        format!("{{\"base\": \"{}\", \"x\": 1}}", right.replace('&', "\\u0026")),
        right.replace('&', "&\n"),
        right.replace('&', "\n"),
        right.replace('%', "%25").replace('&', "%26"),
        format!(
            "oauth_problem=signature_invalid&oauth_signature_base_string={}",
            right.replace('%', "%25").replace('&', "%26")
        ),
        decoded.clone(),
        decoded.splitn(3, '&').nth(2).unwrap().to_string(),
        parameters.to_string(),
        // What follows is not part of it.
        format!("base string is: {right}\nsignature is: MdpQcU8iPSUjWoN/UDMsK2sui9I="),
        format!("Base string:\n{right}\n\nKey: k&"),
        format!("{right}\n{{\"errors\":[{{\"code\":32}}]}}"),
        format!("{right}\nSignature\nMdpQcU8iPSUjWoN/UDMsK2sui9I="),
        format!("{parameters}\nSignature: MdpQcU8iPSUjWoN/UDMsK2sui9I="),
        format!("The base string is {right}."),
        format!("`{right}`"),
        format!("```\n{right}\n```"),
        format!("<pre>{}</pre>", right.replace('&', "&amp;")),
        format!("<td>{}</td>", right.replace('&', "&#38;")),
        format!("[signature_base={right}]"),
        format!("Base String:<br>{}<br>", right.replace('&', "&amp;")),
        format!("oauth_problem=signature_invalid&oauth_signature_base_string={right}&oauth_signature_method=HMAC-SHA1"),
        format!("message=debug_sbs%3D{}", right.replace('%', "%25").replace('&', "%26")),
        // In pieces.
        format!("<b>{}\n{}</b>", &right[..70], &right[70..]),
        format!("{}\n{}\nEND", &right[..70], &right[70..]),
        format!("{}\n{} (241 bytes)", &right[..70], &right[70..]),
        format!("'{}\n{}',", &right[..70], &right[70..]),
        format!("> {}\n> {}\n> {}", &right[..70], &right[70..140], &right[140..]),
        format!("\"{}\" +\n    \"{}\"", &right[..70], &right[70..]),
        format!("Base\r\n{}\r\n{}\r\n\r\nSignature\r\n", &right[..70], &right[70..]),
        format!("(\"{}\"\n    \"{}\")", &right[..70], &right[70..]),
        format!("'{}' + '{}';", &right[..70], &right[70..]),
    ] {
        let diagnosis = diagnose_base_string(&request, &secrets(), &text, &Options::default());
        let made_from = format!("{:?}", diagnosis.made_from);
        assert_eq!((diagnosis.verdict, made_from.as_str()), (Verdict::Right, "Some(Both)"), "{text}");
        let alone =
            diagnose_base_string(&CapturedRequest::new("GET", URL), &Secrets::default(), &text, &Options::default());
        assert_eq!(alone.verdict, Verdict::BaseStringsAgree, "{text}");
    }
    for (text, word) in [
        ("".to_string(), "not a base string"),
        ("GET".to_string(), "not a base string"),
        (URL.to_string(), "not a base string"),
        ("%3&http".to_string(), "not a base string"),
        (right.replace('&', " "), "not a base string"),
        (format!("the parameters are {}", decoded.splitn(3, '&').nth(2).unwrap()), "not a base string"),
        (decoded.replace("vacation", "my vacation"), "a space"),
        (format!("{}...", &right[..100]), "shortened"),
        (format!("{}…", &right[..100]), "shortened"),
        (format!("{}[...]{}", &right[..100], &right[140..]), "shortened"),
    ] {
        let diagnosis = diagnose_base_string(&request, &secrets(), &text, &Options::default());
        assert_eq!(diagnosis.verdict, Verdict::Unreadable, "{text}");
        assert!(diagnosis.check_next[0].contains(word), "{text}: {:?}", diagnosis.check_next);
    }
}

#[test]
fn damaged_urls_are_named() {
    let header = HEADER;
    for (url, id) in [
        ("http://http://photos.example.net/photos?file=vacation.jpg&size=original", "url-scheme-twice"),
        ("http://photos.example.net/photos?file=vacation.jpg&amp;size=original", "entities-in-url"),
        ("http://photos.example.net/photos\u{200b}?file=vacation.jpg&size=original", "url-typographic"),
        ("“http://photos.example.net/photos?file=vacation.jpg&size=original”", "url-typographic"),
        ("http://photos.example.net/photos&file=vacation.jpg&size=original", "url-question-mark"),
    ] {
        let diagnosis = diagnosed(&CapturedRequest::new("GET", url).authorization(header));
        assert_eq!(diagnosis.verdict, Verdict::Explained, "{url}");
        assert_eq!(diagnosis.explanations[0].mistakes[0].mistake.id, id, "{url}");
    }
    // The signatures were made by Python's hmac.
    let pairs = |signature: &str| {
        let pairs = HEADER[6..].replace(", ", "&").replace('"', "");
        pairs.replace("MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D", signature)
    };
    let right = pairs("MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D");
    let without_query = pairs("EqWuyLp5qsEPpQVtIZvupthSajk%3D");
    for (url, id) in [
        (format!("{URL}?{right}"), "url-question-mark"),
        (format!("{URL}&{right}").replace('&', "&amp;"), "entities-in-url"),
        (format!("http://photos.example.net/photos&{without_query}"), "url-question-mark"),
        (
            format!("http://photos.example.net/phötos?{}", pairs("3yKlV8v9z%2Bn%2BPR7%2FK%2B%2FJ%2Fvc7VXg%3D")),
            "url-path-not-encoded",
        ),
    ] {
        let diagnosis = diagnosed(&CapturedRequest::new("GET", &url));
        assert_eq!(diagnosis.verdict, Verdict::Explained, "{url}");
        assert_eq!(diagnosis.explanations[0].mistakes[0].mistake.id, id, "{url}");
    }
}

#[test]
fn a_signature_that_no_server_finds_is_mentioned() {
    let pairs = "oauth_consumer_key=k&oauth_signature=a%3D";
    let get = |url: &str| CapturedRequest::new("GET", url);
    for (request, word) in [
        (get("https://h/items").form(&format!("a=1&{pairs}").replace('&', "&amp;")), "&amp;"),
        (get(&format!("https://h/items?a=1&{pairs}").replace('&', ";")), "in front of it"),
        (
            get("https://h/items").authorization("OAuth <oauth_signature>a=</oauth_signature>"),
            "The header Authorization",
        ),
    ] {
        let diagnosis = diagnosed(&request);
        assert_eq!(diagnosis.verdict, Verdict::Unreadable, "{word}");
        assert!(diagnosis.check_next[0].contains(word), "{word}: {:?}", diagnosis.check_next);
    }
    let named = CapturedRequest::new("GET", "https://h/?oauth_signature_method=HMAC-SHA1");
    assert_eq!(diagnosed(&named).verdict, Verdict::NotSigned);
}

#[test]
fn what_is_not_understood_is_rejected_by_name() {
    let signed = format!("-H 'Authorization: OAuth {PAIRS}\"x\"' https://h/");
    for (command, word) in [
        ("", "empty"),
        ("curl", "URL"),
        ("wget https://h/", "wget"),
        ("http GET https://h/", "http"),
        ("Invoke-WebRequest -Uri https://h/", "Invoke-WebRequest"),
        ("fetch(\"https://h/\", {})", "is not curl"),
        ("cd /tmp\n", "cd"),
        ("GET / HTTP/1.1", "--http"),
        ("curl --unheard-of https://h/", "--unheard-of"),
        ("curl -y", "-y"),
        ("curl -k-get https://h/", "--"),
        ("curl -K file https://h/", "--config"),
        ("curl https://h/ --next https://i/", "--next"),
        ("curl https://h/ https://i/", "https://i/"),
        ("curl 'https://h/", "'"),
        ("curl \"https://$HOST/\"", "$HOST"),
        ("curl -H \"Authorization: $AUTH\" https://h/", "$AUTH"),
        ("curl -H \"$AUTH\" https://h/", "$AUTH"),
        ("curl -H \"%AUTH%\" https://h/", "%AUTH%"),
        ("curl https://api.exam\nple.com/ -H 'Authorization: OAuth'", "Authorization"),
        ("curl https://h/\ncurl https://i/", "curl"),
        ("curl 'https://h/a\nb'", "line break"),
        ("curl -H 'Authorization: OAuth oauth_c\nonsumer_key=\"k\"' https://h/", "line break"),
        ("$headers = @{}\n$response = Invoke-RestMethod 'https://h/' -Headers $headers", "Invoke-RestMethod"),
        ("curl '{{base_url}}/v1'", "{{base_url}} "),
        ("curl 'https://h/{a,b}'", "{a,b}"),
        ("curl 'https://h/?page=[1-3]'", "[1-3]"),
        (
            "$session = New-Object Session\nInvoke-WebRequest -Uri \"https://h/\" `\n-Method \"GET\"",
            "Invoke-WebRequest",
        ),
        ("printf '{}' | http PUT https://h/", "http is not curl"),
        ("curl -d @body.txt https://h/", "body.txt"),
        ("curl --request=PUT https://h/", "--request=PUT"),
    ] {
        let error = read_curl(command, &no_file).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(word), "{command}: {error}");
    }
    // What does not matter for the signature may be unknown.
    for rest in ["-H \"X-Key: $KEY\"", "-o $OUT", "--json @body.json", "-F f=@photo.jpg"] {
        read_curl(&format!("curl {rest} {signed}"), &no_file).unwrap();
    }
    for (text, word) in [
        ("", "request"),
        ("curl https://h/", "--curl"),
        ("HTTP/1.1 401 Unauthorized\n", "response"),
        ("{\"log\": {}}", "HAR"),
        ("GET / HTTP/1.1\nAccept: */*\n", "Host"),
        ("hello", "hello"),
        ("Request URL: https://h/\nRequest Headers\n", "method"),
    ] {
        let error = read_http(text.as_bytes(), None, None).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(word), "{text}: {error}");
    }
}

/// The options of curl as `curl --help all` of 7.88 prints them, with what they have for a value.
#[test]
fn options_of_curl_are_not_urls() {
    let output = match std::process::Command::new("curl").args(["--help", "all"]).output() {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap(),
        _ => return println!("skipped: options_of_curl_are_not_urls: no curl here"),
    };
    // These make the request.
    let own = [
        "request",
        "header",
        "data",
        "data-ascii",
        "data-binary",
        "data-raw",
        "data-urlencode",
        "json",
        "form",
        "form-string",
        "get",
        "head",
        "url",
        "url-query",
    ];
    let url = quoted(URL);
    let header = quoted(&format!("Authorization: {HEADER}"));
    let mut seen = 0;
    for line in output.lines().filter(|line| line.trim_start().starts_with('-')) {
        let mut words = line.split_whitespace().peekable();
        let short = words.next_if(|word| word.ends_with(','));
        let long = words.next().unwrap();
        let has_value = words.peek().is_some_and(|word| word.starts_with(['<', '[']));
        if own.contains(&&long[2..]) {
            continue;
        }
        for name in short.map(|short| &short[..2]).into_iter().chain([long]) {
            let option = if has_value { format!("{name} value") } else { name.to_string() };
            for command in [format!("curl {option} -H {header} {url}"), format!("curl -H {header} {url} {option}")] {
                seen += 1;
                match read_curl(&command, &no_file) {
                    Ok(request) => {
                        assert_eq!(diagnosed(&request).verdict, Verdict::Right, "{command}");
                    }
                    Err(error) => assert!(error.to_string().contains(long), "{command}: {error}"),
                }
            }
        }
    }
    assert!(seen > 400, "{seen}");
}

/// The sentences on how a given base string differs from that of the request.
#[test]
fn differences_of_base_strings_are_named() {
    let url = "http://h/a/?a=1&b=x%20y&c=3";
    let start = "oauth_nonce=\"5\"";
    let request = CapturedRequest::new("GET", url).authorization(&format!("OAuth {start}"));
    for (given, expected) in [
        (
            "POST&http%3A%2F%2Fh%2Fa&a%3D1%26b%3Dx%2520y%26c%3D3%26oauth_nonce%3D5",
            &["The method is another one: POST", "The slash at the end of the path is missing"][..],
        ),
        (
            "GET&http%3A%2F%2Fh%2Fb&a%3D2%26b%3Dx%252520y%26d%3D%26oauth_nonce%3D6",
            &[
                "The path is another one: /b",
                "The value of a is another one: 2",
                "The value of b is encoded once too often",
                "c is sent, but",
                "oauth_nonce was made a second time: 6",
                "d is in the given base string, but it is not sent.",
            ],
        ),
    ] {
        let diagnosis = diagnose_base_string(&request, &Secrets::default(), given, &Options::default());
        let found = diagnosis.differences;
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (sentence, start) in found.iter().zip(expected) {
            assert!(sentence.starts_with(start), "{sentence}");
        }
    }
}

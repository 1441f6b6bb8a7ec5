//! Requests as they are sent, and requests that are rejected.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use exh_oauth1::client::{Placement, RequestError};
use hmac::{Hmac, KeyInit, Mac};

use super::*;

#[test]
fn the_header_is_what_the_sdk_sends() {
    let server = Server::responding(OK);
    let port = server.port;
    let user = server.client().me().unwrap();
    assert_eq!(user.id, "me");
    let received = server.received();
    assert!(received.starts_with("GET /users/v1/me HTTP/1.1\r\n"));
    let sent = header(&received, "Authorization").unwrap();
    let parsed = Authorization::parse(sent).unwrap();
    let (nonce, timestamp) = (parsed.nonce().unwrap(), parsed.timestamp().unwrap());
    assert_eq!(nonce.len(), 26);

    // The steps of RFC 5849 §3.4 by hand.
    let base_string = format!(
        "GET&http%3A%2F%2F127.0.0.1%3A{port}%2Fusers%2Fv1%2Fme&oauth_consumer_key%3Ddpf43f3p2l4k3l03\
         %26oauth_nonce%3D{nonce}%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D{timestamp}\
         %26oauth_token%3Dnnch734d00sl2jdk%26oauth_version%3D1.0"
    );
    let mut hmac = Hmac::<sha1::Sha1>::new_from_slice(b"kd94hf93k423kf44&pfkkdhi9sl3r4s00").unwrap();
    hmac.update(base_string.as_bytes());
    let signature =
        STANDARD.encode(hmac.finalize().into_bytes()).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    assert_eq!(
        sent,
        format!(
            "OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"{nonce}\", \
             oauth_signature=\"{signature}\", oauth_signature_method=\"HMAC-SHA1\", \
             oauth_timestamp=\"{timestamp}\", oauth_token=\"nnch734d00sl2jdk\", oauth_version=\"1.0\""
        )
    );
}

#[test]
fn paths_and_queries_are_sent_as_they_are_signed() {
    for path in [
        "/users/v1/?eq(email,zoe@example.com)&limit(1)",
        "/a/../b/./c//d",
        "/a%2fb%2Fc;v=1?x[]=1&y=a'b!*",
        "/?q=%252C&q=+&&=",
        "/a'b(c)~$@:,=&",
        "/?",
        "/x?a=/?//b",
    ] {
        let server = Server::responding(OK);
        server.client().get(path).unwrap();
        let received = server.received();
        assert_eq!(received.split(' ').nth(1), Some(path));
        verify(&received, None);
    }
    let server = Server::responding(OK);
    server.client().get("users/v1/me").unwrap();
    assert!(server.received().starts_with("GET /users/v1/me "));
}

#[test]
fn the_path_is_appended_to_a_base_url_with_a_path() {
    let server = Server::responding(OK);
    let base = format!("http://127.0.0.1:{}/prefix/", server.port);
    builder(&base).build().unwrap().get("/x?y=1").unwrap();
    let received = server.received();
    assert!(received.starts_with("GET /prefix/x?y=1 "));
    verify(&received, None);
}

#[test]
fn localhost_needs_no_resolver() {
    for host in ["localhost", "sandbox.localhost", "LOCALHOST"] {
        let server = Server::responding(OK);
        let base = format!("http://{host}:{}", server.port);
        builder(&base).build().unwrap().get("/x").unwrap();
        verify(&server.received(), None);
    }
}

#[test]
fn json_body_is_untouched_and_unsigned() {
    let server = Server::responding(OK);
    server.client().post("/x", &serde_json::json!({"a": "b&c=d"})).unwrap();
    let received = server.received();
    assert_eq!(header(&received, "Content-Type"), Some("application/json"));
    assert!(received.ends_with("\r\n\r\n{\"a\":\"b&c=d\"}"));
    verify(&received, None);
}

#[test]
fn form_body_is_signed() {
    let body = "a=b%20c&d=%C3%A9&d=+";
    for media_type in ["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLencoded ; charset=utf-8"] {
        for method in ["POST", "put", "DELETE"] {
            let server = Server::responding(OK);
            let client = server.client();
            let request = client.request(method, "/x?q=1").unwrap();
            request.body(body, media_type).unwrap().send().unwrap();
            drop(client);
            let received = server.received();
            assert!(received.starts_with(&method.to_ascii_uppercase()));
            assert!(received.ends_with(body));
            verify(&received, Some(body));
        }
    }
    let server = Server::responding(OK);
    let client = server.client();
    let request = client.request("POST", "/x").unwrap();
    request.form_pairs([("a b", "ü&="), ("c", "")]).unwrap().send().unwrap();
    drop(client);
    let received = server.received();
    let body = "a%20b=%C3%BC%26%3D&c=";
    assert!(received.ends_with(body));
    verify(&received, Some(body));
}

#[test]
fn a_form_from_a_file_is_signed_and_bounded() {
    let form = "application/x-www-form-urlencoded";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("form");
    std::fs::write(&path, "a=1&b=%20").unwrap();
    let server = Server::responding(OK);
    let client = server.client();
    let request = |path: &Path| client.request("POST", "/x").unwrap().file(path, form);
    let error = request(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Upload(_)), "{error}");
    assert!(error.to_string().contains("not a regular file"), "{error}");
    // A sparse file of one byte more than 4 MiB.
    let large = folder.path().join("large");
    let file = std::fs::File::create(&large).unwrap();
    file.set_len((4 << 20) + 1).unwrap();
    let error = request(&large).unwrap().send().unwrap_err();
    let expected = Error::Request(RequestError::FormTooLarge);
    assert_eq!(error.to_string(), expected.to_string());
    request(&path).unwrap().send().unwrap();
    drop(client);
    let received = server.received();
    assert!(received.ends_with("\r\n\r\na=1&b=%20"));
    verify(&received, Some("a=1&b=%20"));
}

#[test]
fn post_without_a_body_says_so() {
    let server = Server::responding(OK);
    let client = server.client();
    client.request("POST", "/x").unwrap().send().unwrap();
    drop(client);
    assert_eq!(header(&server.received(), "Content-Length"), Some("0"));
}

#[test]
fn requests_that_cannot_be_sent_as_signed_are_rejected() {
    let client = builder("http://127.0.0.1:1").build().unwrap();
    for (path, expected) in [
        ("//evil.example", Some(RequestError::Origin)),
        ("https://evil.example/x", Some(RequestError::Origin)),
        ("HTTP://evil.example", Some(RequestError::Origin)),
        ("/x#y", Some(RequestError::Fragment)),
        ("/\\evil.example", None),
        ("/a b", None),
        ("/a\r\nX: y", None),
        ("/ü", None),
        ("/a%2", None),
        ("/[", None),
    ] {
        let error = client.get(path).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{path}");
        match (&error, expected) {
            (Error::Request(found), Some(expected)) => assert_eq!(*found, expected, "{path}"),
            (Error::Request(RequestError::Parse(_)), None) => {}
            _ => panic!("{path}: {error}"),
        }
    }
    for (name, value) in [("a b", "c"), ("a", "b\r\nc: d"), ("Authorization", "x"), ("host", "x")] {
        let request = client.request("GET", "/").unwrap();
        assert_eq!(request.header(name, value).unwrap_err().exit_code(), 2);
    }
    assert_eq!(client.request("GE T", "/").unwrap_err().exit_code(), 2);
    let request = client.request("POST", "/").unwrap();
    assert_eq!(request.form("a=ü").unwrap_err().exit_code(), 2);
}

#[test]
fn protocol_parameters_go_where_they_are_placed() {
    for placement in [Placement::Query, Placement::Form] {
        for form in ["a=1&b=%20", ""] {
            let server = Server::responding(OK);
            let request = server.client().request("POST", "/x?q=1").unwrap();
            let request = request.form(form).unwrap().placement(placement);
            request.send().unwrap();
            let received = server.received();
            assert_eq!(header(&received, "Authorization"), None);
            let (headers, body) = received.split_once("\r\n\r\n").unwrap();
            let length = body.len().to_string();
            assert_eq!(header(&received, "Content-Length"), Some(length.as_str()));
            let target = headers.split(' ').nth(1).unwrap();
            let uri = format!("http://{}{target}", header(&received, "Host").unwrap());
            let (authorization, uri, body) = if placement == Placement::Query {
                let (authorization, uri) = Authorization::from_query(&uri).unwrap();
                (authorization, uri, body.to_owned())
            } else {
                let (authorization, body) = Authorization::from_form(body).unwrap();
                (authorization, uri, body)
            };
            assert_eq!(body, form);
            let request = Request::new("POST", &uri).unwrap().form(&body).unwrap();
            signer().verify(&request, &authorization).unwrap();
        }
    }
    let client = Server::responding(OK).client();
    for (method, body) in [("POST", "{}"), ("GET", "")] {
        let request = client.request(method, "/x").unwrap();
        let request = match body {
            "" => request,
            body => request.body(body, "application/json").unwrap(),
        };
        let error = request.placement(Placement::Form).send().unwrap_err();
        let expected = RequestError::NotAForm;
        assert!(matches!(error, Error::Request(error) if error == expected), "{error}");
    }
}

/// The hash of OAuth Request Body Hash §A.1.
#[test]
fn the_hash_of_a_body_is_signed() {
    let hash = "oauth_body_hash=\"Lve95gjOVATpfV8EL5X4nxwjKHE%3D\"";
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "Hello World!").unwrap();
    for is_file in [false, true] {
        let server = Server::responding(OK);
        let request = server.client().request("PUT", "/resource").unwrap();
        let request = match is_file {
            true => request.file(file.path(), "text/plain"),
            false => request.body("Hello World!", "text/plain"),
        };
        request.unwrap().body_hash().send().unwrap();
        let received = server.received();
        assert!(received.contains(hash), "{received}");
        verify(&received, None);
    }
    let client = Server::responding(OK).client();
    let form = client.request("POST", "/x").unwrap().form("a=1").unwrap();
    let error = form.body_hash().send().unwrap_err();
    assert!(matches!(error, Error::Request(RequestError::HashOfForm)));
}

#[test]
fn headers_of_the_client_are_sent_unless_the_request_has_them() {
    let server = Server::responding(OK);
    let client =
        server.builder().header("X-Request-Service", "report").unwrap().header("Accept", "text/plain").unwrap();
    let request = client.build().unwrap().request("GET", "/x").unwrap();
    request.header("Accept", "text/csv").unwrap().send().unwrap();
    let received = server.received();
    assert_eq!(header(&received, "X-Request-Service"), Some("report"));
    assert_eq!(header(&received, "Accept"), Some("text/csv"));
    for (name, expected) in [
        ("Authorization", RequestError::ReservedHeader),
        ("Content-Type", RequestError::ReservedHeader),
        ("a b", RequestError::Header),
    ] {
        let rejected = builder("http://127.0.0.1:1").header(name, "x");
        assert_eq!(rejected.unwrap_err(), expected, "{name}");
    }
}

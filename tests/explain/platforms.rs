//! What functions of real platforms make of text.

use exh_oauth1::explain::{CapturedRequest, Diagnosis, Options, Secrets, diagnose_base_string};

use crate::{maker::encode, requests::sets};

/// The diagnosis of a base string with these normalized parameters.
fn compared(query: &str, normalized: &str) -> Diagnosis {
    let request = CapturedRequest::new("GET", &format!("http://h/?{query}")).authorization("OAuth oauth_token=\"1\"");
    let parameters = String::from_utf8(encode(normalized.as_bytes(), ("-._~", ""))).unwrap();
    let base_string = format!("GET&http%3A%2F%2Fh%2F&{parameters}");
    diagnose_base_string(&request, &Secrets::default(), &base_string, &Options::default())
}

fn is_named(id: &str, query: &str, normalized: &str) {
    let sets = sets(&compared(query, normalized));
    assert!(sets.iter().any(|set| set[..] == [id]), "{id}: {sets:?}");
}

/// The texts were printed by the functions that the sentences of the mistakes name.
#[test]
fn encoders_differ_where_they_say() {
    for (id, text) in [
        ("hex-lower-case", "a%20%2b~%21%2a%3a%2f%c3%bc"),
        ("tilde-encoded", "a%20%2B%7E%21%2A%3A%2F%C3%BC"),
        ("marks-not-encoded", "a%20%2B~!*%3A%2F%C3%BC"),
        ("space-as-plus", "a+%2B~%21%2A%3A%2F%C3%BC"),
        ("form-encoder", "a+%2B%7E%21*%3A%2F%C3%BC"),
        ("form-encoder-without-plus", "a%20%2B%7E%21*%3A%2F%C3%BC"),
        ("star-not-encoded", "a%20%2B~%21*%3A%2F%C3%BC"),
        ("urlencode-php", "a+%2B%7E%21%2A%3A%2F%C3%BC"),
        ("urlencode-net", "a+%2B%7E!*%3A%2F%C3%BC"),
        ("urlencode-net-lower-case", "a+%2b%7e!*%3a%2f%c3%bc"),
        ("slash-not-encoded", "a%20%2B~%21%2A%3A/%C3%BC"),
        ("slash-not-encoded-tilde-encoded", "a%20%2B%7E%21%2A%3A/%C3%BC"),
        ("query-characters-not-encoded", "a%20%2B~!*:/%C3%BC"),
        ("query-allowed", "a%20+~!*:/%C3%BC"),
        ("uri-encoder", "a%20+~!*:/%C3%BC"),
        ("javascript-escape", "a%20+%7E%21*%3A/%FC"),
        ("code-units", "a%20%2B~%21%2A%3A%2F%FC"),
    ] {
        is_named(id, "q=a%20%2B~%21%2A%3A%2F%C3%BC", &format!("oauth_token=1&q={text}"));
    }
    is_named("unreserved-encoded", "q=-%2Fa.~", "oauth%5Ftoken=1&q=%2D%2Fa%2E%7E");
    let query = "q=%E4%B8%AD%E2%80%99%20%F0%9F%98%80";
    is_named("javascript-escape", query, "oauth_token=1&q=%u4E2D%u2019%20%uD83D%uDE00");
    is_named("code-units", query, "oauth_token=1&q=%4E2D%2019%20%D83D%DE00");
}

/// The first order is that of `localeCompare` in Node 20, the second that of .NET Framework on Windows, the third that
/// of older versions of glibc.
#[test]
fn locales_differ_where_they_say() {
    for names in [
        "☃ a A a_b a-b a.b a1 ab aB Ab co-op coat e é f oauth_token oauthtoken st 中",
        "a A a_b a.b a1 ab a-b aB coat co-op item_id item1 oauth_token Zone",
        "a a_b ac a.d oauth_token",
    ] {
        let names: Vec<_> = names.split(' ').collect();
        let encoded = |name: &&str| String::from_utf8(encode(name.as_bytes(), ("-._~", ""))).unwrap();
        let sorted: Vec<_> = names.iter().map(encoded).collect();
        let pair = |name: &String| if name == "oauth_token" { "oauth_token=1".to_string() } else { format!("{name}=") };
        let normalized: Vec<_> = sorted.iter().map(pair).collect();
        let query: Vec<_> = normalized.iter().rev().filter(|pair| *pair != "oauth_token=1").cloned().collect();
        is_named("sorted-by-locale", &query.join("&"), &normalized.join("&"));
    }
}

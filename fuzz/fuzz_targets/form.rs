//! A form has the same base string as the same text in a query, and as its normalized parameters.
#![no_main]

use exh_oauth1::Request;

libfuzzer_sys::fuzz_target!(|form: &str| {
    let Ok(request) = Request::new("GET", "http://h").unwrap().form(form) else {
        return;
    };
    let protocol = [("oauth_nonce", "n")];
    let normalized = request.normalized_parameters(protocol);
    let query = Request::new("GET", &format!("http://h?{}", form.replace('#', "%23"))).unwrap();
    assert_eq!(query.normalized_parameters(protocol), normalized);
    let again = Request::new("GET", &format!("http://h?{normalized}")).unwrap();
    assert_eq!(again.normalized_parameters([("", ""); 0]), normalized);
});

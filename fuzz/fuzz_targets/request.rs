//! A parsed URI has one base string URI, which parses to the same value.
#![no_main]

use exh_oauth1::Request;

libfuzzer_sys::fuzz_target!(|uri: &str| {
    if let Ok(request) = Request::new("GET", uri) {
        let place = request.base_string_uri();
        let again = Request::new("GET", &place).unwrap();
        assert_eq!(again.base_string_uri(), place);
    }
});
